//! O3 and O4: no job is completed twice, and none is lost.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::fact::What;
use super::history::Ask;
use super::verdict::{Oracle, Verdict};

/// A lost lock is given back so long after its end at most, in milliseconds.
const LOCK_LATE_MAX: i64 = 2_000;

/// What became of a job so far.
#[derive(Debug, Default, Clone)]
struct Job {
    created: u32,
    completed: u32,
    canceled: u32,
    thrown: u32,
    /// Until when a worker has it.
    locked: Option<i64>,
}

impl Job {
    fn ends(&self) -> u32 {
        self.completed + self.canceled + self.thrown
    }
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    answers(evidence, verdict);
    let mut jobs: BTreeMap<i64, Job> = BTreeMap::new();
    for fact in &evidence.facts {
        match &fact.what {
            What::JobCreated { .. } => jobs.entry(fact.key).or_default().created += 1,
            What::JobsActivated { jobs: given, .. } => {
                for one in given {
                    let job = jobs.entry(one.job).or_default();
                    let is_free = job.created == 1 && job.ends() == 0;
                    verdict.expect(Oracle::JobKept, is_free && job.locked.is_none(), || {
                        format!("job {} was given away while it was not free: {fact:?}", one.job)
                    });
                    job.locked = Some(one.deadline);
                }
            }
            What::JobTimeoutUpdated { deadline } => {
                jobs.entry(fact.key).or_default().locked = Some(*deadline);
            }
            What::JobTimedOut => {
                let job = jobs.entry(fact.key).or_default();
                let is_over = job.locked.is_some_and(|it| it <= fact.timestamp);
                verdict.expect(Oracle::JobKept, is_over, || {
                    format!("a worker lost its job early, or had none: {fact:?} {job:?}")
                });
                job.locked = None;
            }
            What::JobFailed { .. } | What::JobYielded => {
                jobs.entry(fact.key).or_default().locked = None;
            }
            What::JobCompleted { .. } => {
                let job = jobs.entry(fact.key).or_default();
                job.completed += 1;
                job.locked = None;
            }
            What::JobThrown { .. } => {
                let job = jobs.entry(fact.key).or_default();
                job.thrown += 1;
                job.locked = None;
            }
            What::JobCanceled => jobs.entry(fact.key).or_default().canceled += 1,
            _ => {}
        }
    }
    let last = evidence.facts.last().map_or(0, |it| it.timestamp);
    for (key, job) in &jobs {
        verdict.expect(Oracle::CompletedOnce, job.completed <= 1, || {
            format!("job {key} was completed {} times", job.completed)
        });
        let ends = job.ends();
        verdict.expect(Oracle::JobKept, job.created == 1 && ends <= 1, || {
            format!("job {key} was created {} times and ended {ends} times", job.created)
        });
        verdict.expect(Oracle::JobKept, ends > 0 || !evidence.end.is_drained, || {
            format!("job {key} is lost: everything was done and it did not end")
        });
        if let (0, Some(deadline)) = (ends, job.locked) {
            let due = deadline + LOCK_LATE_MAX;
            verdict.expect(Oracle::JobKept, evidence.times.is_in_time(due, last), || {
                format!("job {key} is lost: its worker had it until {deadline}, it is {last} now")
            });
        }
    }
}

/// At most one call is told that it completed a job.
fn answers(evidence: &Evidence, verdict: &mut Verdict) {
    let mut told = BTreeSet::new();
    for call in evidence.history.calls.iter().filter(|it| it.is_ok()) {
        if let Ask::Complete { job, .. } = &call.ask {
            verdict.expect(Oracle::CompletedOnce, told.insert(*job), || {
                format!("a second client was told that it completed the job: {call:?}")
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, fact, good, job, passes, position};
    use super::super::fact::{Activated, What};
    use super::super::history::{Ask, Outcome};
    use super::super::verdict::Oracle::{CompletedOnce, JobKept};

    #[test]
    fn a_job_that_two_clients_completed_is_noticed() {
        let mut evidence = good();
        let is_it = |ask: &Ask| matches!(ask, Ask::Complete { .. });
        let calls = &mut evidence.history.calls;
        let mut second = calls.iter().find(|it| is_it(&it.ask) && it.is_ok()).unwrap().clone();
        if let Ask::Complete { tag, .. } = &mut second.ask {
            tag.push_str("-again");
        }
        calls.push(second);
        blames(&evidence, CompletedOnce);
    }

    #[test]
    fn a_job_that_is_completed_twice_in_the_records_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, |it| matches!(it, What::JobCompleted { .. }));
        let again = evidence.facts[at].clone();
        evidence.facts.insert(at, again);
        blames(&evidence, CompletedOnce);
    }

    #[test]
    fn a_job_that_never_ends_and_one_that_nobody_created_are_noticed() {
        let mut evidence = good();
        let at = position(&evidence, |it| matches!(it, What::JobCompleted { .. }));
        evidence.facts.remove(at);
        blames(&evidence, JobKept);
        let mut evidence = good();
        let at = position(&evidence, |it| matches!(it, What::JobCreated { .. }));
        evidence.facts.remove(at);
        blames(&evidence, JobKept);
    }

    #[test]
    fn a_job_given_to_two_workers_at_a_time_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, |it| matches!(it, What::JobsActivated { .. }));
        let again = evidence.facts[at].clone();
        evidence.facts.insert(at, again);
        blames(&evidence, JobKept);
    }

    #[test]
    fn a_lock_that_ends_early_or_never_is_noticed() {
        let jobs = vec![Activated { job: 900, deadline: 650 }];
        let given = What::JobsActivated { tag: "w-9".to_owned(), jobs };
        let mut evidence = good();
        evidence.end.is_drained = false;
        let calls = &mut evidence.history.calls;
        let mut call = calls[0].clone();
        call.ask = Ask::Activate { tag: "w-9".to_owned() };
        call.outcome = Outcome::Ambiguous { reason: String::new() };
        calls.push(call);
        job(&mut evidence, 900, 600);
        fact(&mut evidence, 0, 600, given);
        let mut fine = evidence.clone();
        fact(&mut fine, 900, 650, What::JobTimedOut);
        passes(&fine);
        let mut early = evidence.clone();
        fact(&mut early, 900, 649, What::JobTimedOut);
        blames(&early, JobKept);
        let mut never = evidence;
        never.times.late_max = 0;
        fact(&mut never, 0, 2_651, What::ClockChanged);
        blames(&never, JobKept);
    }
}
