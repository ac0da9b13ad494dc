//! What a text that is no FEEL answers: where it broke, what was expected, and a caret under it.

use std::fmt;

/// A text that does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Offset of the offending place in bytes, from 0.
    pub offset: usize,
    /// Line of the offending place, from 1.
    pub line: usize,
    /// Column of the offending place in characters, from 1.
    pub column: usize,
    /// What is wrong, as a clause without position.
    pub message: String,
    /// What could have stood there, if the parser knows.
    pub expected: Vec<&'static str>,
    /// The line that broke, cut around the column when it is long.
    excerpt: String,
    /// How many characters of the excerpt stand before the caret.
    caret: usize,
}

/// How many characters of a long line the excerpt shows on each side of the caret.
const EXCERPT_REACH: usize = 60;

impl SyntaxError {
    /// Describes the place `offset` of `text`; an offset inside a character counts as its start.
    pub(crate) fn new(
        text: &str,
        offset: usize,
        message: String,
        expected: Vec<&'static str>,
    ) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let (before, after) = text.split_at(offset);
        let line = before.matches('\n').count() + 1;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_before = &before[line_start..];
        let line_after = after.split('\n').next().unwrap_or("");
        let column = line_before.chars().count() + 1;
        let skip = (column - 1).saturating_sub(EXCERPT_REACH);
        let mut excerpt: String = line_before.chars().skip(skip).collect();
        let caret = excerpt.chars().count();
        excerpt.extend(line_after.chars().take(EXCERPT_REACH));
        // A tab is one character to the caret, so it must be one column wide.
        let excerpt = excerpt.replace(|it: char| it.is_control(), " ");
        Self { offset, line, column, message, expected, excerpt, caret }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {}, column {}", self.message, self.line, self.column)?;
        if let Some((last, rest)) = self.expected.split_last() {
            f.write_str(": expected ")?;
            if !rest.is_empty() {
                write!(f, "{} or ", rest.join(", "))?;
            }
            f.write_str(last)?;
        }
        write!(f, "\n  {}\n  {:>width$}", self.excerpt, "^", width = self.caret + 1)
    }
}

impl std::error::Error for SyntaxError {}

#[cfg(test)]
mod tests {
    use super::SyntaxError;

    #[test]
    fn the_caret_stands_under_the_character_that_broke() {
        let error = SyntaxError::new("1 +\nä ]", 7, "found ']'".into(), vec!["a value", "'('"]);
        assert_eq!((error.line, error.column), (2, 3));
        assert_eq!(
            error.to_string(),
            "found ']' at line 2, column 3: expected a value or '('\n  ä ]\n    ^"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = "x".repeat(500);
        let error = SyntaxError::new(&text, 250, "found 'x'".into(), Vec::new());
        assert!(error.to_string().len() < 250);
        assert_eq!(error.column, 251);
    }
}
