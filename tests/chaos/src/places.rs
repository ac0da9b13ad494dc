//! Where on the disk a call strikes: what kind of file, in words for figures.

use anyhow::{Result, ensure};

use crate::powerfs::faults::{Called, Op};

/// What a file is, by its path.
pub fn kind(path: &str) -> &'static str {
    let ends = |end: &str| path.ends_with(end);
    if let Some(within) = path.strip_prefix("backups") {
        kind_in_backup(within)
    } else if path.contains("/checkpoints/base") {
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

/// What a file in the folder of backups is.
fn kind_in_backup(path: &str) -> &'static str {
    if path.contains("/records") {
        "a backup's records"
    } else if path.contains("/checkpoint-") || path.contains("/partitions") {
        "a backup's state"
    } else if path.contains("/manifest") {
        "a backup's manifest"
    } else {
        "a backup's folder"
    }
}

/// A call as a class of faults, such as "Sync of the log".
pub fn class(called: &Called) -> String {
    format!("{:?} of {}", called.op, kind(&called.path))
}

/// Whether a sentence names the file whose sync failed, or the folder that holds only such files;
/// of a folder, also something in it that was being made.
pub fn names(sentence: &str, called: &Called) -> bool {
    let path = called.path.as_str();
    let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
    let is_known_by_folder = ["the log", "the base"].contains(&kind(path));
    // The folder in which the data folder is has no name here.
    let inside = if path.is_empty() { "/data'".to_owned() } else { format!("/{path}/") };
    sentence.contains(&format!("/{path}'"))
        || (is_known_by_folder && sentence.contains(&format!("/{folder}'")))
        || (called.op == Op::SyncFolder && sentence.contains(&inside))
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
            ("backups/1/started", "a backup's folder"),
            ("backups/1", "a backup's folder"),
            ("backups/1/partitions/1/checkpoint-07.delta", "a backup's state"),
            ("backups/1/partitions/1/records/0001.seg", "a backup's records"),
            ("backups/1/manifest.tmp", "a backup's manifest"),
        ];
        for (path, name) in named {
            assert_eq!(kind(path), name, "{path}");
        }
        assert_eq!(class(&called(Op::Sync, "data/partitions/1/log/head")), "Sync of the mark");
    }

    #[test]
    fn a_sentence_about_another_file_is_noticed() {
        let told = |path: &str| format!("It cannot be: sync '/tmp/x/{path}': it is broken.");
        let delta = "data/partitions/1/checkpoints/checkpoint-7.tmp";
        assert!(names(&told(delta), &called(Op::Sync, delta)));
        assert!(!names(&told("data/partitions/1/checkpoints"), &called(Op::Sync, delta)));
        let log = called(Op::Sync, "data/partitions/1/log/r-00_000.wal");
        assert!(names(&told("data/partitions/1/log"), &log));
        assert!(!names(&told("data/partitions/1/log/head"), &log));
        let folder = called(Op::SyncFolder, "data/partitions");
        assert!(names(&told("data/partitions/1/records"), &folder));
        assert!(!names(&told("data/identity"), &folder));
        let root = called(Op::SyncFolder, "");
        assert!(names(&told("data"), &root));
        assert!(!names(&told("data/identity"), &root));
    }

    #[test]
    fn a_script_that_takes_no_checkpoint_is_refused() {
        let log = called(Op::Sync, "data/partitions/1/log/r-00_000.wal");
        assert!(check_script(&vec![log; 100]).is_err());
    }
}
