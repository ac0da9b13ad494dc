//! How values leave FEEL: MessagePack, with temporal values in Java's texts for variables, and in
//! those of ISO 8601 for `to json`.

use ::value::msgpack::Writer;

use super::Value;
use crate::temporal::{iso_text, java_text};
use crate::warning::{Warning, WarningDetail};

/// What became null because no variable can hold it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// A number that is too large for a double.
    pub number: bool,
    /// A range.
    pub range: bool,
    /// A function.
    pub function: bool,
}

impl Lost {
    /// A warning for each kind of value that became null, at a place in a model.
    pub fn warnings(self, place: &str) -> impl Iterator<Item = Warning> {
        self.details().map(move |detail| {
            let mut warning = Warning::new(detail);
            warning.add_place(place);
            warning
        })
    }

    pub(crate) fn details(self) -> impl Iterator<Item = WarningDetail> {
        let number = self.number.then_some(WarningDetail::TooLarge);
        let range = self.range.then_some(WarningDetail::NoVariableHolds("range"));
        let function = self.function.then_some(WarningDetail::NoVariableHolds("function"));
        number.into_iter().chain(range).chain(function)
    }
}

impl Value {
    /// Appends the value in the form a variable has: a whole number that fits as integer, every
    /// other as double; temporal values as Java prints them; functions and ranges as null.
    ///
    /// Answers what leaves as null although it is something.
    /// [`Env::export`](crate::Env::export) warns of it.
    pub fn to_msgpack(&self, out: &mut Vec<u8>) -> Lost {
        self.write(Form::Variable, out)
    }

    /// Appends the value in the form that `to json` writes: temporal values in the texts of
    /// ISO 8601, with seconds; functions and ranges as their texts.
    pub(crate) fn to_json_msgpack(&self, out: &mut Vec<u8>) -> Lost {
        self.write(Form::Json, out)
    }

    fn write(&self, form: Form, out: &mut Vec<u8>) -> Lost {
        let mut writer = Writer::into_buffer(std::mem::take(out));
        let mut lost = Lost::default();
        write(self, form, &mut writer, &mut lost);
        *out = writer.into_bytes();
        lost
    }
}

/// What has no word in MessagePack, and becomes text or null.
#[derive(Clone, Copy)]
enum Form {
    Variable,
    Json,
}

/// Recurses as deep as the value, which is limited.
fn write(value: &Value, form: Form, writer: &mut Writer, lost: &mut Lost) {
    match value {
        Value::Null => {
            writer.null();
        }
        Value::Range(_) | Value::Function(_) => match form {
            Form::Json => {
                writer.str(&value.feel_text());
            }
            Form::Variable => {
                let is_range = matches!(value, Value::Range(_));
                lost.range |= is_range;
                lost.function |= !is_range;
                writer.null();
            }
        },
        Value::Bool(it) => {
            writer.bool(*it);
        }
        Value::Int(it) => {
            writer.int(*it);
        }
        Value::Dec(it) => {
            // A `u64` that came in as a variable leaves as the integer it was.
            let whole = || it.to_string().parse::<u64>().ok().filter(|_| it.is_integer());
            if let Some(whole) = it.to_i64() {
                writer.int(whole);
            } else if let Some(whole) = whole() {
                writer.uint(whole);
            } else {
                let double = it.to_f64();
                lost.number |= !double.is_finite();
                writer.float(double);
            }
        }
        Value::Str(it) => {
            writer.str(it);
        }
        Value::List(items) => {
            writer.array(items.items().len());
            for item in items.items() {
                write(item, form, writer, lost);
            }
        }
        Value::Context(context) => {
            writer.map(context.entries().len());
            for (key, value) in context.entries() {
                writer.str(key);
                write(value, form, writer, lost);
            }
        }
        Value::Raw(raw) => {
            writer.raw(raw.bytes());
        }
        Value::Date(_)
        | Value::LocalTime(_)
        | Value::Time(_)
        | Value::LocalDateTime(_)
        | Value::DateTime(_)
        | Value::Months(_)
        | Value::Duration(_) => match temporal_text(value, form) {
            Some(text) => {
                writer.str(&text);
            }
            None => {
                writer.null();
            }
        },
    }
}

fn temporal_text(value: &Value, form: Form) -> Option<String> {
    match form {
        Form::Variable => java_text(value),
        Form::Json => iso_text(value),
    }
}
