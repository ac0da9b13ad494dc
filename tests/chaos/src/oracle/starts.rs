//! O9: what starts processes starts each that waits for it, once, and nothing begins of what was
//! deleted.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::fact::{Begun, What};
use super::verdict::{Oracle, Verdict};

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    started(evidence, verdict);
    deleted(evidence, verdict);
}

/// A broadcast signal starts one instance at each start event that waits for it, and an evaluation
/// of conditions starts those that it names.
fn started(evidence: &Evidence, verdict: &mut Verdict) {
    // The start events that wait for signals.
    let mut waiting: BTreeMap<i64, &str> = BTreeMap::new();
    // How many instances a signal or an evaluation must start, and how many it did.
    let mut due: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
    for fact in &evidence.facts {
        match &fact.what {
            What::StartAwaited { name } => drop(waiting.insert(fact.key, name)),
            What::StartNotAwaited => drop(waiting.remove(&fact.key)),
            What::SignalBroadcast { name, .. } => {
                let count = waiting.values().filter(|it| *it == name).count();
                due.entry(fact.key).or_default().0 = count;
            }
            What::Evaluated { started, .. } => {
                due.entry(fact.key).or_default().0 = started.len();
            }
            What::InstanceBegun { by: Begun::Signal(key) | Begun::Condition(key), .. } => {
                due.entry(*key).or_default().1 += 1;
            }
            _ => {}
        }
    }
    for (key, (must, did)) in due {
        verdict.expect(Oracle::Conservation, must == did, || {
            format!("signal or evaluation {key} started {did} instances instead of {must}")
        });
    }
}

/// A definition that is deleted begins nothing any more, and goes when nothing runs of it.
fn deleted(evidence: &Evidence, verdict: &mut Verdict) {
    let mut known: BTreeSet<i64> = BTreeSet::new();
    // Those that begin nothing any more.
    let mut retired: BTreeSet<i64> = BTreeSet::new();
    // What runs, by instance, as far as it began.
    let mut running: BTreeMap<i64, i64> = BTreeMap::new();
    for fact in &evidence.facts {
        let is_right = match &fact.what {
            What::ProcessCreated => known.insert(fact.key),
            What::ProcessDeleting => known.contains(&fact.key) && retired.insert(fact.key),
            What::ProcessDeleted => {
                let is_used = running.values().any(|it| *it == fact.key);
                !is_used && retired.remove(&fact.key) && known.remove(&fact.key)
            }
            What::InstanceBegun { definition, .. } => {
                running.insert(fact.key, *definition);
                known.contains(definition) && !retired.contains(definition)
            }
            // It leaves its definition.
            What::InstanceMigrating { definition } => {
                running.insert(fact.key, *definition);
                known.contains(definition)
            }
            What::InstanceCompleted | What::InstanceTerminated => {
                running.remove(&fact.key);
                continue;
            }
            _ => continue,
        };
        verdict.expect(Oracle::Conservation, is_right, || {
            format!("a definition begins something after its end, or ends before that: {fact:?}")
        });
    }
    verdict.expect(Oracle::Conservation, retired.is_empty() || !evidence.end.is_drained, || {
        format!(
            "everything was done and these definitions are deleted and still there: {retired:?}"
        )
    });
}

#[cfg(test)]
mod tests {
    use super::super::evidence::Evidence;
    use super::super::example::{blames, fact, follows, good, ok, passes};
    use super::super::fact::{Begun, What};
    use super::super::history::Ask;
    use super::super::verdict::Oracle::Conservation;

    /// A definition, and what begins of it.
    fn with(all: Vec<(i64, What)>) -> Evidence {
        let mut it = good();
        ok(&mut it, Ask::Deploy { file: "begun-1.bpmn".to_owned() }, &[70]);
        fact(&mut it, 71, 600, What::ProcessCreated);
        follows(&mut it, 72, What::StartAwaited { name: "n".to_owned() });
        follows(&mut it, 70, What::Deployed { file: "begun-1.bpmn".to_owned() });
        for (key, what) in all {
            follows(&mut it, key, what);
        }
        it
    }

    fn begun(instance: i64, by: Begun) -> [(i64, What); 3] {
        [
            (instance, What::InstanceBegun { definition: 71, by }),
            (instance, What::InstanceActivated),
            (instance, What::InstanceCompleted),
        ]
    }

    #[test]
    fn a_signal_that_starts_nothing_or_twice_is_noticed() {
        let heard = |instances: &[i64]| {
            let (name, tag) = ("n".to_owned(), "b-1".to_owned());
            let mut all = vec![(80, What::SignalBroadcast { name, tag: tag.clone() })];
            all.extend(instances.iter().flat_map(|it| begun(*it, Begun::Signal(80))));
            let mut it = with(all);
            ok(&mut it, Ask::Broadcast { tag }, &[80]);
            it
        };
        passes(&heard(&[81]));
        blames(&heard(&[]), Conservation);
        blames(&heard(&[81, 82]), Conservation);
    }

    #[test]
    fn a_condition_that_starts_other_instances_than_it_says_is_noticed() {
        let evaluated = |instances: &[i64]| {
            let tag = "v-1".to_owned();
            let mut all = vec![(80, What::Evaluated { tag: tag.clone(), started: vec![81] })];
            all.extend(instances.iter().flat_map(|it| begun(*it, Begun::Condition(80))));
            let mut it = with(all);
            ok(&mut it, Ask::Evaluate { tag }, &[80, 81]);
            it
        };
        passes(&evaluated(&[81]));
        blames(&evaluated(&[]), Conservation);
        blames(&evaluated(&[81, 82]), Conservation);
    }

    #[test]
    fn what_begins_after_its_deletion_or_ends_after_its_definition_is_noticed() {
        let deleted = |all: Vec<(i64, What)>| {
            let mut all = all;
            all.insert(0, (90, What::Deleting { resource: 71 }));
            let mut it = with(all);
            ok(&mut it, Ask::Delete { resource: 71 }, &[]);
            it
        };
        let (deleting, gone) = ((71, What::ProcessDeleting), (71, What::ProcessDeleted));
        let other = begun(81, Begun::Other);
        let [begins, goes_on, ends] = other.clone();
        let whole = [begins, deleting.clone(), goes_on, ends, gone.clone()];
        passes(&deleted(whole.to_vec()));
        passes(&deleted(vec![deleting.clone(), gone.clone()]));
        blames(&deleted(vec![deleting.clone()]), Conservation);
        blames(&deleted(vec![deleting.clone(), gone.clone(), gone.clone()]), Conservation);
        let mut late = vec![deleting.clone(), gone.clone()];
        late.extend(other.clone());
        blames(&deleted(late), Conservation);
        let [begins, goes_on, ends] = other;
        blames(&deleted(vec![begins, deleting, goes_on, gone, ends]), Conservation);
    }
}
