//! Everything that is known of a run, and the judgement over it.

use super::fact::{Fact, Seen};
use super::history::History;
use super::verdict::Verdict;
use super::{
    acknowledged, answers, conservation, elements, jobs, keys, messages, offers, order, origin,
    starts, stream, tasks, timers,
};

/// What is known of a run.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// What clients asked and were told.
    pub history: History,
    /// All records of the run, from the first on.
    pub facts: Vec<Fact>,
    /// What readers saw that were stopped and continued, each from the first record on.
    pub readers: Vec<Vec<Seen>>,
    /// How many instances were active at some places in the records, as the server said.
    pub said: Vec<Said>,
    /// How the run ended.
    pub end: End,
    /// The times of the run, in log time.
    pub times: Times,
}

/// How many instances were active, as the server said when this was its last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    /// The last record that was written.
    pub position: u64,
    /// The instances that had not ended.
    pub active: u64,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct End {
    /// Everything was brought to its end: no instance, job or timer may be left.
    pub is_drained: bool,
}

/// The times of a run, in milliseconds of log time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    /// Log time is never after this: the wall clock at the end, plus what the clock was moved.
    pub latest: i64,
    /// When the server could work again after a start, a fault, or a jump of its clock.
    pub resumed: Vec<i64>,
    /// How late a timer may be while all is well.
    pub late_max: i64,
    /// How late a timer may be after [`Times::resumed`].
    pub late_max_after_resume: i64,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            latest: i64::MAX,
            resumed: Vec::new(),
            late_max: 1_000,
            late_max_after_resume: 5_000,
        }
    }
}

impl Times {
    /// Whether something that was due then may happen only now. An outage between the two excuses
    /// the wait, and what follows on the first moments after it.
    pub(super) fn is_in_time(&self, due: i64, now: i64) -> bool {
        let after = |resumed: &i64| {
            *resumed >= due - self.late_max && now <= resumed + self.late_max_after_resume
        };
        now <= due + self.late_max || self.resumed.iter().any(after)
    }
}

/// Asks every oracle that reads histories and records.
pub fn judge(evidence: &Evidence) -> Verdict {
    let mut verdict = Verdict::default();
    for check in [
        acknowledged::check,
        origin::check,
        jobs::check,
        offers::check,
        tasks::check,
        elements::check,
        starts::check,
        order::check,
        stream::check,
        conservation::check,
        timers::check,
        messages::check,
        keys::check,
        answers::check,
    ] {
        check(evidence, &mut verdict);
    }
    verdict
}
