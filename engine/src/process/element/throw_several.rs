//! Events that throw several things: all of them, in document order.
//!
//! Everything that can fail is evaluated first, so that after an incident nothing is thrown twice.

use super::next::Next;
use super::{publish, throw};
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::catch::{self, Catcher, Caught, Thrown};
use crate::process::expression::{self, Failure};
use crate::process::step::Step;
use crate::process::{compensation, signal};
use bpmn::{Sending, Throw};
use record::MessageEvent;
use value::{Doc, Str};

/// Something that can be thrown now.
enum Ready {
    Signal(Str),
    Message(Box<MessageEvent>),
    Escalation(Str),
    Error(Catcher),
    /// It shows when the event completes, or is begun when all is thrown.
    Later,
}

/// Throws all of it. What is thrown after something has ended a scope around the event is not caught
/// any more.
pub(super) fn activate(ctx: &mut Ctx<'_>, at: &At, all: &[Throw]) -> Result<Next, Failure> {
    let mut ready = Vec::new();
    for it in all {
        ready.push(prepare(ctx, at, it)?);
    }
    let mut caught: Vec<Caught> = Vec::new();
    let mut is_ended = false;
    for it in ready {
        let found = throw_one(ctx, at, it, is_ended);
        is_ended |= found.as_ref().is_some_and(|it| !it.goes_on);
        caught.extend(found);
    }
    let undoes = !is_ended && compensation::has_any(ctx, at);
    if undoes {
        ctx.then(Step::Compensate(at.step()));
    }
    Ok(Next::Threw { caught, completes: !is_ended && !undoes })
}

fn prepare(ctx: &mut Ctx<'_>, at: &At, it: &Throw) -> Result<Ready, Failure> {
    match it {
        Throw::Signal { name } => signal::name(ctx, at, name).map(Ready::Signal),
        Throw::Message(Sending::Publish(it)) => {
            publish::prepare(ctx, at, it).map(Box::new).map(Ready::Message)
        }
        Throw::Escalation { code } => {
            expression::text(ctx, throw::place(at), code).map(Ready::Escalation)
        }
        Throw::Error { code } => throw::catcher_of_error(ctx, at, code).map(Ready::Error),
        Throw::None
        | Throw::Terminate
        | Throw::Compensation { .. }
        // These are refused among several.
        | Throw::Message(Sending::Job(_))
        | Throw::Cancel
        | Throw::Link { .. }
        | Throw::Multiple(_) => Ok(Ready::Later),
    }
}

/// Throws one of them; gives what catches it.
fn throw_one(ctx: &mut Ctx<'_>, at: &At, it: Ready, is_ended: bool) -> Option<Caught> {
    let (catcher, goes_on) = match it {
        Ready::Signal(name) => {
            throw::broadcast(ctx, at, &name);
            return None;
        }
        Ready::Message(event) => {
            publish::send(ctx, *event);
            return None;
        }
        Ready::Escalation(code) => {
            let found = catch::find(ctx, at.instance, at.scope, Thrown::Escalation, &code);
            let found = found.ok().filter(|_| !is_ended);
            catch::tell_escalation(ctx, at, &code, found.as_ref());
            let catcher = found?;
            let goes_on = !catcher.interrupting;
            (catcher, goes_on)
        }
        Ready::Error(catcher) if !is_ended => (catcher, false),
        Ready::Error(_) | Ready::Later => return None,
    };
    Some(Caught { catcher, variables: Doc::empty(), cause: throw::cause(at), goes_on })
}
