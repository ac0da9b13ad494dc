//! O2: whatever happened was asked for, was due, or follows from such a thing.

use std::collections::BTreeSet;

use super::acknowledged::{asked, effect, pushes};
use super::evidence::Evidence;
use super::fact::{Fact, What};
use super::verdict::{Oracle, Verdict};

/// What the first record of a work item can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    /// It says by itself why the work item is there: a command, or something that was due.
    Cause,
    /// It is part of something that was asked for, whose own record follows in the same work item: a
    /// creation, a deployment, a modification, a migration, or what somebody does with a user task.
    Prelude,
    /// It only ever follows from something.
    Never,
}

fn first(what: &What) -> First {
    match what {
        What::Deployed { .. }
        | What::InstanceCreated { .. }
        | What::InstanceTerminating
        | What::JobsActivated { .. }
        | What::JobCompleted { .. }
        | What::JobFailed { .. }
        | What::JobRecurred
        | What::JobTimedOut
        | What::JobTimeoutUpdated { .. }
        | What::JobYielded
        | What::TimerTriggered { .. }
        | What::MessagePublished { .. }
        | What::MessageExpired
        | What::IncidentResolved { .. }
        | What::ClockChanged
        | What::LogicRaised
        | What::InstanceSuspended
        | What::InstanceResumed
        | What::Modified { .. }
        | What::Deleting { .. }
        | What::Evaluated { .. }
        | What::JobThrown { .. }
        | What::SignalBroadcast { .. }
        | What::Rejected { .. } => First::Cause,
        What::ProcessCreated
        | What::StartNotAwaited
        | What::VariableCreated
        | What::InstanceMigrating { .. }
        | What::TaskAssigning
        | What::TaskCompleting => First::Prelude,
        What::InstanceActivated
        | What::InstanceCompleted
        | What::InstanceTerminated
        | What::ElementActivating { .. }
        | What::ElementEnded { .. }
        | What::JobCreated { .. }
        | What::CalledTerminating
        | What::InstanceBegun { .. }
        | What::ProcessDeleting
        | What::ProcessDeleted
        | What::StartAwaited { .. }
        | What::TaskCreating { .. }
        | What::TaskCreated
        | What::TaskAssigned { .. }
        | What::TaskCompleted { .. }
        | What::Migrated { .. }
        | What::TaskCanceled
        | What::SignalAwaited { .. }
        | What::SignalNotAwaited
        | What::UndoNoted { .. }
        | What::UndoBegun { .. }
        | What::UndoDone
        | What::UndoDropped
        | What::Decided { .. }
        | What::JobCanceled
        | What::TimerCreated { .. }
        | What::TimerCanceled
        | What::SubscriptionOpened { .. }
        | What::Correlating { .. }
        | What::SubscriptionClosed
        | What::IncidentCreated { .. }
        | What::Other => First::Never,
    }
}

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    let calls = &evidence.history.calls;
    let asked: BTreeSet<_> =
        calls.iter().flat_map(|it| [asked(it), pushes(it)]).flatten().collect();
    let mut roots = BTreeSet::new();
    // A first record whose work item has not said yet why it is there.
    let mut prelude: Option<&Fact> = None;
    for fact in &evidence.facts {
        // Nobody asks for another version of the rules: the server does, when it begins a log.
        verdict.expect(
            Oracle::Origin,
            fact.what != What::LogicRaised || fact.position == 1,
            || format!("nobody raised the logic version: {fact:?}"),
        );
        if let Some(trace) = effect(fact) {
            verdict.expect(Oracle::Origin, asked.contains(&trace), || {
                format!("nobody asked for this: {fact:?}")
            });
        }
        // Each work item names its first record. Stored work goes on later under the name of the
        // item that it belongs to, with others in between.
        if fact.source == fact.position {
            roots.insert(fact.position);
            is_explained(prelude.take(), verdict);
            let first = first(&fact.what);
            verdict.expect(Oracle::Origin, first != First::Never, || {
                format!("it has no cause, and cannot be one: {fact:?}")
            });
            prelude = Some(fact).filter(|_| first == First::Prelude);
        } else if is_asked_for(&fact.what) {
            prelude = prelude.filter(|it| it.position != fact.source);
        }
        verdict.expect(Oracle::Origin, roots.contains(&fact.source), || {
            format!("it follows from record {}, which did not cause it: {fact:?}", fact.source)
        });
    }
    is_explained(prelude, verdict);
}

/// Whether it is what a prelude belongs to.
fn is_asked_for(what: &What) -> bool {
    matches!(
        what,
        What::InstanceCreated { .. }
            | What::Deployed { .. }
            | What::Modified { .. }
            | What::Migrated { .. }
            | What::TaskAssigned { .. }
            | What::TaskCompleted { .. }
    )
}

fn is_explained(prelude: Option<&Fact>, verdict: &mut Verdict) {
    verdict.expect(Oracle::Origin, prelude.is_none(), || {
        format!("it begins a work item in which nothing that was asked for follows: {prelude:?}")
    });
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, fact, good};
    use super::super::fact::What;
    use super::super::verdict::Oracle::Origin;

    #[test]
    fn only_a_log_that_begins_raises_the_logic_version_by_itself() {
        let mut raised = good();
        fact(&mut raised, 0, 700, What::LogicRaised);
        blames(&raised, Origin);
    }

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

    #[test]
    fn a_consequence_that_calls_itself_a_cause_is_noticed() {
        let mut tried = 0;
        for at in 0..good().facts.len() {
            let mut evidence = good();
            let fact = &mut evidence.facts[at];
            if fact.source != fact.position {
                fact.source = fact.position;
                // One that could be a cause, such as a creation without variables, leaves what
                // stood before it without one.
                blames(&evidence, Origin);
                tried += 1;
            }
        }
        assert!(tried > 10, "{tried}");
    }

    #[test]
    fn a_variable_that_comes_from_nothing_is_noticed() {
        let mut evidence = good();
        fact(&mut evidence, 99, 600, What::VariableCreated);
        blames(&evidence, Origin);
    }
}
