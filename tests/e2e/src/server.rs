//! A running `baton serve`.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::http;
use crate::process::TIME_MAX;

/// A server on free ports. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Where it speaks gRPC, as `host:port`.
    pub grpc: String,
    /// Where it speaks HTTP, as `host:port`.
    pub http: String,
}

impl Server {
    /// Starts it and waits until commands can commit. Its log is appended to a file.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let stderr = fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut process =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).spawn()?;
        let stdout = process.stdout.take();
        // From here on, an error ends the process by dropping it.
        let mut server = Self { process, grpc: String::new(), http: String::new() };
        let stdout = stdout.context("the server's stdout is not a pipe")?;
        let line = first_line(stdout).with_context(|| tail(log))?;
        let (grpc, http) = line
            .strip_prefix("ready grpc=")
            .and_then(|rest| rest.split_once(" http="))
            .with_context(|| format!("the server's first line is '{line}'"))?;
        grpc.clone_into(&mut server.grpc);
        http.clone_into(&mut server.http);
        Ok(server)
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

fn first_line(stdout: impl Read + Send + 'static) -> Result<String> {
    let (send, receive) = mpsc::sync_channel(1);
    // The thread ends with the pipe, so with the server.
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines();
        // Nobody listens any more when the start took too long.
        let _ = send.send(lines.next());
        lines.for_each(drop);
    });
    match receive.recv_timeout(TIME_MAX) {
        Ok(Some(line)) => Ok(line?),
        Ok(None) => bail!("the server ended before it was ready"),
        Err(_) => bail!("the server was not ready after {TIME_MAX:?}"),
    }
}

/// The end of the log, to explain a failure.
fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.len().saturating_sub(20);
    format!("the server's log ends with:\n{}", lines[start..].join("\n"))
}
