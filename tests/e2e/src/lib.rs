//! End-to-end tests on the real binary: what they share.
//!
//! ```text
//! a test ─▶ Baton (binary, own folder) ─▶ Server   baton serve, killed on drop
//!                                      ─▶ run      baton COMMAND, bounded in time
//!                                      ─▶ Worker   baton jobs work, killed on drop
//!                                      ─▶ Follower baton records --follow, killed on drop
//! ```

mod baton;
mod contract;
mod follower;
pub mod http;
mod process;
mod random;
mod record;
mod server;

pub use baton::{Baton, Worker};
pub use contract::{Contract, Exchange};
pub use follower::Follower;
pub use process::{Finished, finish, wait_for};
pub use random::Random;
pub use record::Record;
pub use server::Server;
