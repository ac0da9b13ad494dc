//! What a run is like: drawn from its seed, so that different seeds try different mixtures.

use std::path::PathBuf;
use std::time::Duration;

use broker::{Checkpoints, Config, FileSizes, Limits};

use draw::Random;

/// Something that a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Deploy a model, new or known.
    Deploy,
    /// Delete a definition or decisions.
    Delete,
    /// Start an instance.
    Create,
    /// Start an instance and wait for its result.
    CreateAndWait,
    /// Cancel an instance, or something that is none.
    Cancel,
    /// Publish a message.
    Publish,
    /// Broadcast a signal.
    Signal,
    /// Evaluate a decision, or the conditions that start instances.
    Evaluate,
    /// Make a request again that has an idempotency key.
    AskAgain,
    /// Ask for jobs.
    Poll,
    /// Open a job stream.
    OpenStream,
    /// Tell a stream that jobs were taken.
    Credit,
    /// Close a stream.
    CloseStream,
    /// Complete a job that is held.
    Complete,
    /// Complete or fail a job that was held once.
    CompleteLate,
    /// Complete a job twice at once.
    CompleteTwice,
    /// Fail a job that is held.
    Fail,
    /// Throw an error of the business out of a job that is held.
    ThrowError,
    /// Give a job back.
    Yield,
    /// Set a job's retries.
    Retries,
    /// Move a job's deadline.
    Timeout,
    /// Give a user task to somebody, or change it.
    ChangeTask,
    /// Complete a user task.
    CompleteTask,
    /// Complete a user task twice at once.
    CompleteTaskTwice,
    /// Complete a user task that was there once.
    CompleteTaskLate,
    /// Tell an ad-hoc subprocess to begin activities.
    BeginActivities,
    /// Move an instance.
    Modify,
    /// Let an instance go on by another version.
    Migrate,
    /// Let an instance stand still.
    Suspend,
    /// Let an instance go on.
    Resume,
    /// Resolve an incident, with or without what it needs.
    Resolve,
    /// Set variables.
    SetVariables,
    /// Change settings of the engine.
    Settings,
    /// Move the test clock.
    TestClock,
    /// Stop waiting for what is open.
    GiveUp,
    /// Something breaks, or is mended.
    Fault(Fault),
    /// The node is stopped and started.
    Restart,
    /// A long time passes.
    Wait,
    /// The node is compared with its log.
    Compare,
}

/// What breaks, or is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The process is killed.
    Kill,
    /// The power goes.
    PowerLoss,
    /// The power goes in the middle of something.
    PowerLossAtWrite,
    /// Folding a checkpoint is interrupted.
    FoldFails,
    /// Writes fail.
    WriteErrors,
    /// Syncs fail.
    SyncErrors,
    /// The disk fills up.
    NoSpace,
    /// The disk becomes slow.
    SlowSync,
    /// The wall clock jumps.
    ClockJump,
    /// Whatever is broken is mended.
    Heal,
}

/// Actions with their weights in an average run.
const WEIGHTS: &[(Action, u64)] = &[
    (Action::Deploy, 6),
    (Action::Delete, 5),
    (Action::Create, 140),
    (Action::CreateAndWait, 15),
    (Action::Cancel, 20),
    (Action::Publish, 90),
    (Action::Signal, 30),
    (Action::Evaluate, 12),
    (Action::AskAgain, 25),
    (Action::Poll, 100),
    (Action::OpenStream, 12),
    (Action::Credit, 40),
    (Action::CloseStream, 6),
    (Action::Complete, 260),
    (Action::CompleteLate, 20),
    (Action::CompleteTwice, 20),
    (Action::Fail, 40),
    (Action::ThrowError, 20),
    (Action::Yield, 10),
    (Action::Retries, 15),
    (Action::Timeout, 15),
    (Action::ChangeTask, 25),
    (Action::CompleteTask, 70),
    (Action::CompleteTaskTwice, 8),
    (Action::CompleteTaskLate, 6),
    (Action::BeginActivities, 8),
    (Action::Modify, 15),
    (Action::Migrate, 15),
    (Action::Suspend, 8),
    (Action::Resume, 12),
    (Action::Resolve, 40),
    (Action::SetVariables, 25),
    (Action::Settings, 4),
    (Action::TestClock, 4),
    (Action::GiveUp, 10),
    (Action::Fault(Fault::Kill), 6),
    (Action::Fault(Fault::PowerLoss), 6),
    (Action::Fault(Fault::PowerLossAtWrite), 8),
    (Action::Fault(Fault::FoldFails), 2),
    (Action::Fault(Fault::WriteErrors), 2),
    (Action::Fault(Fault::SyncErrors), 2),
    (Action::Fault(Fault::NoSpace), 3),
    (Action::Fault(Fault::SlowSync), 5),
    (Action::Fault(Fault::ClockJump), 4),
    (Action::Fault(Fault::Heal), 12),
    (Action::Restart, 4),
    (Action::Wait, 10),
    (Action::Compare, 12),
];

/// What a run is like.
#[derive(Debug, Clone)]
pub struct Options {
    weights: Vec<(Action, u64)>,
    total: u64,
    /// Whether the test clock may be moved.
    pub clock_is_controllable: bool,
    /// Above so many instances no more are started.
    pub instances_max: usize,
    /// Correlation keys that messages and instances share.
    pub correlation_keys: u64,
    /// How many models there are to choose from.
    pub models: usize,
    /// The longest sync of the log of a disk that is well, in milliseconds.
    pub sync_ms_max: u64,
    /// How many steps end without time passing, in percent.
    pub hurry_percent: u64,
    checkpoints: Checkpoints,
    files: FileSizes,
    limits: Limits,
}

impl Options {
    /// Draws what a run is like.
    pub fn draw(random: &mut Random) -> Self {
        let clock_is_controllable = random.percent(15);
        let mut weights = Vec::new();
        for &(action, usual) in WEIGHTS {
            // Some actions are left out, some are common: each run has its own character.
            let weight = match random.below(10) {
                0 => 0,
                1 => usual * 4,
                _ => usual,
            };
            let is_possible = clock_is_controllable || action != Action::TestClock;
            if weight > 0 && is_possible {
                weights.push((action, weight));
            }
        }
        // Without these two nothing ever happens.
        weights.extend([(Action::Create, 20), (Action::Complete, 20)]);
        let interval = Duration::from_millis(random.one_of(&[50, 500, 5_000, 60_000]));
        let log_bytes = random.one_of(&[1 << 10, 16 << 10, 64 << 20]);
        let base_bytes = random.one_of(&[1, 16 << 10, 16 << 20]);
        Self {
            total: weights.iter().map(|(_, weight)| weight).sum(),
            weights,
            clock_is_controllable,
            instances_max: random.one_of(&[5, 40, 150]),
            correlation_keys: random.one_of(&[1, 4, 30]),
            models: random.one_of(&[1, 4, 10]),
            sync_ms_max: random.one_of(&[0, 1, 4, 20]),
            hurry_percent: random.one_of(&[10, 50, 90]),
            checkpoints: Checkpoints { interval, log_bytes, base_bytes },
            // The log's twin has files of its own size.
            files: FileSizes {
                log_bytes: 16 << 20,
                record_bytes: random.one_of(&[32 << 10, 64 << 20]),
            },
            limits: Limits {
                commands_in_flight_max: random.one_of(&[4, 64, 4_096]),
                answers_awaited_max: random.one_of(&[8, 64, 65_536]),
                polls_parked_max: random.one_of(&[2, 10_000]),
                message_size_max_bytes: 4 << 20,
                disk_free_min_bytes: 256 << 10,
            },
        }
    }

    /// True if only a few more may wait beside so many.
    pub fn is_narrow_beside(&self, open: usize) -> bool {
        open as u64 >= self.limits.answers_awaited_max / 2
    }

    /// How the node is set up.
    pub fn config(&self) -> Config {
        Config {
            clock_is_controllable: self.clock_is_controllable,
            limits: self.limits.clone(),
            checkpoints: self.checkpoints.clone(),
            files: self.files.clone(),
            ..Config::new(PathBuf::from("data"))
        }
    }

    /// Draws what the next step does.
    pub fn action(&self, random: &mut Random) -> Action {
        let mut rest = random.below(self.total);
        for (action, weight) in &self.weights {
            match rest.checked_sub(*weight) {
                Some(less) => rest = less,
                None => return *action,
            }
        }
        Action::Compare
    }
}
