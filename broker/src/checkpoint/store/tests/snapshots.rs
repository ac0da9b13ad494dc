//! A snapshot moves all rows to another replica, whole or not at all.

use std::path::Path;

use super::{Changes, Model, Simulated, delete, dir, open_real, put, rows};
use crate::checkpoint::names::delta_path;
use crate::io::{Disk, File, Loss};

/// A snapshot at index 7, as bytes, with its rows.
fn snapshot() -> (Vec<u8>, Model) {
    let simulated = Simulated::default();
    let (store, _) = simulated.open().expect("opens");
    store.write(3, b"", vec![put(b"a", b"1"), put(b"b", b"2")]).expect("writes");
    store.write(7, b"meta", vec![delete(b"a"), put(b"c", &[3; 9_000])]).expect("writes");
    let path = dir().join("outgoing.part");
    let exported =
        store.export(&path, &mut |_| Ok(())).expect("exports").expect("there is a checkpoint");
    assert_eq!((exported.index, &*exported.meta), (7, &b"meta"[..]));
    let mut bytes = Vec::new();
    simulated.disk.edit(&path, |found| bytes.clone_from(found)).expect("reads");
    (bytes, rows(&store).expect("scans"))
}

fn receive<D: Disk>(disk: &D, path: &Path, bytes: &[u8]) {
    disk.create(path).expect("creates").write_at(bytes, 0).expect("writes");
}

#[test]
fn an_empty_store_exports_nothing() {
    let (store, _) = Simulated::default().open().expect("opens");
    assert_eq!(store.export(&dir().join("outgoing.part"), &mut |_| Ok(())).expect("exports"), None);
}

#[test]
fn an_installed_snapshot_replaces_rows_files_and_base() {
    let (bytes, mut model) = snapshot();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (store, _) = open_real(folder.path()).expect("opens");
    store.write(1, b"", vec![put(b"old", b"folded")]).expect("writes");
    store.fold().expect("folds");
    store.write(2, b"", vec![put(b"older", b"unfolded")]).expect("writes");
    let incoming = folder.path().join("incoming.part");
    receive(&crate::io::RealDisk, &incoming, &bytes);
    let restored = store.install(&incoming).expect("installs");
    assert_eq!((restored.index, &*restored.meta), (7, &b"meta"[..]));
    assert_eq!(rows(&store).expect("scans"), model);
    store.write(8, b"", vec![delete(b"b"), put(b"d", b"5")]).expect("writes");
    model.remove(&b"b"[..]);
    model.insert(b"d".to_vec(), (1, b"5".to_vec()));
    assert_eq!(rows(&store).expect("scans"), model, "snapshot and change, unfolded");
    drop(store);
    let (store, _) = open_real(folder.path()).expect("opens");
    assert_eq!(rows(&store).expect("scans"), model, "reopened");
    assert_eq!(store.fold().expect("folds"), 8);
    assert_eq!(rows(&store).expect("scans"), model, "folded");
    drop(store);
    let (store, restored) = open_real(folder.path()).expect("opens");
    assert_eq!(restored.map(|it| it.index), Some(8));
    assert_eq!(rows(&store).expect("scans"), model, "folded and reopened");
}

#[test]
fn a_crash_at_any_step_of_an_installation_leaves_the_old_or_the_new_state() {
    let (bytes, model) = snapshot();
    let old: Changes = vec![put(b"old", b"1")];
    for loss in [Loss::Nothing, Loss::Everything].into_iter().chain((0..10).map(Loss::Some)) {
        for step in 0.. {
            let simulated = Simulated::default();
            let (store, _) = simulated.open().expect("opens");
            store.write(1, b"", old.clone()).expect("writes");
            store.fold().expect("folds");
            let incoming = dir().join("incoming.part");
            simulated.disk.fail_at(simulated.disk.operations() + step);
            let received =
                simulated.disk.create(&incoming).and_then(|file| file.write_at(&bytes, 0));
            let is_installed = received.is_ok() && store.install(&incoming).is_ok();
            let is_folded = is_installed && store.fold().is_ok();
            drop(store);
            simulated.disk.crash(loss);
            let (store, restored) = simulated.open().expect("opens");
            let found = rows(&store).expect("scans");
            match restored.map(|it| it.index) {
                Some(7) => assert_eq!(found, model),
                other => {
                    assert_eq!((other, found.len()), (Some(1), 1), "step {step}, {loss:?}");
                    assert!(!is_installed, "acknowledged but lost");
                }
            }
            store.fold().expect("folds");
            if is_folded {
                break;
            }
        }
    }
}

#[test]
fn what_is_no_newer_full_snapshot_of_this_partition_is_refused() {
    let (bytes, _) = snapshot();
    let simulated = Simulated::default();
    let (store, _) = simulated.open().expect("opens");
    store.write(1, b"", vec![put(b"a", b"1")]).expect("writes");
    let incoming = dir().join("incoming.part");
    let refusal = |bytes: &[u8]| {
        receive(&simulated.disk, &incoming, bytes);
        store.install(&incoming).expect_err("is refused").to_string()
    };
    let mut delta = Vec::new();
    simulated.disk.edit(&delta_path(&dir(), 1), |it| delta.clone_from(it)).expect("reads");
    assert!(refusal(&delta).contains("it holds changes, not all rows"));
    assert!(refusal(&bytes[..bytes.len() - 1]).contains("is incomplete"));
    let mut rotten = bytes.clone();
    rotten[300] ^= 4;
    assert!(refusal(&rotten).contains("is damaged at offset"));
    assert_eq!(rows(&store).expect("scans").len(), 1, "nothing changed");
    store.write(8, b"", Changes::new()).expect("writes");
    assert!(refusal(&bytes).contains("at index 7 cannot follow one at index 8"));
}
