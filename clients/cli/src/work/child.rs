//! One run of the user's command: variables in, variables or a reason out.

use std::process::{ExitStatus, Stdio};

use client::Job;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

/// The largest result that is read from stdout.
const RESULT_BYTES_MAX: usize = 4 << 20;
/// How much of the end of stderr becomes the message.
const MESSAGE_BYTES_MAX: usize = 2_000;

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// The job is done; an object, or null for none.
    Completed(Value),
    /// The job failed, and why.
    Failed(String),
    /// The command took longer than the job may be held.
    TooLate,
    /// The user stopped the worker.
    Stopped,
    /// The command could not be started at all.
    NotStarted(String),
}

/// Runs the command for a job. Dropping the future kills the process.
pub(super) async fn run(command: &[String], job: &Job) -> Outcome {
    let mut child = match start(command, job) {
        Ok(child) => child,
        Err(error) => return Outcome::NotStarted(error.to_string()),
    };
    let stdin = child.stdin.take();
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    let variables = job.variables.to_string();
    let write = async move {
        if let Some(mut stdin) = stdin {
            // A command that does not care for its variables may close stdin early.
            let _closed_early = stdin.write_all(variables.as_bytes()).await;
        }
    };
    let ((), result, message) =
        tokio::join!(write, read(stdout, Part::Beginning), read(stderr, Part::End));
    match child.wait().await {
        Ok(status) => judge(status, &result, &message),
        Err(error) => Outcome::Failed(format!("The command's end is not known: {error}.")),
    }
}

/// Starts the command in a process group of its own, so that Ctrl-C reaches the worker alone.
fn start(command: &[String], job: &Job) -> std::io::Result<Child> {
    let (program, arguments) = command
        .split_first()
        .ok_or_else(|| std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is empty"))?;
    Command::new(program)
        .args(arguments)
        .envs(environment(job))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

/// The job's fields as environment variables.
fn environment(job: &Job) -> [(&'static str, String); 15] {
    [
        ("BATON_JOB_KEY", job.key.to_string()),
        ("BATON_JOB_TYPE", job.job_type.clone()),
        ("BATON_JOB_RETRIES", job.retries.to_string()),
        ("BATON_JOB_PRIORITY", job.priority.to_string()),
        ("BATON_JOB_BUSINESS_ID", job.business_id.clone()),
        ("BATON_JOB_TAGS", job.tags.join(",")),
        ("BATON_JOB_DEADLINE", job.deadline_ms.to_string()),
        ("BATON_JOB_WORKER", job.worker.clone()),
        ("BATON_JOB_HEADERS", job.headers.to_string()),
        ("BATON_JOB_ELEMENT_ID", job.element_id.clone()),
        ("BATON_JOB_ELEMENT_INSTANCE_KEY", job.element_instance.to_string()),
        ("BATON_JOB_PROCESS_ID", job.process_id.clone()),
        ("BATON_JOB_PROCESS_VERSION", job.process_version.to_string()),
        ("BATON_JOB_PROCESS_DEFINITION_KEY", job.definition.to_string()),
        ("BATON_JOB_PROCESS_INSTANCE_KEY", job.instance.to_string()),
    ]
}

/// Which part of an output is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The first bytes, one more than allowed to tell that there were too many.
    Beginning,
    /// The last bytes.
    End,
}

/// Reads to the end, so that the command never waits for a full pipe, and keeps a part.
async fn read(pipe: Option<impl AsyncRead + Unpin>, part: Part) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut pipe) = pipe else {
        return kept;
    };
    let mut buffer = vec![0; 16 << 10];
    while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
        let bytes = buffer.get(..count).unwrap_or_default();
        match part {
            Part::Beginning => {
                let free = (RESULT_BYTES_MAX + 1).saturating_sub(kept.len());
                kept.extend_from_slice(bytes.get(..free.min(count)).unwrap_or_default());
            }
            Part::End => {
                kept.extend_from_slice(bytes);
                let surplus = kept.len().saturating_sub(MESSAGE_BYTES_MAX);
                kept.drain(..surplus);
            }
        }
    }
    kept
}

/// What status and outputs mean.
fn judge(status: ExitStatus, result: &[u8], message: &[u8]) -> Outcome {
    if !status.success() {
        let message = String::from_utf8_lossy(message);
        let message = message.trim_start_matches('\u{fffd}').trim();
        return Outcome::Failed(match message {
            // `exit status: 3`, or `signal: 9 (SIGKILL)`.
            "" => format!("The command ended with {status}."),
            message => message.to_owned(),
        });
    }
    if result.len() > RESULT_BYTES_MAX {
        return Outcome::Failed(format!(
            "The result on stdout is larger than {RESULT_BYTES_MAX} bytes."
        ));
    }
    if result.iter().all(u8::is_ascii_whitespace) {
        return Outcome::Completed(Value::Null);
    }
    match serde_json::from_slice(result) {
        Ok(variables @ Value::Object(_)) => Outcome::Completed(variables),
        Ok(_) => Outcome::Failed("The result on stdout is JSON, but no object.".to_owned()),
        Err(error) => Outcome::Failed(format!("The result on stdout is no JSON object: {error}.")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{MESSAGE_BYTES_MAX, Outcome, run};
    use crate::work::tests::job;

    async fn shell(script: &str) -> Outcome {
        run(&["sh".into(), "-c".into(), script.into()], &job(7)).await
    }

    #[tokio::test]
    async fn variables_come_on_stdin_and_go_on_stdout() {
        assert_eq!(shell("cat").await, Outcome::Completed(json!({"n": 7})));
    }

    #[tokio::test]
    async fn nothing_on_stdout_completes_without_variables() {
        assert_eq!(shell("exit 0").await, Outcome::Completed(Value::Null));
        assert_eq!(shell("echo").await, Outcome::Completed(Value::Null));
    }

    #[tokio::test]
    async fn fields_come_as_environment_variables() {
        let script = r#"printf '{"key":%s,"element":"%s","headers":%s}' $BATON_JOB_KEY $BATON_JOB_ELEMENT_ID "$BATON_JOB_HEADERS""#;
        let expected = json!({"key": 7, "element": "ship", "headers": {"h": "1"}});
        assert_eq!(shell(script).await, Outcome::Completed(expected));
    }

    #[tokio::test]
    async fn another_exit_code_fails_with_the_end_of_stderr() {
        assert_eq!(shell("echo no truck >&2; exit 3").await, Outcome::Failed("no truck".into()));
        let silent = shell("exit 3").await;
        assert_eq!(silent, Outcome::Failed("The command ended with exit status: 3.".into()));
        let Outcome::Failed(message) = shell("seq 1 5000 >&2; exit 1").await else {
            panic!("it fails");
        };
        assert!(message.ends_with("4999\n5000") && message.len() <= MESSAGE_BYTES_MAX, "{message}");
    }

    #[tokio::test]
    async fn a_signal_fails() {
        let Outcome::Failed(message) = shell("kill -9 $$").await else {
            panic!("it fails");
        };
        assert!(message.contains("signal: 9"), "{message}");
    }

    #[tokio::test]
    async fn what_is_no_object_on_stdout_fails() {
        for script in ["echo 5", "echo '{\"a\":'", "echo done"] {
            let outcome = shell(script).await;
            assert!(
                matches!(outcome, Outcome::Failed(ref text) if text.contains("object")),
                "{outcome:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_large_input_that_nobody_reads_does_not_hang() {
        let mut large = job(7);
        large.variables = json!({"text": "x".repeat(1 << 20)});
        let outcome = run(&["true".into()], &large).await;
        assert_eq!(outcome, Outcome::Completed(Value::Null));
    }

    #[tokio::test]
    async fn a_command_that_does_not_exist_is_not_the_jobs_fault() {
        let outcome = run(&["/nowhere/command".into()], &job(7)).await;
        assert!(matches!(outcome, Outcome::NotStarted(_)), "{outcome:?}");
    }
}
