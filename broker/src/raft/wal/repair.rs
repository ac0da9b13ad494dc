//! Makes the log files sound before the log crate opens them.
//!
//! A power cut leaves any subset of the sectors that were never synced, and of the file names that
//! were never synced. The log crate can drop an incomplete last record, or zeros, and refuses the
//! rest; and an acknowledged record that rotted into an incomplete one it drops too. So the tail is
//! decided here, by the mark: what does not decode below it is rot and reported, what does not
//! decode above it is a torn write and cut off.
//!
//! What is left is then made durable, because from here on it counts as written: it may come from
//! the page cache of a process that was killed, or whose sync failed, without having reached the
//! disk. The second case is why the bytes are written again: after a failed sync the kernel takes
//! such pages for clean.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use raft_log::WALRecord;
use raft_log::chunked_wal::Config;
use raft_log::codeq::Decode;

use super::chain::{self, Place};
use super::store::Record;
use crate::raft::error::LogError;
use crate::raft::head::{Head, sync_folder};

/// One file of the log; its name says at which position of the log it starts.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    pub(super) start: u64,
    size: u64,
}

impl LogFile {
    pub(super) fn end(&self) -> u64 {
        self.start.saturating_add(self.size)
    }

    fn io(&self, action: &'static str) -> impl FnOnce(io::Error) -> LogError + use<> {
        let path = self.path.clone();
        move |source| LogError::Io { action, path, source }
    }

    pub(super) fn damaged(&self, position: u64, expected: &str, found: String) -> LogError {
        LogError::Damaged {
            file: self.path.clone(),
            offset: position.saturating_sub(self.start),
            expected: expected.into(),
            found,
        }
    }
}

/// Whether `folder` holds files of a log.
pub(super) fn has_files(folder: &Path) -> Result<bool, LogError> {
    Ok(!files(folder)?.is_empty())
}

/// Cuts off a torn tail, and makes the rest durable; says where it ends. Moving the mark of `head`
/// there is left to the caller: the log may turn out to be another one.
///
/// # Errors
///
/// [`LogError::Damaged`] if anything below the mark is missing or does not decode.
pub(super) fn repair(folder: &Path, head: &Head) -> Result<u64, LogError> {
    let mark = head.position();
    let files = drop_unborn(folder, files(folder)?, mark)?;
    let files = drop_purged_leftovers(folder, files)?;
    chain::check(&files)?;
    let Some(first) = files.first() else {
        if mark > 0 {
            return Err(LogError::Damaged {
                file: folder.to_path_buf(),
                offset: 0,
                expected: format!("log files up to position {mark}"),
                found: "no log file".into(),
            });
        }
        return Ok(mark);
    };
    // Files below the mark are replayed by the log crate, which refuses any damage in them.
    let unsure = files.iter().rposition(|it| it.start <= mark).unwrap_or(0);
    let mut end = files.get(unsure).map_or(first.start, |it| it.start);
    let mut cut = None;
    for (at, file) in files.iter().enumerate().skip(unsure) {
        let read = read_records(file)?;
        end = file.start.saturating_add(read.valid);
        let Some(error) = read.error else { continue };
        let next = files.get(at + 1);
        if end < mark || next.is_some_and(starts_with_record) {
            return Err(file.damaged(end, "a whole record", error.to_string()));
        }
        cut = Some(at);
        break;
    }
    if end < mark {
        let last = files.last().unwrap_or(first);
        let found = "the end of the file".into();
        let next = chain::name(last.end());
        let expected = format!(
            "records up to position {mark}, as the mark in 'head' says, here or in a file '{next}'"
        );
        return Err(last.damaged(end, &expected, found));
    }
    if let Some(at) = cut {
        cut_off(folder, &files, at, end)?;
    }
    for file in files.iter().skip(unsure).filter(|it| it.start < end) {
        make_durable(file, mark.max(file.start), end.min(file.end()))?;
    }
    sync_folder(folder)?;
    Ok(end)
}

/// Finds the first record that does not decode, when the log crate says that there is one.
pub(super) fn find_damage(folder: &Path) -> Result<Option<LogError>, LogError> {
    for file in files(folder)? {
        let scan = read_records(&file)?;
        if let Some(error) = scan.error {
            let position = file.start.saturating_add(scan.valid);
            return Ok(Some(file.damaged(position, "a whole record", error.to_string())));
        }
    }
    Ok(None)
}

/// The files of the log in order.
fn files(folder: &Path) -> Result<Vec<LogFile>, LogError> {
    let io = |source| LogError::Io { action: "list", path: folder.to_path_buf(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name();
        let Some(start) = name.to_str().and_then(|it| Config::parse_chunk_file_name(it).ok())
        else {
            continue;
        };
        let size = entry.metadata().map_err(io)?.len();
        files.push(LogFile { path: entry.path(), start, size });
    }
    files.sort_by_key(|it| it.start);
    Ok(files)
}

/// Deletes files at the end of the log that were created and got nothing durable yet.
///
/// Files are created ahead of the flush thread, several when it is slow, so there can be gaps
/// between them.
fn drop_unborn(
    folder: &Path,
    mut files: Vec<LogFile>,
    mark: u64,
) -> Result<Vec<LogFile>, LogError> {
    let before = files.len();
    while let Some(last) = files.pop_if(|it| it.start >= mark && !starts_with_record(it)) {
        std::fs::remove_file(&last.path).map_err(last.io("delete"))?;
    }
    if files.len() < before {
        sync_folder(folder)?;
    }
    Ok(files)
}

/// Deletes files that were purged, whose deletion a power cut undid out of order.
///
/// A gap in the log is fine if all before it is purged, which the files after it say, and if the
/// files before it hold nothing else; otherwise a file is lost, or stands in another's place.
fn drop_purged_leftovers(folder: &Path, mut files: Vec<LogFile>) -> Result<Vec<LogFile>, LogError> {
    let Some(gap) = files.windows(2).rposition(|pair| match pair {
        [before, after] => before.end() < after.start,
        _ => false,
    }) else {
        return Ok(files);
    };
    let kept = files.split_off(gap + 1);
    let (mut last_before, mut purged) = (None, None);
    for (at, file) in kept.iter().enumerate() {
        let scan = read_records(file)?;
        if at == 0 {
            last_before = scan.begins.map(|it| it.last);
        }
        purged = purged.max(scan.ends.purged);
    }
    let mut all_purged = last_before.flatten().is_some_and(|last| Some(last) <= purged);
    for file in &files {
        let scan = read_records(file)?;
        all_purged &= scan.error.is_none() && scan.ends.last <= purged;
    }
    if let Some(before) = files.last().filter(|_| !all_purged) {
        let expected = format!("a file '{}' that goes on from there", chain::name(before.end()));
        return Err(before.damaged(before.end(), &expected, "no such file".into()));
    }
    for file in &files {
        std::fs::remove_file(&file.path).map_err(file.io("delete"))?;
    }
    sync_folder(folder)?;
    Ok(kept)
}

/// What a scan of one file found.
pub(super) struct Scan {
    /// Bytes from the start of the file that are whole records.
    valid: u64,
    /// The state that the file begins with, if it does.
    pub(super) begins: Option<Place>,
    /// The state after its last whole record.
    pub(super) ends: Place,
    /// Why the bytes after those are not a record; none at the end of the file.
    pub(super) error: Option<io::Error>,
}

pub(super) fn read_records(file: &LogFile) -> Result<Scan, LogError> {
    let bytes = std::fs::read(&file.path).map_err(file.io("read"))?;
    let mut rest = bytes.as_slice();
    let mut scan = Scan { valid: 0, begins: None, ends: Place::default(), error: None };
    while !rest.is_empty() {
        let before = rest.len();
        match Record::decode(&mut rest) {
            Ok(record) => {
                scan.ends.pass(&record);
                if scan.valid == 0 && matches!(record, WALRecord::Checkpoint(_)) {
                    scan.begins = Some(scan.ends);
                }
            }
            Err(error) => {
                scan.error = Some(error);
                break;
            }
        }
        scan.valid += (before - rest.len()) as u64;
    }
    Ok(scan)
}

// The first record of a file is written only after the file before it is synced to its end.
fn starts_with_record(file: &LogFile) -> bool {
    std::fs::read(&file.path).is_ok_and(|bytes| Record::decode(bytes.as_slice()).is_ok())
}

/// Ends the log at position `end`, in the file at index `at`.
fn cut_off(folder: &Path, files: &[LogFile], at: usize, end: u64) -> Result<(), LogError> {
    for (index, file) in files.iter().enumerate().skip(at) {
        if index == at && end > file.start {
            OpenOptions::new()
                .write(true)
                .open(&file.path)
                .and_then(|handle| {
                    handle.set_len(end - file.start)?;
                    handle.sync_all()
                })
                .map_err(file.io("cut the torn end off"))?;
        } else {
            std::fs::remove_file(&file.path).map_err(file.io("delete"))?;
        }
    }
    sync_folder(folder)
}

fn make_durable(file: &LogFile, from: u64, to: u64) -> Result<(), LogError> {
    let handle =
        File::options().read(true).write(true).open(&file.path).map_err(file.io("open"))?;
    let length = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
    let mut bytes = vec![0; length];
    let offset = from.saturating_sub(file.start);
    handle.read_exact_at(&mut bytes, offset).map_err(file.io("read"))?;
    handle.write_all_at(&bytes, offset).map_err(file.io("write"))?;
    handle.sync_all().map_err(file.io("sync"))
}
