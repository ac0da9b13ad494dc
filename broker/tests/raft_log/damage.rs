//! Torn and rotten files: the first are repaired, the second are named.

use std::fs;
use std::path::{Path, PathBuf};

use broker::raft::error::LogError;
use broker::raft::head::LOG_FORMAT;
use openraft::RaftLogReader;
use openraft::storage::RaftLogStorage;

use super::{append, entry, log_files, log_id, open, read};

/// Writes a log of several files, closes it, and returns the folder.
async fn written(entries: u64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path()).unwrap();
    append(&mut store, 1, 0..entries).await;
    folder
}

fn damage(folder: &Path) -> (PathBuf, u64) {
    match open(folder).map(drop) {
        Err(LogError::Damaged { file, offset, .. }) => (file, offset),
        other => panic!("expected damage, found {other:?}"),
    }
}

#[tokio::test]
async fn a_torn_tail_is_dropped_and_the_log_goes_on() {
    let torn_tails: [&[u8]; 4] = [
        &[0; 700],                                   // length reached the disk first
        &[0, 0, 0, 1, 0, 0, 0, 0],                   // a record's beginning
        &[0xff; 40],                                 // a sector of something else
        &[&[0; 512][..], &[0x5a; 512][..]].concat(), // a hole, then data
    ];
    for tail in torn_tails {
        let folder = written(30).await;
        let last = log_files(folder.path()).pop().unwrap();
        let mut bytes = fs::read(&last).unwrap();
        bytes.extend_from_slice(tail);
        fs::write(&last, bytes).unwrap();

        let mut store = open(folder.path()).unwrap();
        append(&mut store, 2, 30..40).await;
        drop(store);
        let mut store = open(folder.path()).unwrap();
        let expected: Vec<_> = (0..30)
            .map(|index| entry(1, index))
            .chain((30..40).map(|index| entry(2, index)))
            .collect();
        assert_eq!(read(&mut store, 0..100).await, expected);
    }
}

#[tokio::test]
async fn a_flipped_bit_is_found_and_its_place_named() {
    let folder = written(60).await;
    let files = log_files(folder.path());
    assert!(files.len() > 1, "one file is closed, one open");
    for file in files {
        let whole = fs::read(&file).unwrap();
        for at in (0..whole.len()).step_by(5) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&file, &bytes).unwrap();
            let (named, offset) = damage(folder.path());
            assert_eq!(named, file, "byte {at}");
            let offset = usize::try_from(offset).unwrap();
            assert!(offset <= at && at - offset < 200, "byte {at} was named as {offset}");
        }
        fs::write(&file, &whole).unwrap();
    }
    open(folder.path()).unwrap();
}

#[tokio::test]
async fn rot_under_an_open_log_is_found_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path()).unwrap();
    // Each is synced before the next: only then is it certain that the log has let go of the entries
    // of earlier files.
    for index in 0..200 {
        append(&mut store, 1, index..index + 1).await;
    }
    let file = log_files(folder.path()).remove(0);
    let mut bytes = fs::read(&file).unwrap();
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    fs::write(&file, bytes).unwrap();
    let error = store.try_get_log_entries(0..200).await.unwrap_err().to_string();
    assert!(error.contains("the log is damaged: "), "{error}");
    assert!(error.contains(file.to_str().unwrap()), "{error}");
}

#[tokio::test]
async fn a_shortened_file_is_found() {
    let folder = written(60).await;
    for file in log_files(folder.path()) {
        let whole = fs::read(&file).unwrap();
        for length in [0, 1, whole.len() / 2, whole.len() - 1] {
            fs::write(&file, &whole[..length]).unwrap();
            let (named, _) = damage(folder.path());
            assert_eq!(named, file, "cut to {length} bytes");
        }
        fs::write(&file, &whole).unwrap();
    }
    open(folder.path()).unwrap();
}

#[tokio::test]
async fn a_missing_file_is_found() {
    let folder = written(200).await;
    for file in log_files(folder.path()) {
        let whole = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        damage(folder.path());
        fs::write(&file, &whole).unwrap();
    }
    let head = folder.path().join("head");
    let whole = fs::read(&head).unwrap();
    fs::remove_file(&head).unwrap();
    assert_eq!(damage(folder.path()).0, head);
    fs::write(&head, whole).unwrap();
    open(folder.path()).unwrap();
}

#[tokio::test]
async fn swapped_and_stale_files_are_found() {
    let folder = written(200).await;
    let files = log_files(folder.path());
    let contents: Vec<_> = files.iter().map(|it| fs::read(it).unwrap()).collect();
    fs::write(&files[0], &contents[1]).unwrap();
    fs::write(&files[1], &contents[0]).unwrap();
    open(folder.path()).unwrap_err();
    fs::write(&files[0], &contents[0]).unwrap();
    fs::write(&files[1], &contents[1]).unwrap();

    let mut store = open(folder.path()).unwrap();
    append(&mut store, 1, 200..203).await;
    drop(store);
    let last = files.last().unwrap();
    fs::write(last, contents.last().unwrap()).unwrap();
    assert_eq!(&damage(folder.path()).0, last);
}

#[tokio::test]
async fn files_that_changed_places_are_not_taken_for_purged_ones() {
    let folder = written(60).await;
    let files = log_files(folder.path());
    let contents: Vec<_> = files.iter().map(|it| fs::read(it).unwrap()).collect();
    let last = files.len() - 1;
    assert!(contents[last].len() < contents[0].len(), "the open file is shorter");
    for is_purged in [false, true] {
        if is_purged {
            let mut store = open(folder.path()).unwrap();
            // Nothing of the first file can go yet.
            store.purge(log_id(1, 0)).await.unwrap();
        }
        let contents: Vec<_> = files.iter().map(|it| fs::read(it).unwrap()).collect();
        fs::write(&files[0], &contents[last]).unwrap();
        fs::write(&files[last], &contents[0]).unwrap();
        damage(folder.path());
        assert_eq!(log_files(folder.path()), files, "nothing is thrown away");
        fs::write(&files[0], &contents[0]).unwrap();
        fs::write(&files[last], &contents[last]).unwrap();
        open(folder.path()).unwrap();
    }
}

#[tokio::test]
async fn swapped_files_of_the_same_length_are_found() {
    let folder = written(400).await;
    let files = log_files(folder.path());
    let contents: Vec<_> = files.iter().map(|it| fs::read(it).unwrap()).collect();
    let mut pairs = 0;
    for one in 0..files.len() {
        for other in one + 1..files.len() {
            // Some pairs show it: each costs an opening.
            if contents[one].len() != contents[other].len() || pairs == 12 {
                continue;
            }
            pairs += 1;
            fs::write(&files[one], &contents[other]).unwrap();
            fs::write(&files[other], &contents[one]).unwrap();
            let (named, _) = damage(folder.path());
            // The first file has none before it; then the one after it does not go on from it.
            assert!(named == files[one] || named == files[one + 1], "{one} and {other}: {named:?}");
            fs::write(&files[one], &contents[one]).unwrap();
            fs::write(&files[other], &contents[other]).unwrap();
        }
    }
    assert!(pairs > 0, "files of the same length");
    open(folder.path()).unwrap();
}

#[tokio::test]
async fn a_copy_under_another_name_is_named() {
    let folder = written(200).await;
    let files = log_files(folder.path());
    let start: u64 = digits(&files[1]).parse().unwrap();
    let copy = folder.path().join(file_name(start + 7));
    fs::copy(&files[1], &copy).unwrap();
    assert_eq!(damage(folder.path()).0, copy);
    fs::remove_file(&copy).unwrap();
    open(folder.path()).unwrap();
}

#[tokio::test]
async fn the_deletion_of_purged_files_may_be_undone_in_any_order() {
    let folder = written(400).await;
    let files = log_files(folder.path());
    let contents: Vec<_> = files.iter().map(|it| fs::read(it).unwrap()).collect();
    let mut store = open(folder.path()).unwrap();
    store.purge(log_id(1, 350)).await.unwrap();
    drop(store);
    let deleted = files.iter().filter(|it| !it.exists()).count();
    assert!(deleted > 4, "{deleted} files were deleted");
    for at in [0, 2, 3] {
        fs::write(&files[at], &contents[at]).unwrap();
    }
    let mut store = open(folder.path()).unwrap();
    assert_eq!(read(&mut store, 0..353).await, [entry(1, 351), entry(1, 352)]);
}

#[tokio::test]
async fn files_that_were_created_ahead_are_dropped() {
    let folder = written(30).await;
    let last = log_files(folder.path()).pop().unwrap();
    let end = digits(&last).parse::<u64>().unwrap() + fs::metadata(&last).unwrap().len();
    for ahead in [0, 5_000, 9_000] {
        let path = folder.path().join(file_name(end + ahead));
        fs::write(path, vec![0; usize::from(ahead > 0) * 600]).unwrap();
    }
    let mut store = open(folder.path()).unwrap();
    append(&mut store, 2, 30..31).await;
    assert_eq!(read(&mut store, 29..40).await, [entry(1, 29), entry(2, 30)]);
}

/// The position in the name of a log file.
fn digits(file: &Path) -> String {
    let name = file.file_name().unwrap().to_str().unwrap();
    name.chars().filter(char::is_ascii_digit).collect()
}

fn file_name(start: u64) -> String {
    let padded = format!("{start:020}");
    format!(
        "r-{}_{}_{}_{}_{}_{}_{}.wal",
        &padded[..2],
        &padded[2..5],
        &padded[5..8],
        &padded[8..11],
        &padded[11..14],
        &padded[14..17],
        &padded[17..]
    )
}

#[tokio::test]
async fn a_damaged_head_is_found() {
    let folder = written(30).await;
    let head = folder.path().join("head");
    let whole = fs::read(&head).unwrap();
    for at in 0..16 {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        fs::write(&head, &bytes).unwrap();
        assert_eq!(damage(folder.path()), (head.clone(), 0));
    }
    let mut bytes = whole;
    bytes[512..].fill(0x11);
    fs::write(&head, &bytes).unwrap();
    assert_eq!(damage(folder.path()), (head, 512));
}

#[tokio::test]
async fn a_newer_format_is_refused_with_a_sentence() {
    let folder = written(30).await;
    let head = folder.path().join("head");
    let mut bytes = fs::read(&head).unwrap();
    bytes[8..12].copy_from_slice(&(LOG_FORMAT + 1).to_be_bytes());
    let crc = crc32fast::hash(&bytes[..12]);
    bytes[12..16].copy_from_slice(&crc.to_be_bytes());
    fs::write(&head, &bytes).unwrap();
    let error = open(folder.path()).unwrap_err();
    assert!(matches!(error, LogError::Newer { .. }), "{error}");
    assert!(error.to_string().contains("was written by a newer Baton (format 2"), "{error}");
}
