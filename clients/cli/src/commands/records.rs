//! `baton records`.

use std::time::Duration;

use super::DataFolder;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::history::source::Source;
use crate::output::Output;

/// How long to wait before looking for new records.
const PAUSE: Duration = Duration::from_millis(100);

/// Show the record segments as JSON lines, also while the server runs
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton records --from 100\n  baton records --data /var/lib/baton --follow"
)]
pub(crate) struct Records {
    #[command(flatten)]
    data: DataFolder,
    /// Begin with this position; the oldest if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    from: Option<u64>,
    /// Go on with new records until Ctrl-C
    #[arg(long)]
    follow: bool,
}

impl Records {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let mut source = Source::open(&self.data.resolve(environment), self.from)?;
        let mut line = String::new();
        loop {
            while let Some((partition, record)) = source.next()? {
                line.clear();
                record::json::line(&record, partition, &mut line);
                output.line(&line)?;
            }
            output.flush()?;
            if !self.follow {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
    }
}
