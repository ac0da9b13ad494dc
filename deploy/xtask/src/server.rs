//! A server of its own for a suite: on free ports, on an empty folder, gone when the suite is.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long a server on an empty folder may take until it can commit commands.
const START_TIME_MAX: Duration = Duration::from_secs(30);

/// A running server. Dropping it kills the process and removes its folder.
pub(crate) struct Server {
    process: Child,
    data: PathBuf,
    /// Where it speaks gRPC, as `host:port`.
    pub(crate) grpc: String,
    /// Where it speaks HTTP, as `host:port`.
    pub(crate) http: String,
}

impl Server {
    /// Starts the binary and waits until it says that it is ready. Its log goes to a file beside
    /// the folder, and stays.
    pub(crate) fn start(binary: &Path, data: PathBuf) -> Result<Self> {
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("empty '{}'", data.display()))?;
        }
        let log = data.with_extension("log");
        let stderr = File::create(&log).with_context(|| format!("create '{}'", log.display()))?;
        let mut process = Command::new(binary)
            .args(["serve", "--grpc-addr", "127.0.0.1:0", "--http-addr", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .with_context(|| format!("start '{}'", binary.display()))?;
        let stdout = process.stdout.take();
        // From here on, an error ends the process by dropping it.
        let mut server = Self { process, data, grpc: String::new(), http: String::new() };
        let line = first_line(stdout.context("the server's stdout is not a pipe")?)
            .with_context(|| format!("see '{}'", log.display()))?;
        let (grpc, http) = addresses(&line)
            .with_context(|| format!("the server's first line names no addresses: '{line}'"))?;
        grpc.clone_into(&mut server.grpc);
        http.clone_into(&mut server.http);
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have died already, and a folder left behind is removed by the next start.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.data);
    }
}

fn first_line(stdout: impl std::io::Read + Send + 'static) -> Result<String> {
    let (send, receive) = mpsc::sync_channel(1);
    // The thread ends with the pipe, so with the server.
    thread::spawn(move || {
        let mut lines = BufReader::new(stdout).lines();
        // Nobody listens any more when the start took too long.
        let _ = send.send(lines.next());
        lines.for_each(drop);
    });
    match receive.recv_timeout(START_TIME_MAX) {
        Ok(Some(line)) => Ok(line?),
        Ok(None) => bail!("the server ended before it was ready"),
        Err(_) => bail!("the server was not ready after {} s", START_TIME_MAX.as_secs()),
    }
}

/// Reads `ready grpc=ADDR http=ADDR`.
fn addresses(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("ready grpc=")?.split_once(" http=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_from_the_ready_line() {
        let line = "ready grpc=127.0.0.1:4001 http=127.0.0.1:4002";
        assert_eq!(addresses(line), Some(("127.0.0.1:4001", "127.0.0.1:4002")));
        assert_eq!(addresses("listening"), None);
    }

    #[test]
    fn a_server_that_ends_at_once_is_reported() {
        let Err(error) = first_line(std::io::empty()) else { panic!("there was a line") };
        assert_eq!(error.to_string(), "the server ended before it was ready");
    }
}
