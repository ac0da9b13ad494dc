//! Clients that make load on a server, and note what they are told.
//!
//! ```text
//! models    the processes: a job, a timer, a message
//! steps     single calls, noted in the ledger
//! clients   what runs until the server is gone
//! mixed     what runs on through refusals, until it is told to end
//! pushed    a worker to whom jobs are pushed
//! drain     what brings everything to its end afterwards
//! ```

pub mod clients;
pub mod drain;
pub(crate) mod mixed;
pub mod models;
pub(crate) mod pushed;
pub mod steps;
