//! The commands, one file per noun.

pub(crate) mod backup;
mod call;
pub(crate) mod cluster;
pub(crate) mod decisions;
pub(crate) mod deploy;
pub(crate) mod feel;
pub(crate) mod incidents;
pub(crate) mod instances;
pub(crate) mod jobs;
pub(crate) mod lint;
pub(crate) mod messages;
pub(crate) mod records;
pub(crate) mod resources;
pub(crate) mod serve;
pub(crate) mod signals;
pub(crate) mod tasks;
pub(crate) mod variables;
pub(crate) mod version;
mod zone;

use std::future::Future;
use std::path::PathBuf;

use crate::environment::Environment;
use crate::failure::Failure;

/// Runs the calls of one command on this thread.
fn block_on<T>(calls: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(calls)
}

/// The data folder that reads without a server use.
#[derive(Debug, Clone, Default, clap::Args)]
struct DataFolder {
    /// The server's data folder [env: `BATON_DATA`] [default: ./baton-data]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
}

impl DataFolder {
    /// Flag before environment before default.
    fn resolve(&self, environment: &Environment) -> PathBuf {
        self.data
            .clone()
            .or_else(|| environment.first(&["BATON_DATA"]).map(PathBuf::from))
            .unwrap_or_else(|| PathBuf::from("./baton-data"))
    }
}
