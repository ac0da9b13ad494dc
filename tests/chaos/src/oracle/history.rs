//! What clients asked and what they were told.
//!
//! Each call that changes something carries a *tag* that no other call has, in a place that comes
//! back in the records: a variable `tag` of a new instance, a variable `tag` of a completion, the
//! message of a failure, the correlation key of a message, the worker of an activation.

use std::io::{BufRead, Write};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The name of the variable that carries a tag.
pub const TAG: &str = "tag";

/// What a client asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// Deploys a file.
    Deploy {
        /// Its name.
        file: String,
    },
    /// Creates an instance.
    Create {
        /// The process id.
        process: String,
        /// The value of its variable [`TAG`].
        tag: String,
    },
    /// Cancels an instance.
    Cancel {
        /// Which.
        instance: i64,
    },
    /// Creates an instance again, with the idempotency key that it was created with.
    CreateAgain {
        /// The value of its variable [`TAG`].
        tag: String,
    },
    /// Moves an instance.
    Modify {
        /// Which.
        instance: i64,
        /// The value of the variable [`TAG`] of what it activates.
        tag: String,
    },
    /// Migrates an instance, which nobody else does.
    Migrate {
        /// Which.
        instance: i64,
    },
    /// Lets an instance stand still, which nobody else does.
    Suspend {
        /// Which.
        instance: i64,
    },
    /// Lets an instance go on.
    Resume {
        /// Which.
        instance: i64,
    },
    /// Broadcasts a signal.
    Broadcast {
        /// The value of the variable [`TAG`].
        tag: String,
    },
    /// Gives a user task to somebody.
    Assign {
        /// Which.
        task: i64,
        /// The assignee, who gets nothing else.
        tag: String,
    },
    /// Completes a user task.
    CompleteTask {
        /// Which.
        task: i64,
        /// The value of the variable [`TAG`].
        tag: String,
    },
    /// Deletes something deployed, which nobody else does.
    Delete {
        /// Which.
        resource: i64,
    },
    /// Evaluates the conditions that start instances. The keys are that of the evaluation, and then
    /// those of the instances.
    Evaluate {
        /// The value of the variable [`TAG`].
        tag: String,
    },
    /// Throws an error out of a job.
    Throw {
        /// Which.
        job: i64,
        /// The error message.
        tag: String,
    },
    /// Publishes a message.
    Publish {
        /// The correlation key.
        tag: String,
    },
    /// Activates jobs.
    Activate {
        /// The worker.
        tag: String,
    },
    /// Lets jobs be pushed to it, for as long as the call lasts. The keys are those of the jobs that
    /// came.
    Stream {
        /// The worker.
        tag: String,
    },
    /// Completes a job.
    Complete {
        /// Which.
        job: i64,
        /// The value of the variable [`TAG`].
        tag: String,
    },
    /// Fails a job.
    Fail {
        /// Which.
        job: i64,
        /// The error message.
        tag: String,
    },
    /// Anything else that changes something and that the oracles do not look at.
    Other {
        /// What.
        what: String,
    },
}

/// What a client was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was done.
    Ok {
        /// The keys in the answer: the instance, the message, or the jobs.
        keys: Vec<i64>,
    },
    /// It was not done, and never will be.
    Refused {
        /// The status code.
        code: String,
        /// The server's sentence.
        reason: String,
    },
    /// It may have been done, or may still be done.
    Ambiguous {
        /// Why.
        reason: String,
    },
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What was asked.
    pub ask: Ask,
    /// When it began, in microseconds of one clock that never goes back.
    pub began_us: u64,
    /// When the answer was there, in microseconds of the same clock.
    pub ended_us: u64,
    /// How long the client was ready to wait, in microseconds; 0 for no limit.
    pub patience_us: u64,
    /// What was told.
    pub outcome: Outcome,
}

impl Call {
    /// Whether it was acknowledged.
    pub fn is_ok(&self) -> bool {
        matches!(self.outcome, Outcome::Ok { .. })
    }

    /// Whether it was refused for good.
    pub fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused { .. })
    }

    /// The keys of its answer.
    pub fn keys(&self) -> &[i64] {
        match &self.outcome {
            Outcome::Ok { keys } => keys,
            Outcome::Refused { .. } | Outcome::Ambiguous { .. } => &[],
        }
    }
}

/// All calls of a run, in the order of their ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The calls.
    pub calls: Vec<Call>,
}

impl History {
    /// How many were acknowledged, refused for good, and neither.
    pub fn counts(&self) -> (usize, usize, usize) {
        let ok = self.calls.iter().filter(|it| it.is_ok()).count();
        let refused = self.calls.iter().filter(|it| it.is_refused()).count();
        (ok, refused, self.calls.len() - ok - refused)
    }

    /// Writes one call as JSON on each line.
    ///
    /// # Errors
    /// The output's.
    pub fn write(&self, mut to: impl Write) -> Result<()> {
        for call in &self.calls {
            writeln!(to, "{}", serde_json::to_string(call)?)?;
        }
        Ok(())
    }

    /// Reads what [`History::write`] wrote.
    ///
    /// # Errors
    /// The line that is none.
    pub fn read(from: impl BufRead) -> Result<Self> {
        let call = |line: std::io::Result<String>| {
            let line = line?;
            serde_json::from_str(&line).with_context(|| format!("not a call: '{line}'"))
        };
        Ok(Self { calls: from.lines().map(call).collect::<Result<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_survives_its_file() {
        let history = super::super::example::good().history;
        let mut file = Vec::new();
        history.write(&mut file).unwrap();
        assert_eq!(History::read(file.as_slice()).unwrap(), history);
    }
}
