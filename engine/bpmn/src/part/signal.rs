//! Signals that events wait for or throw.

use value::Str;

use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::outline::Part;
use xml::Node;

/// The name of the signal of an event.
pub(crate) fn name<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Expression> {
    let id = definition.reference("signalRef");
    let Some(signal) = id.and_then(|id| ctx.roots.get("signal", id)) else {
        let fault = match id {
            Some(id) => format!("refers to the signal '{id}', which is not in the file."),
            None => "refers to no signal.".to_owned(),
        };
        let text = format!("The signal event '{}' {fault} Choose a signal.", part.label());
        ctx.problem(part, definition, text);
        return None;
    };
    let name = ctx.required(part, signal, "name")?;
    ctx.expression(part, signal, "signal name", (name, Literals::Typed))
}

/// The name of the signal that starts a process: fixed, because no instance exists yet that could
/// give a variable.
pub(crate) fn start_name<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Str> {
    let name = name(ctx, part, definition)?;
    match name.constant_text() {
        Ok(name) => Some(name),
        Err(fault) => {
            let message = format!(
                "The signal name '{}' of the start event '{}' {fault}",
                name.text(),
                part.label()
            );
            ctx.problem(part, definition, message);
            None
        }
    }
}
