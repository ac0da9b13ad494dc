//! Copies end at a record, wherever it stands in its block, and find what is rotten.

use std::path::Path;

use super::super::{Error, Reader, Start, Writer, check, copy};
use crate::io::{Disk, RealDisk};

const PARTITION: u32 = 1;

fn options() -> super::super::Options {
    let mut options = super::super::Options::new(PARTITION, 1);
    options.block_bytes = 200;
    options.segment_bytes = 300;
    options
}

fn record(position: u64) -> Vec<u8> {
    format!("record {position} {}", "x".repeat(usize::try_from(position % 40).unwrap_or(0)))
        .into_bytes()
}

/// A folder with so many records in several segments.
fn written(dir: &Path, count: u64) -> Writer<RealDisk> {
    let mut writer = Writer::open(RealDisk, dir, options(), Start::At(1)).expect("opens");
    for position in 1..=count {
        writer.append(position, &record(position)).expect("appends");
    }
    writer.sync().expect("syncs");
    writer
}

fn read(dir: &Path) -> Vec<Vec<u8>> {
    let mut reader = Reader::open(RealDisk, dir, PARTITION, 1);
    let mut records = Vec::new();
    while let Some(record) = reader.next().expect("reads") {
        records.push(record.bytes.to_vec());
    }
    records
}

#[test]
fn a_copy_ends_at_any_record_and_a_writer_goes_on_after_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("source");
    let writer = written(&source, 150);
    assert!(writer.segments().len() > 3, "several segments");
    for last in 1..=150 {
        let target = folder.path().join(last.to_string());
        let mut bytes = 0;
        let mut watch = |it| {
            bytes += it;
            Ok(())
        };
        let names =
            copy(&RealDisk, (&source, &target), PARTITION, last, &mut watch).expect("copies");
        assert_eq!(names, RealDisk.list(&target).expect("lists"));
        let length = |name: &String| std::fs::metadata(target.join(name)).expect("is there").len();
        assert_eq!(bytes, names.iter().map(length).sum::<u64>());
        check(&RealDisk, &target, PARTITION, last, &mut |_| Ok(())).expect("is sound");
        let expected: Vec<_> = (1..=last).map(record).collect();
        assert_eq!(read(&target), expected, "up to {last}");
        let mut writer =
            Writer::open(RealDisk, &target, options(), Start::At(last + 1)).expect("opens");
        assert!(writer.append(last + 1, b"another future").expect("appends"));
        writer.sync().expect("syncs");
        assert_eq!(read(&target).len() as u64, last + 1);
    }
}

#[test]
fn no_records_are_copied_to_an_empty_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let (source, target) = (folder.path().join("source"), folder.path().join("target"));
    drop(written(&source, 0));
    let names = copy(&RealDisk, (&source, &target), PARTITION, 0, &mut |_| Ok(())).expect("copies");
    assert!(names.is_empty());
    check(&RealDisk, &target, PARTITION, 0, &mut |_| Ok(())).expect("is sound");
}

#[test]
fn missing_records_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (source, target) = (folder.path().join("source"), folder.path().join("target"));
    drop(written(&source, 20));
    let error =
        copy(&RealDisk, (&source, &target), PARTITION, 30, &mut |_| Ok(())).expect_err("no");
    assert!(matches!(error, Error::Missing { from: 21, to: 31, .. }), "{error}");
}

#[test]
fn every_flipped_bit_of_a_copy_is_found_with_file_and_offset() {
    let folder = tempfile::tempdir().expect("a folder");
    let (source, target) = (folder.path().join("source"), folder.path().join("target"));
    drop(written(&source, 30));
    let names =
        copy(&RealDisk, (&source, &target), PARTITION, 27, &mut |_| Ok(())).expect("copies");
    for name in names.clone() {
        let path = target.join(&name);
        let good = std::fs::read(&path).expect("reads");
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, &bad).expect("writes");
            let found = check(&RealDisk, &target, PARTITION, 27, &mut |_| Ok(()));
            let error = found.expect_err("a flipped bit is found");
            let is_named = error.to_string().contains(&name);
            assert!(is_named || matches!(error, Error::Newer { .. }), "bit {bit}: {error}");
        }
        // Whole blocks that are missing inside look like a gap; a manifest knows the length.
        let is_last = Some(&name) == names.last();
        for length in (0..good.len()).filter(|_| is_last) {
            std::fs::write(&path, &good[..length]).expect("writes");
            let found = check(&RealDisk, &target, PARTITION, 27, &mut |_| Ok(()));
            found.expect_err("a cut file is found");
        }
        std::fs::write(&path, &good).expect("writes");
    }
}

#[test]
fn a_watcher_ends_a_copy() {
    let folder = tempfile::tempdir().expect("a folder");
    let (source, target) = (folder.path().join("source"), folder.path().join("target"));
    drop(written(&source, 30));
    let error = copy(&RealDisk, (&source, &target), PARTITION, 30, &mut |_| Err(Error::Stopped));
    assert!(matches!(error, Err(Error::Stopped)));
}
