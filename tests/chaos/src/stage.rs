//! A server on a disk in memory, where everything can go wrong.

use std::fs;
use std::path::Path;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use baton_e2e::{Baton, Server};
use tempfile::TempDir;

use crate::places::names;
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Called, Faults};
use crate::powerfs::mount::Mounted;

/// Sizes so small that forty commands take several checkpoints, fold them, write the base anew,
/// begin new files of log and records, and remove old ones.
const SMALL: &[&str] = &[
    "--clock",
    "controllable",
    "--checkpoint-interval",
    "1h",
    "--checkpoint-log-bytes",
    "1000",
    "--checkpoint-base-bytes",
    "1",
    "--log-file-bytes",
    "2048",
    "--record-file-bytes",
    "2048",
];

/// A server that waits for space is given up so soon.
const WAIT_MAX: Duration = Duration::from_secs(2);
/// A server that is neither ready nor gone by then hangs.
const START_MAX: Duration = Duration::from_mins(1);
/// A server that is dying needs no longer.
const END_MAX: Duration = Duration::from_secs(20);

/// A disk in use, and the server on it.
#[derive(Debug)]
pub struct Stage {
    // The server is dropped, and so killed, before the disk it uses goes.
    server: Option<Server>,
    /// The disk.
    pub mounted: Mounted,
    baton: Baton,
    _folder: TempDir,
    /// The calls on the disk when the server was ready.
    calls_of_start: u64,
}

/// How a start went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// It is ready, after this time.
    Ready(Duration),
    /// The disk stopped it.
    Cut,
    /// It waits for space on the disk.
    Waits,
    /// It ended by itself.
    Ended(ExitStatus),
}

impl Stage {
    /// Mounts a disk.
    ///
    /// # Errors
    /// It cannot be mounted.
    pub fn new(binary: &Path, disk: Disk, faults: Faults) -> Result<Self> {
        let folder = tempfile::tempdir().context("make a folder to mount on")?;
        let mounted = Mounted::new(disk, folder.path(), faults).context("mount")?;
        let baton = Baton::on_data(binary, folder.path().join("data"))?;
        Ok(Self { server: None, mounted, baton, _folder: folder, calls_of_start: 0 })
    }

    /// Starts a server, and waits for the end of the start, whatever it is.
    ///
    /// # Errors
    /// It hangs.
    pub fn start(&mut self) -> Result<Start> {
        let started = Instant::now();
        let mut server = self.baton.spawn(&mut self.baton.serve(SMALL))?;
        let start = loop {
            match server.is_ready(Duration::from_millis(2)) {
                Ok(true) => {
                    self.calls_of_start = self.mounted.calls().all;
                    break Start::Ready(started.elapsed());
                }
                Ok(false) | Err(_) if self.mounted.wait_for_cut(Duration::ZERO) => {
                    break Start::Cut;
                }
                Ok(false) if self.mounted.is_full() && started.elapsed() > WAIT_MAX => {
                    break Start::Waits;
                }
                Ok(false) => {
                    if started.elapsed() > START_MAX {
                        let log = self.log();
                        self.server = Some(server);
                        self.kill()?;
                        bail!("the server is not ready after {START_MAX:?}: {log}");
                    }
                }
                Err(_) => break Start::Ended(ended(&mut server)?),
            }
        };
        self.server = Some(server);
        Ok(start)
    }

    /// The server.
    ///
    /// # Errors
    /// There is none.
    pub fn server(&mut self) -> Result<&mut Server> {
        self.server.as_mut().context("there is no server")
    }

    /// The server that runs, and the binary on this disk.
    ///
    /// # Errors
    /// There is none.
    pub fn server_on_disk(&self) -> Result<(&Server, &Baton)> {
        Ok((self.server.as_ref().context("there is no server")?, &self.baton))
    }

    /// How many calls on the disk the start took.
    pub fn calls_of_start(&self) -> u64 {
        self.calls_of_start
    }

    /// The binary on this disk.
    pub fn baton(&self) -> &Baton {
        &self.baton
    }

    /// What servers logged here.
    pub fn log(&self) -> String {
        fs::read_to_string(self.baton.file("server.log")).unwrap_or_default()
    }

    /// Kills the server if the disk has stopped; it is still there to be asked how it ended.
    ///
    /// # Errors
    /// The operating system refuses.
    pub fn kill_if_cut(&mut self) -> Result<()> {
        if !self.mounted.wait_for_cut(Duration::ZERO) {
            return Ok(());
        }
        self.server()?.send_kill()?;
        self.mounted.release();
        Ok(())
    }

    /// Kills the server, which may be waiting for the disk.
    ///
    /// # Errors
    /// It does not die.
    pub fn kill(&mut self) -> Result<()> {
        let Some(mut server) = self.server.take() else { return Ok(()) };
        server.send_kill()?;
        self.mounted.release();
        ended(&mut server).map(drop)
    }

    /// Waits until the server has ended by itself, and returns the sentence with which it did.
    ///
    /// # Errors
    /// It lives on, or ends without one clear sentence, or as if all were well.
    pub fn sentence(&mut self) -> Result<String> {
        let ended = ended(self.server()?);
        let log = self.log();
        let status = ended.with_context(|| log.clone())?;
        let sentences: Vec<&str> =
            log.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
        let [sentence] = sentences.as_slice() else {
            bail!("the server ended with {status} and not with one sentence: {log}");
        };
        ensure!(status.code().is_some_and(|it| it != 0), "it ended with {status}: {sentence}");
        ensure!(sentence.ends_with('.'), "this is no sentence: {sentence}\n{log}");
        if let Some(lack) = lack(&sentence.replace(&self.root(), "'/data'")) {
            bail!("the sentence {lack}: {sentence}\n{log}");
        }
        Ok((*sentence).to_owned())
    }

    /// The folder in which the data folder is, as sentences name it.
    fn root(&self) -> String {
        format!("'{}'", self.mounted.folder().display())
    }

    /// Whether a sentence names what a call was about.
    pub fn names(&self, sentence: &str, called: &Called) -> bool {
        let is_root = called.path.is_empty() && sentence.contains(&self.root());
        is_root || names(sentence, called)
    }

    /// Kills the server if there is one, and returns the disk with its cache.
    ///
    /// # Errors
    /// The server does not die, or the disk is still used.
    pub fn end(mut self) -> Result<Disk> {
        self.kill()?;
        let Self { mounted, .. } = self;
        mounted.unmount().context("unmount")
    }
}

/// What a sentence about a disk that refuses a call lacks.
fn lack(sentence: &str) -> Option<&'static str> {
    const WAYS_OUT: [&str; 2] =
        ["Check the disk, then start again.", "Free some space, then start again."];
    if !sentence.contains("/data") {
        Some("names no file")
    } else if !sentence.contains("(os error ") {
        Some("has no cause")
    } else if sentence.contains("backup") {
        Some("sends people to a backup, and nothing is damaged")
    } else if !WAYS_OUT.iter().any(|it| sentence.ends_with(&format!(". {it}"))) {
        Some("says no way out")
    } else {
        None
    }
}

/// Waits for the end of a server that is dying.
fn ended(server: &mut Server) -> Result<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Some(status) = server.ended()? {
            return Ok(status);
        }
        ensure!(started.elapsed() < END_MAX, "the server lives on after {END_MAX:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_has_a_file_a_cause_and_a_way_out() {
        let good = "A checkpoint cannot be folded: checkpoint: sync '/tmp/x/data/partitions/1/\
                    checkpoints/base/db': Input/output error (os error 5). Check the disk, then \
                    start again.";
        assert_eq!(lack(good), None);
        for worse in [
            good.replace("/data", ""),
            good.replace(": Input/output error (os error 5)", ""),
            good.replace(" Check the disk, then start again.", ""),
            good.replace("Check the disk, then start again.", "Restore it from a backup."),
        ] {
            assert!(lack(&worse).is_some(), "{worse}");
        }
    }
}
