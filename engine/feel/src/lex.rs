//! Text to tokens: kinds and spans, no values yet.

use crate::error::SyntaxError;

/// What a token is. Words that are keywords only in some places (`if`, `for`, `some`, `between`,
/// ...) are names here; the parser knows the places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Backtick,
    Number,
    String,
    Null,
    True,
    False,
    Function,
    In,
    Return,
    Then,
    Else,
    Satisfies,
    And,
    Or,
    ParenOpen,
    ParenClose,
    BracketOpen,
    BracketClose,
    BraceOpen,
    BraceClose,
    Comma,
    Colon,
    Dot,
    DotDot,
    Question,
    At,
    Plus,
    Minus,
    Star,
    StarStar,
    Slash,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// Any other character: legal only inside a context key.
    Other,
    End,
}

/// One token: its kind and the bytes it covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Longest text that is compiled, in bytes.
pub(crate) const TEXT_BYTES_MAX: usize = 64 * 1024;

/// Splits a text into tokens; the last one is always [`Kind::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, SyntaxError> {
    if text.len() > TEXT_BYTES_MAX {
        let message =
            format!("the expression has {} bytes, the limit is {TEXT_BYTES_MAX}", text.len());
        return Err(SyntaxError::new(text, TEXT_BYTES_MAX, message, Vec::new()));
    }
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::with_capacity(text.len() / 3 + 2);
    loop {
        let token = lexer.next()?;
        tokens.push(token);
        if token.kind == Kind::End {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Token, SyntaxError> {
        self.skip_space()?;
        let start = self.at;
        let kind = match self.peek() {
            None => Kind::End,
            Some(b'"') => self.quoted(b'"', Kind::String)?,
            Some(b'`') => self.quoted(b'`', Kind::Backtick)?,
            Some(byte) if byte.is_ascii_digit() => self.number(),
            Some(b'.') if self.peek_at(1).is_some_and(|it| it.is_ascii_digit()) => self.number(),
            Some(_) => self.symbol_or_name(),
        };
        Ok(Token { kind, start: offset(start), end: offset(self.at) })
    }

    fn peek(&self) -> Option<u8> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn peek_char(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn skip_space(&mut self) -> Result<(), SyntaxError> {
        loop {
            match (self.peek(), self.peek_at(1)) {
                (Some(b'/'), Some(b'/')) => {
                    let rest = &self.text[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                (Some(b'/'), Some(b'*')) => {
                    let Some(length) = self.text[self.at + 2..].find("*/") else {
                        return Err(self.error("the comment has no end", vec!["'*/'"]));
                    };
                    self.at += length + 4;
                }
                (Some(byte), _) if byte.is_ascii() && byte > b' ' => return Ok(()),
                (Some(_), _) => match self.peek_char() {
                    Some(it) if is_space(it) => self.at += it.len_utf8(),
                    _ => return Ok(()),
                },
                (None, _) => return Ok(()),
            }
        }
    }

    fn quoted(&mut self, quote: u8, kind: Kind) -> Result<Kind, SyntaxError> {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        loop {
            match bytes.get(at) {
                None => {
                    let (message, expected) = match kind {
                        Kind::Backtick => ("the quoted name has no end", vec!["'`'"]),
                        _ => ("the string has no end", vec!["'\"'"]),
                    };
                    return Err(self.error(message, expected));
                }
                Some(b'\\') if kind == Kind::String => at += 2,
                Some(&byte) if byte == quote => {
                    self.at = at + 1;
                    return Ok(kind);
                }
                Some(_) => at += 1,
            }
        }
    }

    fn number(&mut self) -> Kind {
        self.digits();
        // `1..5` is a range, `1.5` a number.
        if self.peek() == Some(b'.') && self.peek_at(1).is_some_and(|it| it.is_ascii_digit()) {
            self.at += 1;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.peek_at(1), Some(b'+' | b'-')));
            if self.peek_at(1 + sign).is_some_and(|it| it.is_ascii_digit()) {
                self.at += 1 + sign;
                self.digits();
            }
        }
        Kind::Number
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|it| it.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn symbol_or_name(&mut self) -> Kind {
        let next = self.peek_at(1);
        let (kind, length) = match self.peek() {
            Some(b'(') => (Kind::ParenOpen, 1),
            Some(b')') => (Kind::ParenClose, 1),
            Some(b'[') => (Kind::BracketOpen, 1),
            Some(b']') => (Kind::BracketClose, 1),
            Some(b'{') => (Kind::BraceOpen, 1),
            Some(b'}') => (Kind::BraceClose, 1),
            Some(b',') => (Kind::Comma, 1),
            Some(b':') => (Kind::Colon, 1),
            Some(b'.') if next == Some(b'.') => (Kind::DotDot, 2),
            Some(b'.') => (Kind::Dot, 1),
            Some(b'?') => (Kind::Question, 1),
            Some(b'@') => (Kind::At, 1),
            Some(b'+') => (Kind::Plus, 1),
            Some(b'-') => (Kind::Minus, 1),
            Some(b'*') if next == Some(b'*') => (Kind::StarStar, 2),
            Some(b'*') => (Kind::Star, 1),
            Some(b'/') => (Kind::Slash, 1),
            Some(b'=') => (Kind::Equal, 1),
            Some(b'!') if next == Some(b'=') => (Kind::NotEqual, 2),
            Some(b'<') if next == Some(b'=') => (Kind::LessEqual, 2),
            Some(b'<') => (Kind::Less, 1),
            Some(b'>') if next == Some(b'=') => (Kind::GreaterEqual, 2),
            Some(b'>') => (Kind::Greater, 1),
            _ => return self.name_or_other(),
        };
        self.at += length;
        kind
    }

    fn name_or_other(&mut self) -> Kind {
        let start = self.at;
        match self.peek_char() {
            Some(it) if is_name_start(it) => self.at += it.len_utf8(),
            Some(it) => {
                self.at += it.len_utf8();
                return Kind::Other;
            }
            None => return Kind::End,
        }
        loop {
            match self.peek() {
                Some(byte) if byte.is_ascii() => {
                    if !(byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$') {
                        break;
                    }
                    self.at += 1;
                }
                _ => match self.peek_char() {
                    Some(it) if is_name_part(it) => self.at += it.len_utf8(),
                    _ => break,
                },
            }
        }
        keyword(&self.text[start..self.at])
    }

    fn error(&self, message: &str, expected: Vec<&'static str>) -> SyntaxError {
        SyntaxError::new(self.text, self.at, message.to_owned(), expected)
    }
}

/// Offsets fit because the text is at most [`TEXT_BYTES_MAX`] long.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn keyword(word: &str) -> Kind {
    match word {
        "null" => Kind::Null,
        "true" => Kind::True,
        "false" => Kind::False,
        "function" => Kind::Function,
        "in" => Kind::In,
        "return" => Kind::Return,
        "then" => Kind::Then,
        "else" => Kind::Else,
        "satisfies" => Kind::Satisfies,
        "and" => Kind::And,
        "or" => Kind::Or,
        _ => Kind::Name,
    }
}

fn is_space(it: char) -> bool {
    it.is_whitespace() || matches!(it, '\u{180E}' | '\u{200B}' | '\u{FEFF}')
}

/// DMN 1.3 §10.3.1.2 rule 28, and the currency signs that Java's identifiers allow.
fn is_name_start(it: char) -> bool {
    matches!(it,
        'a'..='z' | 'A'..='Z' | '_' | '$' | '\u{A2}'..='\u{A5}' | '\u{AA}' | '\u{B5}' | '\u{BA}'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
        && !is_space(it)
}

fn is_name_part(it: char) -> bool {
    is_name_start(it)
        || matches!(it, '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};

    fn kinds(text: &str) -> Vec<Kind> {
        tokens(text).unwrap().iter().map(|it| it.kind).collect()
    }

    #[test]
    fn a_range_is_not_a_fraction() {
        use Kind::{DotDot, End, Number};
        assert_eq!(kinds("1..5"), [Number, DotDot, Number, End]);
        assert_eq!(kinds("1.5 .5 1e3"), [Number, Number, Number, End]);
    }

    #[test]
    fn comments_and_unicode_spaces_are_skipped() {
        use Kind::{End, Name, Plus};
        assert_eq!(kinds("a // one\n+\u{a0}/* two */ b"), [Name, Plus, Name, End]);
        assert!(tokens("a /* no end").is_err());
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        assert_eq!(kinds(r#""a\"b" "c\\""#), [Kind::String, Kind::String, Kind::End]);
        assert!(tokens(r#""a\"#).is_err());
    }

    #[test]
    fn a_text_above_the_limit_is_refused() {
        assert!(tokens(&"1".repeat(65 * 1024)).is_err());
    }
}
