//! Trying on a copy what opening a base leads to.
//!
//! sled cuts off what does not fit, and throws away all that nothing leads to any more. After a
//! power cut that is right; after damage it destroys what could still have been repaired. What it
//! was shows only when it is open: so a base that is not as its mark says is opened as a copy
//! first, and a start that is refused leaves it as it was.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::Error;
use super::super::backend::{Place, Trial};
use super::super::error::BaseCause;
use super::base::SledBase;
use super::files::damaged_beside;
use super::log;
use crate::io::{Attempt, Disk as _, Failure, RealDisk};

/// Opens a copy of the base and shows it.
///
/// # Errors
/// As [`SledBase::open`], and what `trial` returns.
pub(super) fn rehearse(dir: &Path, cache_bytes: u64, trial: Trial<'_>) -> Result<(), Error> {
    check_data(dir)?;
    let found = log::look(&dir.join("db"), 0)?;
    let damaged = damaged_beside(dir)?;
    clear(dir)?;
    let copy = copy_dir(dir);
    let tried = copy_files(dir, &copy, &damaged)
        .and_then(|()| SledBase::open_copy(&copy, dir, cache_bytes, found))
        .and_then(|base| trial(Box::new(base)));
    clear(dir)?;
    tried.map_err(|error| told(error, dir, &copy, &damaged))?;
    match found {
        Place::DamagedAt(offset) => tracing::warn!(
            base = %dir.display(), offset,
            "the file 'db' of the base does not verify from this offset on, as after a power cut; a \
             copy that ends there leads to all rows that are needed"
        ),
        Place::EndsAt(_) | Place::Missing => tracing::info!(
            base = %dir.display(),
            "a base that is not as it was synced last was tried, and leads to all that is needed"
        ),
    }
    Ok(())
}

/// A base gets its name when its data is durable, so it is never without.
fn check_data(dir: &Path) -> Result<(), Error> {
    let db = dir.join("db");
    let reason = match fs::metadata(&db) {
        Ok(it) if it.len() > 0 => return Ok(()),
        Ok(_) => "its file 'db' is empty: it has 0 bytes",
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => "its file 'db' is missing",
        Err(error) => return Err(Failure::of(Attempt::Open, &db)(error).into()),
    };
    Err(Error::Base {
        path: dir.to_owned(),
        doing: "open",
        reason: reason.to_owned(),
        cause: BaseCause::Damage,
    })
}

fn copy_dir(dir: &Path) -> PathBuf {
    dir.with_extension("try")
}

/// Removes what a trial that was ended left.
pub(super) fn clear(dir: &Path) -> Result<(), Failure> {
    let copy = copy_dir(dir);
    if copy.exists() {
        fs::remove_dir_all(&copy).map_err(Failure::of(Attempt::Remove, &copy))?;
    }
    Ok(())
}

/// Copies the files of a base, without those that sled can make anew and that are damaged.
fn copy_files(from: &Path, to: &Path, without: &[String]) -> Result<(), Error> {
    fs::create_dir(to).map_err(Failure::of(Attempt::Create, to))?;
    for name in RealDisk.list(from).map_err(Failure::of(Attempt::Read, from))? {
        let (own, copy) = (from.join(&name), to.join(&name));
        // What else is there is the folder for values that are too long, of which there are none.
        if !without.contains(&name) && own.is_file() {
            fs::copy(&own, &copy).map_err(Failure::of(Attempt::Write, &copy))?;
        }
    }
    Ok(())
}

/// Says of a refusal what else is damaged, or that the disk refused the copy.
///
/// What sled knows of its rows it writes to `snap.*`. Without that it goes through the log in `db`,
/// and takes it for empty where the segment was freed in which the log is stable, as its newest
/// segments say.
fn told(mut error: Error, dir: &Path, copy: &Path, damaged: &[String]) -> Error {
    if let Error::Base { path, cause: BaseCause::Refused(_), .. } = &mut error {
        copy.clone_into(path);
    } else if let Error::Missing { beside, .. } | Error::HalfFolded { beside, .. } = &mut error {
        for name in damaged {
            *beside = format!("{beside}; its file '{name}' is damaged and was left out");
        }
        let names = RealDisk.list(dir).unwrap_or_default();
        if !names.iter().any(|it| it.starts_with("snap.")) {
            beside.push_str("; its file 'snap.*' is missing");
        }
    } else if let Error::Base { reason, .. }
    | Error::DamagedRow { reason, .. }
    | Error::DamagedBase { reason, .. } = &mut error
    {
        for name in damaged {
            *reason = format!("{reason}; its file '{name}' is damaged, too, and was left out");
        }
    }
    error
}
