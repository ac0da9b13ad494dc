//! O9: a signal reaches all who wait for it, what can be undone is undone once at most, and whoever
//! decides does it once.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::fact::What;
use super::verdict::{Oracle, Verdict};

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    signals(evidence, verdict);
    undone(evidence, verdict);
    let mut decided = BTreeSet::new();
    for fact in &evidence.facts {
        if let What::Decided { element } = &fact.what {
            verdict.expect(Oracle::Conservation, decided.insert(*element), || {
                format!("an element instance decides twice: {fact:?}")
            });
        }
    }
}

/// Who waits for a signal waits no longer in the work item that broadcasts it.
fn signals(evidence: &Evidence, verdict: &mut Verdict) {
    let mut waiting: BTreeMap<i64, &str> = BTreeMap::new();
    // Who must hear of a signal, with the record that says that it was broadcast.
    let mut due: BTreeMap<i64, u64> = BTreeMap::new();
    for fact in &evidence.facts {
        match &fact.what {
            What::SignalAwaited { name } => drop(waiting.insert(fact.key, name)),
            What::SignalNotAwaited => {
                waiting.remove(&fact.key);
                due.remove(&fact.key);
            }
            What::SignalBroadcast { name, .. } => {
                verdict.looked(Oracle::Conservation, 1);
                let reached = waiting.iter().filter(|(_, it)| *it == name);
                due.extend(reached.map(|(key, _)| (*key, fact.position)));
            }
            _ => {}
        }
    }
    // Work that did not fit its entry may follow.
    let last = evidence.facts.last().map_or(0, |it| it.position);
    for (key, position) in due {
        verdict.expect(Oracle::Conservation, position == last, || {
            format!("the signal of record {position} did not reach subscription {key}")
        });
    }
}

/// What can be undone is undone once at most, each by a handler of its own.
fn undone(evidence: &Evidence, verdict: &mut Verdict) {
    // True for what is being undone.
    let mut noted: BTreeMap<i64, bool> = BTreeMap::new();
    let (mut activities, mut handlers) = (BTreeSet::new(), BTreeSet::new());
    for fact in &evidence.facts {
        let is_right = match &fact.what {
            What::UndoNoted { activity } => {
                noted.insert(fact.key, false).is_none() && activities.insert(*activity)
            }
            What::UndoBegun { handler } => {
                let is_new = *handler <= 0 || handlers.insert(*handler);
                noted.insert(fact.key, true) == Some(false) && is_new
            }
            What::UndoDone => noted.remove(&fact.key) == Some(true),
            What::UndoDropped => noted.remove(&fact.key).is_some(),
            _ => continue,
        };
        verdict.expect(Oracle::Conservation, is_right, || {
            format!("something is undone twice, or did not complete before: {fact:?}")
        });
    }
    verdict.expect(Oracle::Conservation, noted.is_empty() || !evidence.end.is_drained, || {
        format!("everything was done and these are not undone or forgotten: {noted:?}")
    });
}

#[cfg(test)]
mod tests {
    use super::super::evidence::Evidence;
    use super::super::example::{blames, fact, follows, good, ok, passes};
    use super::super::fact::What;
    use super::super::history::Ask;
    use super::super::verdict::Oracle::Conservation;

    fn with(more: Vec<(i64, What)>) -> Evidence {
        let mut it = good();
        let tag = "b-1".to_owned();
        ok(&mut it, Ask::Broadcast { tag }, &[80]);
        fact(&mut it, 0, 600, What::ClockChanged);
        for (key, what) in more {
            follows(&mut it, key, what);
        }
        it
    }

    #[test]
    fn a_signal_that_does_not_reach_who_waits_is_noticed() {
        let name = "n".to_owned();
        let heard = |is_heard: bool| {
            let signal = What::SignalBroadcast { name: name.clone(), tag: "b-1".to_owned() };
            let mut all = vec![(81, What::SignalAwaited { name: name.clone() }), (80, signal)];
            all.extend(is_heard.then_some((81, What::SignalNotAwaited)));
            all.push((0, What::Other));
            with(all)
        };
        passes(&heard(true));
        blames(&heard(false), Conservation);
    }

    #[test]
    fn what_is_undone_twice_or_never_or_decided_twice_is_noticed() {
        let broadcast = || {
            let (name, tag) = ("n".to_owned(), "b-1".to_owned());
            (80, What::SignalBroadcast { name, tag })
        };
        let undone = |steps: &[What]| {
            let mut all = vec![broadcast(), (90, What::UndoNoted { activity: 91 })];
            all.extend(steps.iter().map(|it| (90, it.clone())));
            with(all)
        };
        let begun = What::UndoBegun { handler: 92 };
        passes(&undone(&[begun.clone(), What::UndoDone]));
        passes(&undone(&[What::UndoDropped]));
        blames(&undone(&[begun.clone(), begun.clone(), What::UndoDone]), Conservation);
        blames(&undone(&[What::UndoDone]), Conservation);
        blames(&undone(&[begun]), Conservation);
        let decided = (93, What::Decided { element: 94 });
        passes(&with(vec![broadcast(), decided.clone()]));
        blames(&with(vec![broadcast(), decided.clone(), decided]), Conservation);
    }
}
