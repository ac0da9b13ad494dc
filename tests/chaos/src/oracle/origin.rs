//! O2: whatever happened was asked for, was due, or follows from such a thing.

use std::collections::BTreeSet;

use super::acknowledged::{asked, effect};
use super::evidence::Evidence;
use super::verdict::{Oracle, Verdict};

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let asked: BTreeSet<_> = evidence.history.calls.iter().filter_map(asked).collect();
    let mut roots = BTreeSet::new();
    for fact in &evidence.facts {
        if let Some(trace) = effect(fact) {
            verdict.expect(Oracle::Origin, asked.contains(&trace), || {
                format!("nobody asked for this: {fact:?}")
            });
        }
        // Each work item names its first record. Stored work goes on later under the name of the
        // item that it belongs to, with others in between.
        if fact.source == fact.position {
            roots.insert(fact.position);
        }
        verdict.expect(Oracle::Origin, roots.contains(&fact.source), || {
            format!("it follows from record {}, which did not cause it: {fact:?}", fact.source)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, good};
    use super::super::fact::What;
    use super::super::verdict::Oracle::Origin;

    #[test]
    fn an_effect_that_nobody_asked_for_is_noticed() {
        for at in 0..good().history.calls.len() {
            let mut evidence = good();
            let call = evidence.history.calls.remove(at);
            if super::asked(&call).is_some_and(|_| !call.is_refused()) {
                blames(&evidence, Origin);
            }
        }
    }

    #[test]
    fn a_completion_under_another_tag_is_noticed() {
        let mut evidence = good();
        for fact in &mut evidence.facts {
            if let What::JobCompleted { tag } = &mut fact.what {
                tag.push('x');
            }
        }
        blames(&evidence, Origin);
    }

    #[test]
    fn a_record_without_a_cause_is_noticed() {
        let mut evidence = good();
        let last = evidence.facts.last_mut().unwrap();
        last.source = last.position - 2;
        blames(&evidence, Origin);
    }
}
