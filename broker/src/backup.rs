//! Backups: what a node needs to go on elsewhere, in a folder that is complete or says that it is
//! not.
//!
//! ```text
//! <backups>/<id>/started                                   first, locked while it is made
//!               /partitions/<p>/checkpoint-<index>.delta   all rows at one log index
//!               /partitions/<p>/records/<position>.seg     the records up to that index
//!               /manifest                                  last: every file with its checksum
//! ```
//!
//! A node makes them while it runs (see `create`); everything else needs no server.
//! Format and reasons: `broker/docs/0007-backups.md`.

pub(crate) mod create;
mod error;
mod folder;
mod list;
mod manifest;
mod restore;
pub(crate) mod run;
mod verify;

pub use error::{Error, sentence};
pub use list::{Found, State, list};
pub use manifest::{FilePart, Manifest, PartitionPart};
pub use restore::{Restored, restore};
pub use verify::verify;

/// Told how many bytes were done since the last call, of how many in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);
