//! A start that is refused leaves a base as it was, and one after a power cut goes on.

use std::collections::BTreeMap;

use super::{Backend, Dir, Error, Path, Place, SledBackend, Survey, fold, fs, row, scan};

/// The segments of sled's file.
const SEGMENT: u64 = 512 << 10;

/// A base that was opened again after its first folds, so that it has a snapshot.
fn folded(dir: &Dir) {
    for life in 0..2_u64 {
        let mut base = SledBackend::default().open(dir.path()).expect("opens");
        for index in 1..=3 {
            let value = vec![b'a' + u8::try_from(index).expect("small"); 9_000];
            let rows = (0..40_u8).map(|key| row(&[key], &value)).collect();
            fold(base.as_mut(), 3 * life + index, rows);
        }
    }
}

fn survey(dir: &Dir) -> Survey {
    SledBackend::default().survey(dir.path()).expect("looks")
}

/// The checkpoint folded last, if the base is as its mark says.
fn as_synced(dir: &Dir) -> Option<u64> {
    match survey(dir) {
        Survey::AsSynced { folded, .. } => Some(folded),
        Survey::Harmless | Survey::Absent | Survey::Unsure => None,
    }
}

/// Tries a copy, as a start does that needs the checkpoint at index 6 with its rows.
fn rehearse(dir: &Dir) -> Result<(), Error> {
    SledBackend::default().rehearse(dir.path(), &mut |base| {
        let rows = scan(base.as_ref())?;
        match base.marker().map(|it| it.index) {
            Some(6) if rows.len() == 40 && base.folding().is_none() => Ok(()),
            after => {
                let (found, place) = (6, base.place()?);
                let after = after.unwrap_or(0);
                let dir = dir.path().to_owned();
                let beside = String::new();
                Err(Error::Missing { dir, after, found, previous: 6, place, beside })
            }
        }
    })
}

/// All files of a folder, with what they hold.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("lists") {
        let entry = entry.expect("lists");
        let name = entry.file_name().into_string().expect("a name of ours");
        if entry.path().is_dir() {
            for (inner, bytes) in files(&entry.path()) {
                found.insert(format!("{name}/{inner}"), bytes);
            }
        } else {
            found.insert(name, fs::read(entry.path()).expect("reads"));
        }
    }
    found
}

#[test]
fn a_base_is_as_its_mark_says_until_anything_of_it_is_another() {
    let dir = Dir::new();
    assert_eq!(survey(&dir), Survey::Absent);
    folded(&dir);
    assert_eq!(as_synced(&dir), Some(6));
    let sound = files(dir.0.path());
    for (name, bytes) in sound.iter().filter(|(name, _)| *name != "reserve") {
        let path = dir.0.path().join(name);
        // Behind the end of the log is what an older use of the segment left, until it is full.
        let tail = super::super::log::tail(&dir.path().join("db")).expect("reads");
        let end = tail.filter(|_| name == "base/db").map_or(u64::MAX, |it| it.offset);
        let is_rest = |at: usize| at as u64 >= end && at as u64 / SEGMENT == end / SEGMENT;
        let is_used = |at: &usize| bytes[*at] != 0 && !is_rest(*at);
        let written: Vec<usize> = (0..bytes.len()).filter(is_used).collect();
        for step in 0..40 {
            let at = written[step * (written.len() - 1) / 39];
            let mut bad = bytes.clone();
            bad[at] ^= 1 << (step % 8);
            fs::write(&path, &bad).expect("writes");
            assert_eq!(survey(&dir), Survey::Unsure, "'{name}', byte {at}");
            fs::write(&path, &bytes[..at]).expect("writes");
            assert_eq!(survey(&dir), Survey::Unsure, "'{name}' cut to {at}");
        }
        fs::remove_file(&path).expect("removes");
        assert_eq!(survey(&dir), Survey::Unsure, "'{name}' is missing");
        fs::write(&path, bytes).expect("writes");
        assert_eq!(as_synced(&dir), Some(6), "'{name}' is whole again");
    }
    assert!(files(dir.0.path()) == sound, "a look changes nothing");
}

#[test]
fn a_base_in_which_a_fold_is_under_way_is_not_marked() {
    let dir = Dir::new();
    folded(&dir);
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    base.begin(7, super::Digest::default()).expect("begins");
    drop(base);
    assert_eq!(survey(&dir), Survey::Unsure);
    let mut base = SledBackend::default().open(dir.path()).expect("opens");
    base.begin(7, super::Digest::default()).expect("begins");
    base.apply(vec![row(b"new", b"row")]).expect("applies");
    base.commit(7, b"meta").expect("commits");
    drop(base);
    assert_eq!(as_synced(&dir), Some(7));
}

#[test]
fn what_is_refused_stays_as_it_was_and_is_refused_again_in_the_same_words() {
    let dir = Dir::new();
    folded(&dir);
    let path = dir.path().join("db");
    let sound = fs::read(&path).expect("reads");
    let written: Vec<usize> = (0..sound.len()).filter(|at| sound[*at] != 0).collect();
    let (mut refused, mut harmless) = (0, 0);
    for step in 0..60 {
        let at = written[step * (written.len() - 1) / 59];
        let mut bad = sound.clone();
        bad[at] ^= 1 << (step % 8);
        for bad in [&bad[..], &sound[..at]] {
            fs::write(&path, bad).expect("writes");
            let before = files(dir.0.path());
            let tries = [rehearse(&dir), rehearse(&dir)];
            let [first, second] = tries.map(|it| it.map_err(|error| error.to_string()));
            assert_eq!(first, second, "byte {at}");
            assert!(files(dir.0.path()) == before, "byte {at}: a file was changed");
            match first {
                Ok(()) => harmless += 1,
                Err(sentence) => {
                    assert!(sentence.contains(" offset ") || sentence.contains("0 bytes"));
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 30, "{refused} refused, {harmless} harmless");
    fs::write(&path, &sound).expect("writes");
    assert_eq!(as_synced(&dir), Some(6));
    rehearse(&dir).expect("is whole again");
}

#[test]
fn settings_and_snapshots_that_are_damaged_are_made_anew() {
    let dir = Dir::new();
    folded(&dir);
    let names: Vec<String> = files(dir.path()).into_keys().filter(|it| it != "db").collect();
    assert_eq!(names.len(), 2, "{names:?}");
    for name in names {
        for cut in [0, 5, 20] {
            let newest = files(dir.path()).into_keys().rfind(|it| it.starts_with(&name[..4]));
            let path = dir.path().join(newest.expect("is there"));
            let bytes = fs::read(&path).expect("reads");
            fs::write(&path, &bytes[..cut]).expect("writes");
            assert_eq!(survey(&dir), Survey::Unsure);
            let needs_snapshot = name.starts_with("snap.") && lacks_stable_segment(&dir);
            match rehearse(&dir) {
                Ok(()) => {
                    assert!(!needs_snapshot, "it leads to all rows without its snapshot");
                    let base = SledBackend::default().open(dir.path()).expect("opens");
                    assert_eq!(scan(base.as_ref()).expect("scans").len(), 40);
                }
                Err(error) if needs_snapshot => {
                    check_told(&dir, &error, &path);
                    return;
                }
                Err(error) => panic!("{error}"),
            }
            assert_eq!(as_synced(&dir), Some(6));
        }
    }
}

/// True if the segment is free in which the log is stable as its newest segments say: sled looks
/// from there on for the end, and without a snapshot takes a log that lacks it for an empty one.
fn lacks_stable_segment(dir: &Dir) -> bool {
    const SEGMENT: usize = 512 << 10;
    const NONE: u64 = i64::MAX as u64;
    let data = fs::read(dir.path().join("db")).expect("reads");
    let header = |at: usize, number: usize| {
        let bytes = data[at + 4 + 8 * number..][..8].try_into().expect("eight bytes");
        u64::from_le_bytes(bytes) ^ NONE
    };
    let segments = (0..data.len()).step_by(SEGMENT).map(|at| (header(at, 0), header(at, 1)));
    let used: Vec<_> = segments.filter(|(begins, _)| *begins != NONE).collect();
    let is_known = |stable: &u64| *stable < 1 << 40;
    let stable = used.iter().map(|(_, stable)| *stable).filter(is_known).max().unwrap_or(0);
    !used.iter().any(|(begins, _)| *begins == stable / SEGMENT as u64 * SEGMENT as u64)
}

/// A refusal names the snapshot that is damaged, or missing, and leaves it as it is.
fn check_told(dir: &Dir, error: &Error, path: &Path) {
    let name = path.file_name().and_then(|it| it.to_str()).expect("a name of ours");
    let expected = format!("; its file '{name}' is damaged and was left out");
    assert!(error.to_string().ends_with(&expected), "{error}");
    assert!(path.exists(), "{}", path.display());
    fs::remove_file(path).expect("removes");
    let error = rehearse(dir).expect_err("is refused again").to_string();
    assert!(error.ends_with("; its file 'snap.*' is missing"), "{error}");
}

#[test]
fn data_that_is_missing_or_empty_is_told_as_that() {
    let dir = Dir::new();
    folded(&dir);
    let path = dir.path().join("db");
    fs::write(&path, b"").expect("writes");
    let told = rehearse(&dir).expect_err("is refused").to_string();
    assert!(told.ends_with("base': its file 'db' is empty: it has 0 bytes"), "{told}");
    fs::remove_file(&path).expect("removes");
    let told = rehearse(&dir).expect_err("is refused").to_string();
    assert!(told.ends_with("base': its file 'db' is missing"), "{told}");
    assert!(!path.exists());
    assert_eq!(super::super::log::look(&path, 0).expect("looks"), Place::Missing);
}
