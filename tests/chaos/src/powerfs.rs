//! A file system that forgets what was not synced when the power is cut.
//!
//! [`disk::Disk`] is the model, without FUSE: what is durable, what is only cached, and what a cut
//! may leave. [`mount::Mounted`] shows a disk to processes. A cut is total: from that moment every
//! call fails, and what the disk holds is decided by a seed.

pub mod disk;
mod file;
pub mod mount;
mod names;
