//! One partition on this node: from a command to its reply.
//!
//! ```text
//! submit ─▶ proposer ─▶ raft ─▶ state_machine ─▶ worker (owns the engine) ─┬▶ waiting   replies
//!    stamps now, seed,  log      applies in       one thread               ├▶ streams   pushes
//!    batches what waits          order                                     ├▶ polls     news
//!                                                                          ├▶ recorder  segments
//!                                                                          └▶ checkpointer
//! ```

mod checkpointer;
mod clock;
pub(crate) mod cut;
mod deploy;
pub(crate) mod handle;
mod jobs;
pub(crate) mod marker;
pub(crate) mod open_error;
pub(crate) mod opening;
mod polls;
mod proposer;
mod reach;
mod recorder;
mod seeds;
pub(crate) mod space;
mod stall;
mod state_machine;
pub(crate) mod status;
mod streams;
mod waiting;
mod warm;
mod worker;
