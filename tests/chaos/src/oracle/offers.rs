//! O4: a job that is free is handed out while workers ask.
//!
//! Nothing stands in the records when a worker asks in vain, and they have log time while calls have
//! a clock of their own. So the calls around tell for how long a job was free at least:
//!
//! ```text
//! records   ...  job is free ......................................... job is taken  ...
//!                    │   a call with an effect after that ends   a call with an effect before
//!                    │            │                              that begins │            │
//! calls              └───────────▶ free at the latest ─ 2 s ─ asked in vain ─┴───────────▶┘
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::fact::What;
use super::history::Ask;
use super::order::placed;
use super::verdict::{Oracle, Verdict};

/// A job that is free is offered after this time at most, in microseconds.
const OFFERED_MAX_US: u64 = 2_000_000;

/// What is known of the times at which records were written.
#[derive(Debug)]
struct Times {
    /// Positions, and the earliest end of all calls with an effect from there on.
    written_by: Vec<(u64, u64)>,
    /// Positions, and the latest beginning of all calls with an effect up to there.
    not_before: Vec<(u64, u64)>,
    /// Beginnings of requests for jobs that got none, and the earliest end of those from there on.
    in_vain: Vec<(u64, u64)>,
}

impl Times {
    fn of(evidence: &Evidence) -> Self {
        let placed = placed(evidence);
        let mut latest = 0;
        let not_before = placed.iter().map(|(position, call)| {
            latest = latest.max(call.began_us);
            (*position, latest)
        });
        let not_before = not_before.collect();
        // When an ambiguous call was carried out is not known: its answer never came.
        let ends = placed.iter().filter(|(_, call)| call.is_ok());
        let written_by = earliest(ends.map(|(position, call)| (*position, call.ended_us)));
        let asks = evidence.history.calls.iter().filter(|it| {
            matches!(it.ask, Ask::Activate { .. }) && it.is_ok() && it.keys().is_empty()
        });
        let mut asks: Vec<_> = asks.map(|it| (it.began_us, it.ended_us)).collect();
        asks.sort_unstable();
        Self { written_by, not_before, in_vain: earliest(asks.into_iter()) }
    }

    /// Whether somebody asked in vain while a job was free, from one record to another.
    fn was_withheld(&self, freed: u64, taken: Option<u64>) -> bool {
        let Some((_, free_us)) = from(&self.written_by, freed) else { return false };
        let taken_us = match taken {
            None => u64::MAX,
            Some(taken) => {
                let until = self.not_before.partition_point(|it| it.0 < taken);
                let last = until.checked_sub(1).and_then(|it| self.not_before.get(it));
                last.map_or(0, |it| it.1)
            }
        };
        let asked = from(&self.in_vain, free_us + OFFERED_MAX_US);
        asked.is_some_and(|(_, ended_us)| ended_us <= taken_us)
    }
}

/// The smallest second value from each one on.
fn earliest(all: impl DoubleEndedIterator<Item = (u64, u64)>) -> Vec<(u64, u64)> {
    let mut least = u64::MAX;
    let mut all: Vec<_> = all
        .rev()
        .map(|(at, value)| {
            least = least.min(value);
            (at, least)
        })
        .collect();
    all.reverse();
    all
}

fn from(all: &[(u64, u64)], at: u64) -> Option<(u64, u64)> {
    all.get(all.partition_point(|it| it.0 < at)).copied()
}

/// The jobs that nobody may have because their instance stands still.
#[derive(Debug, Default)]
struct Held {
    instances: BTreeMap<i64, i64>,
    suspended: BTreeSet<i64>,
    /// Jobs that would be free, by instance.
    waiting: BTreeMap<i64, BTreeSet<i64>>,
}

impl Held {
    /// Whether this job, which is free by itself, waits for its instance to go on.
    fn holds(&mut self, job: i64) -> bool {
        let instance = self.instances.get(&job).copied().unwrap_or_default();
        let is_held = self.suspended.contains(&instance);
        if is_held {
            self.waiting.entry(instance).or_default().insert(job);
        }
        is_held
    }

    fn forget(&mut self, job: i64) {
        if let Some(waiting) = self.instances.get(&job).and_then(|it| self.waiting.get_mut(it)) {
            waiting.remove(&job);
        }
    }
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let times = Times::of(evidence);
    // Since which record a job waits for a worker.
    let mut free = BTreeMap::new();
    let mut held = Held::default();
    let mut look = |job: i64, freed: Option<u64>, taken: Option<u64>| {
        let Some(freed) = freed else { return };
        verdict.expect(Oracle::JobKept, !times.was_withheld(freed, taken), || {
            format!("job {job} was free from record {freed} on, and a worker asked in vain")
        });
    };
    for fact in &evidence.facts {
        if let What::JobCreated { instance } = &fact.what {
            held.instances.insert(fact.key, *instance);
        }
        match &fact.what {
            What::InstanceSuspended => {
                held.suspended.insert(fact.key);
                let (kept, freed): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut free)
                    .into_iter()
                    .partition(|(job, _)| held.instances.get(job) != Some(&fact.key));
                free = kept;
                held.waiting.insert(fact.key, freed.into_keys().collect());
            }
            What::InstanceResumed => {
                held.suspended.remove(&fact.key);
                let again = held.waiting.remove(&fact.key).into_iter().flatten();
                free.extend(again.map(|job| (job, fact.position)));
            }
            What::JobCreated { .. }
            | What::JobTimedOut
            | What::JobYielded
            | What::JobRecurred
            | What::JobFailed { retries: 1.., back_off: 0, .. } => {
                let is_held = held.holds(fact.key);
                if !is_held {
                    free.insert(fact.key, fact.position);
                }
            }
            What::JobsActivated { jobs, .. } => {
                for it in jobs {
                    look(it.job, free.remove(&it.job), Some(fact.position));
                }
            }
            What::JobFailed { .. }
            | What::JobCompleted { .. }
            | What::JobThrown { .. }
            | What::JobCanceled => {
                held.forget(fact.key);
                look(fact.key, free.remove(&fact.key), Some(fact.position));
            }
            _ => {}
        }
    }
    for (job, freed) in free {
        look(job, Some(freed), None);
    }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{Evidence, judge};
    use super::super::example::{fact, good, job, ok};
    use super::super::fact::{Activated, What};
    use super::super::history::Ask;
    use super::super::verdict::Oracle::JobKept;
    use super::OFFERED_MAX_US;

    /// A job is free, a message is published, somebody asks in vain so long after that, and another
    /// message is published before the job is given away.
    fn asked_after(waited_us: u64, is_taken: bool) -> Evidence {
        let mut it = good();
        job(&mut it, 900, 600);
        let publish = |it: &mut Evidence, tag: &str, key: i64, at_us: u64| {
            let tag = tag.to_owned();
            ok(it, Ask::Publish { tag: tag.clone() }, &[key]);
            let call = it.history.calls.last_mut().unwrap();
            (call.began_us, call.ended_us) = (at_us, at_us + 10);
            let name = "go".to_owned();
            fact(it, key, 600, What::MessagePublished { name, tag, deadline: 50_000 });
        };
        let first_us = 1_000_000;
        publish(&mut it, "k-8", 901, first_us);
        let asked_us = first_us + 10 + waited_us;
        ok(&mut it, Ask::Activate { tag: "w-8".to_owned() }, &[]);
        let call = it.history.calls.last_mut().unwrap();
        (call.began_us, call.ended_us) = (asked_us, asked_us + 10);
        publish(&mut it, "k-9", 902, asked_us + 20);
        if is_taken {
            ok(&mut it, Ask::Activate { tag: "w-9".to_owned() }, &[900]);
            let call = it.history.calls.last_mut().unwrap();
            (call.began_us, call.ended_us) = (asked_us + 40, asked_us + 50);
            let jobs = vec![Activated { job: 900, deadline: 50_000 }];
            fact(&mut it, 0, 610, What::JobsActivated { tag: "w-9".to_owned(), jobs });
        }
        it.end.is_drained = false;
        it
    }

    #[test]
    fn a_free_job_that_a_worker_does_not_get_is_noticed() {
        for is_taken in [true, false] {
            assert!(judge(&asked_after(OFFERED_MAX_US, is_taken)).blames(JobKept), "{is_taken}");
            // It takes a moment until it is offered.
            let soon = judge(&asked_after(OFFERED_MAX_US - 1, is_taken));
            assert!(!soon.blames(JobKept), "{:?}", soon.violations);
        }
    }

    #[test]
    fn a_worker_that_asks_when_the_job_is_gone_is_fine() {
        let mut late = asked_after(OFFERED_MAX_US, true);
        // The second message may have been published after the answer, or long before: the job
        // may have been taken in between.
        let call = late.history.calls.iter_mut().find(|it| it.keys() == [902]).unwrap();
        call.began_us = 1_000_000;
        assert!(!judge(&late).blames(JobKept));
    }
}
