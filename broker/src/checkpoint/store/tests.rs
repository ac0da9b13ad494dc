//! Stores against a model map: whatever happens, what was acknowledged is there, nothing else.

mod compact;
mod crashes;
mod damage;
mod random;
mod snapshots;
mod threads;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::memory::MemoryBackend;
use super::super::{Error, Restored, SledBackend, Store};
use crate::io::{Disk, MemoryDisk, RealDisk};

pub(super) type Model = BTreeMap<Vec<u8>, (u32, Vec<u8>)>;
pub(super) type Changes = Vec<(Vec<u8>, Option<(u32, Vec<u8>)>)>;

pub(super) const PARTITION: u32 = 3;

pub(super) fn dir() -> PathBuf {
    PathBuf::from("/data/partitions/3/checkpoints")
}

pub(super) fn put(key: &[u8], value: &[u8]) -> (Vec<u8>, Option<(u32, Vec<u8>)>) {
    (key.to_vec(), Some((1, value.to_vec())))
}

pub(super) fn delete(key: &[u8]) -> (Vec<u8>, Option<(u32, Vec<u8>)>) {
    (key.to_vec(), None)
}

pub(super) fn change(model: &mut Model, changes: &Changes) {
    for (key, value) in changes {
        match value {
            Some(value) => model.insert(key.clone(), value.clone()),
            None => model.remove(key),
        };
    }
}

pub(super) fn rows<D: Disk>(store: &Store<D>) -> Result<Model, Error> {
    let mut found = Model::new();
    store.scan(|key, version, value| {
        let earlier = found.insert(key.to_vec(), (version, value.to_vec()));
        assert_eq!(earlier, None, "a row was shown twice");
        Ok(())
    })?;
    Ok(found)
}

/// A store on simulated disk and base.
#[derive(Debug, Clone, Default)]
pub(super) struct Simulated {
    pub(super) disk: MemoryDisk,
    pub(super) backend: MemoryBackend,
}

impl Simulated {
    pub(super) fn open(&self) -> Result<(Store<MemoryDisk>, Option<Restored>), Error> {
        Store::open(self.disk.clone(), Box::new(self.backend.clone()), &dir(), PARTITION)
    }
}

pub(super) fn open_real(dir: &Path) -> Result<(Store<RealDisk>, Option<Restored>), Error> {
    Store::open(RealDisk, Box::new(SledBackend::default()), dir, PARTITION)
}

#[test]
fn an_empty_store_has_no_checkpoint_and_no_rows() {
    let (store, restored) = Simulated::default().open().expect("opens");
    assert_eq!(restored, None);
    assert_eq!(rows(&store).expect("scans"), Model::new());
    assert_eq!(store.fold().expect("folds nothing"), 0);
}

#[test]
fn checkpoints_come_back_unfolded_and_folded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut model = Model::new();
    let rounds: [Changes; 3] = [
        vec![put(b"a", b"1"), put(b"b", &[7; 20_000]), put(b"c", b"")],
        vec![delete(b"a"), put(b"b", b"short now"), put(b"b\0", b"2")],
        vec![put(b"b", &[8; 9_000]), delete(b"never there"), put(b"a", b"3"), put(b"a", b"4")],
    ];
    for (round, changes) in (1u64..).zip(&rounds) {
        change(&mut model, changes);
        let (store, _) = open_real(folder.path()).expect("opens");
        store
            .write(round * 10, &[u8::try_from(round).expect("small")], changes.clone())
            .expect("writes");
        assert_eq!(rows(&store).expect("scans"), model, "unfolded, round {round}");
        if round != 1 {
            assert_eq!(store.fold().expect("folds"), round * 10);
            assert_eq!((store.unfolded(), rows(&store).expect("scans")), (0, model.clone()));
        }
        drop(store);
        let (store, restored) = open_real(folder.path()).expect("opens again");
        let restored = restored.expect("there is a checkpoint");
        assert_eq!((restored.index, restored.meta.len()), (round * 10, 1));
        assert_eq!(rows(&store).expect("scans"), model, "reopened, round {round}");
    }
}

#[test]
fn a_folded_file_stays_until_the_next_one_is_folded() {
    let simulated = Simulated::default();
    let (store, _) = simulated.open().expect("opens");
    let names = || simulated.disk.list(&dir()).expect("lists");
    for index in 1..=3 {
        store.write(index, b"", vec![put(b"k", b"v")]).expect("writes");
    }
    assert_eq!(names().len(), 3);
    store.fold().expect("folds");
    assert_eq!(names(), ["checkpoint-00000000000000000003.delta"]);
    store.write(9, b"", Changes::new()).expect("writes");
    assert_eq!(names().len(), 2);
}

#[test]
fn a_checkpoint_must_be_newer_than_the_last() {
    let (store, _) = Simulated::default().open().expect("opens");
    store.write(5, b"", Changes::new()).expect("writes");
    for index in [0, 4, 5] {
        let error = store.write(index, b"", Changes::new()).expect_err("is refused");
        assert_eq!(
            error.to_string(),
            format!("a checkpoint at index {index} cannot follow one at index 5")
        );
    }
}

#[test]
fn rows_beyond_the_limits_are_refused_and_leave_nothing() {
    let simulated = Simulated::default();
    let (store, _) = simulated.open().expect("opens");
    let error = store.write(1, b"", vec![put(&[0; 256], b"")]).expect_err("is refused");
    assert_eq!(error.to_string(), "a row with a key of 256 bytes exceeds the limit of 255 bytes");
    assert_eq!(store.last(), None);
    assert!(simulated.disk.list(&dir()).expect("lists").is_empty());
    store.write(1, b"", vec![put(&[0; 255], b"")]).expect("the limit itself is fine");
}

#[test]
fn a_full_disk_leaves_nothing_half_visible_and_the_write_can_be_repeated() {
    let simulated = Simulated::default();
    let (store, _) = simulated.open().expect("opens");
    store.write(1, b"", vec![put(b"a", b"1")]).expect("writes");
    simulated.disk.set_capacity(Some(10_000));
    let big = vec![put(b"b", &[1; 50_000])];
    let error = store.write(2, b"", big.clone()).expect_err("is full");
    assert!(error.is_out_of_space() && !error.is_failed_sync(), "{error}");
    assert_eq!(store.last().map(|last| last.index), Some(1));
    assert_eq!(rows(&store).expect("scans").len(), 1);
    simulated.disk.set_capacity(None);
    store.write(2, b"", big).expect("there is space now");
    assert_eq!(rows(&store).expect("scans").len(), 2);
}
