//! O13: a refusal means that nothing happened and nothing will, and answers come in time.

use std::collections::BTreeMap;

use super::acknowledged::{Trace, asked, effects};
use super::evidence::Evidence;
use super::history::Outcome;
use super::verdict::{Oracle, Verdict};

/// So much later than the client's patience an answer may come, in microseconds.
const LATE_MAX_US: u64 = 1_000_000;

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let effects = effects(evidence);
    let mut others: BTreeMap<Trace<'_>, usize> = BTreeMap::new();
    for call in evidence.history.calls.iter().filter(|it| !it.is_refused()) {
        if let Some(trace) = asked(call) {
            *others.entry(trace).or_default() += 1;
        }
    }
    for call in &evidence.history.calls {
        if let (Outcome::Refused { .. }, Some(trace)) = (&call.outcome, asked(call)) {
            let found = effects.get(&trace).map_or(0, Vec::len);
            // What was refused may be asked again, and then it happens as often as that.
            let others = others.get(&trace).copied().unwrap_or_default();
            verdict.expect(Oracle::Answers, found <= others, || {
                format!("it was refused and happened: {call:?}")
            });
        }
        let took = call.ended_us.saturating_sub(call.began_us);
        let limit = call.patience_us.saturating_add(LATE_MAX_US);
        verdict.expect(Oracle::Answers, call.patience_us == 0 || took <= limit, || {
            format!("the answer came after {took} µs: {call:?}")
        });
        if let Outcome::Refused { reason, .. } = &call.outcome {
            verdict.expect(Oracle::Answers, !reason.trim().is_empty(), || {
                format!("it was refused without a reason: {call:?}")
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, good};
    use super::super::history::Outcome;
    use super::super::verdict::Oracle::Answers;

    #[test]
    fn an_effect_of_a_refused_call_is_noticed() {
        let mut tried = 0;
        for at in 0..good().history.calls.len() {
            let mut evidence = good();
            let call = &mut evidence.history.calls[at];
            if super::asked(call).is_some_and(|it| !it.2.is_empty()) && call.is_ok() {
                let (code, reason) = ("NOT_FOUND".to_owned(), "gone".to_owned());
                call.outcome = Outcome::Refused { code, reason };
                blames(&evidence, Answers);
                tried += 1;
            }
        }
        assert!(tried > 3);
    }

    #[test]
    fn an_answer_after_the_clients_patience_and_a_refusal_without_reason_are_noticed() {
        let mut late = good();
        let call = &mut late.history.calls[0];
        (call.patience_us, call.ended_us) = (5, call.began_us + 1_000_006);
        blames(&late, Answers);
        let mut mute = good();
        let call = mute.history.calls.iter_mut().find(|it| it.is_refused()).unwrap();
        call.outcome = Outcome::Refused { code: "NOT_FOUND".to_owned(), reason: String::new() };
        blames(&mute, Answers);
    }
}
