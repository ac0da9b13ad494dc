//! What throwing events throw.

use crate::context::Context;
use crate::graph::Throw;
use crate::outline::Part;
use crate::part::event::{self, Definition};
use crate::part::job;

/// What an end event or intermediate throw event does; `noun` is what it is called without its
/// definition.
pub(crate) fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, noun: &str) -> Option<Throw> {
    match event::definitions(ctx, part, noun)?.as_slice() {
        [] => Some(Throw::None),
        [Definition::Message(_)] => message(ctx, part, noun),
        [Definition::Timer(node)] => {
            let message = format!(
                "The {noun} '{}' has a timer, which only catching events can have.",
                part.label()
            );
            ctx.problem(part, node, message);
            None
        }
        several => {
            let message = format!(
                "The {noun} '{}' has {} event definitions. At most one is allowed.",
                part.label(),
                several.len()
            );
            ctx.problem(part, part.node, message);
            None
        }
    }
}

fn message<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, noun: &str) -> Option<Throw> {
    if let Some(publish) = part.node.extension("publishMessage") {
        let message = format!(
            "The message {noun} '{}' publishes its message itself (zeebe:publishMessage). Baton \
             does not do that yet. Use a zeebe:taskDefinition and a worker.",
            part.label()
        );
        ctx.problem(part, publish, message);
        return None;
    }
    job::read(ctx, part).map(Throw::Message)
}
