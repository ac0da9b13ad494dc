//! O1: what was acknowledged happened, exactly once.

use std::collections::BTreeMap;

use super::evidence::Evidence;
use super::fact::{Fact, What};
use super::history::{Ask, Call};
use super::verdict::{Oracle, Verdict};
use crate::load::models::ECHO;

/// What a call leaves in the records: a kind, the key it is about, and the call's tag.
pub(super) type Trace<'a> = (&'static str, i64, &'a str);

/// Finds the record that a call with such an effect leaves. A key that the server chooses is 0.
pub(super) fn asked(call: &Call) -> Option<Trace<'_>> {
    match &call.ask {
        Ask::Deploy { file } => Some(("deploy", 0, file)),
        Ask::Create { tag, .. } => Some(("create", 0, tag)),
        Ask::Cancel { instance } => Some(("cancel", *instance, "")),
        Ask::Publish { tag } => Some(("publish", 0, tag)),
        Ask::Complete { job, tag } => Some(("complete", *job, tag)),
        Ask::Fail { job, tag } => Some(("fail", *job, tag)),
        Ask::Activate { tag } => Some(("activate", 0, tag)),
        Ask::Modify { instance, tag } => Some(("modify", *instance, tag)),
        Ask::Migrate { instance } => Some(("migrate", *instance, "")),
        Ask::Suspend { instance } => Some(("suspend", *instance, "")),
        Ask::Resume { instance } => Some(("resume", *instance, "")),
        Ask::Broadcast { tag } => Some(("broadcast", 0, tag)),
        Ask::Assign { task, tag } => Some(("assign", *task, tag)),
        Ask::CompleteTask { task, tag } => Some(("complete task", *task, tag)),
        Ask::Throw { job, tag } => Some(("throw", *job, tag)),
        Ask::Delete { resource } => Some(("delete", *resource, "")),
        Ask::Evaluate { tag } => Some(("evaluate", 0, tag)),
        // It has any number of effects, or that of another call.
        Ask::Stream { .. } | Ask::CreateAgain { .. } | Ask::Other { .. } => None,
    }
}

/// The effects of which a stream of jobs may have any number.
pub(super) fn pushes(call: &Call) -> Option<Trace<'_>> {
    if let Ask::Stream { tag } = &call.ask { Some(("activate", 0, tag)) } else { None }
}

/// The call that a record is the effect of.
pub(super) fn effect(fact: &Fact) -> Option<Trace<'_>> {
    match &fact.what {
        What::Deployed { file } => Some(("deploy", 0, file)),
        What::InstanceCreated { tag } => Some(("create", 0, tag)),
        What::InstanceTerminating => Some(("cancel", fact.key, "")),
        // An element published it.
        What::MessagePublished { name, .. } if name == ECHO => None,
        What::MessagePublished { tag, .. } => Some(("publish", 0, tag)),
        What::Modified { instance, tag } => Some(("modify", *instance, tag)),
        What::Migrated { instance } => Some(("migrate", *instance, "")),
        What::InstanceSuspended => Some(("suspend", fact.key, "")),
        What::InstanceResumed => Some(("resume", fact.key, "")),
        What::Deleting { resource } => Some(("delete", *resource, "")),
        What::Evaluated { tag, .. } => Some(("evaluate", 0, tag)),
        What::SignalBroadcast { tag, .. } => Some(("broadcast", 0, tag)),
        What::TaskAssigned { assignee } => Some(("assign", fact.key, assignee)),
        What::TaskCompleted { tag } => Some(("complete task", fact.key, tag)),
        What::JobThrown { tag } => Some(("throw", fact.key, tag)),
        What::JobCompleted { tag } => Some(("complete", fact.key, tag)),
        What::JobFailed { tag, .. } => Some(("fail", fact.key, tag)),
        What::JobsActivated { tag, .. } => Some(("activate", 0, tag)),
        What::ProcessCreated
        | What::VariableCreated
        | What::InstanceActivated
        | What::InstanceCompleted
        | What::InstanceTerminated
        | What::ElementActivating { .. }
        | What::ElementEnded { .. }
        | What::JobCreated { .. }
        | What::CalledTerminating
        | What::InstanceMigrating { .. }
        | What::TaskAssigning
        | What::TaskCompleting
        | What::InstanceBegun { .. }
        | What::ProcessDeleting
        | What::ProcessDeleted
        | What::StartAwaited { .. }
        | What::StartNotAwaited
        | What::TaskCreating { .. }
        | What::TaskCreated
        | What::TaskCanceled
        | What::SignalAwaited { .. }
        | What::SignalNotAwaited
        | What::UndoNoted { .. }
        | What::UndoBegun { .. }
        | What::UndoDone
        | What::UndoDropped
        | What::Decided { .. }
        | What::JobTimedOut
        | What::JobTimeoutUpdated { .. }
        | What::JobYielded
        | What::JobRecurred
        | What::JobCanceled
        | What::TimerCreated { .. }
        | What::TimerTriggered { .. }
        | What::TimerCanceled
        | What::MessageExpired
        | What::SubscriptionOpened { .. }
        | What::Correlating { .. }
        | What::SubscriptionClosed
        | What::IncidentCreated { .. }
        | What::IncidentResolved { .. }
        | What::ClockChanged
        | What::LogicRaised
        | What::Rejected { .. }
        | What::Other => None,
    }
}

/// The effects of all calls, by what they leave.
pub(super) fn effects(evidence: &Evidence) -> BTreeMap<Trace<'_>, Vec<&Fact>> {
    let mut found: BTreeMap<_, Vec<&Fact>> = BTreeMap::new();
    for fact in &evidence.facts {
        if let Some(trace) = effect(fact) {
            found.entry(trace).or_default().push(fact);
        }
    }
    found
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let effects = effects(evidence);
    for call in &evidence.history.calls {
        if let Some(trace) = pushes(call) {
            pushed(call, effects.get(&trace).map_or(&[], Vec::as_slice), verdict);
        }
        if let Ask::CreateAgain { tag } = &call.ask {
            let found = effects.get(&("create", 0, tag)).map_or(&[][..], Vec::as_slice);
            again(call, found, verdict);
        }
    }
    for call in evidence.history.calls.iter().filter(|it| it.is_ok()) {
        let Some(trace) = asked(call) else { continue };
        let found = effects.get(&trace).map_or(&[][..], Vec::as_slice);
        if let (Ask::Activate { .. }, []) = (&call.ask, call.keys()) {
            // No job was there, so nothing had to be written.
            continue;
        }
        verdict.expect(Oracle::Acknowledged, found.len() == 1, || {
            format!("it was acknowledged and is there {} times: {call:?}", found.len())
        });
        let [fact] = found else { continue };
        let is_same = match &fact.what {
            What::JobsActivated { jobs, .. } => {
                jobs.iter().map(|it| it.job).eq(call.keys().iter().copied())
            }
            // The evaluation, and then what it started.
            What::Evaluated { started, .. } => call
                .keys()
                .split_first()
                .is_some_and(|(key, all)| *key == fact.key && all == started.as_slice()),
            What::Deployed { .. }
            | What::InstanceCreated { .. }
            | What::SignalBroadcast { .. }
            | What::MessagePublished { .. } => call.keys().is_empty() || call.keys() == [fact.key],
            _ => true,
        };
        verdict.expect(Oracle::Acknowledged, is_same, || {
            format!("it was acknowledged with other keys than happened: {call:?} {fact:?}")
        });
    }
}

/// What is created again with its idempotency key is there once, and is what it was.
fn again(call: &Call, found: &[&Fact], verdict: &mut Verdict) {
    let is_it = match found {
        [fact] => call.keys() == [fact.key],
        _ => false,
    };
    verdict.expect(Oracle::Acknowledged, is_it || !call.is_ok(), || {
        format!("it was created again and is there {} times: {call:?} {found:?}", found.len())
    });
}

/// Each job that came through a stream was given to its worker, so often.
fn pushed(call: &Call, found: &[&Fact], verdict: &mut Verdict) {
    let mut given: BTreeMap<i64, i64> = BTreeMap::new();
    for fact in found {
        if let What::JobsActivated { jobs, .. } = &fact.what {
            for it in jobs {
                *given.entry(it.job).or_default() += 1;
            }
        }
    }
    for job in call.keys() {
        let left = given.entry(*job).or_default();
        *left -= 1;
        verdict.expect(Oracle::Acknowledged, *left >= 0, || {
            format!("job {job} was pushed oftener than it was given away: {:?}", call.ask)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, fact, good, job, ok, passes, position};
    use super::super::fact::{Activated, What};
    use super::super::history::Ask;
    use super::super::verdict::Oracle::{Acknowledged, Origin};

    #[test]
    fn every_acknowledged_call_whose_effect_is_missing_or_doubled_is_noticed() {
        passes(&good());
        let effects = [
            "Deployed",
            "InstanceCreated",
            "InstanceTerminating",
            "MessagePublished",
            "JobCompleted",
            "JobFailed",
            "JobsActivated",
        ];
        for name in effects {
            let is_it = |what: &What| format!("{what:?}").starts_with(name);
            let mut lost = good();
            let at = lost.facts.iter().position(|it| is_it(&it.what)).unwrap();
            let fact = lost.facts.remove(at);
            blames(&lost, Acknowledged);
            let mut doubled = good();
            doubled.facts.insert(at, fact);
            blames(&doubled, Acknowledged);
        }
    }

    #[test]
    fn an_acknowledged_key_that_is_not_the_one_in_the_records_is_noticed() {
        let kinds: [fn(&What) -> bool; 2] = [
            |it| matches!(it, What::InstanceCreated { .. }),
            |it| matches!(it, What::Deployed { .. }),
        ];
        for is_it in kinds {
            let mut evidence = good();
            let at = position(&evidence, is_it);
            evidence.facts[at].key += 1_000;
            blames(&evidence, Acknowledged);
        }
    }

    #[test]
    fn a_job_that_is_pushed_without_being_given_away_or_twice_is_noticed() {
        let pushed = |keys: &[i64], is_asked: bool| {
            let mut it = good();
            it.end.is_drained = false;
            job(&mut it, 900, 600);
            let tag = "s-1".to_owned();
            if is_asked {
                ok(&mut it, Ask::Stream { tag: tag.clone() }, keys);
            }
            let jobs = vec![Activated { job: 900, deadline: 50_000 }];
            fact(&mut it, 0, 610, What::JobsActivated { tag, jobs });
            it
        };
        // One that was on its way may not have come.
        passes(&pushed(&[900], true));
        passes(&pushed(&[], true));
        blames(&pushed(&[900, 900], true), Acknowledged);
        blames(&pushed(&[901], true), Acknowledged);
        blames(&pushed(&[], false), Origin);
    }
}
