//! The server: a node, a gateway in front of it, and their orderly end.

use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Serves until SIGTERM or Ctrl-C.
pub(crate) fn run(config: &Config, _output: &mut Output) -> Result<(), Failure> {
    let text = format!("No node can be started in '{}' yet.", config.data.display());
    Err(Failure::new(Exit::Unexpected, text))
}
