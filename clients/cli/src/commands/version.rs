//! `baton version`.

use serde_json::json;

use crate::failure::Failure;
use crate::output::{Output, pairs};

/// Show the versions of this binary and of what it writes and speaks
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  baton version\n  baton version -o json")]
pub(crate) struct Version {}

impl Version {
    #[expect(clippy::unused_self, reason = "every command is run in the same way")]
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let (baton, logic) = (env!("CARGO_PKG_VERSION"), record::LOGIC);
        let protocol = record::json::FORMAT_VERSION;
        output.answer(
            || json!({"version": baton, "logicVersion": logic, "protocolVersion": protocol}),
            || {
                pairs(&[
                    ("baton", baton.to_owned()),
                    ("logic", logic.to_string()),
                    ("protocol", protocol.to_owned()),
                ])
            },
        )?;
        Ok(())
    }
}
