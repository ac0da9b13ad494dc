//! Runs test executables: one line each when they pass, everything they printed when they fail.

use std::ffi::OsString;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::cargo::{self, Executable};
use crate::count::{self, Counts};

/// A suite that is not done after this time hangs: it is stopped and counts as failed.
pub(crate) const TIME_MAX: Duration = Duration::from_mins(20);

/// Runs the tests in one executable, in the folder of its package, as cargo would.
pub(crate) fn run(executable: &Executable, env: &[(&str, OsString)]) -> Result<Counts> {
    let mut command = Command::new(&executable.path);
    command
        .current_dir(&executable.folder)
        .env("CARGO_MANIFEST_DIR", &executable.folder)
        .envs(env.iter().map(|(name, value)| (name, value)))
        .arg("--show-output");
    let name = match executable.kind.as_str() {
        "test" => format!("{} {}", executable.package, executable.target),
        _ => executable.package.clone(),
    };
    report(&name, command, TIME_MAX)
}

/// Runs the examples in documentation comments.
pub(crate) fn doctests(root: &Path) -> Result<Counts> {
    let arguments = ["test", "--workspace", "--doc", "--no-fail-fast", "--", "--show-output"];
    report("documentation examples", cargo::command(root, &arguments), TIME_MAX)
}

fn report(name: &str, command: Command, time_max: Duration) -> Result<Counts> {
    let started = Instant::now();
    let run = finish(command, time_max).with_context(|| format!("run the tests of {name}"))?;
    let report = count::read(&run.output);
    let mut counts = report.counts;
    if !run.succeeded && counts.failed == 0 {
        // It crashed, or hung, before it could say so.
        counts.failed = 1;
    }
    if counts.failed > 0 {
        println!("{}", run.output);
    }
    if counts != Counts::default() {
        println!("{name}: {counts} in {:.1} s", started.elapsed().as_secs_f64());
    }
    for skip in &report.skips {
        println!("  skipped {}: {}", skip.test, skip.reason);
    }
    Ok(counts)
}

/// A command that ran to its end or to the limit.
pub(crate) struct Finished {
    pub(crate) succeeded: bool,
    pub(crate) output: String,
}

/// Runs a command to its end or to the limit, and returns what it printed on both streams.
pub(crate) fn finish(mut command: Command, time_max: Duration) -> Result<Finished> {
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let out = collect(child.stdout.take());
    let err = collect(child.stderr.take());
    let ended = wait(&mut child, time_max)?;
    let mut output = out.join().unwrap_or_default();
    output.push_str(&err.join().unwrap_or_default());
    if ended.is_none() {
        output.push_str("stopped: it ran longer than a suite may\n");
    }
    Ok(Finished { succeeded: ended == Some(true), output })
}

/// Reads a stream to its end on a thread of its own, so that a full pipe never blocks the child.
fn collect(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read before an error is worth showing, and the exit status tells the rest.
            let _ = stream.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Whether the child succeeded, or `None` when it had to be stopped.
fn wait(child: &mut Child, time_max: Duration) -> Result<Option<bool>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if started.elapsed() > time_max {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_are_returned() {
        let run = finish(shell("echo out; echo err >&2"), TIME_MAX).unwrap();
        assert!(run.succeeded);
        assert_eq!(run.output, "out\nerr\n");
    }

    #[test]
    fn a_suite_that_crashes_without_a_summary_counts_as_one_failure() {
        let counts = report("crash", shell("exit 9"), TIME_MAX).unwrap();
        assert_eq!(counts, Counts { failed: 1, ..Counts::default() });
    }

    #[test]
    fn a_suite_that_hangs_is_stopped_and_counts_as_failed() {
        let counts = report("hang", shell("exec sleep 600"), Duration::from_millis(50)).unwrap();
        assert_eq!(counts, Counts { failed: 1, ..Counts::default() });
    }
}
