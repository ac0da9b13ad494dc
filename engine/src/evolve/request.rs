//! Remembered replies: what makes a repeated request harmless.

use crate::state::State;
use crate::state::due::DueKind;
use crate::state::stream::{Gateway, GatewayKey, RequestKey, request_key};
use record::{Key, Millis, RememberedReply, RequestsSettled};
use std::sync::Arc;

pub(super) fn on_reply(state: &mut State, event: &RememberedReply) {
    let request = &event.request;
    let gateway = (request.node, request.incarnation);
    if let Some(found) = state.gateways.get_mut(&gateway) {
        found.last_seen = event.at;
    } else {
        let checked_at = free_time(state, gateway, event.at.saturating_add(silence_ms(state)));
        let new = Gateway { settled: 0, last_seen: event.at, checked_at };
        state.gateways.put(gateway, new);
        state.due.put(due(gateway, checked_at), Key(gateway.0));
    }
    state.replies.put(request_key(request), Arc::new(event.clone()));
    let limit = state.meta.settings.0.remembered_replies_max;
    if state.replies.len() as u64 > limit {
        forget_oldest(state, gateway);
    }
}

fn silence_ms(state: &State) -> Millis {
    Millis::try_from(state.meta.settings.0.remembered_replies_ms).unwrap_or(Millis::MAX)
}

/// The due entry of a gateway: its life is the key, its node the value beside it.
fn due(gateway: GatewayKey, at: Millis) -> (Millis, DueKind, Key) {
    (at, DueKind::GatewaySilence, Key(gateway.1))
}

/// The first time from `at` at which no gateway of the same life number is looked at: nodes that
/// started in the same millisecond must not share an entry.
fn free_time(state: &State, gateway: GatewayKey, mut at: Millis) -> Millis {
    while state.due.contains(&due(gateway, at)) {
        at += 1;
    }
    at
}

fn forget_oldest(state: &mut State, (node, incarnation): GatewayKey) {
    let from = (node, incarnation, 0);
    let oldest = state.replies.range(from..).next().map(|(key, _)| *key);
    if let Some(key) = oldest {
        state.replies.delete(&key);
    }
}

/// Forgets replies below a number; all of them, with the gateway, if it has been silent.
pub(super) fn on_settled(state: &mut State, event: &RequestsSettled, now: Millis) {
    let gateway = (event.node, event.incarnation);
    let silence = silence_ms(state);
    let Some(found) = state.gateways.get(&gateway).cloned() else { return };
    let is_silence_check = event.below == u64::MAX;
    if is_silence_check {
        state.due.delete(&due(gateway, found.checked_at));
        let next = found.last_seen.saturating_add(silence);
        if next > now {
            let checked_at = free_time(state, gateway, next);
            state.gateways.put(gateway, Gateway { checked_at, ..found });
            state.due.put(due(gateway, checked_at), Key(gateway.0));
            return;
        }
        state.gateways.delete(&gateway);
    } else {
        state.gateways.put(gateway, Gateway { settled: event.below, ..found });
    }
    let range = (gateway.0, gateway.1, 0)..(gateway.0, gateway.1, event.below);
    let old: Vec<RequestKey> = state.replies.range(range).map(|(key, _)| *key).collect();
    for key in old {
        state.replies.delete(&key);
    }
}
