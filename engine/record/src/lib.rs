//! The vocabulary of the log: commands, events, records and replies.
//!
//! Everything here is declared with the strict wire encoding of [`value::wire`], because it is
//! written to the log, to checkpoints or to record segments, and outlives every release.
//! Nothing here knows how a command is executed, stored or sent.

mod ad_hoc;
mod command;
mod compensation;
mod complex_gateway;
mod condition;
mod decision;
mod deployment;
mod entry;
mod event;
mod failing_inputs;
mod idempotency;
mod incident;
mod job;
mod job_command;
pub mod json;
mod key;
mod labels;
mod migration;
mod modification;
mod multi_instance;
mod process_instance;
mod reply;
mod resource;
mod settings;
mod signal;
mod subscription;
mod suspension;
mod user_task;

pub use ad_hoc::*;
pub use command::*;
pub use compensation::*;
pub use complex_gateway::*;
pub use condition::*;
pub use decision::*;
pub use deployment::*;
pub use entry::*;
pub use event::*;
pub use idempotency::*;
pub use incident::*;
pub use job::*;
pub use job_command::*;
pub use key::*;
pub use labels::*;
pub use migration::*;
pub use modification::*;
pub use multi_instance::*;
pub use process_instance::*;
pub use reply::*;
pub use resource::*;
pub use settings::*;
pub use signal::*;
pub use subscription::*;
pub use suspension::*;
pub use user_task::*;

/// Milliseconds since the epoch of UNIX, in log time.
pub type Millis = i64;

/// The tenant of everything while multi-tenancy is off.
pub const DEFAULT_TENANT: &str = "<default>";
