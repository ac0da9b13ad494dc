//! `baton instances suspend` and `baton instances resume`.

use client::Key;

use crate::address::{HttpAddress, Reason};
use crate::commands::{block_on, call};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::rest;

/// Let an instance stand still until it is resumed; workers may finish what they have
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances suspend 2251799813685251\n  baton instances suspend 2251799813685251 --reason 'waits for legal'"
)]
pub(super) struct Suspend {
    #[command(flatten)]
    call: Call,
}

/// Let a suspended instance go on; what came due in between is done now
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton instances resume 2251799813685251\n  baton instances resume 2251799813685251 --reason 'legal agrees'"
)]
pub(super) struct Resume {
    #[command(flatten)]
    call: Call,
}

#[derive(Debug, clap::Args)]
struct Call {
    /// The instance
    #[arg(value_name = "KEY")]
    key: Key,
    #[command(flatten)]
    http: HttpAddress,
    #[command(flatten)]
    reason: Reason,
}

impl Suspend {
    pub(super) fn run(&self, environment: &Environment) -> Result<Key, Failure> {
        self.call.run("suspension", environment)
    }
}

impl Resume {
    pub(super) fn run(&self, environment: &Environment) -> Result<Key, Failure> {
        self.call.run("resumption", environment)
    }
}

impl Call {
    fn run(&self, what: &str, environment: &Environment) -> Result<Key, Failure> {
        let path = format!("process-instances/{}/{what}", self.key);
        let request = call::request("POST", &path, None, &self.reason);
        block_on(rest::send(self.http.resolve(environment), &request))?;
        Ok(self.key)
    }
}
