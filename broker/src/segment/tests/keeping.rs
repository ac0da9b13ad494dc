//! Retention, and the gaps that it and snapshots leave.

use std::time::{Duration, SystemTime};

use super::{Start, append, files, length, read, reader, writer};
use crate::io::MemoryDisk;
use crate::segment::{Error, Retention};

#[test]
fn dropping_removes_whole_segments_and_never_the_last() {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..150).expect("appends");
    let firsts = open.segments().to_vec();
    assert_eq!(open.drop_before(firsts[1] - 1).expect("drops"), 0);
    assert_eq!(open.drop_before(firsts[2] + 1).expect("drops"), 2);
    assert_eq!(open.segments(), &firsts[2..]);
    let mut late = reader(&disk, 1);
    let error = read(&mut late).expect_err("is told").to_string();
    let last_lost = firsts[2] - 1;
    let next = firsts[2];
    let told = format!("records 1 to {last_lost} are no longer in '{}'; ", super::dir().display());
    assert_eq!(error, format!("{told}the next one is {next}"));
    late.seek(late.first_position().expect("lists").expect("there is one"));
    assert_eq!(read(&mut late).expect("reads"), 150);
    open.drop_before(u64::MAX).expect("drops");
    assert_eq!(open.segments().len(), 1);
    drop(open);
    let mut open = writer(&disk, Start::At(150)).expect("opens");
    append(&mut open, 150..160).expect("goes on");
    // Records that are dropped already are still ignored when they come again.
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..170).expect("goes on");
}

#[test]
fn a_reader_inside_a_dropped_segment_reads_it_to_its_end() {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..150).expect("appends");
    let mut following = reader(&disk, 1);
    following.next().expect("reads").expect("is there");
    let firsts = open.segments().to_vec();
    open.drop_before(firsts[2]).expect("drops");
    let error = read(&mut following).expect_err("is told");
    assert!(
        matches!(error, Error::Gap { from, to, .. } if (from, to) == (firsts[1], firsts[2])),
        "{error}"
    );
}

#[test]
fn segments_go_by_size_and_by_age() {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    for day in 0..10 {
        disk.set_now(Duration::from_hours(24 * day));
        append(&mut open, day * 20 + 1..day * 20 + 21).expect("appends");
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 9);
    assert_eq!(open.retain(Retention::default(), now).expect("keeps"), 0);
    let count = open.segments().len();
    let age_max = Some(Duration::from_hours(24 * 3));
    let dropped = open.retain(Retention { age_max, ..Retention::default() }, now).expect("drops");
    assert!(dropped > 0 && dropped < count, "{dropped} of {count}");
    let bytes = files(&disk).iter().map(|path| length(&disk, path) as u64).sum::<u64>();
    let by_size = Retention { bytes_max: Some(bytes / 2), ..Retention::default() };
    assert!(open.retain(by_size, now).expect("drops") > 0);
    let left = files(&disk).iter().map(|path| length(&disk, path) as u64).sum::<u64>();
    assert!(left <= bytes / 2, "{left} of {bytes}");
    let nothing = Retention { bytes_max: Some(0), age_max: Some(Duration::ZERO) };
    open.retain(nothing, now + Duration::from_hours(1)).expect("drops");
    assert_eq!(open.segments().len(), 1, "the last one stays");
}

#[test]
fn a_snapshot_leaves_a_gap_that_readers_are_told_of() {
    let disk = MemoryDisk::new();
    append(&mut writer(&disk, Start::At(1)).expect("opens"), 1..20).expect("appends");
    let mut following = reader(&disk, 1);
    read(&mut following).expect("reads");
    drop(writer(&disk, Start::Skip(500)).expect("opens"));
    let error = read(&mut following).expect_err("is told");
    assert!(matches!(error, Error::Gap { from: 20, to: 500, .. }), "{error}");
    let mut open = writer(&disk, Start::At(500)).expect("the new segment is there already");
    append(&mut open, 500..520).expect("appends");
    following.seek(500);
    assert_eq!(read(&mut following).expect("reads"), 520);
    let told = read(&mut reader(&disk, 5)).expect_err("is told").to_string();
    assert!(told.starts_with("records 20 to 499 are no longer in '/data/"), "{told}");
    assert!(told.ends_with("00000000000000000001.seg'; the next one is 500"), "{told}");
    // Skipping to what is here already changes nothing.
    assert_eq!(writer(&disk, Start::Skip(510)).expect("opens").next_position(), 520);
    assert_eq!(writer(&disk, Start::At(515)).expect("opens").next_position(), 520);
}

#[test]
fn a_new_replica_begins_with_the_position_of_its_snapshot() {
    let disk = MemoryDisk::new();
    assert!(matches!(writer(&disk, Start::At(40)), Err(Error::Missing { from: 1, to: 40, .. })));
    let mut open = writer(&disk, Start::Skip(40)).expect("opens");
    append(&mut open, 40..60).expect("appends");
    drop(writer(&disk, Start::Skip(90)).expect("opens"));
    drop(writer(&disk, Start::Skip(95)).expect("opens"));
    assert_eq!(files(&disk).len(), 2, "a segment without records is not kept");
    let told = read(&mut reader(&disk, 40)).expect_err("is told").to_string();
    assert!(told.ends_with("00000000000000000040.seg'; the next one is 95"), "{told}");
}

#[test]
fn a_gap_without_its_snapshot_is_taken_back() {
    let disk = MemoryDisk::new();
    append(&mut writer(&disk, Start::At(1)).expect("opens"), 1..20).expect("appends");
    drop(writer(&disk, Start::Skip(500)).expect("opens"));
    let mut open = writer(&disk, Start::At(10)).expect("the old state goes on");
    append(&mut open, 10..40).expect("appends");
    assert_eq!(read(&mut reader(&disk, 1)).expect("reads"), 40);
}
