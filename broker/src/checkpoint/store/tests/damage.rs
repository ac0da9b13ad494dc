//! Rot in checkpoint files and bases is detected and named, or harmless.

use std::path::{Path, PathBuf};

use super::{Changes, Model, PARTITION, Simulated, dir, open_real, put, rows};
use crate::checkpoint::backend::{Backend, Base, Survey, Trial};
use crate::checkpoint::names::delta_path;
use crate::checkpoint::{Error, SledBackend, Store};
use crate::io::{Attempt, Disk, Failure, File, RealDisk};

fn two_checkpoints() -> (Simulated, Model) {
    let simulated = Simulated::default();
    let (store, _) = simulated.open().expect("opens");
    let first: Changes = vec![put(b"a", b"1"), put(b"b", &[2; 300])];
    let second: Changes = vec![put(b"a", b"3"), put(b"c", b"4")];
    store.write(1, b"m", first).expect("writes");
    store.write(2, b"m", second).expect("writes");
    let model = rows(&store).expect("scans");
    (simulated, model)
}

fn file(index: u64) -> PathBuf {
    delta_path(&dir(), index)
}

fn length(simulated: &Simulated, path: &Path) -> usize {
    let length = simulated.disk.open(path).expect("opens").len().expect("measures");
    usize::try_from(length).expect("small")
}

#[test]
fn every_flipped_bit_of_an_unfolded_file_is_named() {
    for index in [1, 2] {
        let (simulated, _) = two_checkpoints();
        let path = file(index);
        for bit in 0..length(&simulated, &path) * 8 {
            let flip = |bytes: &mut Vec<u8>| bytes[bit / 8] ^= 1 << (bit % 8);
            simulated.disk.edit(&path, flip).expect("flips");
            let error = simulated.open().expect_err("is detected").to_string();
            assert!(error.contains(path.to_str().expect("UTF-8")), "bit {bit}: {error}");
            assert!(
                error.contains("damaged at offset") || error.contains("newer Baton"),
                "bit {bit}: {error}"
            );
            simulated.disk.edit(&path, flip).expect("flips back");
        }
        simulated.open().expect("is whole again");
    }
}

#[test]
fn a_truncated_newest_file_is_dropped_and_an_older_one_is_an_error() {
    let (simulated, _) = two_checkpoints();
    for kept in 0..length(&simulated, &file(1)) {
        let (simulated, _) = two_checkpoints();
        simulated.disk.edit(&file(1), |bytes| bytes.truncate(kept)).expect("cuts");
        let error = simulated.open().expect_err("is detected").to_string();
        assert!(error.contains(&format!("is incomplete: it ends at offset {kept}")), "{error}");
    }
    for kept in 0..length(&simulated, &file(2)) {
        let (simulated, _) = two_checkpoints();
        simulated.disk.edit(&file(2), |bytes| bytes.truncate(kept)).expect("cuts");
        let (store, restored) = simulated.open().expect("falls back");
        assert_eq!(restored.map(|it| it.index), Some(1));
        assert_eq!(rows(&store).expect("scans")[&b"a"[..]], (1, b"1".to_vec()));
        // It is evidence until something takes its place.
        let cut = store.cut().expect("is told");
        assert_eq!((cut.path, cut.offset), (file(2), kept as u64));
        assert_eq!(length(&simulated, &file(2)), kept);
        store.write(3, b"", vec![put(b"a", b"again")]).expect("builds on the older one");
        assert_eq!(store.cut(), None);
        let (_, restored) = simulated.open().expect("opens");
        assert_eq!(restored.map(|it| it.index), Some(3));
    }
}

#[test]
fn a_truncated_file_that_was_folded_in_part_is_an_error() {
    let (simulated, _) = two_checkpoints();
    let (store, _) = simulated.open().expect("opens");
    simulated.backend.fail_at(Some(simulated.backend.calls() + 4));
    store.fold().expect_err("is interrupted in the second file");
    simulated.backend.fail_at(None);
    drop(store);
    simulated.disk.edit(&file(2), |bytes| bytes.truncate(60)).expect("cuts");
    assert!(matches!(simulated.open(), Err(Error::Incomplete { .. })));
    simulated.disk.remove(&file(2)).expect("removes");
    let error = simulated.open().expect_err("is detected").to_string();
    let told =
        "of the checkpoint at index 2, whose file 'checkpoint-00000000000000000002.delta' is";
    assert!(error.contains(told), "{error}");
}

#[test]
fn appended_swapped_missing_and_stale_files_are_detected() {
    let (simulated, model) = two_checkpoints();
    simulated.disk.edit(&file(2), |bytes| bytes.push(0)).expect("appends");
    let error = simulated.open().expect_err("is detected").to_string();
    assert!(error.contains("there are bytes after the end"), "{error}");
    simulated.disk.edit(&file(2), |bytes| bytes.truncate(bytes.len() - 1)).expect("cuts");

    simulated.disk.rename(&file(2), &file(3)).expect("renames");
    let error = simulated.open().expect_err("is detected").to_string();
    assert!(error.contains("should hold index 3 of partition 3, but holds index 2"), "{error}");
    simulated.disk.rename(&file(3), &file(2)).expect("renames back");

    let mut first = Vec::new();
    simulated.disk.edit(&file(1), |bytes| first.clone_from(bytes)).expect("reads");
    simulated.disk.remove(&file(1)).expect("removes");
    let error = simulated.open().expect_err("is detected").to_string();
    assert!(error.contains("a file of index 1 is missing, or the base is older"), "{error}");

    simulated.disk.create(&file(1)).expect("creates").write_at(&first, 0).expect("writes");
    let (store, _) = simulated.open().expect("opens");
    store.fold().expect("folds");
    // A stale file below the marker is not read: harmless.
    simulated.disk.create(&file(1)).expect("creates").write_at(b"rubbish", 0).expect("writes");
    let (store, _) = simulated.open().expect("opens");
    assert_eq!(rows(&store).expect("scans"), model);
}

#[test]
fn a_lost_or_changed_row_of_the_base_is_detected() {
    let (simulated, _) = two_checkpoints();
    let (store, _) = simulated.open().expect("opens");
    store.fold().expect("folds");
    simulated.backend.edit(&dir().join("base"), b"a", |value| value.version += 1);
    let error = rows(&store).expect_err("is detected").to_string();
    assert!(error.contains("tree 'rows': it should hold 3 rows with digest"), "{error}");
}

#[test]
fn a_row_changed_beside_a_fold_that_was_interrupted_is_detected() {
    let (simulated, model) = two_checkpoints();
    let (store, _) = simulated.open().expect("opens");
    simulated.backend.fail_at(Some(simulated.backend.calls() + 5));
    store.fold().expect_err("is interrupted at the end of the second file");
    simulated.backend.fail_at(None);
    let (store, _) = simulated.open().expect("opens");
    assert_eq!(rows(&store).expect("scans"), model);
    // The second file has the row 'a', and not 'b'.
    simulated.backend.edit(&dir().join("base"), b"a", |value| value.version += 1);
    assert_eq!(rows(&store).expect("the file has it"), model);
    simulated.backend.edit(&dir().join("base"), b"b", |value| value.version += 1);
    let error = rows(&store).expect_err("is detected").to_string();
    assert!(error.contains("tree 'rows': it should hold 1 rows with digest"), "{error}");
}

/// Two checkpoints that are folded and one that waits, on the real disk.
fn on_disk(dir: &Path) -> Model {
    let (store, _) = open_real(dir).expect("opens");
    for index in 1..=3_u64 {
        let byte = u8::try_from(index).expect("small");
        let changes: Changes =
            (0..30).map(|key| put(&[key, byte % 2], &vec![byte * 16 + key % 16; 3_000])).collect();
        store.write(index, b"m", changes).expect("writes");
        if index < 3 {
            assert_eq!(store.fold().expect("folds"), index);
        }
    }
    rows(&store).expect("scans")
}

/// What the files of a folder and of the folders in it hold.
fn held(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("lists") {
        let path = entry.expect("lists").path();
        if path.is_dir() {
            found.extend(held(&path));
        } else {
            found.push((path.clone(), std::fs::read(path).expect("reads")));
        }
    }
    found.sort();
    found
}

/// Opens it as a start does: all rows are read.
fn start(dir: &Path) -> Result<Model, String> {
    open_real(dir).and_then(|(store, _)| rows(&store)).map_err(|error| error.to_string())
}

#[test]
fn a_start_that_is_refused_leaves_the_base_as_it_was() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let whole = folder.path().join("checkpoints");
    let model = on_disk(&whole);
    let sound = std::fs::read(whole.join("base/db")).expect("reads");
    let written: Vec<usize> = (0..sound.len()).filter(|at| sound[*at] != 0).collect();
    let mut refused = 0;
    for step in 0..12 {
        let at = written[step * (written.len() - 1) / 11];
        let dir = folder.path().join(format!("byte {at}"));
        std::fs::create_dir_all(dir.join("base")).expect("makes a folder");
        for (path, bytes) in held(&whole) {
            let path = path.strip_prefix(&whole).expect("is in it");
            std::fs::write(dir.join(path), bytes).expect("writes");
        }
        let mut bad = sound.clone();
        bad[at] ^= 4;
        std::fs::write(dir.join("base/db"), bad).expect("writes");
        let before = held(&dir);
        match start(&dir) {
            Ok(found) => assert_eq!(found, model, "byte {at}"),
            Err(first) => {
                refused += 1;
                assert!(held(&dir) == before, "byte {at}: {first}");
                assert_eq!(start(&dir), Err(first), "byte {at}");
                std::fs::write(dir.join("base/db"), &sound).expect("writes");
                assert_eq!(start(&dir).as_ref(), Ok(&model), "byte {at} is mended");
            }
        }
    }
    assert!(refused > 3, "{refused}");
}

/// A disk without space to try a base on a copy.
#[derive(Debug, Default)]
struct Crowded(SledBackend);

impl Backend for Crowded {
    fn survey(&self, _dir: &Path) -> Result<Survey, Error> {
        Ok(Survey::Unsure)
    }

    fn rehearse(&self, dir: &Path, _trial: Trial<'_>) -> Result<(), Error> {
        let full = std::io::Error::from_raw_os_error(28);
        Err(Failure::of(Attempt::Write, dir)(full).into())
    }

    fn open(&self, dir: &Path) -> Result<Box<dyn Base>, Error> {
        self.0.open(dir)
    }

    fn remove(&self, dir: &Path) -> Result<(), Error> {
        self.0.remove(dir)
    }
}

#[test]
fn a_base_that_no_space_is_left_to_try_is_opened_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dir = folder.path().join("checkpoints");
    let model = on_disk(&dir);
    let (store, _) =
        Store::open(RealDisk, Box::new(Crowded::default()), &dir, PARTITION).expect("opens");
    assert_eq!(rows(&store).expect("scans"), model);
}

#[test]
fn a_base_that_is_gone_is_told_as_missing_and_none_is_made() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dir = folder.path().join("checkpoints");
    on_disk(&dir);
    for gone in ["base/db", "base"] {
        let gone = dir.join(gone);
        if gone.is_dir() {
            std::fs::remove_dir_all(&gone).expect("removes");
        } else {
            std::fs::remove_file(&gone).expect("removes");
        }
        for _ in 0..2 {
            let told = start(&dir).expect_err("is refused");
            assert!(told.contains("db' is missing"), "{told}");
            assert!(!gone.exists());
        }
    }
}

#[test]
fn a_damaged_checkpoint_file_is_told_before_a_base_is_opened() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dir = folder.path().join("checkpoints");
    on_disk(&dir);
    let path = delta_path(&dir, 3);
    let mut bad = std::fs::read(&path).expect("reads");
    let middle = bad.len() / 2;
    bad[middle] ^= 1;
    std::fs::write(&path, bad).expect("writes");
    let before = held(&dir);
    let told = start(&dir).expect_err("is refused");
    assert!(told.contains("checkpoint-00000000000000000003.delta' is damaged"), "{told}");
    assert!(held(&dir) == before, "a file was changed");
}
