//! What a writer finds when it starts again: where the sound records end.
//!
//! Everything below the checkpoint's position was synced before the checkpoint was, so damage
//! there is rot and an error. Above it, the engine offers the same records again: a torn or rotten
//! block there is cut off, with all that follows.

use std::path::Path;

use super::file::{Found, Opened, Owner, Segment, list, path};
use super::{Error, FIRST_POSITION};
use crate::io::{Attempt, Disk, Failure, File};

/// The sound end of the segments.
#[derive(Debug)]
pub(super) struct Tail<F> {
    /// The first positions of the segments that are there.
    pub(super) firsts: Vec<u64>,
    /// The last segment, positioned at its end; `None` when there is none.
    pub(super) last: Option<Segment<F>>,
}

/// Which part of the segments is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope {
    /// The segment that holds this position is the first one read.
    pub(super) from: u64,
    /// Below this position everything must be sound.
    pub(super) durable: u64,
}

/// Finds the end and cuts what is not sound.
pub(super) fn find<D: Disk>(
    disk: &D,
    dir: &Path,
    partition: u32,
    scope: Scope,
) -> Result<Tail<D::File>, Error> {
    let durable = scope.durable;
    let mut firsts = list(disk, dir)?;
    if firsts.first().is_some_and(|&first| first > scope.from) {
        // The segment that holds the first record to come is gone. If nothing before it must be
        // here, all records come again, and what is left would only hide those in between.
        if durable <= FIRST_POSITION {
            cut_segments(disk, dir, &firsts)?;
            firsts.clear();
        }
        return Ok(Tail { firsts, last: None });
    }
    // Older segments are not read here: their readers check them.
    let start = start(disk, dir, partition, &firsts, scope)?;
    let mut last: Option<Segment<D::File>> = None;
    for at in start..firsts.len() {
        let owner = Owner { partition, first: firsts[at] };
        let is_continued = last.as_ref().is_none_or(|segment| segment.next == owner.first);
        let opened = if is_continued { open(disk, dir, owner, durable)? } else { None };
        let opened = match (&last, opened) {
            (Some(last), Some(next)) => chained(last, next, durable)?,
            (_, opened) => opened,
        };
        let Some(mut segment) = opened else {
            check_cut(dir, owner, last.as_ref(), durable)?;
            cut_segments(disk, dir, &firsts[at..])?;
            firsts.truncate(at);
            break;
        };
        let is_sound = walk(&mut segment, durable)?;
        last = Some(segment);
        if !is_sound {
            cut_segments(disk, dir, &firsts[at + 1..])?;
            firsts.truncate(at + 1);
            break;
        }
    }
    Ok(Tail { firsts, last })
}

/// The next segment; `None` when it was begun after another one and comes again.
fn chained<F: File>(
    last: &Segment<F>,
    next: Segment<F>,
    durable: u64,
) -> Result<Option<Segment<F>>, Error> {
    match last.check_chain(&next) {
        Ok(()) => Ok(Some(next)),
        Err(_) if next.owner.first >= durable => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where to begin: the segment that holds `from`, or an older one if that has no sound header.
fn start<D: Disk>(
    disk: &D,
    dir: &Path,
    partition: u32,
    firsts: &[u64],
    scope: Scope,
) -> Result<usize, Error> {
    let mut at = firsts.partition_point(|&first| first <= scope.from).saturating_sub(1);
    while at > 0 {
        let owner = Owner { partition, first: firsts[at] };
        if open(disk, dir, owner, scope.durable)?.is_some() {
            break;
        }
        at -= 1;
    }
    Ok(at)
}

/// Opens a segment; `None` when it is torn or rotten in the part that comes again.
fn open<D: Disk>(
    disk: &D,
    dir: &Path,
    owner: Owner,
    durable: u64,
) -> Result<Option<Segment<D::File>>, Error> {
    match Segment::open(disk, dir, owner, true) {
        Ok(Opened::Segment(segment)) => Ok(Some(segment)),
        Ok(Opened::Missing) => Ok(None),
        Ok(Opened::Short(_)) | Err(Error::Damaged { .. }) if owner.first >= durable => Ok(None),
        Ok(Opened::Short(length)) => {
            Err(Error::damaged(&path(dir, owner.first), length, "the file ends inside its header"))
        }
        Err(error) => Err(error),
    }
}

/// A segment may only be cut when everything below `durable` is in those before it.
fn check_cut<F>(
    dir: &Path,
    owner: Owner,
    before: Option<&Segment<F>>,
    durable: u64,
) -> Result<(), Error> {
    let end = before.map_or(owner.first, |segment| segment.next);
    if end >= durable {
        return Ok(());
    }
    let (path, offset) = match before {
        Some(segment) => (segment.path.clone(), Some(segment.offset)),
        None => (dir.to_owned(), None),
    };
    Err(Error::Missing { path, offset, from: end, to: owner.first.max(end + 1) })
}

/// Walks to the end of the sound blocks and cuts the file there; `false` when something was bad.
fn walk<F: File>(segment: &mut Segment<F>, durable: u64) -> Result<bool, Error> {
    let bad = loop {
        let header = match segment.peek()? {
            Found::Block(header) => header,
            Found::End if segment.length()? == segment.offset => return Ok(true),
            Found::End => break "the file ends inside a block",
            Found::Bad(reason) => break reason,
        };
        match header.check(&segment.payload(&header)?) {
            Ok(()) => segment.pass(&header),
            Err(reason) => break reason,
        }
    };
    if segment.next < durable {
        return Err(Error::damaged(&segment.path, segment.offset, bad));
    }
    tracing::info!(
        file = %segment.path.display(), offset = segment.offset, position = segment.next,
        reason = bad, "cut the end of a record segment; its records come again"
    );
    segment.file.set_len(segment.offset).map_err(Failure::of(Attempt::Write, &segment.path))?;
    segment.file.sync().map_err(Failure::of(Attempt::Sync, &segment.path))?;
    Ok(false)
}

fn cut_segments<D: Disk>(disk: &D, dir: &Path, firsts: &[u64]) -> Result<(), Error> {
    // The newest first: a crash in between must not leave a hole in the middle.
    for &first in firsts.iter().rev() {
        let path = path(dir, first);
        tracing::info!(file = %path.display(), "removed a record segment; its records come again");
        disk.remove(&path).map_err(Failure::of(Attempt::Remove, &path))?;
    }
    disk.sync_dir(dir).map_err(Failure::of(Attempt::Sync, dir))?;
    Ok(())
}
