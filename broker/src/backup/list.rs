//! What backups there are, and in which state.

use std::path::Path;

use record::Millis;

use super::folder::{self, Unfinished};
use super::{Error, Manifest, sentence};
use crate::io::{Attempt, Disk, Failure, RealDisk};

/// A backup.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its id.
    pub id: u64,
    /// Wall time, if it is known.
    pub started_at: Option<Millis>,
    /// What became of it.
    pub state: State,
}

/// What became of a backup.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// It can be restored, unless it was damaged since.
    Complete(Manifest),
    /// It is being made.
    Running,
    /// It will never be finished, or cannot be read.
    Failed(String),
}

/// Lists the backups in a folder by their ids.
///
/// # Errors
/// [`Error::Disk`] if the folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Found>, Error> {
    std::fs::metadata(folder).map_err(Failure::of(Attempt::Read, folder))?;
    let names = RealDisk.list(folder).map_err(Failure::of(Attempt::Read, folder))?;
    let mut ids: Vec<u64> = names
        .iter()
        .filter_map(|name| name.parse().ok().filter(|id: &u64| id.to_string() == *name))
        .collect();
    ids.sort_unstable();
    Ok(ids.into_iter().map(|id| found(folder, id)).collect())
}

fn found(folder: &Path, id: u64) -> Found {
    let (started_at, state) = match folder::open(&folder::dir(folder, id)) {
        Ok(Ok(manifest)) if manifest.id != id => {
            let reason = format!("Its manifest is that of backup {}.", manifest.id);
            (None, State::Failed(reason))
        }
        Ok(Ok(manifest)) => (Some(manifest.started_at), State::Complete(manifest)),
        Ok(Err(Unfinished::Running(started))) => (Some(started.started_at), State::Running),
        Ok(Err(Unfinished::Failed(started, reason))) => {
            (started.map(|it| it.started_at), State::Failed(reason))
        }
        Err(error) => (None, State::Failed(sentence(&error))),
    };
    Found { id, started_at, state }
}
