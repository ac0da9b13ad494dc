//! The log on disk, over the crate `raft-log`. Nothing outside this module knows that crate.

mod codec;
mod repair;
mod store;
mod twin;

pub use store::Wal;
pub use twin::{Pace, Twin};
