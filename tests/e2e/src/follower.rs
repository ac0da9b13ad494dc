//! A running `baton records --follow`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};

use crate::Record;

/// A reader of the record segments that goes on until it is stopped. Dropping it kills it.
#[derive(Debug)]
pub struct Follower {
    process: Child,
    records: Option<JoinHandle<Result<Vec<Record>>>>,
}

impl Follower {
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let stdout = process.stdout.take().context("the reader's stdout is not a pipe")?;
        let records = thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut records = Vec::new();
            let mut line = String::new();
            // A line without its end was being written when the reader was killed.
            while stdout.read_line(&mut line)? > 0 && line.ends_with('\n') {
                records.push(Record::read(&line)?);
                line.clear();
            }
            Ok(records)
        });
        Ok(Self { process, records: Some(records) })
    }

    /// Kills it, and returns what it printed in whole lines.
    ///
    /// # Errors
    /// It printed something that is not a record.
    pub fn stop(mut self) -> Result<Vec<Record>> {
        self.process.kill()?;
        self.process.wait()?;
        let records = self.records.take().context("the reader was stopped before")?;
        records.join().map_err(|_| anyhow::anyhow!("reading records panicked"))?
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
