//! O10: timers are never early, never lost, fire once and soon; log time never goes back nor ahead.

use std::collections::BTreeMap;

use super::evidence::Evidence;
use super::fact::What;
use super::verdict::{Oracle, Verdict};

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let times = &evidence.times;
    let mut last = i64::MIN;
    let mut waiting = BTreeMap::new();
    for fact in &evidence.facts {
        let now = fact.timestamp;
        verdict.expect(Oracle::Timers, now >= last, || {
            format!("log time went back from {last}: {fact:?}")
        });
        verdict.expect(Oracle::Timers, now <= times.latest, || {
            format!("log time is ahead of the clock, which says {}: {fact:?}", times.latest)
        });
        last = now;
        match &fact.what {
            What::TimerCreated { due } => {
                let is_new = waiting.insert(fact.key, *due).is_none();
                verdict.expect(Oracle::Timers, is_new, || format!("it is set twice: {fact:?}"));
            }
            What::TimerTriggered { .. } => match waiting.remove(&fact.key) {
                Some(due) => {
                    verdict.expect(Oracle::Timers, due <= now, || {
                        format!("early by {} ms: {fact:?}", due - now)
                    });
                    verdict.expect(Oracle::Timers, times.is_in_time(due, now), || {
                        format!("late by {} ms: {fact:?}", now - due)
                    });
                }
                None => verdict.expect(Oracle::Timers, false, || {
                    format!("it fires without being set: {fact:?}")
                }),
            },
            What::TimerCanceled => {
                let was_set = waiting.remove(&fact.key).is_some();
                verdict.expect(Oracle::Timers, was_set, || {
                    format!("it is cancelled without being set: {fact:?}")
                });
            }
            _ => {}
        }
    }
    for (key, due) in waiting {
        let may_wait = !evidence.end.is_drained && times.is_in_time(due, last);
        verdict.expect(Oracle::Timers, may_wait, || {
            format!("timer {key} is lost: it was due at {due}, it is {last} now")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, good, passes, position};
    use super::super::fact::What;
    use super::super::verdict::Oracle::Timers;

    fn triggered(what: &What) -> bool {
        matches!(what, What::TimerTriggered { .. })
    }

    #[test]
    fn a_timer_that_is_early_by_a_millisecond_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, triggered);
        let created = position(&evidence, |it| matches!(it, What::TimerCreated { .. }));
        let due = evidence.facts[at].timestamp + 1;
        evidence.facts[created].what = What::TimerCreated { due };
        blames(&evidence, Timers);
    }

    #[test]
    fn a_timer_that_is_lost_fires_twice_or_was_never_set_is_noticed() {
        let mut lost = good();
        let at = position(&lost, triggered);
        let fact = lost.facts.remove(at);
        blames(&lost, Timers);
        let mut twice = good();
        twice.facts.insert(at, fact);
        blames(&twice, Timers);
        let mut unset = good();
        let at = position(&unset, |it| matches!(it, What::TimerCreated { .. }));
        unset.facts.remove(at);
        blames(&unset, Timers);
    }

    #[test]
    fn a_late_timer_is_noticed_unless_the_server_was_away() {
        let mut evidence = good();
        let at = position(&evidence, triggered);
        let due = evidence.facts[at].timestamp;
        for fact in &mut evidence.facts[at..] {
            fact.timestamp += 1_001;
        }
        blames(&evidence, Timers);
        evidence.times.resumed = vec![due + 900];
        passes(&evidence);
        evidence.times.resumed = vec![due - 4_000];
        blames(&evidence, Timers);
    }

    #[test]
    fn log_time_that_goes_back_or_ahead_of_the_clock_is_noticed() {
        let mut back = good();
        back.facts.last_mut().unwrap().timestamp -= 100;
        blames(&back, Timers);
        let mut ahead = good();
        ahead.times.latest = ahead.facts.last().unwrap().timestamp - 1;
        blames(&ahead, Timers);
    }
}
