//! `baton variables`.

use client::{Key, SetVariables};
use serde_json::json;

use super::block_on;
use crate::address::{Address, Reason};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output::{Output, pairs};

/// Write variables
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton variables set 2251799813685251 --var creditScore=712\n  baton variables set 2251799813685251 --vars @fix.json --local"
)]
pub(crate) struct Variables {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Set(Set),
}

/// Write variables of an instance or an element instance
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton variables set 2251799813685251 --var creditScore=712\n  baton variables set 2251799813685251 --vars @fix.json --local"
)]
struct Set {
    /// The instance or element instance
    #[arg(value_name = "SCOPEKEY")]
    scope: Key,
    #[command(flatten)]
    variables: crate::variables::Variables,
    /// At this scope only, instead of where each variable lives
    #[arg(long)]
    local: bool,
    #[command(flatten)]
    reason: Reason,
}

impl Variables {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let Verb::Set(set) = &self.verb;
        let variables = set.variables.read()?;
        if variables.is_none() {
            return Err(Failure::usage("There is nothing to write.")
                .hint("Say --vars '{\"name\":1}' or --var name=1."));
        }
        let variables = variables.for_client();
        let request = SetVariables { scope: set.scope, variables, local: set.local };
        let key = block_on(async {
            let client = self.address.connect(environment).await?;
            Ok(set.reason.given_by(&client).set_variables(request).await?)
        })?;
        output
            .answer(|| json!({"key": key.to_string()}), || pairs(&[("change", key.to_string())]))?;
        Ok(())
    }
}
