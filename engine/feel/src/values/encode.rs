//! How values leave FEEL: MessagePack, with temporal values in Java's texts.

use ::value::msgpack::Writer;

use super::Value;
use crate::temporal::java_text;

impl Value {
    /// Appends the value in the form a variable has: a whole number that fits as integer, every
    /// other as double; temporal values as Java prints them; functions and ranges as null.
    ///
    /// Answers whether all numbers fit: one that is too large for a double leaves as null.
    /// [`Env::export`](crate::Env::export) warns of it.
    pub fn to_msgpack(&self, out: &mut Vec<u8>) -> bool {
        let mut writer = Writer::into_buffer(std::mem::take(out));
        let fits = write(self, &mut writer);
        *out = writer.into_bytes();
        fits
    }
}

/// Whether all numbers fit. Recurses as deep as the value, which is limited.
fn write(value: &Value, writer: &mut Writer) -> bool {
    let mut fits = true;
    match value {
        Value::Null | Value::Range(_) | Value::Function(_) => {
            writer.null();
        }
        Value::Bool(it) => {
            writer.bool(*it);
        }
        Value::Int(it) => {
            writer.int(*it);
        }
        Value::Dec(it) => {
            // A `u64` that came in as a variable leaves as the integer it was.
            match it.to_string().parse::<u64>() {
                Ok(whole) if it.is_integer() => writer.uint(whole),
                Ok(_) | Err(_) => {
                    let double = it.to_f64();
                    fits = double.is_finite();
                    writer.float(double)
                }
            };
        }
        Value::Str(it) => {
            writer.str(it);
        }
        Value::List(list) => {
            writer.array(list.items().len());
            for item in list.items() {
                fits &= write(item, writer);
            }
        }
        Value::Context(context) => {
            writer.map(context.entries().len());
            for (key, value) in context.entries() {
                writer.str(key);
                fits &= write(value, writer);
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
        | Value::Duration(_) => match java_text(value) {
            Some(text) => {
                writer.str(&text);
            }
            None => {
                writer.null();
            }
        },
    }
    fits
}
