//! Loops in which nothing waits and nothing changes: once in, an instance could never leave.
//!
//! A loop through a job or a catching event waits there, and one through a script or an element with
//! output mappings may count towards its end; both are fine, and what they cost is bounded while
//! they run. What remains decides the same way each time around.

use crate::assemble::ReadPart;
use crate::context::Context;
use crate::graph::called::BusinessRule;
use crate::graph::{ElementIx, Kind, Script, StartEvent, Throw};
use crate::outline::{Outline, PartIx};

/// How many elements of a loop are named.
const NAMED_MAX: usize = 10;

/// A place that a token passes: most parts are one, a subprocess has its entry and its exit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stop {
    part: PartIx,
    is_exit: bool,
}

/// How far the search has come with a stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mark {
    New,
    /// On the path that is being followed, at this position.
    OnPath(usize),
    Done,
}

/// Reports each loop of the kind, once.
pub(crate) fn check(ctx: &mut Context<'_, '_>, parts: &[ReadPart]) {
    let outline = ctx.outline;
    let may_stay = outline.parts().iter().map(|part| may_stay(outline, parts, part.ix)).collect();
    let steps = Steps { outline, parts, may_stay };
    let mut marks = vec![Mark::New; outline.parts().len() * 2];
    for part in outline.parts() {
        for is_exit in [false, true] {
            let start = Stop { part: part.ix, is_exit };
            for found in search(&steps, start, &mut marks) {
                report(ctx, &found);
            }
        }
    }
}

/// The parts that an instance of the process comes to in the moment in which it begins.
pub(super) fn reached_at_once(outline: &Outline<'_>, parts: &[ReadPart]) -> Vec<PartIx> {
    // Every scope may complete: what follows one may be reached.
    let may_stay = vec![false; outline.parts().len()];
    let steps = Steps { outline, parts, may_stay };
    let mut seen = vec![false; outline.parts().len() * 2];
    let mut reached = Vec::new();
    let is_none_start = |stop: &Stop| {
        let kind = parts.get(stop.part.0).and_then(|read| read.kind.as_ref());
        matches!(kind, Some(Kind::StartEvent(StartEvent::None)))
    };
    let mut pending = steps.entry(PartIx(0));
    pending.retain(is_none_start);
    while let Some(stop) = pending.pop() {
        if !std::mem::replace(&mut seen[stop.number()], true) {
            reached.push(stop.part);
            pending.extend(steps.from(stop));
        }
    }
    reached.sort_unstable();
    reached.dedup();
    reached
}

/// Follows every path from a stop, depth first, and gives the loops that were closed.
fn search(steps: &Steps<'_, '_>, start: Stop, marks: &mut [Mark]) -> Vec<Vec<Stop>> {
    let mut loops = Vec::new();
    if marks[start.number()] != Mark::New {
        return loops;
    }
    // The path, each stop with the stops that are still to be tried from it.
    let mut path = vec![(start, steps.from(start))];
    marks[start.number()] = Mark::OnPath(0);
    while let Some((stop, next)) = path.last_mut() {
        let Some(step) = next.pop() else {
            marks[stop.number()] = Mark::Done;
            path.pop();
            continue;
        };
        match marks[step.number()] {
            Mark::Done => {}
            Mark::OnPath(at) => {
                loops.push(path.iter().skip(at).map(|(stop, _)| *stop).collect());
            }
            Mark::New => {
                marks[step.number()] = Mark::OnPath(path.len());
                path.push((step, steps.from(step)));
            }
        }
    }
    loops
}

fn report(ctx: &mut Context<'_, '_>, found: &[Stop]) {
    let outline = ctx.outline;
    let Some(first) = found.iter().map(|stop| stop.part).min() else { return };
    let mut names: Vec<_> = found
        .iter()
        .filter(|stop| !stop.is_exit)
        .take(NAMED_MAX)
        .map(|stop| format!("'{}'", outline.part(stop.part).label()))
        .collect();
    if found.len() > NAMED_MAX {
        names.push("…".to_owned());
    }
    let message = format!(
        "The elements {} form a loop in which nothing waits and no variable changes, so that it \
         could never end. Put a task or an event into the loop.",
        names.join(" → ")
    );
    let part = outline.part(first);
    ctx.problem(part, part.node, message);
}

impl Stop {
    /// Its position in the marks.
    fn number(self) -> usize {
        self.part.0 * 2 + usize::from(self.is_exit)
    }
}

/// Where a token goes from a stop in the same moment.
struct Steps<'a, 't> {
    outline: &'a Outline<'t>,
    parts: &'a [ReadPart],
    /// By part: whether it is a scope that may go on waiting when a path in it ends.
    may_stay: Vec<bool>,
}

impl Steps<'_, '_> {
    /// The stops that directly follow; none after an element that waits or may change a variable.
    fn from(&self, stop: Stop) -> Vec<Stop> {
        let Some(read) = self.parts.get(stop.part.0) else { return Vec::new() };
        if !read.mapping.outputs.is_empty() {
            return Vec::new();
        }
        match &read.kind {
            Some(Kind::SubProcess { .. }) if !stop.is_exit => self.entry(stop.part),
            Some(Kind::ThrowEvent(Throw::Link { target })) => self.link(*target),
            Some(
                Kind::SubProcess { .. }
                | Kind::StartEvent(_)
                | Kind::EndEvent(
                    Throw::None
                    | Throw::Terminate
                    | Throw::Escalation { .. }
                    | Throw::Signal { .. },
                )
                | Kind::ThrowEvent(Throw::None | Throw::Escalation { .. } | Throw::Signal { .. })
                | Kind::LinkCatchEvent
                | Kind::Task
                | Kind::ManualTask
                | Kind::ExclusiveGateway { .. }
                | Kind::ParallelGateway
                | Kind::InclusiveGateway { .. },
            ) => self.onward(stop.part),
            Some(
                Kind::Process
                | Kind::ServiceTask(_)
                | Kind::SendTask(_)
                | Kind::BusinessRuleTask(_)
                | Kind::ScriptTask(_)
                | Kind::ReceiveTask(_)
                | Kind::UserTask(_)
                | Kind::EndEvent(_)
                | Kind::ThrowEvent(_)
                | Kind::EventBasedGateway { .. }
                | Kind::CatchEvent(_)
                | Kind::BoundaryEvent(_)
                | Kind::CallActivity(_)
                | Kind::EventSubProcess { .. },
            )
            | None => Vec::new(),
        }
    }

    /// From the entry of a subprocess to its start events.
    fn entry(&self, scope: PartIx) -> Vec<Stop> {
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

/// Whether a path that ends in a scope may leave another one waiting there, so that the scope does
/// not complete in the same moment: when paths fork in it, and something in it waits.
fn may_stay(outline: &Outline<'_>, parts: &[ReadPart], scope: PartIx) -> bool {
    let (mut forks, mut waits) = (false, false);
    for part in outline.inside(scope) {
        let kind = parts.get(part.ix.0).and_then(|read| read.kind.as_ref());
        match kind {
            Some(Kind::ExclusiveGateway { .. }) => {}
            Some(
                Kind::StartEvent(_)
                | Kind::EndEvent(
                    Throw::None
                    | Throw::Terminate
                    | Throw::Escalation { .. }
                    | Throw::Signal { .. },
                )
                | Kind::ThrowEvent(
                    Throw::None
                    | Throw::Escalation { .. }
                    | Throw::Signal { .. }
                    | Throw::Link { .. },
                )
                | Kind::LinkCatchEvent
                | Kind::Task
                | Kind::ManualTask
                | Kind::BusinessRuleTask(BusinessRule::Decision(_))
                | Kind::ScriptTask(Script::Feel { .. })
                | Kind::ParallelGateway
                | Kind::InclusiveGateway { .. },
            ) => {
                forks |= part.outgoing.len() > 1;
            }
            Some(
                Kind::Process
                | Kind::ServiceTask(_)
                | Kind::SendTask(_)
                | Kind::BusinessRuleTask(BusinessRule::Job(_))
                | Kind::ScriptTask(Script::Job(_))
                | Kind::ReceiveTask(_)
                | Kind::UserTask(_)
                | Kind::EndEvent(_)
                | Kind::ThrowEvent(_)
                | Kind::EventBasedGateway { .. }
                | Kind::CatchEvent(_)
                | Kind::BoundaryEvent(_)
                | Kind::SubProcess { .. }
                | Kind::CallActivity(_)
                | Kind::EventSubProcess { .. },
            )
            | None => {
                waits = true;
                forks |= part.outgoing.len() > 1;
            }
        }
    }
    forks && waits
}
