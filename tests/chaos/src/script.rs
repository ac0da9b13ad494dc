//! A row of commands that is the same each time, one after the other.

use std::collections::VecDeque;
use std::time::Duration;

use client::{Client, Job};

use crate::load::models::{self, BEGINS, PERSON, Way};
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
    Create(Way),
    Broadcast,
    DoTask,
    Move,
    Migrate,
    Suspend,
    StartBySignal,
    StartByCondition,
    Delete,
}

/// A script: deployments, and then commands that are repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Script {
    /// How many commands it has in all.
    pub commands: usize,
    deployments: usize,
    cycle: &'static [Command],
}

impl Script {
    /// So many commands about jobs, timers and messages alone, which write little: for tests of each
    /// of their calls on the disk.
    pub const fn plain(commands: usize) -> Self {
        Self { commands, deployments: models::PLAIN, cycle: PLAIN }
    }

    /// So many commands of all kinds.
    pub const fn mixed(commands: usize) -> Self {
        Self { commands, deployments: models::COUNT, cycle: MIXED }
    }
}

/// What is repeated after the deployments: each kind of command, in an order in which messages come
/// before and after those who wait for them, and jobs fail before they are done.
const PLAIN: &[Command] = MIXED.split_at(18).0;

/// The same, with all that other elements have. All kinds are among the first 40, which the short
/// script plays; the ways that write most come later.
const MIXED: &[Command] = {
    use Command::{
        Activate, Broadcast, Cancel, Complete, Create, CreateCycle, CreateJob, CreateTimer,
        CreateWaiting, Delete, DoTask, Fail, Migrate, Move, Publish, PublishShort,
        StartByCondition, StartBySignal, Suspend,
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
        Create(Way::Person),
        Activate,
        Complete,
        DoTask,
        Create(Way::Hear),
        Broadcast,
        Create(Way::Undo),
        Activate,
        Complete,
        Move,
        Suspend,
        StartBySignal,
        StartByCondition,
        Delete,
        Create(Way::Stopped),
        Broadcast,
        Create(Way::Call),
        Migrate,
        Create(Way::Risky),
        Activate,
        Complete,
        Create(Way::Enough),
        Create(Way::Several),
        Create(Way::Alone),
        Create(Way::AdHoc),
        Activate,
        Complete,
        Complete,
        Complete,
    ]
};

/// Plays a script.
#[derive(Debug)]
pub struct Player<'a> {
    steps: Steps<'a>,
    jobs: VecDeque<Job>,
    instances: VecDeque<i64>,
    /// User tasks that somebody heard of.
    tasks: VecDeque<i64>,
    /// Signals that somebody waits for.
    signals: VecDeque<String>,
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
            tasks: VecDeque::new(),
            signals: VecDeque::new(),
            waiting: VecDeque::new(),
            published: VecDeque::new(),
        }
    }

    /// The connection.
    pub fn client(&self) -> &Client {
        &self.steps.client
    }

    /// Plays a script, and tells `each` after a command.
    ///
    /// # Errors
    /// The server did not answer; the number of the command that it did not answer.
    pub async fn play(
        &mut self,
        script: Script,
        mut each: impl AsyncFnMut(&Steps<'_>) -> Result<(), Stopped>,
    ) -> Result<(), usize> {
        let Script { commands, deployments, cycle } = script;
        self.steps.deploy(deployments).await.map_err(|Stopped| 0_usize)?;
        let mut number = deployments;
        while number < commands {
            let command = cycle[(number - deployments) % cycle.len()];
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
                Some(job) if job.element_id == PERSON => {
                    self.steps.hear_of(job.key).await?;
                    self.tasks.extend(job.user_task);
                }
                Some(job) => self.steps.complete(job.key).await?,
                None => drop(self.steps.create_job().await?),
            },
            Command::Create(way) => {
                let tag = self.steps.create_way(way).await?;
                self.signals.extend(way.hears().then_some(tag));
            }
            Command::Broadcast => {
                let signal = self.signals.pop_front().unwrap_or_else(|| "nobody".to_owned());
                self.steps.broadcast(&signal).await?;
            }
            Command::DoTask => match self.tasks.pop_front() {
                Some(task) => self.steps.complete_task(task).await?,
                None => drop(self.steps.create_job().await?),
            },
            Command::Move => self.steps.create_moved().await?,
            Command::Migrate => self.steps.create_migrated().await?,
            Command::Suspend => self.steps.create_suspended().await?,
            Command::StartBySignal => self.steps.broadcast(BEGINS).await?,
            Command::StartByCondition => self.steps.start_by_condition().await?,
            Command::Delete => self.steps.create_last().await?,
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
