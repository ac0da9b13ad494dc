//! A running `baton records --follow`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, bail};

use crate::Record;

/// A reader of the record segments that goes on until it is stopped. Dropping it kills it.
#[derive(Debug)]
pub struct Follower<T = Record> {
    process: Child,
    seen: Option<JoinHandle<Result<Vec<T>>>>,
}

impl<T: Send + 'static> Follower<T> {
    pub(crate) fn start(
        mut command: Command,
        of: impl Fn(Record) -> T + Send + 'static,
    ) -> Result<Self> {
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
        let stdout = process.stdout.take().context("the reader's stdout is not a pipe")?;
        let seen = thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut seen = Vec::new();
            let mut line = String::new();
            // A line without its end was being written when the reader was killed.
            while stdout.read_line(&mut line)? > 0 && line.ends_with('\n') {
                seen.push(of(Record::read(&line)?));
                line.clear();
            }
            Ok(seen)
        });
        Ok(Self { process, seen: Some(seen) })
    }

    /// Kills it, and returns what it keeps of what it printed in whole lines.
    ///
    /// # Errors
    /// It printed something that is not a record, or had ended by itself.
    pub fn stop(mut self) -> Result<Vec<T>> {
        if let Some(status) = self.process.try_wait()? {
            bail!("the reader of the records ended by itself: {status}");
        }
        self.process.kill()?;
        self.process.wait()?;
        let seen = self.seen.take().context("the reader was stopped before")?;
        seen.join().map_err(|_| anyhow::anyhow!("reading records panicked"))?
    }
}

impl<T> Drop for Follower<T> {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
