//! Processes that end in time, and conditions that come true in time.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long anything may take before it counts as hanging.
pub(crate) const TIME_MAX: Duration = Duration::from_secs(30);
/// How long to wait before a condition is looked at again.
const PAUSE: Duration = Duration::from_millis(20);

/// A command that ran to its end.
#[derive(Debug)]
pub struct Finished {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it printed on stdout.
    pub stdout: String,
    /// What it printed on stderr.
    pub stderr: String,
}

impl Finished {
    /// What a refusal says: the line on stderr that begins with `error: `, without that.
    ///
    /// # Errors
    /// The command succeeded, or did not say why it failed in one line.
    pub fn refusal(&self) -> Result<&str> {
        let lines: Vec<&str> =
            self.stderr.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
        match lines.as_slice() {
            [line] if self.code.is_some_and(|code| code != 0) => Ok(line),
            _ => bail!("expected one sentence and a failure, got {self:?}"),
        }
    }
}

/// Runs a command to its end.
///
/// # Errors
/// It cannot be started, or has to be killed after half a minute.
pub fn finish(command: &mut Command) -> Result<Finished> {
    let shown = format!("{command:?}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {shown}"))?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let ended = ended(&mut child);
    let (stdout, stderr) = (text(stdout), text(stderr));
    let Some(status) = ended? else {
        bail!("{shown} did not end in {TIME_MAX:?}: it printed '{stdout}' and '{stderr}'")
    };
    Ok(Finished { code: status.code(), stdout, stderr })
}

/// How it ended, or nothing when it had to be killed.
fn ended(child: &mut Child) -> Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > TIME_MAX {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Reads a stream to its end on a thread of its own, so that a full pipe never blocks the child.
fn collect(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read before an error is worth showing, and the exit code tells the rest.
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn text(stream: thread::JoinHandle<Vec<u8>>) -> String {
    String::from_utf8_lossy(&stream.join().unwrap_or_default()).into_owned()
}

/// Looks until there is something, and returns it.
///
/// # Errors
/// Looking failed, or there was nothing after half a minute; `what` then says what is missing.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if started.elapsed() > TIME_MAX {
            bail!("after {TIME_MAX:?} there is still no {what}");
        }
        thread::sleep(PAUSE);
    }
}
