//! Job streams: they live as long as their leader's term.

use crate::state::State;
use crate::state::stream::{Stream, StreamKey, stream_key};
use record::{OpenStream, StreamClosed, StreamCredited, TermStarted};
use std::sync::Arc;

pub(super) fn on_opened(state: &mut State, event: &OpenStream) {
    // One that is opened again begins anew, without the credit it had.
    remove(state, stream_key(&event.stream));
    let stream = Stream {
        stream: event.stream.clone(),
        job_type: event.job_type.clone(),
        worker: event.worker.clone(),
        timeout_ms: event.timeout_ms,
        fetch_variables: event.fetch_variables.clone(),
        credit: 0,
    };
    state.streams.put(stream_key(&event.stream), Arc::new(stream));
}

pub(super) fn on_credit(state: &mut State, event: &StreamCredited) {
    let key = stream_key(&event.stream);
    let Some(stream) = state.streams.get_mut(&key).map(Arc::make_mut) else { return };
    stream.credit = stream.credit.saturating_add(event.credit);
    if stream.credit > 0 {
        let job_type = stream.job_type.clone();
        state.ready_streams.put((job_type, key), ());
    }
}

pub(super) fn on_closed(state: &mut State, event: &StreamClosed) {
    remove(state, stream_key(&event.stream));
}

fn remove(state: &mut State, key: StreamKey) {
    let Some(stream) = state.streams.get(&key).cloned() else { return };
    state.ready_streams.delete(&(stream.job_type.clone(), key));
    state.streams.delete(&key);
}

pub(super) fn on_term(state: &mut State, event: &TermStarted) {
    state.meta.term = event.term;
    let open: Vec<StreamKey> = state.streams.iter().map(|(key, _)| *key).collect();
    for key in open {
        remove(state, key);
    }
    let types: Vec<_> = state.last_streams.iter().map(|(job_type, _)| job_type.clone()).collect();
    for job_type in types {
        state.last_streams.delete(&job_type);
    }
}
