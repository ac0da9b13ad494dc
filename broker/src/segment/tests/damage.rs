//! Rot in segments is detected and named, by writers below the checkpoint and by readers always.

use std::path::Path;

use super::{PARTITION, Start, append, dir, files, length, options, read, reader, record, writer};
use crate::io::{Disk, File, MemoryDisk};
use crate::segment::{Error, Reader, Writer, check, survey};

fn written(end: u64) -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..end).expect("appends");
    open.sync().expect("syncs");
    disk
}

fn named(error: &Error, path: &Path) -> bool {
    let text = error.to_string();
    text.contains(path.to_str().expect("UTF-8"))
        && (text.contains("is damaged at offset") || text.contains("newer Baton"))
}

#[test]
fn every_flipped_bit_is_named_by_the_reader() {
    let disk = written(40);
    let paths = files(&disk);
    assert!(paths.len() > 1);
    for path in paths {
        for bit in 0..length(&disk, &path) * 8 {
            let flip = |bytes: &mut Vec<u8>| bytes[bit / 8] ^= 1 << (bit % 8);
            disk.edit(&path, flip).expect("flips");
            let error = read(&mut reader(&disk, 1)).expect_err("is detected");
            assert!(named(&error, &path), "bit {bit}: {error}");
            disk.edit(&path, flip).expect("flips back");
        }
    }
    assert_eq!(read(&mut reader(&disk, 1)).expect("is whole again"), 40);
}

#[test]
fn every_flipped_bit_of_the_last_segment_below_the_checkpoint_is_named_by_the_writer() {
    let disk = written(40);
    let path = files(&disk).pop().expect("there are files");
    for bit in 0..length(&disk, &path) * 8 {
        let flip = |bytes: &mut Vec<u8>| bytes[bit / 8] ^= 1 << (bit % 8);
        disk.edit(&path, flip).expect("flips");
        let error = writer(&disk, Start::At(40)).expect_err("is detected");
        assert!(named(&error, &path), "bit {bit}: {error}");
        disk.edit(&path, flip).expect("flips back");
    }
    writer(&disk, Start::At(40)).expect("is whole again");
}

#[test]
fn a_truncated_segment_is_an_error_below_the_checkpoint() {
    let disk = written(40);
    let paths = files(&disk);
    let last = paths.last().expect("there are files");
    disk.edit(last, |bytes| bytes.truncate(bytes.len() - 1)).expect("cuts");
    let error = writer(&disk, Start::At(40)).expect_err("is detected");
    assert!(named(&error, last), "{error}");
    assert!(error.to_string().ends_with("the file ends inside a block"), "{error}");
    // In the last segment a reader cannot tell it from a block that is being written.
    assert!(read(&mut reader(&disk, 1)).expect("waits") < 40);

    disk.edit(&paths[0], |bytes| bytes.truncate(bytes.len() - 1)).expect("cuts");
    let error = read(&mut reader(&disk, 1)).expect_err("is detected");
    assert!(named(&error, &paths[0]), "{error}");
}

#[test]
fn a_segment_cut_at_a_block_is_a_hole_or_a_gap() {
    let disk = written(40);
    let paths = files(&disk);
    let owner = crate::segment::file::Owner { partition: super::PARTITION, first: 1 };
    let preamble = crate::segment::file::preamble(owner, 0);
    disk.edit(&paths[0], |bytes| bytes.truncate(preamble.len())).expect("cuts");
    let error = read(&mut reader(&disk, 1)).expect_err("is detected");
    assert!(matches!(error, Error::Gap { from: 1, .. }), "{error}");
    for path in &paths[1..] {
        disk.remove(path).expect("removes");
    }
    let error = writer(&disk, Start::At(40)).expect_err("is detected");
    let end = Some(preamble.len() as u64);
    assert!(
        matches!(error, Error::Missing { from: 1, to: 40, offset, .. } if offset == end),
        "{error}"
    );
}

#[test]
fn swapped_and_foreign_segments_are_detected() {
    let disk = written(60);
    let paths = files(&disk);
    let mut contents = Vec::new();
    for path in &paths[..2] {
        disk.edit(path, |bytes| contents.push(bytes.clone())).expect("reads");
    }
    disk.edit(&paths[0], |bytes| bytes.clone_from(&contents[1])).expect("swaps");
    let error = read(&mut reader(&disk, 1)).expect_err("is detected").to_string();
    assert!(error.contains("it should begin with record 1 of partition 2"), "{error}");
    disk.edit(&paths[0], |bytes| bytes.clone_from(&contents[0])).expect("swaps back");

    let mut foreign = Reader::open(disk, &dir(), 9, 1);
    let error = foreign.next().expect_err("is detected").to_string();
    assert!(error.contains("of partition 9, but begins with record 1 of partition 2"), "{error}");
}

#[test]
fn a_segment_of_another_node_is_told_though_it_is_sound_and_has_the_same_positions() {
    let disks = [0, 0xff].map(|mask| {
        let disk = MemoryDisk::new();
        let mut open = writer(&disk, Start::At(1)).expect("opens");
        for position in 1..60 {
            let other: Vec<u8> = record(position).into_iter().map(|it| it ^ mask).collect();
            open.append(position, &other).expect("appends");
        }
        open.sync().expect("syncs");
        disk
    });
    let [own, other] = &disks;
    let paths = files(own);
    assert_eq!(paths, files(other), "they have the same positions");
    for path in &paths {
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        other.edit(path, |bytes| theirs.clone_from(bytes)).expect("reads");
        own.edit(path, |bytes| mine = std::mem::replace(bytes, theirs)).expect("swaps");
        let mut reader = reader(own, 1);
        let error = loop {
            match reader.next() {
                Ok(found) => assert!(found.is_some(), "{} is taken for sound", path.display()),
                Err(error) => break error.to_string(),
            }
        };
        let name = path.file_name().expect("a name").to_string_lossy();
        assert!(error.contains(&*name), "{name}: {error}");
        let refused = check(own, &dir(), PARTITION, 59, &mut |_| Ok(()));
        assert!(refused.expect_err("is detected").to_string().contains(&*name));
        own.edit(path, |bytes| *bytes = mine).expect("swaps back");
        assert_eq!(read(&mut self::reader(own, 1)).expect("is sound"), 60);
    }
}

#[test]
fn a_segment_of_another_node_that_goes_on_into_the_next_one_is_told() {
    let (own, other) = (written(60), MemoryDisk::new());
    let mut open = writer(&other, Start::At(1)).expect("opens");
    for position in 1..60 {
        open.append(position, &record(position)[..record(position).len() / 2]).expect("appends");
    }
    open.sync().expect("syncs");
    let path = &files(&own)[0];
    let mut theirs = Vec::new();
    other.edit(path, |bytes| theirs.clone_from(bytes)).expect("reads");
    own.edit(path, |bytes| *bytes = theirs).expect("replaces");
    let mut reader = reader(&own, 1);
    let error = loop {
        match reader.next() {
            Ok(found) => assert!(found.is_some(), "it is taken for sound"),
            Err(error) => break error.to_string(),
        }
    };
    assert!(error.contains("00000000000000000001.seg") && error.contains("begins with"), "{error}");
    let refused = check(&own, &dir(), PARTITION, 59, &mut |_| Ok(())).expect_err("is detected");
    assert!(refused.to_string().contains("begins with"), "{refused}");
}

#[test]
fn a_missing_segment_in_the_middle_is_a_gap() {
    let disk = written(60);
    let firsts = writer(&disk, Start::At(60)).expect("opens").segments().to_vec();
    disk.remove(&files(&disk)[1]).expect("removes");
    let mut open = reader(&disk, 1);
    let error = read(&mut open).expect_err("is detected");
    assert!(
        matches!(error, Error::Gap { from, to, .. } if (from, to) == (firsts[1], firsts[2])),
        "{error}"
    );
    open.seek(firsts[2]);
    assert_eq!(read(&mut open).expect("goes on"), 60);
}

#[test]
fn rot_that_comes_again_is_cut_with_everything_after_it() {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..8).expect("appends");
    open.sync().expect("syncs");
    append(&mut open, 8..60).expect("appends");
    drop(open);
    let before = files(&disk).len();
    disk.edit(&files(&disk)[1], |bytes| bytes[70] ^= 1).expect("flips");
    let mut open = writer(&disk, Start::At(8)).expect("opens");
    assert!(open.segments().len() < before);
    append(&mut open, 8..70).expect("appends again");
    assert_eq!(read(&mut reader(&disk, 1)).expect("reads"), 70);
}

#[test]
fn records_come_again_when_the_segment_before_the_others_is_gone() {
    let disk = written(60);
    disk.remove(&files(&disk)[0]).expect("removes");
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..60).expect("appends again");
    assert_eq!(read(&mut reader(&disk, 1)).expect("reads"), 60);

    let disk = written(60);
    disk.remove(&files(&disk)[0]).expect("removes");
    let left = files(&disk);
    // What the state has passed does not come again: nothing may be thrown away.
    writer(&disk, Start::At(5)).expect_err("records are missing");
    assert_eq!(files(&disk), left);
}

#[test]
fn a_survey_names_all_damage_below_its_end() {
    let all = |disk: &MemoryDisk, end: u64| {
        let mut found = Vec::new();
        let keep = |error: Error| found.push(error.to_string());
        survey(disk.clone(), &dir(), super::PARTITION, end, || false, keep);
        found
    };
    let disk = written(200);
    assert_eq!(all(&disk, 200), [""; 0]);
    let paths = files(&disk);
    assert!(paths.len() > 6, "{paths:?}");
    disk.edit(&paths[1], |bytes| bytes[70] ^= 1).expect("flips");
    disk.remove(&paths[3]).expect("removes");
    disk.remove(&paths[0]).expect("removes");
    let found = all(&disk, 200);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("in '/data/partitions/2/records' the records 1 to "), "{found:?}");
    assert!(found[1].contains(paths[1].to_str().expect("UTF-8")), "{found:?}");
    assert!(found[2].contains(paths[2].to_str().expect("UTF-8")), "{found:?}");
    assert_eq!(all(&disk, 2).len(), 1, "the others are behind its end");
}

#[test]
fn a_newer_format_is_refused() {
    let disk = MemoryDisk::new();
    let kind = crate::io::preamble::Kind { magic: *b"BTNSEGMT", version: 2 };
    let mut bytes = Vec::new();
    kind.put(&crate::checkpoint::Header::default(), &mut bytes);
    let path = dir().join("00000000000000000001.seg");
    disk.create(&path).expect("creates").write_at(&bytes, 0).expect("writes");
    let refusal = "has format version 2, which a newer Baton wrote; this one knows 1";
    let error = reader(&disk, 1).next().expect_err("is refused").to_string();
    assert!(error.contains(refusal), "{error}");
    let error = writer(&disk, Start::At(1)).expect_err("is refused").to_string();
    assert!(error.contains(refusal), "{error}");
}

#[test]
fn records_of_another_encoding_version_keep_it() {
    let disk = written(5);
    let newer = crate::segment::Options { record_version: 2, ..options() };
    let mut open = Writer::open(disk.clone(), &dir(), newer, Start::At(5)).expect("opens");
    open.append(5, &record(5)).expect("appends");
    open.flush().expect("flushes");
    let mut open = reader(&disk, 4);
    let versions = [(); 2].map(|()| open.next().expect("reads").expect("is there").version);
    assert_eq!(versions, [1, 2]);
}
