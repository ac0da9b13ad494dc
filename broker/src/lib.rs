//! Partitions: replicated log, checkpoints, record segments, and the glue around the engine.

pub mod checkpoint;
pub mod folder;
pub mod io;
pub mod raft;
