//! When timers are due: durations, cycles and dates, from model text to milliseconds.
//!
//! Days, months and years are counted on the calendar of the system's time zone; hours, minutes and
//! seconds are exact. Everything here is a function of its arguments.

mod cron;
mod cron_days;
mod cron_field;
mod cycle;
mod date;
mod interval;
mod plan;
mod repetition;

#[cfg(test)]
mod tests;

use feel::temporal::BEYOND_CALENDAR;

pub use cron::Cron;
pub(crate) use cycle::start;
pub use cycle::{Cycle, Starts};
pub use date::parse_date;
pub(crate) use date::says_moment;
pub use interval::Interval;
pub use plan::{Plan, unmatched_cron};
pub use repetition::Repetition;

/// Why a text is no duration, cycle or date: a clause without full stop.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Malformed {
    /// The text is no ISO 8601 duration.
    #[error("'{0}' is no duration such as PT15M, P1D or P1M")]
    Interval(String),
    /// The text is no ISO 8601 date with time.
    #[error("'{0}' is no date and time such as 2030-01-31T12:00:00Z")]
    Date(String),
    /// The text is a date of another year than the calendar has.
    #[error("'{0}' is {BEYOND_CALENDAR}")]
    BeyondCalendar(String),
    /// The text is no repeating interval.
    #[error(
        "'{0}' is no cycle such as R/PT1H, R3/PT15M or R/2030-01-31T12:00:00Z/P1D, and no cron \
         expression such as '0 0 9 * * MON-FRI'"
    )]
    Cycle(String),
    /// The text looks like a cron expression, but is none.
    #[error("the cron expression '{text}' is not valid: {why}")]
    Cron {
        /// The text.
        text: String,
        /// What is wrong with it: a clause.
        why: String,
    },
    /// A cycle would be due again at once, forever.
    #[error("the interval '{0}' of a cycle must be longer than zero")]
    NotPositive(String),
    /// The number of repetitions does not fit 31 bits.
    #[error("'{0}' is too large")]
    TooLarge(String),
}
