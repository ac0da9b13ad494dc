//! Values as FEEL writes them: for `string()`, for warnings.

use std::fmt::Write;

use super::Value;
use crate::temporal;

impl Value {
    /// The value as FEEL writes it: strings in quotes, `{a:1}`, `[1, 2]`, `P14D`.
    pub fn feel_text(&self) -> String {
        self.excerpt(usize::MAX)
    }

    /// The value as FEEL writes it, cut off after about `bytes_max` bytes, for messages.
    pub fn shown(&self, bytes_max: usize) -> String {
        self.excerpt(bytes_max)
    }

    /// Like [`Value::feel_text`], cut off after about `bytes_max` bytes.
    pub(crate) fn excerpt(&self, bytes_max: usize) -> String {
        let mut out = String::new();
        write_value(self, &mut out, bytes_max);
        if out.len() > bytes_max {
            let end = (0..=bytes_max).rev().find(|it| out.is_char_boundary(*it)).unwrap_or(0);
            out.truncate(end);
            out.push('…');
        }
        out
    }
}

/// Recurses as deep as the value, which is limited; stops soon after `bytes_max`.
fn write_value(value: &Value, out: &mut String, bytes_max: usize) {
    if out.len() > bytes_max {
        return;
    }
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Null => out.write_str("null"),
        Value::Bool(it) => write!(out, "{it}"),
        Value::Int(it) => write!(out, "{it}"),
        Value::Dec(it) => write!(out, "{it}"),
        Value::Str(it) => write!(out, "\"{it}\""),
        Value::List(_) | Value::Context(_) | Value::Raw(_) => {
            write_container(value, out, bytes_max);
            Ok(())
        }
        Value::Range(it) => {
            out.push(if it.low_closed { '[' } else { '(' });
            write_value(&it.low, out, bytes_max);
            out.push_str("..");
            write_value(&it.high, out, bytes_max);
            out.write_char(if it.high_closed { ']' } else { ')' })
        }
        Value::Function(it) => write!(out, "function({})", it.parameters().join(", ")),
        Value::Date(_)
        | Value::LocalTime(_)
        | Value::Time(_)
        | Value::LocalDateTime(_)
        | Value::DateTime(_)
        | Value::Months(_)
        | Value::Duration(_) => out.write_str(&temporal::feel_text(value).unwrap_or_default()),
    };
}

fn write_container(value: &Value, out: &mut String, bytes_max: usize) {
    if let Some(list) = value.as_list() {
        out.push('[');
        for (ix, item) in list.items().iter().enumerate() {
            if ix > 0 {
                out.push_str(", ");
            }
            write_value(item, out, bytes_max);
        }
        out.push(']');
    } else if let Some(context) = value.as_context() {
        out.push('{');
        for (ix, (key, value)) in context.entries().iter().enumerate() {
            if ix > 0 {
                out.push_str(", ");
            }
            out.push_str(key);
            out.push(':');
            write_value(value, out, bytes_max);
        }
        out.push('}');
    }
}
