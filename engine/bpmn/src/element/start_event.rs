//! Start events: none everywhere, message, signal, timer and conditional on the process, or several
//! of these.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::{Kind, StartEvent};
use crate::outline::{Part, PartIx};
use crate::part::event::{self, Cycles, Definition, Place};
use crate::part::{compensation, condition, message, multiple, signal, timer};

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "startEvent",
    noun: "a start event",
    activity: false,
    scope: false,
    decides: false,
    mappings: Mappings::Outputs,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    if part.incoming > 0 {
        let message = format!(
            "The start event '{}' has an incoming sequence flow. Nothing may lead to a start \
             event.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let scope = ctx.outline.part(part.scope);
    if scope.node.flag("triggeredByEvent", false) && &*scope.node.name == "subProcess" {
        let interrupting = part.node.flag("isInterrupting", true);
        let place = Place::Attached { interrupting };
        let trigger = if compensation::definition(part).is_some() {
            compensation::started(ctx, part, interrupting)?
        } else {
            event::trigger(ctx, part, "start event", place)?
        };
        return Some(Kind::StartEvent(StartEvent::OfSubProcess { interrupting, trigger }));
    }
    let definitions = event::definitions(ctx, part, "start event")?;
    let at_process = part.scope == PartIx(0);
    let start = match definitions.as_slice() {
        [] => StartEvent::None,
        // Reported by the subprocess, of which only a none start event is allowed.
        _ if !at_process => {
            for definition in definitions {
                references(ctx, part, definition);
            }
            return None;
        }
        [only] => single(ctx, part, *only)?,
        several => multiple::started(ctx, part, several, single)?,
    };
    Some(Kind::StartEvent(start))
}

/// What starts a process by one definition.
fn single<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: Definition<'t>,
) -> Option<StartEvent> {
    Some(match definition {
        Definition::Message(node) => {
            StartEvent::Message { name: message::start_name(ctx, part, "start event", node)? }
        }
        Definition::Signal(node) => {
            StartEvent::Signal { name: signal::start_name(ctx, part, node)? }
        }
        Definition::Timer(node) => {
            let timer = timer::read(ctx, part, node, Cycles::Allowed)?;
            timer::check_start(ctx, part, node, &timer)?;
            StartEvent::Timer(timer)
        }
        Definition::Condition(node) => {
            StartEvent::Condition(condition::read_start(ctx, part, node)?)
        }
        other => {
            let message = format!(
                "The start event '{}' has {}, which cannot start a process.",
                part.label(),
                other.words()
            );
            ctx.problem(part, other.node(), message);
            return None;
        }
    })
}

/// Reports what is wrong with the definition of an event that is refused for its place, so that one
/// deployment shows both.
fn references<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, definition: Definition<'t>) {
    match definition {
        Definition::Message(node) => drop(message::name(ctx, part, node)),
        Definition::Signal(node) => drop(signal::name(ctx, part, node)),
        Definition::Timer(node) => drop(timer::read(ctx, part, node, Cycles::Allowed)),
        Definition::Compensation(_)
        | Definition::Error(_)
        | Definition::Escalation(_)
        | Definition::Condition(_)
        | Definition::Link(_)
        | Definition::Terminate(_)
        | Definition::Cancel(_) => {}
    }
}
