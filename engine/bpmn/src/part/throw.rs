//! What throwing events throw.

use crate::context::Context;
use crate::graph::Throw;
use crate::outline::Part;
use crate::part::code::{self, Thrown};
use crate::part::event::{self, Definition};
use crate::part::{cancel, compensation, link, message, multiple, signal};

/// What an end event or intermediate throw event does; `noun` is what it is called without its
/// definition.
pub(crate) fn read<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    is_end: bool,
) -> Option<Throw> {
    match event::definitions(ctx, part, noun)?.as_slice() {
        [] => Some(Throw::None),
        [only] => single(ctx, part, noun, (is_end, *only)),
        several => multiple::thrown(ctx, part, noun, (is_end, several)),
    }
}

/// What an event throws by one definition.
pub(crate) fn single<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    (is_end, definition): (bool, Definition<'t>),
) -> Option<Throw> {
    match definition {
        Definition::Message(node) => message::sent(ctx, part, node).map(Throw::Message),
        Definition::Escalation(node) => {
            let code = code::thrown(ctx, part, node, Thrown::Escalation)?;
            Some(Throw::Escalation { code })
        }
        Definition::Signal(node) => {
            signal::name(ctx, part, node).map(|name| Throw::Signal { name })
        }
        Definition::Compensation(node) => compensation::thrown(ctx, part, node),
        Definition::Cancel(_) if is_end => cancel::thrown(ctx, part),
        Definition::Terminate(_) if is_end => Some(Throw::Terminate),
        Definition::Error(node) if is_end => {
            let code = code::thrown(ctx, part, node, Thrown::Error)?;
            Some(Throw::Error { code })
        }
        Definition::Link(node) if !is_end => {
            link::target(ctx, part, node).map(|target| Throw::Link { target })
        }
        other => {
            let message = format!(
                "The {noun} '{}' has {}, which such an event cannot throw.",
                part.label(),
                other.words()
            );
            ctx.problem(part, other.node(), message);
            None
        }
    }
}
