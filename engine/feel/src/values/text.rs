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

    /// Like [`Value::feel_text`], for people: a number with so many zeros that nobody counts them is
    /// written as `1e400`. It stays a literal of exactly this value.
    pub fn readable_text(&self) -> String {
        let mut out = String::new();
        write_value(self, &mut out, usize::MAX, Digits::Readable);
        out
    }

    /// Like [`Value::feel_text`], cut off after about `bytes_max` bytes.
    pub(crate) fn excerpt(&self, bytes_max: usize) -> String {
        self.text(bytes_max, Digits::Plain)
    }

    /// The value as FEEL writes it, with numbers as asked, cut off after about `bytes_max` bytes.
    pub(crate) fn text(&self, bytes_max: usize, digits: Digits) -> String {
        let mut out = String::new();
        write_value(self, &mut out, bytes_max, digits);
        if out.len() > bytes_max {
            let end = (0..=bytes_max).rev().find(|it| out.is_char_boundary(*it)).unwrap_or(0);
            out.truncate(end);
            out.push('…');
        }
        out
    }
}

/// How numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    /// All of them, without zeros at the end.
    Plain,
    /// As [`Self::Plain`], but so many zeros that nobody counts them become an exponent.
    Readable,
    /// As Java does, and so Camunda: with the zeros at the end that the number has.
    Java,
}

/// A number with more characters is written with an exponent where zeros are counted: more than the
/// digits that a number can have, with sign and point.
const PLAIN_CHARACTERS_MAX: usize = 40;

/// A decimal number with an exponent.
fn with_exponent(plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |it| ("-", it));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    let from_first = all.trim_start_matches('0');
    let zeros_before = all.len() - from_first.len();
    let (first, rest) = from_first.trim_end_matches('0').split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    // The power of ten of the first digit that is no zero.
    let (before, after) = (whole.len(), zeros_before + 1);
    let exponent =
        if before >= after { (before - after).to_string() } else { format!("-{}", after - before) };
    format!("{sign}{first}{point}{rest}e{exponent}")
}

/// Recurses as deep as the value, which is limited; stops soon after `bytes_max`.
fn write_value(value: &Value, out: &mut String, bytes_max: usize, digits: Digits) {
    if out.len() > bytes_max {
        return;
    }
    // Writing to a string cannot fail.
    let _ = match value {
        Value::Null => out.write_str("null"),
        Value::Bool(it) => write!(out, "{it}"),
        Value::Int(it) => write!(out, "{it}"),
        Value::Dec(it) => match digits {
            Digits::Plain => write!(out, "{it}"),
            Digits::Java => out.write_str(&it.java_text()),
            Digits::Readable => {
                let plain = it.to_string();
                let is_long = plain.len() > PLAIN_CHARACTERS_MAX;
                out.write_str(&if is_long { with_exponent(&plain) } else { plain })
            }
        },
        Value::Str(it) => write!(out, "\"{it}\""),
        Value::List(_) | Value::Context(_) | Value::Raw(_) => {
            write_container(value, out, bytes_max, digits);
            Ok(())
        }
        Value::Range(it) => {
            out.push(if it.low_closed { '[' } else { '(' });
            write_value(&it.low, out, bytes_max, digits);
            out.push_str("..");
            write_value(&it.high, out, bytes_max, digits);
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

fn write_container(value: &Value, out: &mut String, bytes_max: usize, digits: Digits) {
    if let Some(list) = value.as_list() {
        out.push('[');
        for (ix, item) in list.items().iter().enumerate() {
            if ix > 0 {
                out.push_str(", ");
            }
            write_value(item, out, bytes_max, digits);
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
            write_value(value, out, bytes_max, digits);
        }
        out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use ::value::Dec;

    use crate::values::Value;

    #[test]
    fn zeros_that_nobody_counts_become_an_exponent() {
        for (text, readable) in [
            ("1e400", "1e400"),
            ("-1.5e-300", "-1.5e-300"),
            ("12345678901234567890e100", "1.234567890123456789e119"),
            ("1e20", "100000000000000000000"),
            ("0.000001", "0.000001"),
            ("1234567890123456789012345678901234", "1234567890123456789012345678901234"),
            ("0.1234567890123456789012345678901234", "0.1234567890123456789012345678901234"),
        ] {
            let number = Dec::parse(text).unwrap();
            let shown = Value::from_dec(number).readable_text();
            assert_eq!(shown, readable);
            assert_eq!(Dec::parse(&shown), Some(number), "{text}");
        }
    }
}
