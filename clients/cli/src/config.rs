//! What `baton serve` is told: by flags, by the environment, by a TOML file, in this order.
//!
//! ```text
//!   --grpc-addr   BATON_GRPC_ADDR   grpc-addr = "…"   default
//!        └──────────────┴──────────────────┴──────────────┘
//!          the first that says something, as text ─▶ parsed once, errors name the source
//! ```
//!
//! One table, [`options::OPTIONS`], says what there is.

mod options;
mod parse;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::environment::Environment;
use crate::failure::Failure;

pub(crate) use options::ServeFlags;

/// What `baton serve` does, fully decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// Where everything is kept.
    pub(crate) data: PathBuf,
    /// The number of this node.
    pub(crate) node_id: u32,
    /// Where gRPC listens.
    pub(crate) grpc_addr: SocketAddr,
    /// Where HTTP listens.
    pub(crate) http_addr: SocketAddr,
    /// How the log on stderr looks.
    pub(crate) log_format: LogFormat,
    /// Where time comes from.
    pub(crate) clock: Clock,
    /// Addresses beyond this machine are allowed although nobody is asked who they are.
    pub(crate) unprotected: bool,
    /// Limits of this node.
    pub(crate) limits: Limits,
}

/// Limits of a node. What replicas must agree on is a setting instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Commands that are proposed and not yet carried out.
    pub(crate) commands_in_flight_max: u32,
    /// Requests that wait for the result of an instance or for the listeners of a user task.
    pub(crate) answers_awaited_max: u32,
    /// Polls that wait for jobs.
    pub(crate) polls_parked_max: u32,
    /// Below so much free disk space commands are refused.
    pub(crate) free_disk_min_bytes: u64,
    /// A checkpoint is taken at least so often.
    pub(crate) checkpoint_interval: Duration,
    /// A checkpoint is taken after so much log.
    pub(crate) checkpoint_log_bytes: u64,
    /// What checkpoints are folded into is written anew beyond this size, if most of it is unused.
    pub(crate) checkpoint_base_bytes: u64,
    /// A file of the log is closed at this size.
    pub(crate) log_file_bytes: u32,
    /// A segment of records is closed at this size.
    pub(crate) record_file_bytes: u64,
}

/// How the log on stderr looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object per line.
    Json,
}

/// Where time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// The system.
    System,
    /// The system, moved or pinned by tests and demos.
    Controllable,
}

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Flag,
    Environment,
    File(PathBuf),
    Default,
}

/// Values by option, as text, with their sources.
type Found = BTreeMap<&'static str, (String, Source)>;

impl Config {
    /// Decides everything.
    ///
    /// # Errors
    /// A failure of usage that names the option, its value and where it was found.
    pub(crate) fn resolve(flags: &ServeFlags, environment: &Environment) -> Result<Self, Failure> {
        let mut found = Found::new();
        let file = flags.get(options::CONFIG).or_else(|| environment.first(&["BATON_CONFIG"]));
        let of_file = match file {
            None => BTreeMap::new(),
            Some(path) => parse::file(&PathBuf::from(path))?,
        };
        for option in options::OPTIONS.iter().filter(|option| option.name != options::CONFIG) {
            let value = if let Some(text) = flags.get(option.name) {
                (text.to_owned(), Source::Flag)
            } else if let Some(text) = environment.first(&[&option.variable()]) {
                (text.to_owned(), Source::Environment)
            } else if let Some(text) = of_file.get(option.name) {
                (text.clone(), Source::File(PathBuf::from(file.unwrap_or_default())))
            } else {
                (option.default.to_owned(), Source::Default)
            };
            found.insert(option.name, value);
        }
        parse::config(&found)
    }
}

#[cfg(test)]
mod tests;
