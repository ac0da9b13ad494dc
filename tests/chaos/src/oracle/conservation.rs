//! O9: what begins ends, once, and no message vanishes.

use std::collections::BTreeMap;

use super::evidence::Evidence;
use super::fact::{Begun, What};
use super::verdict::{Oracle, Verdict};

/// What became of an instance.
#[derive(Debug, Default)]
struct Instance {
    created: u32,
    begun: u32,
    completed: u32,
    terminated: u32,
    /// Element instances in it that have not ended.
    open: BTreeMap<i64, u32>,
    /// The element instance that called it.
    caller: Option<i64>,
}

/// What became of a message.
#[derive(Debug, Default)]
struct Message {
    deadline: i64,
    published: u32,
    expired: u32,
    reached: u32,
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    messages(evidence, verdict);
    said(evidence, verdict);
    let mut instances: BTreeMap<i64, Instance> = BTreeMap::new();
    // Instances that were called and have not ended, by what called them.
    let mut called: BTreeMap<i64, i64> = BTreeMap::new();
    for fact in &evidence.facts {
        if let What::InstanceCompleted | What::InstanceTerminated = fact.what
            && let Some(caller) = instances.get(&fact.key).and_then(|it| it.caller)
        {
            called.remove(&caller);
        }
        match &fact.what {
            What::InstanceBegun { by: Begun::Called(by), .. } => {
                instances.entry(fact.key).or_default().caller = Some(*by);
                let is_only = called.insert(*by, fact.key).is_none();
                verdict.expect(Oracle::Conservation, is_only, || {
                    format!("an element instance calls twice: {fact:?}")
                });
            }
            What::InstanceCreated { .. } => instances.entry(fact.key).or_default().created += 1,
            What::InstanceActivated => instances.entry(fact.key).or_default().begun += 1,
            What::InstanceCompleted => instances.entry(fact.key).or_default().completed += 1,
            What::InstanceTerminated => instances.entry(fact.key).or_default().terminated += 1,
            What::ElementActivating { instance, .. } => {
                let open = &mut instances.entry(*instance).or_default().open;
                let is_new = open.insert(fact.key, 1).is_none();
                verdict.expect(Oracle::Conservation, is_new, || {
                    format!("an element instance begins twice: {fact:?}")
                });
            }
            What::ElementEnded { instance } => {
                let open = &mut instances.entry(*instance).or_default().open;
                let was_open = open.remove(&fact.key).is_some();
                verdict.expect(Oracle::Conservation, was_open, || {
                    format!("an element instance ends that did not begin: {fact:?}")
                });
                verdict.expect(Oracle::Conservation, !called.contains_key(&fact.key), || {
                    format!("what called an instance ends before it: {fact:?}")
                });
            }
            _ => {}
        }
    }
    let mut active = 0;
    for (key, it) in &instances {
        let ends = it.completed + it.terminated;
        // An instance that is called has no creation record.
        let created = u32::from(it.caller.is_none());
        let is_one = it.begun == 1 && it.created <= created && ends <= 1;
        verdict.expect(Oracle::Conservation, is_one, || {
            format!("instance {key} did not begin once and end at most once: {it:?}")
        });
        verdict.expect(Oracle::Conservation, ends == 0 || it.open.is_empty(), || {
            format!("instance {key} has ended and elements in it have not: {it:?}")
        });
        active += u64::from(ends == 0);
    }
    verdict.expect(Oracle::Conservation, active == 0 || !evidence.end.is_drained, || {
        format!("everything was done and {active} instances have not ended")
    });
}

/// The server counts the instances that its records leave active. It must have been asked while there
/// were any.
fn said(evidence: &Evidence, verdict: &mut Verdict) {
    let mut said = evidence.said.clone();
    said.sort_unstable_by_key(|it| it.position);
    let is_shown = said.iter().any(|it| it.active > 0);
    verdict.expect(Oracle::Conservation, is_shown, || {
        "the server was never asked how many instances are active while some were".to_owned()
    });
    let mut facts = evidence.facts.iter().peekable();
    let (mut active, mut position) = (0_u64, 0);
    for it in said {
        while let Some(fact) = facts.next_if(|fact| fact.position <= it.position) {
            position = fact.position;
            match fact.what {
                What::InstanceActivated => active += 1,
                What::InstanceCompleted | What::InstanceTerminated => {
                    active = active.saturating_sub(1);
                }
                _ => {}
            }
        }
        verdict.expect(Oracle::Conservation, position == it.position, || {
            format!("the records end at {position}, and the server spoke of {it:?}")
        });
        verdict.expect(Oracle::Conservation, active == it.active, || {
            format!("{active} instances have not ended by the records, and the server said {it:?}")
        });
    }
}

/// Each message is still kept, has reached somebody, or has expired.
fn messages(evidence: &Evidence, verdict: &mut Verdict) {
    let mut messages: BTreeMap<i64, Message> = BTreeMap::new();
    // What is due is done in its order: everything that was due earlier than this is done.
    let mut due_until = i64::MIN;
    for fact in &evidence.facts {
        match &fact.what {
            What::MessagePublished { deadline, .. } => {
                let message = messages.entry(fact.key).or_default();
                message.published += 1;
                message.deadline = *deadline;
            }
            What::MessageExpired => messages.entry(fact.key).or_default().expired += 1,
            What::Correlating { message, .. } => {
                messages.entry(*message).or_default().reached += 1;
            }
            What::TimerTriggered { due } => due_until = due_until.max(*due),
            _ => {}
        }
    }
    let last = evidence.facts.last().map_or(0, |it| it.timestamp);
    for (key, it) in messages {
        verdict.expect(Oracle::Conservation, it.published == 1 && it.expired <= 1, || {
            format!("message {key} was not published once, or expired twice: {it:?}")
        });
        let may_be_kept = it.deadline >= due_until && evidence.times.is_in_time(it.deadline, last);
        let is_there = it.expired + it.reached > 0 || may_be_kept;
        verdict.expect(Oracle::Conservation, is_there, || {
            format!("message {key} has vanished; what was due until {due_until} is done: {it:?}")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{Said, judge};
    use super::super::example::{blames, fact, good};
    use super::super::fact::What;
    use super::super::verdict::Oracle::Conservation;

    #[test]
    fn every_beginning_and_end_that_is_missing_or_doubled_is_noticed() {
        for name in [
            "InstanceActivated",
            "InstanceCompleted",
            "InstanceTerminated",
            "ElementActivating",
            "ElementEnded",
            "MessagePublished",
        ] {
            let is_it = |what: &What| format!("{what:?}").starts_with(name);
            let mut missing = good();
            let at = missing.facts.iter().rposition(|it| is_it(&it.what)).unwrap();
            let fact = missing.facts.remove(at);
            blames(&missing, Conservation);
            let mut twice = good();
            twice.facts.insert(at, fact);
            blames(&twice, Conservation);
        }
    }

    #[test]
    fn a_message_that_vanishes_is_noticed() {
        let mut vanished = good();
        let at = vanished.facts.iter().position(|it| it.what == What::MessageExpired).unwrap();
        let expiry = vanished.facts.remove(at);
        // It may still come, a moment later.
        assert!(!judge(&vanished).blames(Conservation));
        let mut long_ago = vanished.clone();
        fact(&mut long_ago, 0, expiry.timestamp + 1_001, What::ClockChanged);
        blames(&long_ago, Conservation);
        // A timer that was due later has fired, so the clock has an excuse and the order has none.
        fact(&mut vanished, 90, 500, What::TimerCreated { due: 501, element: 91, repetitions: 1 });
        fact(&mut vanished, 90, 501, What::TimerTriggered { due: 501 });
        blames(&vanished, Conservation);
    }

    #[test]
    fn another_number_of_active_instances_is_noticed() {
        for at in 0..good().said.len() {
            let mut evidence = good();
            evidence.said[at].active += 1;
            blames(&evidence, Conservation);
        }
    }

    #[test]
    fn a_server_that_was_not_asked_while_instances_were_active_has_shown_nothing() {
        let mut evidence = good();
        evidence.said.retain(|it| it.active == 0);
        blames(&evidence, Conservation);
    }

    #[test]
    fn a_server_that_speaks_of_records_which_are_not_there_is_noticed() {
        let mut evidence = good();
        let position = evidence.facts.len() as u64 + 1;
        evidence.said.push(Said { position, active: 0 });
        blames(&evidence, Conservation);
    }
}
