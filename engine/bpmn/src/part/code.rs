//! Codes of errors and escalations: what throwing events throw and catching events match.

use value::Str;

use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::outline::Part;
use xml::Node;

/// What has a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Thrown {
    Error,
    Escalation,
}

impl Thrown {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Escalation => "escalation",
        }
    }

    /// The attribute of the definition, and the one with the code.
    fn attributes(self) -> (&'static str, &'static str) {
        match self {
            Self::Error => ("errorRef", "errorCode"),
            Self::Escalation => ("escalationRef", "escalationCode"),
        }
    }
}

/// What an event catches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Caught {
    Every,
    Code(Str),
}

impl Caught {
    /// The code; `None` for every code.
    pub(crate) fn code(self) -> Option<Str> {
        match self {
            Self::Every => None,
            Self::Code(code) => Some(code),
        }
    }
}

/// The code that an event catches.
pub(crate) fn caught<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
    thrown: Thrown,
) -> Option<Caught> {
    let (reference, attribute) = thrown.attributes();
    if definition.reference(reference).is_none() {
        return Some(Caught::Every);
    }
    let node = referenced(ctx, part, definition, thrown)?;
    let code = node.attribute(attribute).filter(|code| !code.trim().is_empty());
    if let Some(code) = code.filter(|code| code.starts_with('=')) {
        let message = format!(
            "The {} code '{code}' that '{}' catches is an expression. A caught code is fixed: \
             write it without '='.",
            thrown.word(),
            part.label()
        );
        ctx.problem(part, node, message);
        return None;
    }
    Some(code.map_or(Caught::Every, |code| Caught::Code(code.into())))
}

/// The code that an event throws.
pub(crate) fn thrown<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
    thrown: Thrown,
) -> Option<Expression> {
    let node = referenced(ctx, part, definition, thrown)?;
    let (_, attribute) = thrown.attributes();
    let code = ctx.required(part, node, attribute)?;
    let what = format!("{} code", thrown.word());
    ctx.expression(part, node, &what, (code, Literals::Text))
}

fn referenced<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
    thrown: Thrown,
) -> Option<&'t Node> {
    let (reference, _) = thrown.attributes();
    let word = thrown.word();
    let id = definition.reference(reference);
    let node = id.and_then(|id| ctx.roots.get(word, id));
    if node.is_none() {
        let fault = match id {
            Some(id) => format!("refers to the {word} '{id}', which is not in the file."),
            None => format!("refers to no {word}."),
        };
        let message = format!("The event '{}' {fault} Choose an {word}.", part.label());
        ctx.problem(part, definition, message);
    }
    node
}
