//! Where a backup and a restore are struck: each call that changes or syncs something.

use super::CUT_AFTER;
use crate::places::kind;
use crate::powerfs::faults::{Called, Faults, Op, Place};

/// What is struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum During {
    /// A backup, while the server works.
    Backup,
    /// A restore, which needs no server.
    Restore,
}

/// A part of a backup or of a restored folder, with the classes of faults that strike it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) cut: &'static str,
    pub(super) failed_sync: &'static str,
}

/// What a backup makes, in this order.
pub(super) const PARTS_OF_BACKUP: [Part; 4] = [
    Part { cut: "cut at a backup's start", failed_sync: "failed sync of a backup's start" },
    Part { cut: "cut at a backup's state", failed_sync: "failed sync of a backup's state" },
    Part { cut: "cut at a backup's records", failed_sync: "failed sync of a backup's records" },
    Part { cut: "cut at a backup's manifest", failed_sync: "failed sync of a backup's manifest" },
];

/// What a restore makes.
pub(super) const PARTS_OF_RESTORE: [Part; 6] = [
    Part { cut: "cut at a restore's folders", failed_sync: "failed sync of a restore's folders" },
    Part { cut: "cut at a restore's mark", failed_sync: "failed sync of a restore's mark" },
    Part { cut: "cut at a restored state", failed_sync: "failed sync of a restored state" },
    Part { cut: "cut at restored records", failed_sync: "failed sync of restored records" },
    Part { cut: "cut at a restored log", failed_sync: "failed sync of a restored log" },
    Part { cut: "cut at a restored identity", failed_sync: "failed sync of a restored identity" },
];

/// One fault at one call.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) during: During,
    pub(super) faults: Faults,
    pub(super) class: &'static str,
}

impl Point {
    /// Whether the power goes, at a call or after all of them.
    pub(super) fn is_cut(&self) -> bool {
        self.faults.fail_sync_at.is_none() && self.faults.fail_sync_at_place.is_none()
    }

    /// Whether the power goes when all is done.
    pub(super) fn is_after(&self) -> bool {
        CUT_AFTER.contains(&self.class)
    }
}

/// All points, those of a class beside each other.
pub(super) fn points(of_backup: &[Called], of_restore: &[Called]) -> Vec<Point> {
    let after = |during, class| Point { during, faults: Faults::default(), class };
    let mut all = vec![after(During::Backup, CUT_AFTER[0]), after(During::Restore, CUT_AFTER[1])];
    all.extend(places(of_backup));
    all.extend(numbers(of_restore));
    all.sort_by_key(|it| it.class);
    all
}

/// Calls of a backup come among those of the server, so they are counted by kind.
fn places(calls: &[Called]) -> Vec<Point> {
    let mut all = Vec::new();
    for (at, called) in calls.iter().enumerate() {
        let is_like = |it: &&Called| it.op == called.op && kind(&it.path) == kind(&called.path);
        let number = calls[..=at].iter().filter(is_like).count() as u64;
        let place = Some(Place { op: called.op, kind: kind(&called.path), number });
        let part = part_of_backup(&calls[..=at]);
        let mut add = |faults, class| all.push(Point { during: During::Backup, faults, class });
        if called.op != Op::Open {
            add(Faults { cut_at_place: place, ..Faults::default() }, part.cut);
        }
        if called.op.is_sync() {
            add(Faults { fail_sync_at_place: place, ..Faults::default() }, part.failed_sync);
        }
    }
    all
}

/// Nobody but a restore uses its disk, so its calls are counted as they come.
fn numbers(calls: &[Called]) -> Vec<Point> {
    let (mut all, mut number, mut syncs) = (Vec::new(), 0, 0);
    for called in calls {
        number += 1;
        let part = part_of_restore(&called.path);
        let mut add = |faults, class| all.push(Point { during: During::Restore, faults, class });
        if called.op != Op::Open {
            add(Faults { cut_at: Some(number), ..Faults::default() }, part.cut);
        }
        if called.op.is_sync() {
            syncs += 1;
            add(Faults { fail_sync_at: Some(syncs), ..Faults::default() }, part.failed_sync);
        }
    }
    all
}

/// The part of the last of some calls.
fn part_of_backup(calls: &[Called]) -> Part {
    let [start, state, records, manifest] = PARTS_OF_BACKUP;
    let is_of = |it: &Called, part: &str| kind(&it.path) == part;
    match calls.last() {
        Some(it) if is_of(it, "a backup's state") => state,
        Some(it) if is_of(it, "a backup's records") => records,
        // Its folder makes the manifest durable.
        Some(_) if calls.iter().any(|it| is_of(it, "a backup's manifest")) => manifest,
        Some(_) | None => start,
    }
}

fn part_of_restore(path: &str) -> Part {
    let [folders, mark, state, records, log, identity] = PARTS_OF_RESTORE;
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    match kind(path) {
        "checkpoints" => state,
        "records" => records,
        "the log" | "the mark" | "the log's folder" => log,
        _ if name.starts_with("restoring") => mark,
        _ if name.starts_with("identity") => identity,
        _ => folders,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(op: Op, path: &str) -> Called {
        Called { op, inode: 2, path: path.to_owned() }
    }

    #[test]
    fn each_call_that_changes_or_syncs_something_is_a_point() {
        let backup = [
            called(Op::Create, "backups/1/started.tmp"),
            called(Op::Sync, "backups/1/partitions/1/checkpoint-7.tmp"),
            called(Op::Open, "backups/1/partitions/1/checkpoint-7.delta"),
            called(Op::Sync, "backups/1/partitions/1/records/1.seg"),
            called(Op::Sync, "backups/1/partitions/1/records/2.seg"),
            called(Op::Rename, "backups/1/manifest"),
            called(Op::SyncFolder, "backups/1"),
        ];
        let restore = [
            called(Op::Open, "backups/1/manifest"),
            called(Op::Sync, "data/restoring.tmp"),
            called(Op::Sync, "data/partitions/1/log/head"),
            called(Op::Unlink, "data/restoring"),
        ];
        let all = points(&backup, &restore);
        assert_eq!(all.len(), 2 + 6 + 4 + 3 + 2);
        let of = |class: &str| all.iter().filter(|it| it.class == class).collect::<Vec<_>>();
        let second = &of("failed sync of a backup's records")[1].faults.fail_sync_at_place;
        let kind = "a backup's records";
        assert_eq!(*second, Some(Place { op: Op::Sync, kind, number: 2 }));
        assert_eq!(of("failed sync of a restored log")[0].faults.fail_sync_at, Some(2));
        assert_eq!(of("failed sync of a backup's manifest").len(), 1);
        assert_eq!(of("cut at a restore's mark").len(), 2);
        assert!(of("cut after a backup")[0].is_after());
        let classes: Vec<&str> = all.iter().map(|it| it.class).collect();
        assert!(classes.is_sorted(), "those of a class stand together: {classes:?}");
    }
}
