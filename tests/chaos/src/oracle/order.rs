//! O7: calls took effect between their beginning and their end.
//!
//! The records give the one order in which everything happened. A call that ended before another
//! began must stand before it; a refusal because something is gone must come after its end.

use std::collections::BTreeMap;

use super::acknowledged::{asked, effects};
use super::evidence::Evidence;
use super::fact::What;
use super::history::{Ask, Call, Outcome};
use super::verdict::{Oracle, Verdict};

/// The calls whose effect is there, by the position of that, in its order.
pub(super) fn placed(evidence: &Evidence) -> Vec<(u64, &Call)> {
    let effects = effects(evidence);
    let mut placed: Vec<(u64, &Call)> = Vec::new();
    // One that was refused may ask for the same as another.
    for call in evidence.history.calls.iter().filter(|it| !it.is_refused()) {
        let found = asked(call).and_then(|trace| effects.get(&trace));
        if let Some([fact]) = found.map(Vec::as_slice) {
            placed.push((fact.position, call));
        }
    }
    placed.sort_by_key(|(position, _)| *position);
    placed
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let placed = placed(evidence);
    let mut latest: Option<&Call> = None;
    for (position, call) in &placed {
        // Whether an ambiguous call ended is not known: it may still happen much later.
        if call.is_ok() {
            let before = latest.filter(|it| it.began_us > call.ended_us);
            verdict.expect(Oracle::RealTimeOrder, before.is_none(), || {
                format!("{call:?} took effect at {position}, after {before:?}, which began later")
            });
        }
        if latest.is_none_or(|it| it.began_us < call.began_us) {
            latest = Some(call);
        }
    }
    refusals(evidence, &placed, verdict);
}

/// "There is no such job" or "no such instance" is only true after its end, which some call brought
/// about, or a timer.
fn refusals(evidence: &Evidence, placed: &[(u64, &Call)], verdict: &mut Verdict) {
    // The work item in which it ended, which the record of the call's effect begins.
    let mut ended = BTreeMap::new();
    for fact in &evidence.facts {
        if let What::JobCompleted { .. }
        | What::JobThrown { .. }
        | What::JobCanceled
        | What::TaskCompleted { .. }
        | What::TaskCanceled
        | What::InstanceTerminating
        | What::InstanceCompleted
        | What::InstanceTerminated = fact.what
        {
            ended.entry(fact.key).or_insert(fact.source);
        }
    }
    for call in &evidence.history.calls {
        let (Ask::Complete { job: key, .. }
        | Ask::Fail { job: key, .. }
        | Ask::Throw { job: key, .. }
        | Ask::Assign { task: key, .. }
        | Ask::CompleteTask { task: key, .. }
        | Ask::Modify { instance: key, .. }
        | Ask::Migrate { instance: key }
        | Ask::Suspend { instance: key }
        | Ask::Resume { instance: key }
        | Ask::Cancel { instance: key }) = &call.ask
        else {
            continue;
        };
        let Outcome::Refused { code, .. } = &call.outcome else { continue };
        if code != "NOT_FOUND" {
            continue;
        }
        let end = ended.get(key);
        verdict.expect(Oracle::RealTimeOrder, end.is_some(), || {
            format!("it was called gone and did not end: {call:?}")
        });
        let by = end.and_then(|end| {
            let at = placed.binary_search_by_key(end, |(position, _)| *position).ok()?;
            placed.get(at)
        });
        if let Some((position, ender)) = by {
            verdict.expect(Oracle::RealTimeOrder, ender.began_us <= call.ended_us, || {
                format!("{call:?} was told of the end at {position}, which {ender:?} began later")
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::Evidence;
    use super::super::example::{blames, call, good, passes, position};
    use super::super::fact::What;
    use super::super::history::{Ask, Outcome};
    use super::super::verdict::Oracle::RealTimeOrder;

    #[test]
    fn an_effect_before_that_of_an_earlier_call_is_noticed() {
        let mut evidence = good();
        let calls = &mut evidence.history.calls;
        let is_it = |ask: &Ask| matches!(ask, Ask::Complete { .. });
        let call = calls.iter_mut().find(|it| is_it(&it.ask) && it.is_ok()).unwrap();
        // Its effect stands after that of calls that began later than this.
        (call.began_us, call.ended_us) = (0, 1);
        blames(&evidence, RealTimeOrder);
    }

    #[test]
    fn a_job_that_is_called_gone_before_its_end_is_noticed() {
        let mut evidence = good();
        let calls = &mut evidence.history.calls;
        let is_it = |outcome: &Outcome| matches!(outcome, Outcome::Refused { .. });
        let call = calls.iter_mut().find(|it| is_it(&it.outcome)).unwrap();
        (call.began_us, call.ended_us) = (1, 2);
        blames(&evidence, RealTimeOrder);
    }

    #[test]
    fn a_job_that_is_called_gone_and_never_ends_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, |it| matches!(it, What::JobCompleted { .. }));
        evidence.facts.remove(at);
        blames(&evidence, RealTimeOrder);
    }

    /// Somebody is told that an instance is gone, at this time.
    fn gone(instance: i64, at_us: u64) -> Evidence {
        let mut evidence = good();
        let (code, reason) = ("NOT_FOUND".to_owned(), "no such instance".to_owned());
        call(&mut evidence, Ask::Cancel { instance }, Outcome::Refused { code, reason });
        let told = evidence.history.calls.last_mut().unwrap();
        (told.began_us, told.ended_us) = (at_us, at_us + 1);
        evidence
    }

    #[test]
    fn an_instance_that_is_called_gone_before_its_end_is_noticed() {
        let ends = [
            (10, |it: &Ask| matches!(it, Ask::Complete { .. })),
            (30, |it: &Ask| matches!(it, Ask::Publish { .. })),
            (50, |it: &Ask| matches!(it, Ask::Cancel { .. })),
        ] as [(i64, fn(&Ask) -> bool); 3];
        for (instance, is_end) in ends {
            let calls = good().history.calls;
            let end = calls.iter().find(|it| is_end(&it.ask) && it.is_ok()).unwrap();
            passes(&gone(instance, end.began_us + 1));
            blames(&gone(instance, end.began_us - 5), RealTimeOrder);
        }
        // Which ends by a timer.
        passes(&gone(20, 1));
    }

    #[test]
    fn an_instance_that_is_called_gone_and_never_ends_is_noticed() {
        let mut evidence = gone(30, 500);
        let is_end = |it: &What| matches!(it, What::InstanceCompleted);
        let at = evidence.facts.iter().rposition(|it| is_end(&it.what) && it.key == 30).unwrap();
        evidence.facts.remove(at);
        blames(&evidence, RealTimeOrder);
    }
}
