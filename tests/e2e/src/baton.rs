//! The binary under test with a folder of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Finished, finish};
use crate::{Follower, Record, Server};

/// The binary under test, with an empty folder that goes when the test does.
#[derive(Debug)]
pub struct Baton {
    binary: PathBuf,
    folder: TempDir,
    data: PathBuf,
}

impl Baton {
    /// The binary that `BATON_BIN` names. Without it there is nothing to test, which is said.
    ///
    /// # Errors
    /// The folder cannot be made.
    #[expect(clippy::print_stdout, reason = "a skipped test says why, and the gate counts that")]
    pub fn of_environment() -> Result<Option<Self>> {
        let Some(binary) = std::env::var_os("BATON_BIN") else {
            println!("skipped: BATON_BIN is not set");
            return Ok(None);
        };
        Self::of(Path::new(&binary)).map(Some)
    }

    /// This binary.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn of(binary: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        Ok(Self { binary: binary.to_owned(), folder, data })
    }

    /// This binary on a data folder that somebody else takes care of.
    ///
    /// # Errors
    /// The folder for everything else cannot be made.
    pub fn on_data(binary: &Path, data: PathBuf) -> Result<Self> {
        Ok(Self { data, ..Self::of(binary)? })
    }

    /// The server's data folder.
    pub fn data(&self) -> PathBuf {
        self.data.clone()
    }

    /// A file beside the data folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of the repository, as text for a command line.
    pub fn fixture(path: &str) -> String {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path).to_string_lossy().into()
    }

    /// The binary, without any setting of the caller's environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).env_clear().env("BATON_DATA", self.data());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }

    /// `baton serve` on free ports, with more arguments.
    pub fn serve(&self, arguments: &[&str]) -> Command {
        let free = ["serve", "--grpc-addr", "127.0.0.1:0", "--http-addr", "127.0.0.1:0"];
        let mut command = self.command(&free);
        command.args(arguments);
        command
    }

    /// Starts a server, and waits until commands can commit.
    ///
    /// # Errors
    /// It does not become ready; its log is shown.
    pub fn start(&self, arguments: &[&str]) -> Result<Server> {
        self.start_as(&mut self.serve(arguments))
    }

    /// Starts a server with a command line of its own, and waits until commands can commit.
    ///
    /// # Errors
    /// It does not become ready; its log is shown.
    pub fn start_as(&self, command: &mut Command) -> Result<Server> {
        Server::start(command, &self.file("server.log"))
    }

    /// Starts a server with a command line of its own, without waiting until it is ready.
    ///
    /// # Errors
    /// The process cannot be started.
    pub fn spawn(&self, command: &mut Command) -> Result<Server> {
        Server::spawn(command, &self.file("server.log"))
    }

    /// The binary as a client of a server.
    pub fn client(&self, server: &Server, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env("BATON_ADDRESS", &server.grpc).env("BATON_HTTP_ADDRESS", &server.http);
        command
    }

    /// Runs a command that has to succeed, and returns its stdout.
    ///
    /// # Errors
    /// It fails or takes too long.
    pub fn run(&self, server: &Server, arguments: &[&str]) -> Result<String> {
        let finished = finish(&mut self.client(server, arguments))?;
        ensure!(finished.code == Some(0), "baton {arguments:?}: {finished:?}");
        Ok(finished.stdout)
    }

    /// Runs a command that has to succeed, and returns its answer.
    ///
    /// # Errors
    /// It fails, takes too long, or does not print JSON.
    pub fn json(&self, server: &Server, arguments: &[&str]) -> Result<Value> {
        let text = self.run(server, &[arguments, &["-o", "json"]].concat())?;
        serde_json::from_str(&text).with_context(|| format!("baton {arguments:?}: '{text}'"))
    }

    /// Runs a command that needs no server to its end.
    ///
    /// # Errors
    /// It takes too long.
    pub fn offline(&self, arguments: &[&str]) -> Result<Finished> {
        finish(&mut self.command(arguments))
    }

    /// All records that are written.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn records(&self) -> Result<Vec<Record>> {
        self.records_from(1)
    }

    /// All records that are written, from a position on.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn records_from(&self, position: u64) -> Result<Vec<Record>> {
        let finished = self.offline(&["records", "--from", &position.to_string()])?;
        ensure!(finished.code == Some(0), "baton records: {finished:?}");
        finished.stdout.lines().map(Record::read).collect()
    }

    /// Shows each record that is written, from a position on, without keeping them all.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn each_record(&self, position: u64, mut each: impl FnMut(Record)) -> Result<()> {
        let mut command = self.command(&["records", "--from", &position.to_string()]);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let stdout = process.stdout.take().context("the reader's stdout is not a pipe")?;
        for line in BufReader::new(stdout).lines() {
            each(Record::read(&line?)?);
        }
        let status = process.wait()?;
        ensure!(status.success(), "baton records ended with {status}");
        Ok(())
    }

    /// Follows the records from a position on.
    ///
    /// # Errors
    /// The process cannot be started.
    pub fn follow(&self, from: u64) -> Result<Follower> {
        self.follow_for(from, |record| record)
    }

    /// Follows the records from a position on, and keeps of each what `of` takes from it.
    ///
    /// # Errors
    /// The process cannot be started.
    pub fn follow_for<T: Send + 'static>(
        &self,
        from: u64,
        of: impl Fn(Record) -> T + Send + 'static,
    ) -> Result<Follower<T>> {
        let from = from.to_string();
        Follower::start(self.command(&["records", "--follow", "--from", &from]), of)
    }

    /// Starts a worker that runs a shell script for each job.
    ///
    /// # Errors
    /// The process cannot be started.
    pub fn work(&self, server: &Server, job_type: &str, script: &str) -> Result<Worker> {
        let arguments = ["jobs", "work", job_type, "--", "sh", "-c", script];
        let mut command = self.client(server, &arguments);
        let process = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Worker(process))
    }
}

/// A running `baton jobs work`. Dropping it kills it.
#[derive(Debug)]
pub struct Worker(Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
