//! A running `baton serve`.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::http;
use crate::process::TIME_MAX;

/// A server on free ports. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    process: Child,
    log: PathBuf,
    /// Where its first line comes from, until it is there.
    first_line: Option<mpsc::Receiver<Option<std::io::Result<String>>>>,
    /// Where it speaks gRPC, as `host:port`.
    pub grpc: String,
    /// Where it speaks HTTP, as `host:port`.
    pub http: String,
}

impl Server {
    /// Starts it and waits until commands can commit. Its log is appended to a file.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let mut server = Self::spawn(command, log)?;
        if !server.is_ready(TIME_MAX)? {
            bail!("the server was not ready after {TIME_MAX:?}\n{}", tail(log));
        }
        Ok(server)
    }

    /// Starts it without waiting. Its log is appended to a file.
    pub(crate) fn spawn(command: &mut Command, log: &Path) -> Result<Self> {
        let stderr = fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).spawn()?;
        let stdout = process.stdout.take();
        // From here on, an error ends the process by dropping it.
        let (grpc, http, log) = (String::new(), String::new(), log.to_owned());
        let mut server = Self { process, log, first_line: None, grpc, http };
        server.first_line = Some(first_line(stdout.context("the server's stdout is no pipe")?));
        Ok(server)
    }

    /// Whether it is ready, after waiting for that.
    ///
    /// # Errors
    /// It ended, or said something else; its log is shown.
    pub fn is_ready(&mut self, patience: Duration) -> Result<bool> {
        let Some(first_line) = &self.first_line else { return Ok(true) };
        let line = match first_line.recv_timeout(patience) {
            Err(mpsc::RecvTimeoutError::Timeout) => return Ok(false),
            Ok(Some(line)) => line?,
            Ok(None) | Err(mpsc::RecvTimeoutError::Disconnected) => {
                bail!("the server ended before it was ready\n{}", tail(&self.log))
            }
        };
        let (grpc, http) = line
            .strip_prefix("ready grpc=")
            .and_then(|rest| rest.split_once(" http="))
            .with_context(|| format!("the server's first line is '{line}'"))?;
        grpc.clone_into(&mut self.grpc);
        http.clone_into(&mut self.http);
        self.first_line = None;
        Ok(true)
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.process.try_wait()?)
    }

    /// Its process.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Sends SIGKILL without waiting for the end, which may need others to let go.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn send_kill(&mut self) -> Result<()> {
        Ok(self.process.kill()?)
    }

    /// Kills it at once, as `kill -9` does.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn kill(mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Moves its clock forward.
    ///
    /// # Errors
    /// It is away or refuses.
    pub fn add_to_clock(&self, offset_ms: i64) -> Result<()> {
        let body = format!(r#"{{"offsetMilli": {offset_ms}}}"#);
        self.change_clock("POST /clock/add", &body)
    }

    /// Lets its clock run without offset or pin.
    ///
    /// # Errors
    /// It is away or refuses.
    pub fn reset_clock(&self) -> Result<()> {
        self.change_clock("DELETE /clock", "")
    }

    fn change_clock(&self, request: &str, body: &str) -> Result<()> {
        match http::call(&self.http, request, body)? {
            (200, _) => Ok(()),
            (status, body) => bail!("the clock was not changed: {status} {body}"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn first_line(
    stdout: impl Read + Send + 'static,
) -> mpsc::Receiver<Option<std::io::Result<String>>> {
    let (send, receive) = mpsc::sync_channel(1);
    // The thread ends with the pipe, so with the server.
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines();
        // Nobody listens any more when the start took too long.
        let _ = send.send(lines.next());
        lines.for_each(drop);
    });
    receive
}

/// The end of the log, to explain a failure.
fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.len().saturating_sub(20);
    format!("the server's log ends with:\n{}", lines[start..].join("\n"))
}
