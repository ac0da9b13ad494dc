//! A row of commands that is the same each time, one after the other.

use std::collections::VecDeque;
use std::time::Duration;

use client::{Client, Job};

use crate::load::models;
use crate::load::steps::{Steps, TIME_TO_LIVE};
use crate::oracle::Stopped;

/// One command of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    CreateJob,
    CreateTimer(&'static str),
    CreateCycle,
    CreateWaiting,
    Publish,
    PublishShort,
    Activate,
    Complete,
    Fail,
    Cancel,
}

/// What is repeated after the deployments: each kind of command, in an order in which messages come
/// before and after those who wait for them, and jobs fail before they are done.
const CYCLE: &[Command] = {
    use Command::{
        Activate, Cancel, Complete, CreateCycle, CreateJob, CreateTimer, CreateWaiting, Fail,
        Publish, PublishShort,
    };
    &[
        CreateJob,
        CreateTimer("PT0.02S"),
        CreateCycle,
        CreateWaiting,
        Publish,
        Activate,
        Fail,
        CreateJob,
        Activate,
        Complete,
        Publish,
        CreateWaiting,
        PublishShort,
        CreateTimer("PT1H"),
        CreateJob,
        Activate,
        Cancel,
        Complete,
    ]
};

/// How many commands deploy the models.
const DEPLOYMENTS: usize = models::COUNT;

/// Plays a script.
#[derive(Debug)]
pub struct Player<'a> {
    steps: Steps<'a>,
    jobs: VecDeque<Job>,
    instances: VecDeque<i64>,
    /// Correlation keys of which only one side has come.
    waiting: VecDeque<String>,
    published: VecDeque<String>,
}

impl<'a> Player<'a> {
    /// Plays with this connection.
    pub fn new(steps: Steps<'a>) -> Self {
        Self {
            steps,
            jobs: VecDeque::new(),
            instances: VecDeque::new(),
            waiting: VecDeque::new(),
            published: VecDeque::new(),
        }
    }

    /// The connection.
    pub fn client(&self) -> &Client {
        &self.steps.client
    }

    /// Plays commands from the one with this number on, up to `end`, and tells `each` after one.
    ///
    /// # Errors
    /// The server did not answer; the number of the command that it did not answer.
    pub async fn play(
        &mut self,
        from: usize,
        end: usize,
        mut each: impl AsyncFnMut(&Steps<'_>) -> Result<(), Stopped>,
    ) -> Result<(), usize> {
        let mut number = from;
        if number < DEPLOYMENTS {
            self.steps.deploy().await.map_err(|Stopped| number)?;
            number = DEPLOYMENTS;
        }
        while number < end {
            let command = CYCLE[(number - DEPLOYMENTS) % CYCLE.len()];
            self.command(command).await.map_err(|Stopped| number)?;
            each(&self.steps).await.map_err(|Stopped| number)?;
            number += 1;
        }
        Ok(())
    }

    async fn command(&mut self, command: Command) -> Result<(), Stopped> {
        match command {
            Command::CreateJob => self.instances.extend(self.steps.create_job().await?),
            Command::CreateTimer(duration) => drop(self.steps.create_timer(duration).await?),
            Command::CreateCycle => drop(self.steps.create_cycle().await?),
            Command::CreateWaiting => {
                let key = self.published.pop_front();
                let is_new = key.is_none();
                let key = key.unwrap_or_else(|| self.steps.ledger.tag("key"));
                self.steps.create_waiting(&key).await?;
                if is_new {
                    self.waiting.push_back(key);
                }
            }
            Command::Publish => {
                let key = self.waiting.pop_front();
                let is_new = key.is_none();
                let key = key.unwrap_or_else(|| self.steps.ledger.tag("key"));
                self.steps.publish(&key, TIME_TO_LIVE).await?;
                if is_new {
                    self.published.push_back(key);
                }
            }
            Command::PublishShort => {
                let key = self.steps.ledger.tag("key");
                self.steps.publish(&key, Duration::from_millis(30)).await?;
            }
            Command::Activate => self.jobs.extend(self.steps.activate(2).await?),
            Command::Complete => match self.jobs.pop_front() {
                Some(job) => self.steps.complete(job.key).await?,
                None => drop(self.steps.create_job().await?),
            },
            Command::Fail => match self.jobs.pop_front() {
                Some(job) => self.steps.fail(&job).await?,
                None => drop(self.steps.create_job().await?),
            },
            Command::Cancel => match self.instances.pop_back() {
                Some(instance) => self.steps.cancel(instance).await?,
                None => drop(self.steps.create_job().await?),
            },
        }
        Ok(())
    }
}
