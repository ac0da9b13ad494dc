//! Clients that make load on a server, and note what they are told.
//!
//! ```text
//! models    the processes: a job, a timer, a message, and all other elements
//! steps     single calls, noted in the ledger
//! elements  those about what only some elements have
//! people    those by HTTP: user tasks, and instances that stand still
//! clients   what runs until the server is gone
//! mixed     what runs on through refusals, until it is told to end
//! pushed    a worker to whom jobs are pushed
//! drain     what brings everything to its end afterwards
//! ```

pub mod clients;
pub mod drain;
mod elements;
pub(crate) mod mixed;
pub mod models;
mod people;
pub(crate) mod pushed;
pub mod steps;
