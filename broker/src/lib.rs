//! Partitions: replicated log, checkpoints, record segments, and the glue around the engine.

pub mod backup;
pub mod checkpoint;
mod config;
pub mod folder;
pub mod io;
mod node;
mod partition;
pub mod platform;
pub mod raft;
mod routing;
mod running;
pub mod segment;
mod sentence;

pub use config::{Checkpoints, Config, FileSizes, Limits};
pub use node::{Node, StartError};
pub use partition::open_error::OpenError;
pub use running::RunningNode;
