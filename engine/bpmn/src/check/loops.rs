//! Loops in which nothing waits: once in, an instance might never leave.
//!
//! One of tasks that do nothing and gateways is refused, as Zeebe refuses it. The others may count
//! towards their end, by a script for instance, so they may run; their elements are marked, and the
//! engine stops a path that has passed too many of them in a row.

use super::cycles;
use crate::assemble::ReadPart;
use crate::context::Context;
use crate::graph::{Kind, StartEvent};
use crate::outline::{Outline, PartIx};

mod steps;

use steps::{Reach, Steps, Stop};

/// How many elements of a loop are named.
const NAMED_MAX: usize = 10;

/// Refuses the loops of nothing but tasks that do nothing, gateways and subprocesses of these.
pub(crate) fn check(ctx: &mut Context<'_, '_>, parts: &[ReadPart]) {
    let steps = Steps::new(ctx.outline, parts, Reach::Idle);
    let edges = steps.edges();
    let components = cycles::components(edges.len(), &edges);
    let mut is_told = vec![false; edges.len()];
    for (node, component) in components.iter().enumerate() {
        let Some(component) = *component else { continue };
        let stop = Stop::of_number(node);
        let kind = parts.get(stop.part.0).and_then(|read| read.kind.as_ref());
        let is_idle_task = matches!(kind, Some(Kind::Task | Kind::ManualTask));
        if is_idle_task && !std::mem::replace(&mut is_told[component], true) {
            report(ctx, &cycles::round(node, &edges, |it| components[it] == Some(component)));
        }
    }
}

/// By part: whether it lies on a loop in which nothing has to wait.
pub(crate) fn straight_loops(outline: &Outline<'_>, parts: &[ReadPart]) -> Vec<bool> {
    let edges = Steps::new(outline, parts, Reach::Straight).edges();
    let components = cycles::components(edges.len(), &edges);
    components.chunks(2).map(|stops| stops.iter().any(Option::is_some)).collect()
}

/// The parts that an instance of the process comes to in the moment in which it begins.
pub(super) fn reached_at_once(outline: &Outline<'_>, parts: &[ReadPart]) -> Vec<PartIx> {
    let steps = Steps::new(outline, parts, Reach::Begin);
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

fn report(ctx: &mut Context<'_, '_>, found: &[usize]) {
    let outline = ctx.outline;
    let stops = || found.iter().map(|number| Stop::of_number(*number));
    let Some(first) = stops().next() else { return };
    let mut names: Vec<_> = stops()
        .filter(|stop| !stop.is_exit)
        .take(NAMED_MAX)
        .map(|stop| format!("'{}'", outline.part(stop.part).label()))
        .collect();
    if found.len() > NAMED_MAX {
        names.push("…".to_owned());
    }
    let message = format!(
        "The elements {} form a loop in which nothing waits and no variable changes, so that it \
         could never end. Put a task with work or an event into the loop.",
        names.join(" → ")
    );
    let part = outline.part(first.part);
    ctx.problem(part, part.node, message);
}
