//! Event definitions: what makes an event a message event, a timer event, and so on.

use crate::context::Context;
use crate::graph::Trigger;
use crate::outline::Part;
use crate::part::code::{self, Thrown};
use crate::part::{condition, message, multiple, signal, timer};
use xml::{Namespace, Node};

/// An event definition of a type that Baton knows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Definition<'t> {
    Message(&'t Node),
    Timer(&'t Node),
    Signal(&'t Node),
    Compensation(&'t Node),
    Error(&'t Node),
    Escalation(&'t Node),
    Condition(&'t Node),
    Link(&'t Node),
    Terminate(&'t Node),
    Cancel(&'t Node),
}

/// Whether a timer of some event may be a cycle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cycles {
    Allowed,
    Refused,
}

impl<'t> Definition<'t> {
    fn of(node: &'t Node) -> Option<Self> {
        Some(match &*node.name {
            "messageEventDefinition" => Self::Message(node),
            "timerEventDefinition" => Self::Timer(node),
            "signalEventDefinition" => Self::Signal(node),
            "compensateEventDefinition" => Self::Compensation(node),
            "errorEventDefinition" => Self::Error(node),
            "escalationEventDefinition" => Self::Escalation(node),
            "conditionalEventDefinition" => Self::Condition(node),
            "linkEventDefinition" => Self::Link(node),
            "terminateEventDefinition" => Self::Terminate(node),
            "cancelEventDefinition" => Self::Cancel(node),
            _ => return None,
        })
    }

    pub(crate) fn node(self) -> &'t Node {
        match self {
            Self::Message(it)
            | Self::Timer(it)
            | Self::Signal(it)
            | Self::Compensation(it)
            | Self::Error(it)
            | Self::Escalation(it)
            | Self::Condition(it)
            | Self::Link(it)
            | Self::Terminate(it)
            | Self::Cancel(it) => it,
        }
    }

    /// What the event has, with article.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Message(_) => "a message",
            Self::Timer(_) => "a timer",
            Self::Signal(_) => "a signal",
            Self::Compensation(_) => "a compensation",
            Self::Error(_) => "an error",
            Self::Escalation(_) => "an escalation",
            Self::Condition(_) => "a condition",
            Self::Link(_) => "a link",
            Self::Terminate(_) => "a terminate definition",
            Self::Cancel(_) => "a cancel definition",
        }
    }
}

/// Where an event waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// On a path.
    InFlow,
    /// On an activity, or in front of an event subprocess.
    Attached { interrupting: bool },
}

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

/// Whether an event throws a message, which a worker or the engine sends.
pub(crate) fn sends_message(event: &Node) -> bool {
    matches!(&*event.name, "intermediateThrowEvent" | "endEvent")
        && nodes(event).any(|it| &*it.name == "messageEventDefinition")
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
        if let Some(definition) = Definition::of(node) {
            known.push(definition);
            continue;
        }
        let message = match name {
            "eventDefinitionRef" => format!(
                "The {noun} '{}' refers to an event definition elsewhere in the file. Put the \
                 definition into the event.",
                part.label()
            ),
            _ => format!(
                "The {noun} '{}' contains '{name}', which Baton does not know there.",
                part.label()
            ),
        };
        all_known = false;
        ctx.problem(part, node, message);
    }
    all_known.then_some(known)
}

/// What an event waits for; `place` is where.
pub(crate) fn trigger<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    place: Place,
) -> Option<Trigger> {
    match definitions(ctx, part, noun)?.as_slice() {
        [] => {
            let message = format!(
                "The {noun} '{}' has 0 event definitions. Exactly one is needed, such as a message \
                 or a timer.",
                part.label()
            );
            ctx.problem(part, part.node, message);
            None
        }
        [only] => single(ctx, part, noun, (place, *only)),
        several => multiple::caught(ctx, part, noun, (place, several)),
    }
}

/// What an event waits for by one definition.
pub(crate) fn single<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    (place, definition): (Place, Definition<'t>),
) -> Option<Trigger> {
    let cycles = match place {
        Place::Attached { interrupting: false } => Cycles::Allowed,
        Place::Attached { interrupting: true } | Place::InFlow => Cycles::Refused,
    };
    match definition {
        Definition::Message(node) => message::read(ctx, part, node).map(Trigger::Message),
        Definition::Timer(node) => timer::read(ctx, part, node, cycles).map(Trigger::Timer),
        Definition::Signal(node) => {
            signal::name(ctx, part, node).map(|name| Trigger::Signal { name })
        }
        Definition::Condition(node) => condition::read(ctx, part, node).map(Trigger::Condition),
        Definition::Error(node) if place == (Place::Attached { interrupting: true }) => {
            code::caught(ctx, part, node, Thrown::Error)
                .map(|it| Trigger::Error { code: it.code() })
        }
        Definition::Escalation(node) if place != Place::InFlow => {
            code::caught(ctx, part, node, Thrown::Escalation)
                .map(|it| Trigger::Escalation { code: it.code() })
        }
        Definition::Error(node) if place == (Place::Attached { interrupting: false }) => {
            let message = format!(
                "The {noun} '{}' catches an error and is not interrupting. Errors always \
                 interrupt: make it interrupting, or use an escalation.",
                part.label()
            );
            ctx.problem(part, node, message);
            None
        }
        other => {
            let message = format!(
                "The {noun} '{}' has {}, which such an event cannot wait for.",
                part.label(),
                other.words()
            );
            ctx.problem(part, other.node(), message);
            None
        }
    }
}
