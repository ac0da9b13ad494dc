//! Clients that make load on a server, and note what they are told.
//!
//! ```text
//! models    the processes: a job, a timer, a message
//! steps     single calls, noted in the ledger
//! clients   what runs until the server is gone
//! drain     what brings everything to its end afterwards
//! ```

pub mod clients;
pub mod drain;
pub mod models;
pub mod steps;
