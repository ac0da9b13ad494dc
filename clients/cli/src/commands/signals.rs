//! `baton signals`.

use client::BroadcastSignal;
use serde_json::json;

use super::block_on;
use crate::address::Address;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output::{Output, pairs};
use crate::variables::Variables;

/// Broadcast signals
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton signals broadcast 'warehouse closed' --var until=monday\n  baton signals broadcast recall --vars @goods.json"
)]
pub(crate) struct Signals {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Broadcast(Broadcast),
}

/// Broadcast a signal to everything that waits for it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton signals broadcast 'warehouse closed' --var until=monday\n  baton signals broadcast recall --vars @goods.json"
)]
struct Broadcast {
    /// The signal name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    variables: Variables,
}

impl Signals {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let Verb::Broadcast(broadcast) = &self.verb;
        let signal = BroadcastSignal {
            name: broadcast.name.clone(),
            variables: broadcast.variables.read()?.for_client(),
        };
        let key = block_on(async {
            Ok(self.address.connect(environment).await?.broadcast_signal(signal).await?)
        })?;
        output.answer(
            || json!({"signalKey": key.to_string()}),
            || pairs(&[("signal", key.to_string())]),
        )?;
        Ok(())
    }
}
