//! What can be wrong with JSON text, said so that its writer can repair it.

use super::DEPTH_MAX;

/// Why text was not accepted, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
#[non_exhaustive]
pub struct JsonError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: Problem,
}

impl JsonError {
    /// An error at a byte offset of a text.
    pub(crate) fn at(text: &str, offset: usize, problem: Problem) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        let line = before.bytes().filter(|it| *it == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self { line, column, problem }
    }
}

/// What is wrong at a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Something else stands where one of a few things may stand.
    #[error("expected {expected}, but found {}", describe(*found))]
    Unexpected {
        /// What may stand there.
        expected: &'static str,
        /// What stands there; nothing at the end of the text.
        found: Option<char>,
    },
    /// A comma before a closing bracket.
    #[error("expected another item after the comma; remove the comma before the closing bracket")]
    TrailingComma,
    /// A comment.
    #[error("JSON has no comments; remove the comment")]
    Comment,
    /// Text or a key in single quotes or without quotes.
    #[error("text and keys stand in double quotes, such as \"name\"")]
    Quotes,
    /// A byte order mark at the start.
    #[error("the text starts with a byte order mark; save it as UTF-8 without one")]
    ByteOrderMark,
    /// NaN or an infinity.
    #[error("JSON has no NaN and no infinity; send null or a string instead")]
    NotFinite,
    /// A number that no double can hold.
    #[error("the number is beyond 1.8e308; send it as a string")]
    NumberTooLarge,
    /// A number that starts with a zero or a plus sign, or lacks digits.
    #[error("not a JSON number; write it like 12, -0.5 or 1e3, or put it in double quotes")]
    MalformedNumber,
    /// Half of a surrogate pair.
    #[error(
        "the escape is half of a surrogate pair; write the other half too, or the character itself"
    )]
    LoneSurrogate,
    /// An unknown or incomplete escape.
    #[error(
        "not a JSON escape; write one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u with 4 digits"
    )]
    MalformedEscape,
    /// A control character inside text.
    #[error("control characters in text are escaped, such as \\n for a line break")]
    ControlCharacter,
    /// Arrays and objects inside each other beyond the limit.
    #[error("nested deeper than {DEPTH_MAX} levels; flatten the value or send it as a string")]
    TooDeep,
    /// Something after the value.
    #[error("expected the end of the text, since the value is complete; send one value only")]
    Trailing,
    /// A document that is no object.
    #[error("variables are a JSON object such as {{\"orderId\": 7}}, but this is {found}")]
    RootNotObject {
        /// What it is instead, with its article.
        found: &'static str,
    },
}

fn describe(found: Option<char>) -> String {
    match found {
        Some(character) => format!("{character:?}"),
        None => "the end of the text".into(),
    }
}
