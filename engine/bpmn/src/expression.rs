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
    /// `text` as a string, or the number it spells, encoded like a variable.
    value: Arc<[u8]>,
}

/// A FEEL expression of the model.
#[derive(Clone, Debug)]
pub struct Feel {
    /// As it stands in the model, `=` included.
    text: Str,
}

impl Expression {
    /// The text as it stands in the model, with the `=` of a FEEL expression.
    pub fn text(&self) -> &Str {
        match self {
            Expression::Static(literal) => &literal.text,
            Expression::Feel(feel) => &feel.text,
        }
    }
}

impl Literal {
    /// The value, encoded like a variable: a number when the text spells one (and the attribute may hold
    /// one), else a string.
    pub fn value(&self) -> &Arc<[u8]> {
        &self.value
    }
}
