//! Move or pin the test clock. Log time never goes back.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use record::{
    ChangeClock, ClockChange, ClockChanged, ClockEvent, CommandIntent, Event, Key, Millis,
    RejectionType, Reply,
};

/// The beginning of the year 9000. Log time never goes back, so a clock that is moved to the end of
/// the calendar would leave no time for timers.
const CLOCK_MAX: Millis = 221_845_392_000_000;

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &ChangeClock) -> Result<Answer, Refused> {
    let now = ctx.state.meta.now;
    let value = command.value;
    let refused =
        |reason| refuse(RejectionType::InvalidArgument, CommandIntent::ClockChange, reason);
    match command.change {
        ClockChange::Reset => {}
        ClockChange::Pin if value > CLOCK_MAX => {
            return Err(refused(format!(
                "The clock cannot be pinned at {value}. The last moment is {CLOCK_MAX}, the \
                 beginning of the year 9000: the calendar of timers ends soon after it."
            )));
        }
        ClockChange::Pin if value >= now => {}
        ClockChange::Pin => {
            return Err(refused(format!(
                "The clock cannot be pinned at {value}, because log time is {now} already. Pin it \
                 at that time or later."
            )));
        }
        ClockChange::Add if value >= 0 && now.saturating_add(value) <= CLOCK_MAX => {}
        ClockChange::Add if value >= 0 => {
            return Err(refused(format!(
                "The clock cannot be moved by {value} ms from {now}. The last moment is \
                 {CLOCK_MAX}, the beginning of the year 9000: the calendar of timers ends soon \
                 after it."
            )));
        }
        ClockChange::Add => {
            return Err(refused(format!(
                "The clock cannot be moved by {value} ms. Move it forward, by zero or more."
            )));
        }
    }
    ctx.emit(Key::NONE, Event::Clock(ClockEvent { change: command.change, value }));
    ctx.now = ctx.state.meta.now;
    Ok(Answer::Now(Reply::ClockChanged(ClockChanged { now: ctx.now })))
}
