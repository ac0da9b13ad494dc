//! Single calls, noted in the ledger with what was told.

use std::time::Duration;

use client::{
    ActivateJobs, Client, CreateInstance, CreatedInstance, FailJob, Job, Options, PublishMessage,
    Resource,
};
use serde_json::{Value, json};

use super::models::{self, CYCLE, GO, JOB, MESSAGE, TIMER, WORK};
use crate::oracle::history::TAG;
use crate::oracle::{Ask, Ledger, Stopped};
use draw::Random;

/// Longer than the clock is moved in all, so that no message is lost to its age.
pub const TIME_TO_LIVE: Duration = Duration::from_hours(24 * 30);
/// Shorter than the clock is moved at once, so that some jobs are offered again.
pub const JOB_TIMEOUT: Duration = Duration::from_mins(30);

/// The calls of one client.
#[derive(Debug, Clone)]
pub struct Steps<'a> {
    /// The connection.
    pub client: Client,
    /// Where the server speaks HTTP, as `host:port`: for what people and operators do.
    pub http: String,
    /// Where everything is noted.
    pub ledger: &'a Ledger,
    /// How long an answer is awaited.
    pub patience: Duration,
}

impl<'a> Steps<'a> {
    /// Calls on this connection, which has the usual patience.
    pub fn new(client: Client, http: &str, ledger: &'a Ledger) -> Self {
        let patience = Options::default().request_timeout;
        Self { client, http: http.to_owned(), ledger, patience }
    }

    /// Deploys all models.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn deploy_all(&self) -> Result<(), Stopped> {
        self.deploy(models::COUNT).await
    }

    /// Deploys the first so many models.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn deploy(&self, count: usize) -> Result<(), Stopped> {
        for model in models::all().into_iter().take(count) {
            // No other deployment has this name, by which the records tell whose effect they are.
            let file = format!("{}.bpmn", self.ledger.tag(model.id));
            let mut resources =
                vec![Resource { name: file.clone(), content: model.xml.into_bytes() }];
            let dmn = model.dmn.map(String::into_bytes);
            resources.extend(dmn.map(|content| Resource { name: "rules.dmn".to_owned(), content }));
            let call = Box::pin(self.client.deploy(resources));
            self.ledger.call(Ask::Deploy { file }, self.patience, call, |it| vec![it.key]).await?;
        }
        Ok(())
    }

    /// Creates an instance with a job.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_job(&self) -> Result<Option<i64>, Stopped> {
        self.create(JOB, json!({})).await
    }

    /// Creates an instance with a timer.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_timer(&self, duration: &str) -> Result<Option<i64>, Stopped> {
        self.create(TIMER, json!({"duration": duration})).await
    }

    /// Creates an instance with a timer that comes again.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_cycle(&self) -> Result<Option<i64>, Stopped> {
        self.create(CYCLE, json!({})).await
    }

    /// Creates an instance that waits for the message with this correlation key.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_waiting(&self, key: &str) -> Result<Option<i64>, Stopped> {
        self.create(MESSAGE, json!({"key": key})).await
    }

    /// Creates an instance with a job and so many bytes of variables.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_filled(&self, bytes: usize, random: &mut Random) -> Result<(), Stopped> {
        self.create(JOB, json!({"ballast": ballast(bytes, random)})).await.map(drop)
    }

    /// Creates an instance that keeps so many bytes of variables for hours.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn create_kept(&self, bytes: usize, random: &mut Random) -> Result<(), Stopped> {
        let variables = json!({"duration": "PT3H", "ballast": ballast(bytes, random)});
        self.create(TIMER, variables).await.map(drop)
    }

    async fn create(&self, process: &str, variables: Value) -> Result<Option<i64>, Stopped> {
        let tag = self.ledger.tag("create");
        Ok(self.create_as(process, &tag, variables).await?.map(|it| it.instance))
    }

    /// Creates an instance with this tag.
    pub(super) async fn create_as(
        &self,
        process: &str,
        tag: &str,
        mut variables: Value,
    ) -> Result<Option<CreatedInstance>, Stopped> {
        variables[TAG] = Value::from(tag);
        let request = CreateInstance { variables, ..CreateInstance::latest(process) };
        let ask = Ask::Create { process: process.to_owned(), tag: tag.to_owned() };
        let call = Box::pin(self.client.create_instance(request));
        self.ledger.call(ask, self.patience, call, |it| vec![it.instance]).await
    }

    /// Cancels an instance.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn cancel(&self, instance: i64) -> Result<(), Stopped> {
        let call = Box::pin(self.client.cancel_instance(instance));
        let ask = Ask::Cancel { instance };
        self.ledger.call(ask, self.patience, call, |()| Vec::new()).await.map(|_| ())
    }

    /// Publishes the message with this correlation key, which is used once.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn publish(&self, key: &str, time_to_live: Duration) -> Result<(), Stopped> {
        self.publish_as(key, "", time_to_live).await.map(drop)
    }

    /// Publishes a message whose correlation key is its id as well, which is taken from then on as
    /// long as messages live; nothing if it was refused.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn publish_once(&self, id: &str) -> Result<Option<i64>, Stopped> {
        self.publish_as(id, id, TIME_TO_LIVE).await
    }

    async fn publish_as(
        &self,
        key: &str,
        id: &str,
        time_to_live: Duration,
    ) -> Result<Option<i64>, Stopped> {
        let message = PublishMessage {
            name: GO.to_owned(),
            correlation_key: key.to_owned(),
            message_id: id.to_owned(),
            time_to_live,
            ..PublishMessage::default()
        };
        let call = Box::pin(self.client.publish_message(message));
        let ask = Ask::Publish { tag: key.to_owned() };
        self.ledger.call(ask, self.patience, call, |key| vec![*key]).await
    }

    /// Takes jobs.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn activate(&self, jobs_max: i32) -> Result<Vec<Job>, Stopped> {
        let tag = self.ledger.tag("worker");
        let request = ActivateJobs {
            job_type: WORK.to_owned(),
            worker: tag.clone(),
            timeout: JOB_TIMEOUT,
            jobs_max,
            fetch_variables: Vec::new(),
            wait: None,
        };
        let call = Box::pin(self.client.activate_jobs(request));
        let keys = |jobs: &Vec<Job>| jobs.iter().map(|it| it.key).collect();
        let jobs = self.ledger.call(Ask::Activate { tag }, self.patience, call, keys).await?;
        Ok(jobs.unwrap_or_default())
    }

    /// Completes a job.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn complete(&self, job: i64) -> Result<(), Stopped> {
        let tag = self.ledger.tag("complete");
        let variables = json!({TAG: tag});
        let call = Box::pin(self.client.complete_job(job, &variables));
        let ask = Ask::Complete { job, tag: tag.clone() };
        self.ledger.call(ask, self.patience, call, |()| Vec::new()).await.map(|_| ())
    }

    /// Fails a job, which keeps its retries.
    ///
    /// # Errors
    /// The server did not answer.
    pub async fn fail(&self, job: &Job) -> Result<(), Stopped> {
        let tag = self.ledger.tag("fail");
        let failure = FailJob {
            job: job.key,
            retries: job.retries,
            message: tag.clone(),
            back_off: Duration::from_millis(50),
            variables: json!({}),
        };
        let call = Box::pin(self.client.fail_job(failure));
        let ask = Ask::Fail { job: job.key, tag };
        self.ledger.call(ask, self.patience, call, |()| Vec::new()).await.map(|_| ())
    }
}

/// About so many bytes that do not become small by compression.
fn ballast(bytes: usize, random: &mut Random) -> Vec<u64> {
    (0..bytes / 16).map(|_| random.number() >> 12).collect()
}
