//! Job streams: they and their credit are state for one leader's term.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::output::Push;
use crate::process::job;
use crate::state::stream::stream_key;
use record::{
    AddCredit, CloseStream, CommandIntent, Event, Key, OpenStream, RejectionType, StreamClosed,
    StreamCredited, TermStarted,
};

/// A new leader's term: the streams of the old one are closed. Jobs they got keep their lock.
pub(super) fn start_term(ctx: &mut Ctx<'_>, term: u64) -> Result<Answer, Refused> {
    let open: Vec<_> = ctx.state.streams.iter().map(|(_, it)| it.stream.clone()).collect();
    for stream in open {
        ctx.push(Push::StreamClosed(stream));
    }
    ctx.emit(Key::NONE, Event::TermStarted(TermStarted { term }));
    accepted()
}

pub(super) fn open(ctx: &mut Ctx<'_>, command: &OpenStream) -> Result<Answer, Refused> {
    let intent = CommandIntent::JobStreamOpen;
    if command.job_type.trim().is_empty() || command.timeout_ms < 1 {
        return Err(refuse(
            RejectionType::InvalidArgument,
            intent,
            format!(
                "Expected to open a job stream with a type and a timeout greater than zero, but \
                 got type '{}' and timeout '{}'.",
                command.job_type, command.timeout_ms
            ),
        ));
    }
    let limit = ctx.state.meta.settings.0.streams_max;
    if ctx.state.streams.len() as u64 >= limit {
        return Err(refuse(
            RejectionType::ResourceExhausted,
            intent,
            format!(
                "The limit 'streams_max' of {limit} open job streams is reached. Close some, or \
                 raise the setting."
            ),
        ));
    }
    ctx.emit(Key::NONE, Event::StreamOpened(OpenStream { credit: 0, ..command.clone() }));
    credit(ctx, &command.stream, command.credit);
    accepted()
}

pub(super) fn add_credit(ctx: &mut Ctx<'_>, command: &AddCredit) -> Result<Answer, Refused> {
    credit(ctx, &command.stream, command.credit);
    accepted()
}

/// Adds credit and hands waiting jobs to the stream: the backlog first, so that it drains.
fn credit(ctx: &mut Ctx<'_>, stream: &record::StreamId, credit: u32) {
    if !ctx.state.streams.contains(&stream_key(stream)) {
        return;
    }
    ctx.emit(Key::NONE, Event::StreamCredited(StreamCredited { stream: stream.clone(), credit }));
    if let Some(found) = ctx.state.streams.get(&stream_key(stream)).cloned() {
        job::feed(ctx, &found, found.credit);
    }
}

pub(super) fn close(ctx: &mut Ctx<'_>, command: &CloseStream) -> Result<Answer, Refused> {
    if ctx.state.streams.contains(&stream_key(&command.stream)) {
        let event = StreamClosed { stream: command.stream.clone() };
        ctx.emit(Key::NONE, Event::StreamClosed(event));
    }
    accepted()
}
