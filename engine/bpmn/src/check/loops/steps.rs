//! Where a token goes in the same moment.

use crate::assemble::ReadPart;
use crate::graph::called::BusinessRule;
use crate::graph::listener::ExecutionListeners;
use crate::graph::sending::Sending;
use crate::graph::{ElementIx, Kind, Script, Throw};
use crate::outline::{Outline, PartIx};

/// A place that a token passes: most parts are one, a subprocess has its entry and its exit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stop {
    pub(super) part: PartIx,
    pub(super) is_exit: bool,
}

impl Stop {
    /// Its number among all: two for each part.
    pub(super) fn number(self) -> usize {
        self.part.0 * 2 + usize::from(self.is_exit)
    }

    pub(super) fn of_number(number: usize) -> Self {
        Self { part: PartIx(number / 2), is_exit: number % 2 == 1 }
    }
}

/// How far a token is followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Through what neither waits nor changes a variable nor throws.
    Idle,
    /// Through all that an instance comes to when it begins: scopes may complete.
    Begin,
    /// Through all that need not wait.
    Straight,
}

/// Where a token goes from a stop in the same moment.
pub(super) struct Steps<'a, 't> {
    outline: &'a Outline<'t>,
    parts: &'a [ReadPart],
    reach: Reach,
    /// By part: whether it is a scope that may go on waiting when a path in it ends.
    may_stay: Vec<bool>,
}

impl<'a, 't> Steps<'a, 't> {
    pub(super) fn new(outline: &'a Outline<'t>, parts: &'a [ReadPart], reach: Reach) -> Self {
        let stays = |part: PartIx| reach == Reach::Idle && may_stay(outline, parts, part);
        let may_stay = outline.parts().iter().map(|part| stays(part.ix)).collect();
        Self { outline, parts, reach, may_stay }
    }

    /// The numbers of the stops that directly follow, by the number of the stop.
    pub(super) fn edges(&self) -> Vec<Vec<usize>> {
        let count = self.outline.parts().len() * 2;
        let after = |number| self.from(Stop::of_number(number)).into_iter().map(Stop::number);
        (0..count).map(|number| after(number).collect()).collect()
    }

    /// The stops that directly follow; none after an element that waits or may change a variable.
    pub(super) fn from(&self, stop: Stop) -> Vec<Stop> {
        let Some(read) = self.parts.get(stop.part.0) else { return Vec::new() };
        let Some(kind) = &read.kind else { return Vec::new() };
        if waits_for_listeners(read, stop.is_exit) {
            return Vec::new();
        }
        let is_straight = self.reach == Reach::Straight;
        if !is_straight && !read.mapping.outputs.is_empty() {
            return Vec::new();
        }
        let mut next = self.beyond(stop, kind);
        if is_straight && goes_round(stop, read, kind) {
            next.push(Stop { part: stop.part, is_exit: false });
        }
        next
    }

    /// The stops that follow one that a token passes, but for the next round of a loop.
    fn beyond(&self, stop: Stop, kind: &Kind) -> Vec<Stop> {
        match (pace(kind), kind) {
            (Pace::Idle, Kind::SubProcess { .. }) if !stop.is_exit => self.entry(stop.part),
            (Pace::Throws, Kind::ThrowEvent(Throw::Link { target }))
                if self.reach != Reach::Idle =>
            {
                self.link(*target)
            }
            (Pace::Idle, _) => self.onward(stop.part),
            (Pace::Throws, _) if self.reach != Reach::Idle => self.onward(stop.part),
            (Pace::Computes, _) if self.reach == Reach::Straight => self.onward(stop.part),
            (Pace::Throws | Pace::Computes | Pace::MayWait, _) => Vec::new(),
        }
    }

    /// From the entry of a subprocess to its start events.
    pub(super) fn entry(&self, scope: PartIx) -> Vec<Stop> {
        let starts = self.outline.inside(scope).filter(|it| &*it.node.name == "startEvent");
        starts.map(|start| Stop { part: start.ix, is_exit: false }).collect()
    }

    /// From a link throw event to its catch event.
    fn link(&self, target: ElementIx) -> Vec<Stop> {
        let found = self.outline.parts().iter().find(|it| it.element_ix() == target);
        found.map(|it| Stop { part: it.ix, is_exit: false }).into_iter().collect()
    }

    /// Along the flows of a part or, at the end of a path, out of the subprocess.
    fn onward(&self, ix: PartIx) -> Vec<Stop> {
        let part = self.outline.part(ix);
        if part.outgoing.is_empty() {
            let scope = part.scope;
            let may_stay = self.may_stay.get(scope.0).is_none_or(|may_stay| *may_stay);
            let is_left = scope != PartIx(0) && !may_stay;
            return if is_left { vec![Stop { part: scope, is_exit: true }] } else { Vec::new() };
        }
        let targets = part.outgoing.iter().filter_map(|flow| self.outline.flow(*flow).ends);
        targets.map(|(_, target)| Stop { part: target, is_exit: false }).collect()
    }
}

/// What a token meets at an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pace {
    /// It passes, and nothing has changed.
    Idle,
    /// It passes after something was thrown.
    Throws,
    /// It passes after something was computed.
    Computes,
    /// It may wait, or does not go on.
    MayWait,
}

fn pace(kind: &Kind) -> Pace {
    match kind {
        Kind::EndEvent(Throw::Multiple(all)) | Kind::ThrowEvent(Throw::Multiple(all)) => {
            pace_of_several(all)
        }
        Kind::SubProcess { .. }
        | Kind::StartEvent(_)
        | Kind::EndEvent(Throw::None | Throw::Terminate)
        | Kind::Task
        | Kind::ManualTask
        | Kind::ExclusiveGateway { .. }
        | Kind::ParallelGateway
        | Kind::InclusiveGateway { .. }
        | Kind::ComplexGateway(_) => Pace::Idle,
        Kind::EndEvent(
            Throw::Escalation { .. } | Throw::Signal { .. } | Throw::Message(Sending::Publish(_)),
        )
        | Kind::ThrowEvent(
            Throw::None
            | Throw::Escalation { .. }
            | Throw::Signal { .. }
            | Throw::Message(Sending::Publish(_))
            | Throw::Link { .. },
        )
        | Kind::SendTask(Sending::Publish(_))
        | Kind::LinkCatchEvent => Pace::Throws,
        Kind::BusinessRuleTask(BusinessRule::Decision(_))
        | Kind::ScriptTask(Script::Feel { .. }) => Pace::Computes,
        Kind::Process
        | Kind::ServiceTask(_)
        | Kind::SendTask(_)
        | Kind::BusinessRuleTask(BusinessRule::Job(_))
        | Kind::ScriptTask(Script::Job(_))
        | Kind::ReceiveTask(_)
        | Kind::InstantiatingReceiveTask { .. }
        | Kind::UserTask(_)
        | Kind::EndEvent(_)
        | Kind::ThrowEvent(_)
        | Kind::EventBasedGateway { .. }
        | Kind::CatchEvent(_)
        | Kind::BoundaryEvent(_)
        | Kind::AdHocSubProcess(_)
        | Kind::CallActivity(_)
        | Kind::EventSubProcess { .. } => Pace::MayWait,
    }
}

/// What a token meets at an event that throws several things.
fn pace_of_several(all: &[Throw]) -> Pace {
    let passes = all.iter().all(|it| {
        matches!(
            it,
            Throw::Escalation { .. }
                | Throw::Signal { .. }
                | Throw::Message(Sending::Publish(_))
                | Throw::Terminate
        )
    });
    if passes { Pace::Throws } else { Pace::MayWait }
}

/// Whether a round of an activity with a loop marker ends at a stop without having waited for
/// anything, so that the next one may begin in the same moment.
fn goes_round(stop: Stop, read: &ReadPart, kind: &Kind) -> bool {
    let is_loop = read.multi_instance.as_ref().is_some_and(|it| it.standard_loop().is_some());
    let is_end = stop.is_exit || !matches!(kind, Kind::SubProcess { .. });
    is_loop && is_end && !read.listeners.hears_each() && pace(kind) != Pace::MayWait
}

/// Whether a token waits for a worker that listens: at the entry of a scope to its beginning, at its
/// exit to its end, elsewhere to either.
fn waits_for_listeners(read: &ReadPart, is_exit: bool) -> bool {
    let ExecutionListeners { start, end, before_all, cancel: _ } = &read.listeners;
    let is_scope = matches!(read.kind, Some(Kind::SubProcess { .. }));
    if read.multi_instance.is_some() {
        // Over nothing it has no instance that could wait: only the activity as a whole does.
        return !is_exit && !before_all.is_empty();
    }
    match (is_scope, is_exit) {
        (true, false) => !start.is_empty(),
        (true, true) => !end.is_empty(),
        (false, _) => read.listeners.hears_each(),
    }
}

/// Whether a path that ends in a scope may leave another one waiting there, so that the scope does
/// not complete in the same moment: when paths fork in it, and something in it waits.
fn may_stay(outline: &Outline<'_>, parts: &[ReadPart], scope: PartIx) -> bool {
    let (mut forks, mut waits) = (false, false);
    for part in outline.inside(scope) {
        let read = parts.get(part.ix.0);
        let kind = read.and_then(|read| read.kind.as_ref());
        let is_exclusive = matches!(kind, Some(Kind::ExclusiveGateway { .. }));
        let is_scope = matches!(kind, Some(Kind::SubProcess { .. }));
        forks |= !is_exclusive && part.outgoing.len() > 1;
        waits |= read.is_some_and(|it| waits_for_listeners(it, false));
        waits |= is_scope || kind.is_none_or(|kind| pace(kind) == Pace::MayWait);
    }
    forks && waits
}
