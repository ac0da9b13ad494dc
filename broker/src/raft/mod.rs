//! Consensus: the openraft types of Baton, its durable log, and the network to other nodes.
//!
//! ```text
//! openraft ──▶ log_store ──▶ journal (interface)
//!    │                        └─▶ wal (the only module that knows the log crate) ──▶ chunk files
//!    │                             ├─ head    format stamp, lock, "synced up to" mark
//!    │                             ├─ repair  tells a torn tail from a rotten one before opening
//!    │                             └─ twin    the same records on a simulated disk
//!    │        under_way: what the log has been asked for and is not durable yet
//!    └──────▶ network (to the other nodes)
//! ```

pub mod error;
pub mod head;
pub mod journal;
pub mod log_store;
pub mod network;
pub mod runtime;
pub mod types;
pub(crate) mod under_way;
pub mod wal;
