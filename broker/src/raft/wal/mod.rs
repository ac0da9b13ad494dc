//! The log on disk, over the crate `raft-log`. Nothing outside this module knows that crate.

mod chain;
mod codec;
mod repair;
pub mod store;
pub mod twin;
