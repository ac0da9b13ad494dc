//! Idempotency keys.

use crate::state::State;
use crate::state::idempotency::Asked;
use record::{IdempotencyEvent, IdempotencyIntent, Key};
use std::sync::Arc;

pub(super) fn on_idempotency(state: &mut State, key: Key, event: &IdempotencyEvent) {
    let known = state.asked.get(&key).map(|it| Arc::unwrap_or_clone(it.clone()));
    match (event.intent, known) {
        (IdempotencyIntent::Remembered, _) => state.put_asked(Asked {
            key,
            principal: event.principal.clone(),
            idempotency_key: event.idempotency_key.clone(),
            fingerprint: event.fingerprint.clone(),
            reply: None,
            waiting: vec![event.request.clone()],
            expires_at: 0,
            bytes: 0,
        }),
        (IdempotencyIntent::Followed, Some(mut asked)) => {
            asked.waiting.push(event.request.clone());
            state.put_asked(asked);
        }
        (IdempotencyIntent::Answered, Some(mut asked)) => {
            asked.reply.clone_from(&event.reply);
            let (waiting, expires_at) = (Vec::new(), event.expires_at);
            state.put_asked(Asked { waiting, expires_at, ..asked });
        }
        (IdempotencyIntent::Forgotten, _) => state.drop_asked(key),
        (IdempotencyIntent::Followed | IdempotencyIntent::Answered, None) => {}
    }
}
