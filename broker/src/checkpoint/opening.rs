//! Finding the newest state that can be trusted when a store is opened.

use std::path::{Path, PathBuf};

use super::backend::{Backend, Base, Place, Survey};
use super::delta::{DeltaReader, Header};
use super::names::{base_dir, delta_index, delta_path, is_left_over};
use super::store::scan::scan;
use super::{Error, Restored};
use crate::io::{Attempt, Disk, Failure};

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) base: Box<dyn Base>,
    /// Checkpoints that are durable but not folded, oldest first; only the first can be full.
    pub(super) pending: Vec<Pending>,
    pub(super) restored: Option<Restored>,
    /// The newest file, if it was cut: the state is an older one.
    pub(super) cut: Option<Cut>,
}

/// A checkpoint file that ends too early. Either it was never durable, or it was cut later; only
/// the log can tell, by how far it reaches back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The file.
    pub path: PathBuf,
    /// Its length in bytes.
    pub offset: u64,
}

/// A durable checkpoint file that is not folded yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) index: u64,
    pub(super) is_full: bool,
    pub(super) path: PathBuf,
}

/// Opens base and files, and checks that together they are one unbroken state. What does not fit
/// is refused before the base is opened, as that may change it, as far as this can be known then.
pub(super) fn open<D: Disk>(
    disk: &D,
    backend: &dyn Backend,
    dir: &Path,
    partition: u32,
) -> Result<Found, Error> {
    disk.create_dir_all(dir).map_err(Failure::of(Attempt::Create, dir))?;
    let names = disk.list(dir).map_err(Failure::of(Attempt::Read, dir))?;
    for name in names.iter().filter(|name| is_left_over(name)) {
        remove(disk, &dir.join(name))?;
    }
    let indices: Vec<u64> = names.iter().filter_map(|name| delta_index(name)).collect();
    let full = newest_full(disk, dir, &indices)?;
    let files = Files { disk, dir, partition, indices, full };
    let path = base_dir(dir);
    match backend.survey(&path)? {
        Survey::Harmless => {}
        Survey::Absent => drop(files.chain(&Folds::none(Some(Place::Missing)))?),
        Survey::AsSynced { folded, place } => {
            drop(files.chain(&Folds { folded, ..Folds::none(Some(place)) })?);
        }
        Survey::Unsure => rehearse(&files, backend, &path)?,
    }
    let base = open_base(backend, &path, full)?;
    files.around(base)
}

/// Tries on a copy of the base whether it leads to all rows of the newest checkpoint. One that is
/// damaged is removed when a full file makes it unnecessary.
fn rehearse<D: Disk>(
    files: &Files<'_, D>,
    backend: &dyn Backend,
    path: &Path,
) -> Result<(), Error> {
    let tried = backend.rehearse(path, &mut |base| {
        let Found { base, pending, .. } = files.around(base)?;
        scan(files.disk, base.as_ref(), &pending, &mut |_, _, _| Ok(()))
    });
    match (tried, files.full) {
        (Err(error), Some(index)) if error.is_damaged_base() => {
            files.chain(&Folds::none(None))?;
            tell_of_rebuilding(index, &error);
            backend.remove(path)
        }
        // To serve is worth more than what damage, if there is any, might still tell.
        (Err(error), _) if error.is_out_of_space() => {
            tracing::warn!(
                base = %path.display(), %error,
                "there is no space to try the base on a copy: it is opened as it is"
            );
            Ok(())
        }
        (tried, _) => tried,
    }
}

/// What a base holds, as far as the files after it must fit.
struct Folds {
    /// The checkpoint folded last, 0 for none.
    folded: u64,
    /// The checkpoint whose rows may be there in part.
    folding: Option<u64>,
    /// Where the base's file is not what was written, if that is known.
    place: Option<Place>,
}

impl Folds {
    fn none(place: Option<Place>) -> Self {
        Self { folded: 0, folding: None, place }
    }
}

/// The files of the checkpoints that follow on each other and on a base.
struct Chain {
    headers: Vec<Header>,
    cut: Option<Cut>,
}

/// The checkpoint files of a folder.
struct Files<'a, D> {
    disk: &'a D,
    dir: &'a Path,
    partition: u32,
    /// Oldest first.
    indices: Vec<u64>,
    /// The newest file that holds all rows.
    full: Option<u64>,
}

impl<D: Disk> Files<'_, D> {
    /// Puts a base and the files that are not folded into it together.
    fn around(&self, base: Box<dyn Base>) -> Result<Found, Error> {
        let folded = base.marker().map_or(0, |marker| marker.index);
        let folds = Folds { folded, folding: base.folding(), place: None };
        let Chain { headers, cut } = match self.chain(&folds) {
            // To look for the place may take a while, and is for the words only.
            Err(Error::Missing { .. } | Error::HalfFolded { .. }) => {
                self.chain(&Folds { place: base.place()?, ..folds })?
            }
            chain => chain?,
        };
        let restored = match (headers.last(), base.marker()) {
            (Some(Header { index, meta, .. }), _) => {
                Some(Restored { index: *index, meta: meta.clone() })
            }
            (None, Some(marker)) => {
                Some(Restored { index: marker.index, meta: marker.meta.clone() })
            }
            (None, None) => None,
        };
        let pending = headers.iter().map(|it| Pending::of(self.dir, it)).collect();
        Ok(Found { base, pending, restored, cut })
    }

    /// Reads the files that come after what a base holds, and checks that they follow on it.
    fn chain(&self, folds: &Folds) -> Result<Chain, Error> {
        let full = self.full;
        // A full file makes the base and all older files irrelevant.
        let first = full.filter(|&index| index > folds.folded).unwrap_or(folds.folded + 1);
        let (mut headers, mut cut) = (Vec::new(), None);
        for &index in self.indices.iter().filter(|&&index| index >= first) {
            let is_newest = Some(&index) == self.indices.last();
            match verify(self.disk, self.dir, index, self.partition) {
                Ok(header) => headers.push(header),
                // Never named before it was durable, so it was cut later: older state and log
                // remain, unless the base already holds a part of it.
                Err(Error::Incomplete { path, offset })
                    if is_newest && folds.folding != Some(index) && full != Some(index) =>
                {
                    tracing::warn!(
                        partition = self.partition, index, file = %path.display(), offset,
                        "a checkpoint file is incomplete and not used; the log must reach back \
                         further"
                    );
                    cut = Some(Cut { path, offset });
                }
                Err(error) => return Err(error),
            }
        }
        check_chain(self.dir, folds, &headers)?;
        Ok(Chain { headers, cut })
    }
}

impl Pending {
    pub(super) fn of(dir: &Path, header: &Header) -> Self {
        let path = delta_path(dir, header.index);
        Self { index: header.index, is_full: header.full, path }
    }
}

/// Checks a file from beginning to end, and that it is what its name says.
pub(super) fn verify<D: Disk>(
    disk: &D,
    dir: &Path,
    index: u64,
    partition: u32,
) -> Result<Header, Error> {
    let path = delta_path(dir, index);
    let header = DeltaReader::open(disk, &path)?.verify()?;
    if (header.partition, header.index) != (partition, index) {
        let reason = format!(
            "it should hold index {index} of partition {partition}, but holds index {} of \
             partition {}",
            header.index, header.partition
        );
        return Err(Error::damaged(&path, 0, reason));
    }
    Ok(header)
}

/// Removes a file that may be gone already.
pub(super) fn remove<D: Disk>(disk: &D, path: &Path) -> Result<(), Error> {
    match disk.remove(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::of(Attempt::Remove, path)(error).into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The newest file that holds all rows. Damage is found later, when the file is needed.
fn newest_full<D: Disk>(disk: &D, dir: &Path, indices: &[u64]) -> Result<Option<u64>, Error> {
    for &index in indices.iter().rev() {
        match DeltaReader::open(disk, &delta_path(dir, index)) {
            Ok(reader) if reader.header().full => return Ok(Some(index)),
            Ok(_) | Err(Error::Incomplete { .. } | Error::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Opens the base; a damaged one is replaced when a full file makes it unnecessary.
fn open_base(
    backend: &dyn Backend,
    path: &Path,
    full: Option<u64>,
) -> Result<Box<dyn Base>, Error> {
    match (backend.open(path), full) {
        (Ok(base), _) => Ok(base),
        (Err(error), Some(index)) if error.is_damaged_base() => {
            tell_of_rebuilding(index, &error);
            backend.remove(path)?;
            backend.open(path)
        }
        (Err(error), _) => Err(error),
    }
}

fn tell_of_rebuilding(index: u64, error: &Error) {
    tracing::error!(
        index, %error,
        "the base cannot be opened; it is rebuilt from the snapshot at this index"
    );
}

fn check_chain(dir: &Path, folds: &Folds, headers: &[Header]) -> Result<(), Error> {
    let place = folds.place;
    let mut after = folds.folded;
    for header in headers {
        if !header.full && header.previous != after {
            let (found, previous) = (header.index, header.previous);
            let (dir, beside) = (dir.to_owned(), String::new());
            return Err(Error::Missing { dir, after, found, previous, place, beside });
        }
        after = header.index;
    }
    let starts_full = headers.first().is_some_and(|header| header.full);
    match folds.folding {
        Some(index) if !starts_full && headers.iter().all(|header| header.index != index) => {
            let (dir, beside) = (dir.to_owned(), String::new());
            Err(Error::HalfFolded { dir, index, place, beside })
        }
        Some(_) | None => Ok(()),
    }
}
