//! `baton decisions`.

mod csv;
mod deployed;
mod evaluate;
mod examples;
mod imports;
mod local;
mod marked;
mod shown;
mod test;
mod warned;

use crate::environment::Environment;
use crate::failure::Failure;
use crate::output::Output;

/// Evaluate and test decisions
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton decisions evaluate discount.dmn --var amount=120\n  baton decisions test discount.dmn examples.csv"
)]
pub(crate) struct Decisions {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Evaluate(evaluate::Evaluate),
    Test(test::Test),
}

impl Decisions {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        match &self.verb {
            Verb::Evaluate(it) => it.run(environment, output),
            Verb::Test(it) => it.run(output),
        }
    }
}
