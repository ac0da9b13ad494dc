//! One life of a node over a folder, and the script that fills the folder.
//!
//! The clock is pinned, so that two starts of the same folder lead to the same state.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use broker::{Config, Node};
use broker_api::{BackupRequest, Broker as _, PartitionStatus, PollRequest, Request, Resource};
use record::{
    BroadcastSignal, ChangeClock, ClockChange, CommandBody, CompleteJob, CreateInstance, Envelope,
    FailJob, Millis, PublishMessage, Reply,
};
use value::Doc;

use crate::load::models::{self, MIXED, WORK, Way};
use draw::Random;

const MODEL: &str = include_str!("../../models/at-rest.bpmn");
/// How long anything may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(10);
const MINUTE_MS: Millis = 60_000;

/// A node that is up.
pub(super) struct Life {
    node: Arc<Node>,
    now: Millis,
}

/// Small files, so that little data makes many of them.
pub(super) fn config(folder: &Path) -> Config {
    let mut config = Config::new(folder.to_owned());
    config.clock_is_controllable = true;
    config.limits.disk_free_min_bytes = 0;
    config.checkpoints.log_bytes = 96 << 10;
    config.files.log_bytes = 24 << 10;
    config.files.record_bytes = 24 << 10;
    config
}

impl Life {
    /// Opens the folder; the error is the sentence that refuses it.
    pub(super) async fn begin(folder: &Path) -> Result<Self, String> {
        Self::begin_as(folder, 0).await
    }

    /// The same as the node of this number.
    pub(super) async fn begin_as(folder: &Path, node_id: u32) -> Result<Self, String> {
        let node = Node::start(Config { node_id, ..config(folder) })
            .await
            .map_err(|error| error.to_string())?;
        tokio::select! {
            () = node.ready() => {}
            reason = node.failed() => return Err(reason),
            () = tokio::time::sleep(PATIENCE) => return Err("it is not ready".to_owned()),
        }
        Ok(Self { node, now: 0 })
    }

    pub(super) async fn end(self) {
        self.node.shut_down().await;
    }

    /// Makes a backup.
    pub(super) async fn back_up(&self, folder: &Path) -> Result<()> {
        let mut steps = self.node.back_up(BackupRequest { folder: folder.to_owned(), id: 1 });
        while let Some(step) = steps.recv().await {
            if step?.finished.is_some() {
                return Ok(());
            }
        }
        bail!("the backup did not end")
    }

    pub(super) async fn status(&self) -> Result<PartitionStatus> {
        Ok(self.node.status(1).await?)
    }

    /// Why commands are not taken.
    pub(super) fn reasons(&self) -> Vec<String> {
        self.node.health().reasons
    }

    /// The log index of the newest checkpoint of this life.
    pub(super) fn checkpoint(&self) -> u64 {
        self.node.metrics().checkpoint_index.load(Ordering::Relaxed)
    }

    /// Whether its look at the records found damage; waits for it.
    pub(super) async fn tells_of_damage(&self) -> bool {
        for _ in 0..200 {
            if self.node.metrics().records_damaged.load(Ordering::Relaxed) > 0 {
                return true;
            }
            tokio::time::sleep(PAUSE).await;
        }
        false
    }

    pub(super) async fn deploy(&self) -> Result<()> {
        self.deploy_together(vec![("claim.bpmn".to_owned(), MODEL.to_owned())]).await?;
        for model in models::all() {
            let mut files = vec![(format!("{}.bpmn", model.id), model.xml)];
            files.extend(model.dmn.map(|it| ("rules.dmn".to_owned(), it)));
            self.deploy_together(files).await?;
        }
        Ok(())
    }

    async fn deploy_together(&self, files: Vec<(String, String)>) -> Result<()> {
        let resource = |(name, content): (String, String)| Resource {
            name: name.as_str().into(),
            content: content.into_bytes().into(),
        };
        let resources = files.into_iter().map(resource).collect();
        match self.node.deploy(Envelope::default(), resources).await? {
            Reply::Deployed(_) => Ok(()),
            other => bail!("the model was not deployed: {other:?}"),
        }
    }

    /// Stops the clock a minute later than it stood: timers fire.
    pub(super) async fn pass_a_minute(&mut self) -> Result<()> {
        self.now = self.now.max(self.status().await?.now) + MINUTE_MS;
        let body = ChangeClock { change: ClockChange::Pin, value: self.now };
        self.accepted(CommandBody::ChangeClock(body)).await?;
        Ok(())
    }

    /// Some of everything: instances, jobs that complete, fail and wait, messages, timers, and one
    /// instance of each way of all other elements, some of whose jobs are done.
    pub(super) async fn work(&mut self, random: &mut Random, round: u64) -> Result<()> {
        for number in 0..6 {
            self.create(&format!("{round}-{number}"), random).await?;
        }
        for way in Way::ALL {
            let json = format!(r#"{{"kind": "{}", "tag": "{round}"}}"#, way.name());
            self.begin_of(MIXED, Doc::from_json(&json)?).await?;
        }
        let name = format!("{round}").as_str().into();
        let signal = BroadcastSignal { name, variables: Doc::empty() };
        self.accepted(CommandBody::BroadcastSignal(signal)).await?;
        for job in self.poll(WORK, 8).await? {
            self.accepted(CommandBody::CompleteJob(CompleteJob { job, ..CompleteJob::default() }))
                .await?;
        }
        let jobs = self.poll("check", 4).await?;
        for (at, job) in jobs.iter().enumerate() {
            let body = match at {
                0 | 1 => {
                    CommandBody::CompleteJob(CompleteJob { job: *job, ..CompleteJob::default() })
                }
                2 => CommandBody::FailJob(FailJob {
                    job: *job,
                    message: "no".into(),
                    ..FailJob::default()
                }),
                _ => continue,
            };
            self.accepted(body).await?;
        }
        for key in [format!("{round}-0"), format!("nobody-{round}")] {
            let body = PublishMessage {
                name: "paid".into(),
                correlation_key: key.as_str().into(),
                time_to_live_ms: 60 * MINUTE_MS,
                ..PublishMessage::default()
            };
            self.accepted(CommandBody::PublishMessage(body)).await?;
        }
        self.pass_a_minute().await?;
        self.rest().await
    }

    /// Starts an instance with up to 8 KiB of variables, now and then more than a leaf of the base.
    pub(super) async fn create(&self, id: &str, random: &mut Random) -> Result<()> {
        let bytes = if random.percent(5) { 24 << 10 } else { 1 << random.below(12) };
        // Half of it cannot be compressed.
        let noise: Vec<_> = (0..bytes / 64).map(|_| random.number() >> 12).collect();
        let text =
            format!(r#"{{"id": "{id}", "noise": {noise:?}, "x": "{}"}}"#, "y".repeat(bytes / 2));
        self.begin_of("claim", Doc::from_json(&text)?).await
    }

    async fn begin_of(&self, process_id: &str, variables: Doc) -> Result<()> {
        let process_id = process_id.into();
        let body =
            CreateInstance { process_id, version: -1, variables, ..CreateInstance::default() };
        self.accepted(CommandBody::CreateInstance(body)).await.map(drop)
    }

    async fn poll(&self, job_type: &str, jobs_max: u32) -> Result<Vec<record::Key>> {
        let poll = PollRequest {
            envelope: Envelope::default(),
            job_type: job_type.into(),
            worker: "chaos".into(),
            timeout_ms: 10 * MINUTE_MS,
            jobs_max,
            fetch_variables: vec!["id".into()],
            wait: Duration::ZERO,
        };
        Ok(self.node.activate_jobs(poll).await?.jobs.iter().map(|it| it.key).collect())
    }

    async fn accepted(&self, body: CommandBody) -> Result<Reply> {
        let request = Request { partition: 1, envelope: Envelope::default(), body };
        match self.node.submit(request).await? {
            Reply::Rejected(it) => bail!("a command was rejected: {}", it.reason),
            reply => Ok(reply),
        }
    }

    /// Waits until nothing happens any more, and nothing is left to be done: a start would go on
    /// with it, sooner or later.
    pub(super) async fn rest(&self) -> Result<()> {
        let mut last = 0;
        for _ in 0..PATIENCE.as_millis() / PAUSE.as_millis() {
            let status = self.status().await?;
            if status.applied_index == last && !status.has_work {
                return Ok(());
            }
            last = status.applied_index;
            tokio::time::sleep(PAUSE).await;
        }
        ensure!(false, "the node does not come to rest");
        Ok(())
    }
}
