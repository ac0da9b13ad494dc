//! Golden logs: what a released Baton wrote must mean the same for ever.
//!
//! ```text
//! tests/fixtures/logs/N/entries.bin    entries in order: length (4 bytes, little-endian), bytes
//! tests/fixtures/logs/N/expected.txt   what replay must end in
//! ```
//!
//! The logs are never edited: a change that alters what one means needs a new logic version.
//! `UPDATE=1` writes a log only while its folder is absent.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod refined;
mod script;
mod seen;

use std::fs;
use std::path::PathBuf;

use engine::{Engine, Output};
use record::{Entry, EntryBody};

use seen::Seen;

/// The partition whose logs these are.
pub(crate) const PARTITION: u32 = 1;

fn logs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/logs")
}

/// Cuts a file of entries.
fn entries(mut file: &[u8]) -> Vec<Vec<u8>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = file.split_first_chunk() {
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap();
        let (entry, rest) = rest.split_at(length);
        entries.push(entry.to_vec());
        file = rest;
    }
    assert!(file.is_empty(), "the file ends inside a length");
    entries
}

/// Replays entries, as a node does that starts without a checkpoint.
fn replay(entries: &[Vec<u8>]) -> (String, Seen) {
    let mut engine = Engine::new(PARTITION);
    let mut out = Output::default();
    let mut seen = Seen::default();
    let mut record_hash = 0;
    for (index, bytes) in (1..).zip(entries) {
        let body = EntryBody::read(bytes).unwrap();
        let entry = Entry { index, term: 1, body };
        let had_pending = engine.has_pending();
        engine.apply(&entry, &mut out);
        engine.check_invariants().unwrap();
        for (position, record) in out.encoded() {
            record_hash = xxhash_rust::xxh3::xxh3_64_with_seed(record, record_hash ^ position);
        }
        seen.note(&entry.body.command.body, had_pending, &out.records);
    }
    let text = format!(
        "logic {}\nentries {}\nrecords {}\ntime {}\nstate {:016x}\noutput {:016x}\nrecord {record_hash:016x}\n",
        engine.logic(),
        engine.applied_index(),
        engine.last_position(),
        engine.now(),
        engine.state_hash(),
        engine.output_hash(),
    );
    (text, seen)
}

/// The folders of all logs.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<_> = fs::read_dir(logs()).unwrap().map(|it| it.unwrap().path()).collect();
    folders.sort();
    for name in ["1", "2", "3"] {
        assert!(folders.contains(&logs().join(name)), "log {name} is missing");
    }
    folders
}

/// Writes a log that is not there yet, if `UPDATE=1` says so.
fn write_absent(name: &str, write: fn() -> Vec<Vec<u8>>) {
    let folder = logs().join(name);
    if std::env::var_os("UPDATE").is_some_and(|it| it == "1") && !folder.exists() {
        let written = write();
        let cut: Vec<u8> = written.iter().flat_map(|it| framed(it)).collect();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("entries.bin"), cut).unwrap();
        fs::write(folder.join("expected.txt"), replay(&written).0).unwrap();
    }
}

#[test]
fn every_golden_log_still_means_the_same() {
    write_absent("1", script::write);
    write_absent("2", script::write_second);
    write_absent("3", refined::write);
    for folder in folders() {
        let file = fs::read(folder.join("entries.bin")).unwrap();
        let expected = fs::read_to_string(folder.join("expected.txt")).unwrap();
        let (found, _) = replay(&entries(&file));
        assert_eq!(found, expected, "{} means something else now", folder.display());
    }
}

#[test]
fn the_golden_logs_use_everything() {
    let mut all = Seen::default();
    for folder in folders() {
        let file = fs::read(folder.join("entries.bin")).unwrap();
        all.add(replay(&entries(&file)).1);
    }
    all.check();
}

#[test]
fn a_changed_entry_is_noticed() {
    let file = fs::read(logs().join("1/entries.bin")).unwrap();
    let mut changed = entries(&file);
    let (expected, _) = replay(&changed);
    let last = changed.len() - 1;
    let mut body = EntryBody::read(&changed[last]).unwrap();
    body.now += 1;
    changed[last] = value::wire::Message::to_bytes(&body);
    assert_ne!(replay(&changed).0, expected);
}

fn framed(entry: &[u8]) -> Vec<u8> {
    let length = u32::try_from(entry.len()).unwrap();
    [&length.to_le_bytes(), entry].concat()
}
