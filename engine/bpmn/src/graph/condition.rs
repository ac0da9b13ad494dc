//! Conditions that events wait for.

use value::Str;

use crate::expression::Expression;

/// What a conditional event waits for.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Gives true or false.
    pub expression: Expression,
    /// The variables whose changes count, in document order; empty for all.
    pub variables: Box<[Str]>,
    /// Whether it counts that a variable comes to be.
    pub on_create: bool,
    /// Whether it counts that a variable gets another value.
    pub on_update: bool,
}

impl Condition {
    /// Whether a change of a variable is one that counts.
    pub fn counts(&self, name: &str, is_new: bool) -> bool {
        let is_meant = self.variables.is_empty() || self.variables.iter().any(|it| **it == *name);
        is_meant && if is_new { self.on_create } else { self.on_update }
    }
}
