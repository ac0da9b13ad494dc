//! Types: what `instance of` tests, what parameters and variables of a model are declared as.

use std::sync::Arc;

use ::value::Str;

use crate::edition::Edition;
use crate::temporal;
use crate::values::{List, Value};

/// A type. Constraints such as allowed values are no part of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Every value that is not null.
    Any,
    /// Only null.
    Null,
    /// `boolean`
    Boolean,
    /// `number`
    Number,
    /// `string`
    String,
    /// `date`
    Date,
    /// `time`
    Time,
    /// `date and time`
    DateTime,
    /// `years and months duration`
    YearsMonths,
    /// `days and time duration`
    DaysTime,
    /// `list<T>`
    List(Arc<Type>),
    /// `range<T>`
    Range(Arc<Type>),
    /// `context<name: T, ...>`: at least these entries.
    Context(Arc<[(Str, Type)]>),
    /// `function<T, ...> -> T`
    Function(Option<Arc<Signature>>),
    /// A name that nothing defines: no value has this type.
    Unknown(Str),
}

/// The types of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// Of its parameters.
    pub parameters: Vec<Type>,
    /// Of its result.
    pub result: Type,
}

impl Type {
    /// The built-in type with this name, in any of the spellings that are in use.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Any" | "any" => Self::Any,
            "null" | "Null" => Self::Null,
            "boolean" => Self::Boolean,
            "number" => Self::Number,
            "string" => Self::String,
            "date" => Self::Date,
            "time" => Self::Time,
            "date and time" | "dateTime" | "date time" => Self::DateTime,
            "years and months duration" | "yearMonthDuration" | "year-month-duration" => {
                Self::YearsMonths
            }
            "days and time duration" | "dayTimeDuration" | "day-time-duration" => Self::DaysTime,
            "list" => Self::List(Arc::new(Self::Any)),
            "range" => Self::Range(Arc::new(Self::Any)),
            "context" => Self::Context(Arc::new([])),
            "function" => Self::Function(None),
            _ => return None,
        })
    }

    /// The type of a value; lists and ranges as such.
    pub fn of(value: &Value) -> Self {
        Self::named(value.feel_type()).unwrap_or(Self::Any)
    }

    /// The name of the type, without its arguments.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Any => "Any",
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "date and time",
            Self::YearsMonths => "years and months duration",
            Self::DaysTime => "days and time duration",
            Self::List(_) => "list",
            Self::Range(_) => "range",
            Self::Context(_) => "context",
            Self::Function(_) => "function",
            Self::Unknown(_) => "a known type",
        }
    }

    /// A value as this type takes it (DMN 1.5 §10.3.2.9.4): a list of one item is the item, an
    /// item is a list of one, a date its midnight in UTC, if the edition knows that moment.
    ///
    /// # Errors
    /// The value, when it does not conform. Null conforms to every type.
    pub fn coerce(&self, value: Value, edition: Edition) -> Result<Value, Value> {
        if self.admits(&value) {
            return Ok(value);
        }
        if let Self::List(item) = self
            && !value.is_list()
        {
            let item = item.coerce(value, edition)?;
            return Ok(Value::List(Arc::new(List::new(vec![item]))));
        }
        if let (Self::DateTime, Value::Date(date)) = (self, &value)
            && let Some(moment) = temporal::in_utc(*date, edition)
        {
            return Ok(Value::DateTime(Box::new(moment)));
        }
        match value.as_list() {
            Some(list) if !matches!(self, Self::List(_)) => match list.items() {
                [item] if self.admits(item) => Ok(item.clone()),
                _ => Err(value),
            },
            _ => Err(value),
        }
    }

    /// Whether a value is of the type.
    ///
    /// Recurses as deep as the type; looks at every item of lists. Below the top, null is of
    /// every type.
    pub fn has(&self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Null) => matches!(self, Self::Null),
            (Self::Any, _)
            | (Self::Boolean, Value::Bool(_))
            | (Self::Number, Value::Int(_) | Value::Dec(_))
            | (Self::String, Value::Str(_))
            | (Self::Date, Value::Date(_))
            | (Self::Time, Value::LocalTime(_) | Value::Time(_))
            | (Self::DateTime, Value::LocalDateTime(_) | Value::DateTime(_))
            | (Self::YearsMonths, Value::Months(_))
            | (Self::DaysTime, Value::Duration(_))
            | (Self::Function(None), Value::Function(_)) => true,
            (Self::List(item), list) => {
                list.as_list().is_some_and(|it| it.items().iter().all(|it| item.admits(it)))
            }
            (Self::Context(entries), context) => {
                context.is_context()
                    && entries
                        .iter()
                        .all(|(key, kind)| context.entry(key).is_some_and(|it| kind.admits(&it)))
            }
            (Self::Range(end), Value::Range(range)) => {
                end.admits(&range.low) && end.admits(&range.high)
            }
            (Self::Function(Some(signature)), Value::Function(function)) => {
                function.takes(&signature.parameters)
                    && function.result().is_none_or(|it| signature.result.accepts(&it))
            }
            _ => false,
        }
    }

    /// Whether a part of a value is of the type: null always is.
    fn admits(&self, value: &Value) -> bool {
        value.is_null() || self.has(value)
    }

    /// Whether every value of another type is also of this one.
    ///
    /// Recurses as deep as the types.
    pub fn accepts(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Null) | (Self::Function(None), Self::Function(_)) => true,
            (Self::List(left), Self::List(right)) | (Self::Range(left), Self::Range(right)) => {
                left.accepts(right)
            }
            (Self::Context(left), Self::Context(right)) => left.iter().all(|(key, kind)| {
                right.iter().any(|(name, found)| name == key && kind.accepts(found))
            }),
            (Self::Function(Some(left)), Self::Function(Some(right))) => {
                left.parameters.len() == right.parameters.len()
                    && left.parameters.iter().zip(&right.parameters).all(|(l, r)| r.accepts(l))
                    && left.result.accepts(&right.result)
            }
            _ => self == other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Signature, Type};

    #[test]
    fn functions_are_contravariant_in_their_parameters() {
        let function = |parameter: Type, result: Type| {
            Type::Function(Some(Arc::new(Signature { parameters: vec![parameter], result })))
        };
        let wide = function(Type::Any, Type::Number);
        let narrow = function(Type::String, Type::Any);
        assert!(narrow.accepts(&wide));
        assert!(!wide.accepts(&narrow));
    }
}
