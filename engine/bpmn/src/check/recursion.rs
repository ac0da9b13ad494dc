//! Processes that call themselves before anything waits: their instances would call each other
//! until the limit of calls is reached.
//!
//! Only calls inside one file are followed, with an id that stands in the model.

use std::collections::BTreeSet;

use xml::Problem;

use super::loops;
use crate::assemble::ReadPart;
use crate::context::Context;
use crate::expression::Expression;
use crate::graph::Kind;
use value::Str;

/// A call that an instance of a process makes in the moment in which it begins.
#[derive(Debug)]
pub(crate) struct CallAtOnce {
    caller: Str,
    called: Str,
    /// What is said if the called process comes back to the caller.
    problem: Problem,
}

/// The calls that an instance of a process makes when it begins.
pub(crate) fn calls(ctx: &Context<'_, '_>, parts: &[ReadPart]) -> Vec<CallAtOnce> {
    let outline = ctx.outline;
    let Some(process) = outline.parts().first() else { return Vec::new() };
    let asks_first = |read: &ReadPart| {
        !(read.listeners.start.is_empty() && read.listeners.before_all.is_empty())
    };
    if parts.first().is_some_and(asks_first) {
        return Vec::new();
    }
    let call = |ix| {
        let part = outline.part(ix);
        let read = parts.get(ix.0)?;
        let Some(Kind::CallActivity(call)) = &read.kind else { return None };
        if !matches!(call.process_id, Expression::Static(_)) || asks_first(read) {
            return None;
        }
        let id = call.process_id.text();
        // Other variables may lead another way.
        let is_same_again = call.gets_all_variables && read.mapping.inputs.is_empty();
        let message = format!(
            "The call activity '{}' calls '{}', which comes back to it before anything waits, so \
             that it could never end. Put a task or an event before the call.",
            part.label(),
            id
        );
        let problem = outline.problem(ix, part.node, message);
        is_same_again.then(|| CallAtOnce { caller: process.id.into(), called: id.clone(), problem })
    };
    loops::reached_at_once(outline, parts).into_iter().filter_map(call).collect()
}

/// The problems of the calls of a file that come back to their callers.
pub(crate) fn check(calls: Vec<CallAtOnce>) -> Vec<Problem> {
    let comes_back: Vec<bool> = calls.iter().map(|call| reaches(&calls, call)).collect();
    let found = calls.into_iter().zip(comes_back).filter(|(_, comes_back)| *comes_back);
    found.map(|(call, _)| call.problem).collect()
}

/// Whether the called process calls the caller, perhaps through others.
fn reaches(calls: &[CallAtOnce], from: &CallAtOnce) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending = vec![&from.called];
    while let Some(process) = pending.pop() {
        if *process == from.caller {
            return true;
        }
        if seen.insert(process) {
            pending.extend(calls.iter().filter(|it| it.caller == *process).map(|it| &it.called));
        }
    }
    false
}
