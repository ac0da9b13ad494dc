//! What is wrong with a deployed file, in words for the person who drew it.

use std::fmt;

use value::Str;

/// One reason why a file cannot be deployed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where it is: `process > subprocess > element`, as ids; empty when the file as a whole is
    /// meant.
    pub path: String,
    /// The id of the element at fault, when it has one.
    pub element_id: Option<Str>,
    /// One sentence or two: what is wrong, and the way out.
    pub message: String,
    /// Line in the file, from 1; 0 when no place can be told.
    pub line: u32,
    /// Column in the line in characters, from 1; 0 when no place can be told.
    pub column: u32,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}
