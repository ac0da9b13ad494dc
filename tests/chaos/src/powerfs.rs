//! A file system that forgets what was not synced when the power is cut.
//!
//! [`disk::Disk`] is the model, without FUSE: what is durable, what is only cached, and what a cut
//! may leave. [`mount::Mounted`] shows a disk to processes and [`faults::Faults`] says when what goes
//! wrong. A cut is total: from that moment no call is answered, and what the disk holds is decided
//! by a seed.

pub mod disk;
pub mod faults;
mod file;
pub mod mount;
mod names;
