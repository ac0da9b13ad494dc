//! From the value of a timer's expression to when it is due.

use feel::Value;
use jiff::tz::TimeZone;
use value::Str;

use super::{Interval, Repetition, Starts, parse_date};
use crate::expression::Expression;
use crate::graph::Timer;

/// When a timer is due, and what comes after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// In milliseconds since 1970.
    pub due_ms: i64,
    /// How often it fires; -1 for ever.
    pub repetitions: i32,
    /// Of a cycle what is behind its `R[n]/`, or the cron expression; empty for a timer that fires
    /// once.
    pub interval: Str,
}

impl Timer {
    /// What gives its date, duration or cycle.
    pub fn expression(&self) -> &Expression {
        match self {
            Self::Date(it) | Self::Duration(it) | Self::Cycle(it) => it,
        }
    }

    /// When it is due if its expression gave this value; `zone` is for what has none, and `starts`
    /// for cycles.
    ///
    /// # Errors
    /// The end of a sentence that says why it cannot be set.
    pub fn plan(
        &self,
        value: &Value,
        now_ms: i64,
        zone: &TimeZone,
        starts: Starts,
    ) -> Result<Plan, String> {
        let too_far = || "it would be due beyond the calendar".to_owned();
        let once = |due_ms| Plan { due_ms, repetitions: 1, interval: Str::default() };
        match self {
            Self::Date(_) => date(value, zone, starts).map(once),
            Self::Duration(_) => interval(value)?.after(now_ms, zone).ok_or_else(too_far).map(once),
            Self::Cycle(_) => {
                let (repetition, interval) = cycle(value, zone, starts)?;
                Ok(Plan {
                    due_ms: repetition.first_due(now_ms, zone).ok_or_else(too_far)?,
                    repetitions: repetition.repetitions(),
                    interval,
                })
            }
        }
    }
}

/// The cron expression that a timer's expression gave, if no date after a moment matches it.
pub fn unmatched_cron(value: &Value, now_ms: i64, zone: &TimeZone) -> Option<Str> {
    let text = value.as_str()?;
    let repetition = Repetition::parse(text, zone, Starts::All).ok()?;
    repetition.never_matches(now_ms, zone).then(|| text.trim().into())
}

fn date(value: &Value, zone: &TimeZone, starts: Starts) -> Result<i64, String> {
    if let Some(due_ms) = value.as_epoch_ms(zone, starts.edition()) {
        return Ok(due_ms);
    }
    match value.as_str() {
        Some(text) => parse_date(text, zone, starts.edition()).map_err(|it| it.to_string()),
        None => Err(format!("it must be a date and time, but it is '{}'", value.type_name())),
    }
}

fn interval(value: &Value) -> Result<Interval, String> {
    if let Some(duration) = value.as_duration() {
        return Interval::of(duration).ok_or_else(|| "the duration is too long".to_owned());
    }
    match value.as_str() {
        Some(text) => text.parse().map_err(|it: super::Malformed| it.to_string()),
        None => Err(format!("it must be a duration, but it is '{}'", value.type_name())),
    }
}

fn cycle(value: &Value, zone: &TimeZone, starts: Starts) -> Result<(Repetition, Str), String> {
    let Some(text) = value.as_str() else {
        return Err(format!("it must be a cycle, but it is '{}'", value.type_name()));
    };
    let repetition = Repetition::parse(text, zone, starts).map_err(|it| it.to_string())?;
    let kept = match &repetition {
        Repetition::Every(_) => text.split_once('/').map_or("", |(_, rest)| rest),
        Repetition::Cron(_) => text.trim(),
    };
    Ok((repetition, kept.into()))
}
