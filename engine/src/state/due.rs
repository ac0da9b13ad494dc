//! What happens at a time: timers, job time-outs, back-offs and expiries in one index.

use super::State;
use super::instance::{Instance, JobState};
use record::{Key, Millis};
use value::wire_enum;

wire_enum! {
    /// What is due.
    pub(crate) enum DueKind {
        /// A timer fires.
        0 => Timer,
        /// A job's worker took too long.
        1 => JobDeadline,
        /// A job's back-off is over.
        2 => JobBackOff,
        /// A buffered message expires.
        3 => MessageExpiry,
        /// A gateway's silence is looked at; the two keys are its node and life.
        4 => GatewaySilence,
        /// A timer starts an instance.
        5 => StartTimer,
        /// An idempotency key is forgotten.
        6 => Idempotency,
    }
}

/// When, what, and the key of what it is about.
pub(crate) type DueKey = (Millis, DueKind, Key);

impl State {
    /// Sets up the due entries of an instance that comes from a checkpoint.
    pub(super) fn restore_due(&mut self, instance: &Instance) {
        for timer in instance.timers.iter().filter(|it| !it.is_parked) {
            self.due.restore((timer.due, DueKind::Timer, timer.key), instance.key);
        }
        for job in instance.jobs.iter() {
            match job.state {
                JobState::Activated => {
                    self.due.restore((job.deadline, DueKind::JobDeadline, job.key), instance.key);
                }
                JobState::Failed if job.recurs_at > 0 => {
                    self.due.restore((job.recurs_at, DueKind::JobBackOff, job.key), instance.key);
                }
                JobState::Failed | JobState::Activatable | JobState::ErrorThrown => {}
            }
        }
    }
}
