//! A crash at every disk operation: nothing durable is lost, nothing is doubled, no hole.

use super::{Start, append, read, reader, record, writer};
use crate::io::{Loss, MemoryDisk};

const END: u64 = 60;
/// A checkpoint is taken after so many records.
const CHECKPOINT: u64 = 13;

/// Appends with a sync and "checkpoint" now and then; returns the position of the last checkpoint
/// and whether everything was done.
fn run(disk: &MemoryDisk) -> (u64, bool) {
    let mut durable = 1;
    let Ok(mut open) = writer(disk, Start::At(durable)) else { return (durable, false) };
    for position in 1..END {
        if open.append(position, &record(position)).is_err() {
            return (durable, false);
        }
        if position % 4 == 0 && open.flush().is_err() {
            return (durable, false);
        }
        if position % CHECKPOINT == 0 {
            if open.sync().is_err() {
                return (durable, false);
            }
            assert_eq!(open.synced_position(), position + 1);
            durable = position + 1;
        }
    }
    (durable, open.sync().is_ok())
}

#[test]
fn a_crash_at_any_disk_operation_leaves_each_record_once() {
    for loss in [Loss::Nothing, Loss::Everything].into_iter().chain((0..40).map(Loss::Some)) {
        for step in 0.. {
            let disk = MemoryDisk::new();
            disk.fail_at(step);
            let (durable, is_done) = run(&disk);
            disk.crash(loss);
            let place = format!("step {step}, {loss:?}, durable below {durable}");
            let mut open = writer(&disk, Start::At(durable))
                .unwrap_or_else(|error| panic!("{place}: {error}"));
            assert!(open.next_position() >= durable, "{place}");
            // The engine offers everything after the checkpoint again.
            append(&mut open, durable..END).unwrap_or_else(|error| panic!("{place}: {error}"));
            let found = read(&mut reader(&disk, 1)).unwrap_or_else(|it| panic!("{place}: {it}"));
            assert_eq!(found, END, "{place}");
            if is_done {
                assert!(step > 30, "the script has many operations");
                break;
            }
        }
    }
}

#[test]
fn a_reader_that_lives_through_a_restart_of_the_writer_sees_each_record_once() {
    for step in 0.. {
        let disk = MemoryDisk::new();
        disk.fail_at(step);
        let (durable, is_done) = run(&disk);
        disk.crash(Loss::Nothing);
        let mut following = reader(&disk, 1);
        let reached = read(&mut following).expect("reads");
        let mut open = writer(&disk, Start::At(durable)).expect("opens");
        assert!(open.next_position() >= reached, "what was seen stays");
        for position in durable..END {
            open.append(position, &record(position)).expect("appends");
            open.flush().expect("flushes");
            read(&mut following).expect("reads on");
        }
        assert_eq!(following.position(), END, "step {step}");
        if is_done {
            break;
        }
    }
}

#[test]
fn every_torn_length_of_the_end_is_cut_and_written_again() {
    let disk = MemoryDisk::new();
    let mut open = writer(&disk, Start::At(1)).expect("opens");
    append(&mut open, 1..5).expect("appends");
    open.sync().expect("syncs");
    let path = super::files(&disk).remove(0);
    let synced = super::length(&disk, &path);
    append(&mut open, 5..9).expect("appends");
    let mut whole = Vec::new();
    disk.edit(&path, |bytes| whole.clone_from(bytes)).expect("reads");
    for length in synced..=whole.len() {
        for filler in [0, 0xff] {
            disk.edit(&path, |bytes| {
                bytes.clone_from(&whole);
                bytes[length..].fill(filler);
            })
            .expect("tears");
            let mut open = writer(&disk, Start::At(5)).expect("opens");
            append(&mut open, 5..12).expect("appends");
            assert_eq!(read(&mut reader(&disk, 1)).expect("reads"), 12, "{length} bytes stayed");
        }
    }
}
