//! Where expressions read variables.

use crate::values::Value;

/// Where expressions read variables.
pub trait Variables {
    /// The MessagePack of one variable, from the nearest scope that has it.
    fn get(&self, name: &str) -> Option<&[u8]>;

    /// A variable that has no encoding, such as a date or a function; asked after [`Variables::get`].
    fn value(&self, _name: &str) -> Option<Value> {
        None
    }
}

/// No variables at all, as for start timers.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoVariables;

impl Variables for NoVariables {
    fn get(&self, _name: &str) -> Option<&[u8]> {
        None
    }
}
