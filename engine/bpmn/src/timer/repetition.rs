//! What makes a timer due again and again: an interval, or a cron expression.

use jiff::tz::TimeZone;

use super::cron::Cron;
use super::{Cycle, Malformed, Starts};

/// What makes a timer due again and again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Repetition {
    /// An interval.
    Every(Cycle),
    /// The times that match a cron expression, without end.
    Cron(Cron),
}

impl Repetition {
    /// Reads `R[n]/<duration>`, `R[n]/<start>/<duration>`, or a cron expression.
    ///
    /// # Errors
    /// [`Malformed`] says which part of the text is wrong.
    pub fn parse(text: &str, zone: &TimeZone, starts: Starts) -> Result<Self, Malformed> {
        if is_like_cron(text) {
            Cron::parse(text).map(Self::Cron)
        } else {
            Cycle::parse(text, zone, starts).map(Self::Every)
        }
    }

    /// Reads what a timer keeps of its cycle: see [`super::Plan::interval`].
    ///
    /// # Errors
    /// [`Malformed`] for text that no plan has.
    pub fn kept(text: &str, zone: &TimeZone) -> Result<Self, Malformed> {
        if is_like_cron(text) {
            return Cron::parse(text).map(Self::Cron);
        }
        Cycle::parse(&format!("R/{text}"), zone, Starts::All).map(Self::Every)
    }

    /// How often it fires: -1 without end; 0 fires once, like 1.
    pub fn repetitions(&self) -> i32 {
        match self {
            Self::Every(cycle) => cycle.repetitions,
            Self::Cron(_) => -1,
        }
    }

    /// When a timer that is armed now is due first. `None` beyond the calendar.
    pub fn first_due(&self, now_ms: i64, zone: &TimeZone) -> Option<i64> {
        match self {
            Self::Every(cycle) => cycle.first_due(now_ms, zone),
            Self::Cron(cron) => cron.next(now_ms, zone),
        }
    }

    /// Whether it is a cron expression that no date after a moment matches.
    pub fn never_matches(&self, now_ms: i64, zone: &TimeZone) -> bool {
        matches!(self, Self::Cron(cron) if cron.next(now_ms, zone).is_none())
    }

    /// When a timer that has just fired is due again, always in the future. `None` beyond the
    /// calendar.
    pub fn next_due(&self, previous_due_ms: i64, now_ms: i64, zone: &TimeZone) -> Option<i64> {
        match self {
            Self::Every(cycle) => cycle.next_due(previous_due_ms, now_ms, zone),
            Self::Cron(cron) => cron.next(now_ms.max(previous_due_ms), zone),
        }
    }
}

/// Five to seven fields, or a macro such as `@daily`.
fn is_like_cron(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('@') || (5..=7).contains(&text.split_ascii_whitespace().count())
}
