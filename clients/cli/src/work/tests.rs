//! The worker against a scripted server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client::{Code, Error, FailJob, Job, Key};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::server::Server;
use super::{Stop, Work, work_until};

/// A job whose variables hold its key.
pub(super) fn job(key: Key) -> Job {
    Job {
        key,
        job_type: "ship-goods".into(),
        instance: 1,
        process_id: "order".into(),
        process_version: 1,
        definition: 2,
        element_id: "ship".into(),
        element_instance: 3,
        headers: json!({"h": "1"}),
        worker: "w".into(),
        retries: 3,
        priority: 0,
        business_id: String::new(),
        tags: Vec::new(),
        deadline_ms: 0,
        variables: json!({"n": key}),
        user_task: None,
    }
}

fn work(script: &str, concurrency: usize) -> Work {
    Work {
        job_type: "ship-goods".into(),
        worker: "w".into(),
        command: vec!["sh".into(), "-c".into(), script.into()],
        concurrency,
        timeout: Duration::from_mins(1),
        back_off: Duration::from_secs(5),
        fetch_variables: Vec::new(),
    }
}

/// What the server was told.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    Asked(usize),
    Completed(Key, Value),
    Failed(Key, i32, String),
}

type Poll = Result<Vec<Job>, Error>;

/// Answers polls from a list, then tells the worker to stop; remembers what it was told.
#[derive(Clone)]
struct Script {
    polls: Arc<Mutex<VecDeque<Poll>>>,
    completes: Arc<Mutex<VecDeque<Error>>>,
    told: Arc<Mutex<Vec<Told>>>,
    stop: watch::Sender<Stop>,
    at_the_end: Stop,
}

impl Script {
    fn new(polls: Vec<Poll>, at_the_end: Stop) -> Self {
        Self {
            polls: Arc::new(Mutex::new(polls.into())),
            completes: Arc::default(),
            told: Arc::default(),
            stop: watch::channel(Stop::No).0,
            at_the_end,
        }
    }

    fn tell(&self, told: Told) {
        self.told.lock().expect("not poisoned").push(told);
    }

    async fn play(&self, work: Work) -> (Result<(), u8>, Vec<Told>) {
        let result = work_until(self.clone(), work, self.stop.subscribe()).await;
        let told = self.told.lock().expect("not poisoned").clone();
        (result.map_err(|failure| failure.exit.code()), told)
    }
}

impl Server for Script {
    async fn activate(&self, max: usize) -> Result<Vec<Job>, Error> {
        self.tell(Told::Asked(max));
        let next = self.polls.lock().expect("not poisoned").pop_front();
        if let Some(answer) = next {
            return answer;
        }
        self.stop.send_replace(self.at_the_end);
        std::future::pending().await
    }

    async fn complete(&self, job: Key, variables: &Value) -> Result<(), Error> {
        if let Some(error) = self.completes.lock().expect("not poisoned").pop_front() {
            return Err(error);
        }
        self.tell(Told::Completed(job, variables.clone()));
        Ok(())
    }

    async fn fail(&self, failure: FailJob) -> Result<(), Error> {
        self.tell(Told::Failed(failure.job, failure.retries, failure.message));
        Ok(())
    }
}

fn unavailable() -> Error {
    Error::Call { code: Code::Unavailable, message: "No leader.".into() }
}

#[tokio::test]
async fn jobs_complete_with_the_output_of_the_command() {
    let script = Script::new(vec![Ok(vec![job(1)])], Stop::Gently);
    let (result, told) = script.play(work("cat", 2)).await;
    assert_eq!(result, Ok(()));
    assert_eq!(told.first(), Some(&Told::Asked(2)));
    assert!(told.contains(&Told::Completed(1, json!({"n": 1}))), "{told:?}");
}

#[tokio::test]
async fn a_failed_command_costs_one_retry() {
    let script = Script::new(vec![Ok(vec![job(1)])], Stop::Gently);
    let (result, told) = script.play(work("echo broken >&2; exit 1", 1)).await;
    assert_eq!(result, Ok(()));
    assert!(told.contains(&Told::Failed(1, 2, "broken".into())), "{told:?}");
}

#[tokio::test]
async fn no_more_jobs_are_taken_than_can_begin() {
    let polls = vec![Ok(vec![job(1), job(2)]), Ok(vec![job(3)]), Ok(vec![job(4)])];
    let script = Script::new(polls, Stop::Gently);
    let (result, told) = script.play(work("cat", 2)).await;
    assert_eq!(result, Ok(()));
    let ended = |told: &[Told]| told.iter().filter(|it| matches!(it, Told::Completed(..))).count();
    assert_eq!(ended(&told), 4);
    // Two, one and one jobs are handed out by the first three polls.
    let mut handed_out = [0, 2, 3, 4].into_iter();
    for (at, event) in told.iter().enumerate() {
        if let Told::Asked(max) = event {
            let running = handed_out.next().expect("four polls") - ended(&told[..at]);
            assert!(running + max <= 2, "poll at {at} of {told:?}");
        }
    }
}

#[tokio::test]
async fn running_commands_are_finished_when_told_to_stop() {
    let script = Script::new(vec![Ok(vec![job(1)])], Stop::Gently);
    let (result, told) = script.play(work("sleep 0.2; echo '{}'", 2)).await;
    assert_eq!(result, Ok(()));
    assert!(told.contains(&Told::Completed(1, json!({}))), "{told:?}");
}

#[tokio::test]
async fn told_to_stop_now_a_job_is_given_back_with_its_retries() {
    let script = Script::new(vec![Ok(vec![job(1)])], Stop::Now);
    let (result, told) = script.play(work("sleep 600", 2)).await;
    assert_eq!(result, Err(130));
    assert!(told.contains(&Told::Failed(1, 3, "The worker was stopped.".into())), "{told:?}");
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_again() {
    let script = Script::new(vec![Err(unavailable()), Ok(vec![job(1)])], Stop::Gently);
    script.completes.lock().expect("not poisoned").push_back(unavailable());
    let (result, told) = script.play(work("cat", 1)).await;
    assert_eq!(result, Ok(()));
    assert!(told.contains(&Told::Completed(1, json!({"n": 1}))), "{told:?}");
}

#[tokio::test]
async fn a_refused_poll_ends_the_worker() {
    let error = Error::Call { code: Code::InvalidArgument, message: "No type.".into() };
    let (result, _) = Script::new(vec![Err(error)], Stop::Gently).play(work("cat", 1)).await;
    assert_eq!(result, Err(4));
}

#[tokio::test]
async fn a_command_that_cannot_be_run_ends_the_worker_and_gives_the_job_back() {
    let script = Script::new(vec![Ok(vec![job(1)])], Stop::Gently);
    let command = vec!["/nowhere/command".into()];
    let (result, told) = script.play(Work { command, ..work("", 1) }).await;
    assert_eq!(result, Err(2));
    assert!(told.iter().any(|it| matches!(it, Told::Failed(1, 3, _))), "{told:?}");
}

#[tokio::test]
async fn a_command_that_takes_too_long_is_killed_and_its_job_left_to_its_deadline() {
    let script = Script::new(vec![Ok(vec![job(1)])], Stop::Gently);
    let timeout = Duration::from_millis(50);
    let (result, told) = script.play(Work { timeout, ..work("sleep 600", 1) }).await;
    assert_eq!(result, Ok(()));
    assert!(told.iter().all(|it| matches!(it, Told::Asked(_))), "{told:?}");
}
