//! `baton serve`.

use crate::config::{Config, ServeFlags};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output::Output;
use crate::serve;

/// Start a server; prints one line when commands can commit, and logs on stderr
///
/// Each option can also be a variable BATON_... or a key of the file: flag before variable before
/// file. SIGTERM and Ctrl-C stop it cleanly.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton serve\n  baton serve --data /var/lib/baton --log-format json --grpc-addr 127.0.0.1:0"
)]
pub(crate) struct Serve {
    #[command(flatten)]
    flags: ServeFlags,
}

impl Serve {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        serve::run(&Config::resolve(&self.flags, environment)?, output)
    }
}
