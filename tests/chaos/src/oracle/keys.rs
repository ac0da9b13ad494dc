//! O12: keys are unique, and those of a later work item are greater than all before.

use std::collections::BTreeSet;

use super::evidence::Evidence;
use super::fact::{Begun, Fact, What};
use super::verdict::{Oracle, Verdict};

/// Whether a record is the first that speaks of its key.
fn is_birth(fact: &Fact) -> bool {
    matches!(
        fact.what,
        What::InstanceCreated { .. }
            | What::ElementActivating { .. }
            | What::JobCreated { .. }
            | What::TaskCreating { .. }
            | What::SignalBroadcast { .. }
            | What::Evaluated { .. }
            | What::InstanceBegun {
                by: Begun::Called(_) | Begun::Signal(_) | Begun::Condition(_),
                ..
            }
            | What::TimerCreated { .. }
            | What::MessagePublished { .. }
            | What::IncidentCreated { .. }
    )
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let mut known = BTreeSet::new();
    // The greatest key of earlier work items, and of the one at hand.
    let (mut before, mut greatest, mut source) = (i64::MIN, i64::MIN, 0);
    for fact in evidence.facts.iter().filter(|it| is_birth(it)) {
        if fact.source != source {
            (before, source) = (before.max(greatest), fact.source);
        }
        verdict.expect(Oracle::Keys, known.insert(fact.key), || {
            format!("the key was given before: {fact:?}")
        });
        verdict.expect(Oracle::Keys, fact.key > before, || {
            format!("the key is not above {before}, which an earlier work item had: {fact:?}")
        });
        greatest = greatest.max(fact.key);
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, good, position};
    use super::super::fact::What;
    use super::super::verdict::Oracle::Keys;

    #[test]
    fn a_key_that_is_given_twice_is_noticed() {
        let mut evidence = good();
        let timer = position(&evidence, |it| matches!(it, What::TimerCreated { .. }));
        let job = position(&evidence, |it| matches!(it, What::JobCreated { .. }));
        evidence.facts[timer].key = evidence.facts[job].key;
        blames(&evidence, Keys);
    }

    #[test]
    fn a_key_below_those_of_earlier_work_items_is_noticed() {
        let mut evidence = good();
        let at = position(&evidence, |it| matches!(it, What::MessagePublished { .. }));
        evidence.facts[at].key = 1;
        blames(&evidence, Keys);
    }
}
