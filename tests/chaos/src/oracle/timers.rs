//! O10: timers are never early, never lost, fire once and soon; log time never goes back nor ahead.

use std::collections::BTreeMap;

use super::evidence::Evidence;
use super::fact::What;
use super::verdict::{Oracle, Verdict};

/// How often the timers come that come again.
pub const CYCLE_COUNT: i32 = 3;
/// How much later they come each time, in milliseconds.
pub const CYCLE_MS: i32 = 300;

/// A timer that is set.
#[derive(Debug, Clone, Copy)]
struct Timer {
    due: i64,
    element: i64,
    repetitions: i64,
}

/// O10: cycles keep their spacing. A timer that comes again is due an interval after it was, or after
/// now if that is past.
#[derive(Debug, Default)]
struct Cycles {
    /// What must be set next, by element instance.
    next: BTreeMap<i64, Timer>,
}

impl Cycles {
    fn fired(&mut self, timer: Timer, now: i64) {
        if timer.repetitions < 2 {
            return;
        }
        let interval = i64::from(CYCLE_MS);
        let on_grid = timer.due + interval;
        let due = if on_grid > now { on_grid } else { now + interval };
        let next = Timer { due, repetitions: timer.repetitions - 1, ..timer };
        self.next.insert(timer.element, next);
    }

    fn is_set(&mut self, timer: Timer, verdict: &mut Verdict) {
        let Some(next) = self.next.remove(&timer.element) else { return };
        let is_it = (next.due, next.repetitions) == (timer.due, timer.repetitions);
        verdict.expect(Oracle::Timers, is_it, || {
            format!("a cycle loses its spacing or its number: {timer:?} instead of {next:?}")
        });
    }
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let times = &evidence.times;
    let mut last = i64::MIN;
    let mut waiting: BTreeMap<i64, Timer> = BTreeMap::new();
    let mut cycles = Cycles::default();
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
            What::TimerCreated { due, element, repetitions } => {
                let it = Timer { due: *due, element: *element, repetitions: *repetitions };
                cycles.is_set(it, verdict);
                let is_new = waiting.insert(fact.key, it).is_none();
                verdict.expect(Oracle::Timers, is_new, || format!("it is set twice: {fact:?}"));
            }
            What::TimerTriggered { .. } => match waiting.remove(&fact.key) {
                Some(it) => {
                    cycles.fired(it, now);
                    let due = it.due;
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
    for timer in cycles.next.values() {
        verdict.expect(Oracle::Timers, false, || format!("a cycle does not go on: {timer:?}"));
    }
    for (key, Timer { due, .. }) in waiting {
        let may_wait = !evidence.end.is_drained && times.is_in_time(due, last);
        verdict.expect(Oracle::Timers, may_wait, || {
            format!("timer {key} is lost: it was due at {due}, it is {last} now")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::Evidence;
    use super::super::example::{blames, fact, follows, good, passes, position};
    use super::super::fact::What;
    use super::super::verdict::Oracle::Timers;
    use super::CYCLE_MS;

    fn triggered(what: &What) -> bool {
        matches!(what, What::TimerTriggered { .. })
    }

    #[test]
    fn a_timer_that_is_early_by_a_millisecond_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, triggered);
        let created = position(&evidence, |it| matches!(it, What::TimerCreated { .. }));
        let due = evidence.facts[at].timestamp + 1;
        let what = What::TimerCreated { due, element: 20, repetitions: 1 };
        evidence.facts[created].what = what;
        blames(&evidence, Timers);
    }

    /// A cycle that is due at 1 000 fires so much later, and is set again for then.
    fn cycle(late: i64, again: Option<(i64, i64)>) -> Evidence {
        let mut it = good();
        it.times.late_max = 10_000;
        it.end.is_drained = false;
        fact(&mut it, 0, 600, What::ClockChanged);
        follows(&mut it, 90, What::TimerCreated { due: 1_000, element: 80, repetitions: 3 });
        fact(&mut it, 90, 1_000 + late, What::TimerTriggered { due: 1_000 });
        if let Some((due, repetitions)) = again {
            follows(&mut it, 91, What::TimerCreated { due, element: 80, repetitions });
        }
        it
    }

    #[test]
    fn a_cycle_keeps_its_spacing_however_late_it_fires() {
        let interval = i64::from(CYCLE_MS);
        for late in [0, 7, interval - 1] {
            passes(&cycle(late, Some((1_000 + interval, 2))));
            // From when it fired, and not from when it was due.
            for due in [1_000 + late + interval + 1, 1_000 + interval - 1] {
                blames(&cycle(late, Some((due, 2))), Timers);
            }
        }
        // What was missed is not made up for.
        passes(&cycle(interval, Some((1_000 + 2 * interval, 2))));
        blames(&cycle(interval, Some((1_000 + interval, 2))), Timers);
    }

    #[test]
    fn a_cycle_that_comes_too_often_or_no_more_is_noticed() {
        blames(&cycle(0, Some((1_000 + i64::from(CYCLE_MS), 3))), Timers);
        blames(&cycle(0, None), Timers);
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
