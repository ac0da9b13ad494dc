//! Where on the disk a call strikes: what kind of file, in words for figures.

use anyhow::{Result, ensure};

use crate::powerfs::faults::{Called, Op};

/// What a file is, by its path.
pub fn kind(path: &str) -> &'static str {
    let ends = |end: &str| path.ends_with(end);
    if path.contains("/checkpoints/base") {
        "the base"
    } else if path.contains("/checkpoints") {
        "checkpoints"
    } else if ends(".wal") {
        "the log"
    } else if ends("/head") || ends("head.tmp") {
        "the mark"
    } else if path.contains("/records") {
        "records"
    } else if path.contains("/log") {
        "the log's folder"
    } else {
        "the folder"
    }
}

/// A call as a class of faults, such as "Sync of the log".
pub fn class(called: &Called) -> String {
    format!("{:?} of {}", called.op, kind(&called.path))
}

/// What a script has to do so that cutting it shows something: it takes checkpoints, folds them,
/// begins new files, and removes old ones. Returns the classes of its calls.
///
/// # Errors
/// What does not happen.
pub fn check_script(trace: &[Called]) -> Result<()> {
    let count = |op: Op, kind_of: &str| {
        trace.iter().filter(|it| it.op == op && kind(&it.path) == kind_of).count()
    };
    let needed = [
        (Op::Create, "the log", 3, "begins new files of the log"),
        (Op::Unlink, "the log", 1, "removes old files of the log"),
        (Op::Create, "records", 3, "begins new segments of records"),
        (Op::Rename, "checkpoints", 3, "takes checkpoints"),
        (Op::Unlink, "checkpoints", 1, "removes checkpoints that were folded"),
        (Op::Write, "the base", 3, "folds checkpoints"),
        (Op::Sync, "the base", 3, "makes what it folded durable"),
        (Op::Sync, "the log", 20, "makes commands durable"),
    ];
    for (op, kind, least, what) in needed {
        let found = count(op, kind);
        ensure!(found >= least, "the script never {what}: {found} times {op:?} of {kind}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(op: Op, path: &str) -> Called {
        Called { op, inode: 2, path: path.to_owned() }
    }

    #[test]
    fn every_kind_of_file_has_a_name() {
        let named = [
            ("data/partitions/1/log/r-00_000.wal", "the log"),
            ("data/partitions/1/log/head", "the mark"),
            ("data/partitions/1/records/0001.seg", "records"),
            ("data/partitions/1/checkpoints/checkpoint-01.tmp", "checkpoints"),
            ("data/partitions/1/checkpoints/base/db", "the base"),
            ("data/identity", "the folder"),
        ];
        for (path, name) in named {
            assert_eq!(kind(path), name, "{path}");
        }
        assert_eq!(class(&called(Op::Sync, "data/partitions/1/log/head")), "Sync of the mark");
    }

    #[test]
    fn a_script_that_takes_no_checkpoint_is_refused() {
        let log = called(Op::Sync, "data/partitions/1/log/r-00_000.wal");
        assert!(check_script(&vec![log; 100]).is_err());
    }
}
