//! Event definitions: what makes an event a message event, a timer event, and so on.

use crate::context::Context;
use crate::graph::Trigger;
use crate::outline::Part;
use crate::part::{message, timer};
use crate::xml::{Namespace, Node};

/// An event definition of a type that Baton knows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Definition<'t> {
    Message(&'t Node),
    Timer(&'t Node),
}

/// Whether a timer of some event may be a cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cycles {
    Allowed,
    Refused,
}

/// Event definitions that Baton does not know yet, with the word for such events.
const UNSUPPORTED: [(&str, &str); 8] = [
    ("cancelEventDefinition", "cancel"),
    ("compensateEventDefinition", "compensation"),
    ("conditionalEventDefinition", "conditional"),
    ("errorEventDefinition", "error"),
    ("escalationEventDefinition", "escalation"),
    ("linkEventDefinition", "link"),
    ("signalEventDefinition", "signal"),
    ("terminateEventDefinition", "terminate"),
];

/// The elements inside an event that define what it is.
fn nodes(event: &Node) -> impl Iterator<Item = &Node> {
    event.of(Namespace::Bpmn).filter(|child| {
        child.name.ends_with("EventDefinition") || &*child.name == "eventDefinitionRef"
    })
}

/// Whether an event is of the type none.
pub(crate) fn is_none(event: &Node) -> bool {
    nodes(event).next().is_none()
}

/// The definitions of an event; `None` after one was refused. `noun` is what the event is called
/// without its definition.
pub(crate) fn definitions<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
) -> Option<Vec<Definition<'t>>> {
    let mut known = Vec::new();
    let mut all_known = true;
    for node in nodes(part.node) {
        let name = &*node.name;
        let message = match name {
            "messageEventDefinition" => {
                known.push(Definition::Message(node));
                continue;
            }
            "timerEventDefinition" => {
                known.push(Definition::Timer(node));
                continue;
            }
            "eventDefinitionRef" => format!(
                "The {noun} '{}' refers to an event definition elsewhere in the file. Put the \
                 definition into the event.",
                part.label()
            ),
            _ => match UNSUPPORTED.iter().find(|(xml_name, _)| *xml_name == name) {
                Some((_, adjective)) => unsupported(part, adjective, noun),
                None => format!(
                    "The {noun} '{}' contains '{name}', which Baton does not know there.",
                    part.label()
                ),
            },
        };
        all_known = false;
        ctx.problem(part, node, message);
    }
    all_known.then_some(known)
}

/// Says that a kind of event is not run yet.
pub(crate) fn unsupported(part: &Part<'_>, adjective: &str, noun: &str) -> String {
    let article = if adjective.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!(
        "The element '{}' is {article} {adjective} {noun}. Baton does not run {adjective} {noun}s \
         yet.",
        part.label()
    )
}

/// What an event waits for that must have exactly one definition.
pub(crate) fn trigger<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    cycles: Cycles,
) -> Option<Trigger> {
    let definitions = definitions(ctx, part, noun)?;
    match definitions.as_slice() {
        [Definition::Message(node)] => message::read(ctx, part, node).map(Trigger::Message),
        [Definition::Timer(node)] => timer::read(ctx, part, node, cycles).map(Trigger::Timer),
        several => {
            let message = format!(
                "The {noun} '{}' has {} event definitions. Exactly one is needed: a message or a \
                 timer.",
                part.label(),
                several.len()
            );
            ctx.problem(part, part.node, message);
            None
        }
    }
}
