//! `baton jobs`.

use std::time::Duration;

use client::{ActivateJobs, FailJob, Job, Key, ThrowError};
use serde_json::{Value, json};

use super::block_on;
use crate::address::{Address, IdempotencyKey};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::span;
use crate::time;
use crate::variables::Variables;
use crate::work::{self, Work};

/// Do the work of jobs
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton jobs work ship-goods -- ./ship.sh\n  baton jobs activate ship-goods --max 5"
)]
pub(crate) struct Jobs {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    address: Address,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Activate(Activate),
    Complete(Complete),
    Fail(Fail),
    Throw(Throw),
    Priority(Priority),
    Work(WorkArgs),
}

/// Take jobs of a type
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton jobs activate ship-goods --max 5 --timeout 10m\n  baton jobs activate ship-goods --wait 30s -o json"
)]
struct Activate {
    /// The job type
    #[arg(value_name = "TYPE")]
    job_type: String,
    /// At most so many jobs
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(i32).range(1..))]
    max: i32,
    /// How long the jobs are yours
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "5m")]
    timeout: Duration,
    /// How long to wait for the first job [default: not at all; without SPAN 10s]
    #[arg(long, value_name = "SPAN", value_parser = span::parse, num_args = 0..=1, default_missing_value = "10s")]
    wait: Option<Duration>,
    /// Only these variables
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    fetch: Vec<String>,
    /// Your name, for people
    #[arg(long, value_name = "NAME", default_value = "baton")]
    worker: String,
}

/// Complete a job
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton jobs complete 2251799813685260\n  baton jobs complete 2251799813685260 --var trackingId=T7"
)]
struct Complete {
    /// The job
    #[arg(value_name = "KEY")]
    key: Key,
    #[command(flatten)]
    variables: Variables,
    #[command(flatten)]
    once: IdempotencyKey,
}

/// Fail a job; without retries it raises an incident
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton jobs fail 2251799813685260 --retries 2 --back-off 1m\n  baton jobs fail 2251799813685260 --retries 0 --message 'no such address'"
)]
struct Fail {
    /// The job
    #[arg(value_name = "KEY")]
    key: Key,
    /// The retries that are left from now on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    retries: i32,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    message: String,
    /// How long to wait before it is offered again
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "0")]
    back_off: Duration,
    #[command(flatten)]
    variables: Variables,
}

/// Throw an error of the business: an error event around the task catches it, or it is an incident
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton jobs throw 2251799813685260 out-of-stock\n  baton jobs throw 2251799813685260 out-of-stock --var missing=3"
)]
struct Throw {
    /// The job
    #[arg(value_name = "KEY")]
    key: Key,
    /// The error's code
    #[arg(value_name = "CODE")]
    code: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "")]
    message: String,
    #[command(flatten)]
    variables: Variables,
}

/// Set how urgent a job is
///
/// Jobs of a higher priority are handed out sooner, jobs of equal priority by age. A worker that has
/// the job keeps it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton jobs priority 2251799813685260 10\n  baton jobs priority 2251799813685260 -5"
)]
struct Priority {
    /// The job
    #[arg(value_name = "KEY")]
    key: Key,
    /// The higher, the sooner; 0 is ordinary
    #[arg(value_name = "N", allow_negative_numbers = true)]
    priority: i32,
}

/// Run a command for each job of a type, until Ctrl-C
///
/// The command gets the job's variables as JSON on stdin and its fields as variables: `BATON_JOB_KEY` and so on.
/// Exit 0 with a JSON object or nothing on stdout completes the job. Everything else fails it: one
/// retry less, and the end of stderr as message.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton jobs work ship-goods -- ./ship.sh --fast\n  baton jobs work charge --concurrency 8 --timeout 30s -- python3 charge.py"
)]
struct WorkArgs {
    /// The job type
    #[arg(value_name = "TYPE")]
    job_type: String,
    /// Jobs at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    concurrency: u16,
    /// How long the command may take; then it is killed and the job is offered again
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "5m")]
    timeout: Duration,
    /// How long a failed job waits before it is offered again
    #[arg(long, value_name = "SPAN", value_parser = span::parse, default_value = "0")]
    back_off: Duration,
    /// Only these variables
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    fetch: Vec<String>,
    /// Your name, for people
    #[arg(long, value_name = "NAME", default_value = "baton")]
    worker: String,
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required = true, last = true)]
    command: Vec<String>,
}

impl Jobs {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        match &self.verb {
            Verb::Activate(it) => {
                let request = it.request();
                let jobs = block_on(async {
                    Ok(self.address.connect(environment).await?.activate_jobs(request).await?)
                })?;
                output.answer(|| jobs.iter().map(to_json).collect(), || to_table(&jobs))?;
            }
            Verb::Complete(it) => {
                let variables = it.variables.read()?.for_client();
                block_on(async {
                    let client = self.address.connect(environment).await?;
                    Ok(it.once.given_by(&client)?.complete_job(it.key, &variables).await?)
                })?;
                output.answer(|| json!({"jobKey": it.key.to_string()}), String::new)?;
            }
            Verb::Fail(it) => {
                let failure = it.request()?;
                block_on(async {
                    Ok(self.address.connect(environment).await?.fail_job(failure).await?)
                })?;
                output.answer(|| json!({"jobKey": it.key.to_string()}), String::new)?;
            }
            Verb::Throw(it) => {
                let error = it.request()?;
                block_on(async {
                    Ok(self.address.connect(environment).await?.throw_error(error).await?)
                })?;
                output.answer(|| json!({"jobKey": it.key.to_string()}), String::new)?;
            }
            Verb::Priority(it) => {
                block_on(async {
                    let client = self.address.connect(environment).await?;
                    Ok(client.update_job_priority(it.key, it.priority).await?)
                })?;
                output.answer(|| json!({"jobKey": it.key.to_string()}), String::new)?;
            }
            Verb::Work(it) => {
                block_on(async {
                    let client = self.address.connect(environment).await?;
                    work::run(client, it.work()).await
                })?;
            }
        }
        Ok(())
    }
}

impl Throw {
    fn request(&self) -> Result<ThrowError, Failure> {
        Ok(ThrowError {
            job: self.key,
            code: self.code.clone(),
            message: self.message.clone(),
            variables: self.variables.read()?.for_client(),
        })
    }
}

impl Activate {
    fn request(&self) -> ActivateJobs {
        ActivateJobs {
            job_type: self.job_type.clone(),
            worker: self.worker.clone(),
            timeout: self.timeout,
            jobs_max: self.max,
            fetch_variables: self.fetch.clone(),
            wait: self.wait,
        }
    }
}

impl Fail {
    fn request(&self) -> Result<FailJob, Failure> {
        Ok(FailJob {
            job: self.key,
            retries: self.retries,
            message: self.message.clone(),
            back_off: self.back_off,
            variables: self.variables.read()?.for_client(),
        })
    }
}

impl WorkArgs {
    fn work(&self) -> Work {
        Work {
            job_type: self.job_type.clone(),
            worker: self.worker.clone(),
            command: self.command.clone(),
            concurrency: usize::from(self.concurrency),
            timeout: self.timeout,
            back_off: self.back_off,
            fetch_variables: self.fetch.clone(),
        }
    }
}

fn to_json(job: &Job) -> Value {
    json!({
        "jobKey": job.key.to_string(),
        "type": job.job_type,
        "processInstanceKey": job.instance.to_string(),
        "processId": job.process_id,
        "version": job.process_version,
        "processDefinitionKey": job.definition.to_string(),
        "elementId": job.element_id,
        "elementInstanceKey": job.element_instance.to_string(),
        "headers": job.headers,
        "worker": job.worker,
        "retries": job.retries,
        "priority": job.priority,
        "businessId": (!job.business_id.is_empty()).then(|| job.business_id.clone()),
        "tags": job.tags,
        "deadline": time::iso(job.deadline_ms),
        "variables": job.variables,
    })
}

fn to_table(jobs: &[Job]) -> String {
    let rows = jobs.iter().map(|it| {
        [
            it.key.to_string(),
            it.instance.to_string(),
            it.element_id.clone(),
            it.retries.to_string(),
            it.priority.to_string(),
            time::iso(it.deadline_ms),
            it.variables.to_string(),
        ]
    });
    table(["JOB", "INSTANCE", "ELEMENT", "RETRIES", "PRIORITY", "DEADLINE", "VARIABLES"], rows)
}
