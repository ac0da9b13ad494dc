//! Readers that follow a writer.

use super::{PARTITION, Start, append, dir, options, read, reader, record, writer};
use crate::io::{MemoryDisk, RealDisk};
use crate::segment::{Reader, Writer};

#[test]
fn a_reader_sees_records_after_each_flush_and_waits_for_the_others() {
    let disk = MemoryDisk::new();
    let mut following = reader(&disk, 1);
    assert_eq!(following.next().expect("there is no folder yet"), None);
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    for position in 1..300 {
        open.append(position, &record(position)).expect("appends");
        if position % 3 == 0 {
            open.flush().expect("flushes");
            assert_eq!(read(&mut following).expect("reads"), position + 1);
        }
    }
    let mut ahead = reader(&disk, 305);
    assert_eq!(read(&mut ahead).expect("waits"), 305);
    append(&mut open, 300..310).expect("appends");
    assert_eq!(read(&mut ahead).expect("reads"), 310);
}

#[test]
fn an_incomplete_last_block_is_not_an_error() {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..4).expect("appends");
    let path = super::files(&disk).remove(0);
    let before = super::length(&disk, &path);
    append(&mut open, 4..8).expect("appends");
    let mut whole = Vec::new();
    disk.edit(&path, |bytes| whole.clone_from(bytes)).expect("reads");
    let mut following = reader(&disk, 1);
    for length in before..whole.len() {
        disk.edit(&path, |bytes| *bytes = whole[..length].to_vec()).expect("cuts");
        assert_eq!(read(&mut following).expect("waits"), 4, "{length} bytes are there");
    }
    disk.edit(&path, |bytes| bytes.clone_from(&whole)).expect("completes");
    assert_eq!(read(&mut following).expect("reads"), 8);
}

#[test]
fn readers_follow_a_writer_on_another_thread() {
    const END: u64 = 20_000;
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::thread::scope(|scope| {
        for from in [1, 1, 7_777] {
            let mut following = Reader::open(RealDisk, folder.path(), PARTITION, from);
            scope.spawn(move || {
                while read(&mut following).expect("reads") < END {
                    std::thread::yield_now();
                }
            });
        }
        let options = crate::segment::Options { segment_bytes: 100_000, ..options() };
        let mut open = Writer::open(RealDisk, folder.path(), options, Start::At(1)).expect("opens");
        for position in 1..END {
            open.append(position, &record(position)).expect("appends");
            if position % 17 == 0 {
                open.flush().expect("flushes");
            }
        }
        open.sync().expect("syncs");
    });
    let folder = folder.path();
    assert!(
        Reader::open(RealDisk, folder, PARTITION, 1).first_position().expect("lists") == Some(1)
    );
    assert_ne!(folder, dir());
}
