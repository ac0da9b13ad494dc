//! The values of expressions.

mod compare;
mod containers;
mod decode;
mod encode;
mod order;
mod text;

use std::sync::Arc;

use ::value::{Dec, Str};
use jiff::civil::{Date, DateTime, Time};

pub use self::containers::{Context, List};
pub use self::decode::Raw;
pub use self::encode::Lost;

pub(crate) use self::compare::{equals, equals_to_the_second};
pub(crate) use self::containers::{ContextBuilder, Extent};
pub(crate) use self::decode::scalar;
pub(crate) use self::order::compare;
pub(crate) use self::text::Digits;

use crate::edition::Edition;
use crate::function::Function;
use crate::temporal::{DateTimeValue, DayTime, DurationValue, Moment, ZonedTime};

/// A value. Cloning counts references, it copies no data.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits; every other number is a [`Value::Dec`].
    Int(i64),
    /// A number that is no [`Value::Int`].
    Dec(Box<Dec>),
    /// Text.
    Str(Str),
    /// A list.
    List(Arc<List>),
    /// A context: entries in the order they were written.
    Context(Arc<Context>),
    /// A list or context still encoded as in the variable it was read from.
    Raw(Raw),
    /// A day.
    Date(Date),
    /// A time of day without offset.
    LocalTime(Time),
    /// A time of day with an offset, and perhaps a zone.
    Time(Box<ZonedTime>),
    /// A day and time without offset.
    LocalDateTime(DateTime),
    /// A moment, seen from an offset or zone.
    DateTime(Box<Moment>),
    /// A years and months duration, in months.
    Months(i64),
    /// A days and time duration.
    Duration(DayTime),
    /// A range.
    Range(Arc<Range>),
    /// A function.
    Function(Arc<Function>),
}

/// A range with two ends of the same type; a missing end ([`Value::Null`]) is unbounded.
#[derive(Debug, Clone)]
pub struct Range {
    /// The lower end.
    pub low: Value,
    /// Whether the lower end belongs to the range.
    pub low_closed: bool,
    /// The upper end.
    pub high: Value,
    /// Whether the upper end belongs to the range.
    pub high_closed: bool,
    /// How it was written.
    pub shape: Shape,
}

/// How a [`Range`] was written: ranges of different shapes are never equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// With two ends, or as a comparison such as `(< 10)`.
    Interval,
    /// `(= 10)`: only the value that is both ends.
    Only,
    /// `(!= 10)`: all values but the one that is both ends.
    Except,
}

impl Range {
    /// The range between two ends.
    pub fn new(low: Value, low_closed: bool, high: Value, high_closed: bool) -> Self {
        Self { low, low_closed, high, high_closed, shape: Shape::Interval }
    }
}

/// How deep lists and contexts may be nested inside a value.
pub(crate) const VALUE_DEPTH_MAX: u16 = 200;

impl Value {
    /// Wraps a number in its smallest form. What has zeros behind the point keeps them.
    pub fn from_dec(number: Dec) -> Self {
        match number.to_i64() {
            Some(whole) if number.is_plain_integer() => Self::Int(whole),
            Some(_) | None => Self::Dec(Box::new(number)),
        }
    }

    /// Wraps a count.
    pub(crate) fn from_count(count: usize) -> Self {
        Self::Int(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// The name of the value's type in Zeebe's error messages, without quotes.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "BOOLEAN",
            Self::Int(_) | Self::Dec(_) => "NUMBER",
            Self::Str(_) => "STRING",
            Self::List(_) | Self::Context(_) | Self::Raw(_) if self.is_list() => "ARRAY",
            Self::List(_) | Self::Context(_) | Self::Raw(_) => "OBJECT",
            Self::Date(_) => "DATE",
            Self::LocalTime(_) | Self::Time(_) => "TIME",
            Self::LocalDateTime(_) | Self::DateTime(_) => "DATE_TIME",
            Self::Months(_) => "PERIOD",
            Self::Duration(_) => "DURATION",
            Self::Range(_) => "RANGE",
            Self::Function(_) => "FUNCTION",
        }
    }

    /// The name of the value's type in FEEL, as `instance of` knows it.
    pub fn feel_type(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) | Self::Dec(_) => "number",
            Self::Str(_) => "string",
            Self::List(_) | Self::Context(_) | Self::Raw(_) if self.is_list() => "list",
            Self::List(_) | Self::Context(_) | Self::Raw(_) => "context",
            Self::Date(_) => "date",
            Self::LocalTime(_) | Self::Time(_) => "time",
            Self::LocalDateTime(_) | Self::DateTime(_) => "date and time",
            Self::Months(_) => "years and months duration",
            Self::Duration(_) => "days and time duration",
            Self::Range(_) => "range",
            Self::Function(_) => "function",
        }
    }

    /// Whether two values are equal; `None` when their types cannot be compared.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        equals(self, other)
    }

    /// How two values of one ordered type compare; `None` when they have no order.
    pub fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        compare(self, other)
    }

    /// True for `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The boolean.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(it) = self { Some(*it) } else { None }
    }

    /// The number.
    pub fn as_dec(&self) -> Option<Dec> {
        match self {
            Self::Int(it) => Some(Dec::from_i64(*it)),
            Self::Dec(it) => Some(**it),
            _ => None,
        }
    }

    /// The number, if it is whole and fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(it) => Some(*it),
            Self::Dec(it) => it.to_i64(),
            _ => None,
        }
    }

    /// The text.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Str(it) = self { Some(it) } else { None }
    }

    /// The list, decoded one level deep if it is still encoded.
    pub fn as_list(&self) -> Option<Arc<List>> {
        match self {
            Self::List(it) => Some(Arc::clone(it)),
            Self::Raw(raw) => raw.list(),
            _ => None,
        }
    }

    /// The context, decoded one level deep if it is still encoded.
    pub fn as_context(&self) -> Option<Arc<Context>> {
        match self {
            Self::Context(it) => Some(Arc::clone(it)),
            Self::Raw(raw) => raw.context(),
            _ => None,
        }
    }

    /// A context's entry.
    pub fn entry(&self, key: &str) -> Option<Self> {
        match self {
            Self::Context(it) => it.get(key).cloned(),
            Self::Raw(raw) => raw.entry(key),
            _ => None,
        }
    }

    /// True for a list.
    pub fn is_list(&self) -> bool {
        match self {
            Self::List(_) => true,
            Self::Raw(raw) => raw.is_list(),
            _ => false,
        }
    }

    /// True for a context.
    pub fn is_context(&self) -> bool {
        match self {
            Self::Context(_) => true,
            Self::Raw(raw) => !raw.is_list(),
            _ => false,
        }
    }

    /// A duration of either kind, in the parts that timers add: months, then seconds.
    pub fn as_duration(&self) -> Option<DurationValue> {
        match self {
            Self::Months(months) => Some(DurationValue { months: *months, ..Default::default() }),
            Self::Duration(it) => Some(DurationValue {
                seconds: it.seconds(),
                nanos: it.nanos(),
                ..Default::default()
            }),
            _ => None,
        }
    }

    /// A date or date and time as milliseconds since 1970 in UTC; what has no offset is read in
    /// `zone`, a date as its first moment. `None` also for a moment that the edition does not know.
    pub fn as_epoch_ms(&self, zone: &jiff::tz::TimeZone, edition: Edition) -> Option<i64> {
        let local = match self {
            Self::DateTime(it) => return Some(it.epoch_ms()),
            Self::LocalDateTime(it) => *it,
            Self::Date(it) => it.to_datetime(Time::midnight()),
            _ => return None,
        };
        DateTimeValue::Local(local).epoch_ms(zone, edition)
    }

    /// About how many bytes it takes when it is written out, without writing it.
    pub fn weight(&self) -> u64 {
        self.extent().weight
    }

    /// How deep and large the value is, as far as it is decoded.
    pub(crate) fn extent(&self) -> Extent {
        match self {
            Self::List(it) => it.extent(),
            Self::Context(it) => it.extent(),
            Self::Function(it) => it.extent(),
            Self::Raw(it) => Extent { depth: 1, weight: it.len() as u64 },
            Self::Str(it) => Extent { depth: 0, weight: 8 + it.len() as u64 },
            _ => Extent { depth: 0, weight: 8 },
        }
    }
}

impl From<bool> for Value {
    fn from(it: bool) -> Self {
        Self::Bool(it)
    }
}

impl From<&str> for Value {
    fn from(it: &str) -> Self {
        Self::Str(it.into())
    }
}

impl From<String> for Value {
    fn from(it: String) -> Self {
        Self::Str(it.into())
    }
}
