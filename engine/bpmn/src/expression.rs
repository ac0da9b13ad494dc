//! An attribute of a model that may be static text or a FEEL expression.

use std::sync::Arc;

use value::Str;

/// What stands in an attribute: text that begins with `=` is FEEL, everything else is static.
#[derive(Clone, Debug)]
pub enum Expression {
    Static(Literal),
    Feel(Feel),
}

/// Static text with the value it stands for.
#[derive(Clone, Debug)]
pub struct Literal {
    text: Str,
    /// The string or number, encoded like a variable.
    value: Arc<[u8]>,
    is_number: bool,
}

/// A FEEL expression of the model.
#[derive(Clone, Debug)]
pub struct Feel {
    /// As it stands in the model, `=` included.
    text: Str,
}

/// What static text means in an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Literals {
    /// A number when it spells one, else a string.
    Typed,
    /// Always a string.
    Text,
    /// Nothing: the attribute must be FEEL.
    Refused,
}

impl Expression {
    /// The text as it stands in the model, with the `=` of a FEEL expression.
    pub fn text(&self) -> &Str {
        match self {
            Expression::Static(literal) => &literal.text,
            Expression::Feel(feel) => &feel.text,
        }
    }

    /// Reads the text of an attribute; the error is the rest of a sentence that begins with the
    /// attribute.
    pub(crate) fn read(text: &str, literals: Literals) -> Result<Self, String> {
        match text.strip_prefix('=') {
            Some(expression) if !expression.is_empty() => {
                Ok(Expression::Feel(Feel { text: text.into() }))
            }
            _ => match literals {
                Literals::Typed => Ok(Expression::Static(Literal::typed(text))),
                Literals::Text => Ok(Expression::Static(Literal::string(text))),
                Literals::Refused => Err(format!(
                    "must be a FEEL expression, but it is '{text}'. Begin it with '='."
                )),
            },
        }
    }

    /// The text that it always gives; the error is the rest of a sentence.
    pub(crate) fn constant_text(&self) -> Result<Str, String> {
        match self {
            Expression::Static(literal) if literal.is_number => {
                Err("is a number. It must be text.".to_owned())
            }
            Expression::Static(literal) => Ok(Arc::clone(&literal.text)),
            Expression::Feel(_) => Err("is FEEL, which is not evaluated here yet.".to_owned()),
        }
    }
}

impl Literal {
    /// The value, encoded like a variable: a number when the text spells one (and the attribute may
    /// hold one), else a string.
    pub fn value(&self) -> &Arc<[u8]> {
        &self.value
    }

    /// Whether the value is a number.
    pub fn is_number(&self) -> bool {
        self.is_number
    }

    fn string(text: &str) -> Self {
        let mut value = Vec::with_capacity(text.len() + 5);
        write_string(text, &mut value);
        Literal { text: text.into(), value: value.into(), is_number: false }
    }

    fn typed(text: &str) -> Self {
        let mut value = Vec::with_capacity(9);
        if write_number(text, &mut value).is_none() {
            return Self::string(text);
        }
        Literal { text: text.into(), value: value.into(), is_number: true }
    }
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    // A file is far smaller than the four gigabytes that a length can say.
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    match length {
        0..32 => out.push(0xa0 | text.len().to_le_bytes()[0]),
        32..0x100 => out.extend([0xd9, length.to_le_bytes()[0]]),
        0x100..0x1_0000 => {
            out.push(0xda);
            out.extend(&length.to_be_bytes()[2..]);
        }
        0x1_0000.. => {
            out.push(0xdb);
            out.extend(length.to_be_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// Writes a whole number of 64 bits as such and every other as a double; `None` when the text is no
/// decimal number.
fn write_number(text: &str, out: &mut Vec<u8>) -> Option<()> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_decimal = unsigned.starts_with(|it: char| it.is_ascii_digit() || it == '.')
        && unsigned.bytes().all(|it| it.is_ascii_digit() || b".eE+-".contains(&it));
    let double = text.parse::<f64>().ok().filter(|it| is_decimal && it.is_finite())?;
    match text.parse::<i64>() {
        Ok(whole) if (0..0x80).contains(&whole) => out.push(whole.to_le_bytes()[0]),
        Ok(whole) => {
            out.push(0xd3);
            out.extend(whole.to_be_bytes());
        }
        Err(_) => {
            out.push(0xcb);
            out.extend(double.to_be_bytes());
        }
    }
    Some(())
}
