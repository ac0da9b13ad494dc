//! Writers and readers of segments, alone and together, with crashes and rot.

mod copying;
mod crashes;
mod damage;
mod following;
mod keeping;
mod random;

use std::path::{Path, PathBuf};

use super::{Error, Options, Reader, Start, Writer};
use crate::io::{Disk, MemoryDisk};

pub(super) const PARTITION: u32 = 2;

pub(super) fn dir() -> PathBuf {
    PathBuf::from("/data/partitions/2/records")
}

/// Small blocks and segments, so that a few records make several of each.
pub(super) fn options() -> Options {
    Options { block_bytes: 200, segment_bytes: 1_000, ..Options::new(PARTITION, 1) }
}

/// The record of a position: its bytes follow from its number and compress badly.
pub(super) fn record(position: u64) -> Vec<u8> {
    let length = usize::try_from(position * 7 % 90).expect("small");
    let mut state = position;
    let noise = std::iter::repeat_with(|| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    noise.take(length).collect()
}

pub(super) fn writer(disk: &MemoryDisk, start: Start) -> Result<Writer<MemoryDisk>, Error> {
    Writer::open(disk.clone(), &dir(), options(), start)
}

pub(super) fn append<D: Disk>(
    writer: &mut Writer<D>,
    positions: std::ops::Range<u64>,
) -> Result<(), Error> {
    for position in positions {
        writer.append(position, &record(position))?;
    }
    writer.flush()
}

pub(super) fn reader(disk: &MemoryDisk, from: u64) -> Reader<MemoryDisk> {
    Reader::open(disk.clone(), &dir(), PARTITION, from)
}

/// Reads what is there and checks each record; returns the position reached.
pub(super) fn read<D: Disk>(reader: &mut Reader<D>) -> Result<u64, Error> {
    loop {
        let expected = reader.position();
        let Some(found) = reader.next()? else { return Ok(expected) };
        assert_eq!((found.position, found.version), (expected, 1));
        assert_eq!(found.bytes, record(expected), "record {expected}");
    }
}

pub(super) fn files(disk: &MemoryDisk) -> Vec<PathBuf> {
    let names = disk.list(&dir()).expect("lists");
    names.iter().map(|name| dir().join(name)).collect()
}

pub(super) fn length(disk: &MemoryDisk, path: &Path) -> usize {
    let mut length = 0;
    disk.edit(path, |bytes| length = bytes.len()).expect("measures");
    length
}

#[test]
fn records_come_back_in_order_from_any_position() {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..201).expect("appends");
    assert!(open.segments().len() > 3, "several segments: {:?}", open.segments());
    for from in 1..202 {
        assert_eq!(read(&mut reader(&disk, from)).expect("reads"), 201, "from {from}");
    }
    let mut seeking = reader(&disk, 1);
    for position in [150, 3, 200, 201, 77] {
        seeking.seek(position);
        assert_eq!(read(&mut seeking).expect("reads"), 201, "after seeking {position}");
    }
}

#[test]
fn a_hole_is_refused_and_what_is_here_is_ignored() {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    let error = open.append(2, b"").expect_err("is refused").to_string();
    assert_eq!(error, "record 2 cannot follow: the next one must be 1");
    append(&mut open, 1..10).expect("appends");
    assert!(!open.append(4, &record(4)).expect("is ignored"));
    assert_eq!(open.next_position(), 10);
    let error = writer(&disk, Start::At(12)).expect_err("is refused").to_string();
    let mut length = 0;
    disk.edit(&files(&disk)[0], |bytes| length = bytes.len()).expect("looks");
    let end = format!(".seg' the records 10 to 11 are missing: it ends at offset {length}");
    assert!(error.ends_with(&end), "{error}");
}

#[test]
fn a_record_that_comes_again_with_other_bytes_is_refused() {
    let disk = MemoryDisk::new();
    append(&mut writer(&disk, Start::At(1)).expect("opens"), 1..50).expect("appends");
    let mut open = writer(&disk, Start::At(20)).expect("opens");
    for position in 20..30 {
        assert!(!open.append(position, &record(position)).expect("is the same"));
    }
    let error = open.append(30, b"other").expect_err("differs").to_string();
    assert_eq!(error, "record 30 was written before with other bytes");
    for position in 20..50 {
        assert!(!open.append(position, &record(position)).expect("is the same"));
    }
    append(&mut open, 50..60).expect("goes on");
    assert_eq!(read(&mut reader(&disk, 1)).expect("reads"), 60);
}

#[test]
fn a_record_beyond_the_limit_is_refused() {
    let mut open = writer(&MemoryDisk::new(), Start::At(1)).expect("opens");
    let error = open.append(1, &vec![0; super::RECORD_BYTES_MAX + 1]).expect_err("is refused");
    assert!(matches!(error, Error::TooLarge { position: 1, .. }), "{error}");
    assert!(open.append(1, &[]).expect("an empty one is fine"));
}

#[test]
fn a_full_disk_loses_nothing_and_goes_on_when_there_is_space() {
    for capacity in [0, 10, 60, 100, 300, 1_300, 2_000] {
        let disk = MemoryDisk::new();
        let mut open = writer(&disk, Start::At(1)).expect("opens");
        disk.set_capacity(Some(capacity));
        let mut position = 1;
        let error = loop {
            let appended = open.append(position, &record(position)).and_then(|_| open.flush());
            match appended {
                Ok(()) => position += 1,
                Err(error) => break error,
            }
        };
        assert!(error.is_out_of_space(), "{error}");
        let mut following = reader(&disk, 1);
        assert_eq!(read(&mut following).expect("reads"), position, "only whole records");
        disk.set_capacity(None);
        append(&mut open, position..100).expect("goes on");
        assert_eq!(read(&mut following).expect("reads on"), 100, "capacity {capacity}");
        drop(open);
        assert_eq!(writer(&disk, Start::At(100)).expect("opens").next_position(), 100);
    }
}
