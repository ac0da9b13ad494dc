//! Requests with an idempotency key: asked twice, done once.
//!
//! ```text
//! first request ─▶ REMEMBERED ─▶ carried out ─▶ ANSWERED      (refused: undone, the key stays free)
//! same again    ─▶ the answer, or FOLLOWED until there is one
//! another one   ─▶ refused
//! ```

use crate::ctx::{Ctx, Refused, refuse};
use crate::state::idempotency::Asked;
use crate::state::stream::request_key;
use record::{
    Command, CommandBody, CommandIntent, Event, IdempotencyEvent, IdempotencyIntent, Key, Millis,
    RejectionType, Reply, RequestId,
};
use value::wire::Message as _;

/// How many keys make room for a new one at most. Each new one may cost as much as all that are
/// kept, so that a smaller limit is reached step by step.
const FORGOTTEN_MAX: usize = 64;
/// How many requests with one key may wait for the same answer.
const WAITING_MAX: usize = 64;

/// What is known of the request that a command makes.
pub(crate) enum Before {
    /// It has no key.
    NoKey,
    /// It is the first with its key.
    First,
    /// It was made before: it is answered, or will be.
    Again,
}

/// Looks whether a request was made before, and answers it if so.
///
/// # Errors
/// The key stands for another request, or the command cannot have one.
pub(crate) fn look(
    ctx: &mut Ctx<'_>,
    command: &Command,
    intent: CommandIntent,
) -> Result<Before, Refused> {
    let envelope = &command.envelope;
    let key = &envelope.idempotency_key;
    if key.is_empty() {
        return Ok(Before::NoKey);
    }
    let (_, verb) = intent.names();
    if !may_have_key(&command.body) {
        let reason = format!(
            "Requests to create instances, publish messages and complete jobs and user tasks can \
             have an idempotency key, but '{verb}' cannot. Leave '{key}' out."
        );
        return Err(refuse(RejectionType::InvalidArgument, intent, reason));
    }
    let name = (envelope.principal.clone(), key.clone());
    let found = ctx.state.asked_by_name.get(&name).and_then(|it| ctx.state.asked.get(it));
    let Some(asked) = found.cloned() else { return Ok(Before::First) };
    if *asked.fingerprint != fingerprint(command) {
        let reason = format!(
            "The idempotency key '{key}' stands for another request, which was made before. Use a \
             key of its own for each request, and the same request whenever a key is repeated."
        );
        return Err(refuse(RejectionType::InvalidArgument, intent, reason));
    }
    answer(ctx, &asked, &command.request, intent)?;
    Ok(Before::Again)
}

fn may_have_key(body: &CommandBody) -> bool {
    matches!(
        body,
        CommandBody::CreateInstance(_)
            | CommandBody::PublishMessage(_)
            | CommandBody::CompleteJob(_)
            | CommandBody::CompleteUserTask(_)
    )
}

/// Answers a repeated request, now or together with the first.
fn answer(
    ctx: &mut Ctx<'_>,
    asked: &Asked,
    request: &RequestId,
    intent: CommandIntent,
) -> Result<(), Refused> {
    if let Some(reply) = &asked.reply {
        ctx.reply(request, (**reply).clone());
    } else if !request.is_none() && !asked.waiting.contains(request) {
        if asked.waiting.len() >= WAITING_MAX {
            let reason = format!(
                "{WAITING_MAX} requests with the idempotency key '{}' wait for the same answer, \
                 and more cannot. Wait for one of them.",
                asked.idempotency_key
            );
            return Err(refuse(RejectionType::ResourceExhausted, intent, reason));
        }
        let event = IdempotencyEvent {
            intent: IdempotencyIntent::Followed,
            request: request.clone(),
            ..IdempotencyEvent::default()
        };
        ctx.emit(asked.key, Event::Idempotency(event));
    }
    Ok(())
}

/// Keeps the key of a request that is about to be carried out. Older ones make room, but none whose
/// answer is still to come: somebody waits for it.
pub(crate) fn remember(ctx: &mut Ctx<'_>, command: &Command) {
    let key = ctx.next_key();
    let event = IdempotencyEvent {
        intent: IdempotencyIntent::Remembered,
        principal: command.envelope.principal.clone(),
        idempotency_key: command.envelope.idempotency_key.clone(),
        fingerprint: fingerprint(command).into(),
        request: command.request.clone(),
        ..IdempotencyEvent::default()
    };
    ctx.emit(key, Event::Idempotency(event));
    let bytes_max = ctx.state.meta.settings.0.idempotency_bytes_max();
    for _ in 0..FORGOTTEN_MAX {
        let is_full = ctx.state.meta.idempotency_bytes > bytes_max;
        let oldest = ctx.state.asked_answered.first().map(|(oldest, ())| *oldest);
        match oldest.filter(|_| is_full) {
            Some(oldest) => forget(ctx, oldest),
            None => return,
        }
    }
}

/// Keeps the answer to a request with a key, and returns the others that wait for it.
pub(crate) fn keep_answer(ctx: &mut Ctx<'_>, request: &RequestId, reply: &Reply) -> Vec<RequestId> {
    let Some(key) = ctx.state.asked_by_request.get(&request_key(request)).copied() else {
        return Vec::new();
    };
    let waiting = ctx.state.asked.get(&key).map(|it| it.waiting.clone()).unwrap_or_default();
    let for_ms = ctx.state.meta.settings.0.idempotency_ms();
    let for_ms = Millis::try_from(for_ms).unwrap_or(Millis::MAX);
    let event = IdempotencyEvent {
        intent: IdempotencyIntent::Answered,
        reply: Some(Box::new(reply.clone())),
        expires_at: ctx.now.saturating_add(for_ms),
        ..IdempotencyEvent::default()
    };
    ctx.emit(key, Event::Idempotency(event));
    waiting.into_iter().filter(|it| it != request).collect()
}

/// A key may stand for something else from now on.
pub(crate) fn forget(ctx: &mut Ctx<'_>, key: Key) {
    let intent = IdempotencyIntent::Forgotten;
    ctx.emit(key, Event::Idempotency(IdempotencyEvent { intent, ..IdempotencyEvent::default() }));
}

/// What a command asks for, whoever waits for its answer.
fn fingerprint(command: &Command) -> [u8; 16] {
    let mut asked = command.envelope.tenant.as_bytes().to_vec();
    asked.push(0);
    command.body.encode(&mut asked);
    xxhash_rust::xxh3::xxh3_128(&asked).to_be_bytes()
}
