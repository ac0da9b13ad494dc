//! The parser: a loop over tokens with a stack of open arrays and objects, no recursion.
//!
//! A container's head needs its count, which is known only at its end. One byte is reserved and
//! filled in then; the few containers that need a longer head, or whose keys repeat, are noted as
//! edits, which [`assemble`] applies in one pass at the end.

use super::DEPTH_MAX;
use super::assemble::{self, Edit};
use super::error::{JsonError, Problem};
use super::scan::{self, Fault};
use crate::msgpack::{NULL, Writer};
use crate::unique;

/// An array or object whose end was not met yet.
struct Open {
    /// Where its head stands in the output.
    head: usize,
    is_map: bool,
    /// Items of an array so far.
    items: usize,
    /// An object's first entry in [`Parser::entries`].
    first_entry: usize,
}

/// Where an entry's parts stand in the output: key `start..key_end`, value `key_end..end`.
struct Entry {
    start: usize,
    key_end: usize,
    end: usize,
}

/// What may stand next.
enum Next {
    Value,
    /// A value, or the end of an array that has none.
    FirstItem,
    Key,
    /// A key, or the end of an object that has none.
    FirstKey,
    /// A comma or the end of what is open; the end of the text if nothing is.
    After,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    out: Writer,
    open: Vec<Open>,
    entries: Vec<Entry>,
    edits: Vec<Edit>,
}

/// Parses exactly one value.
pub(super) fn value(text: &str) -> Result<Vec<u8>, JsonError> {
    let mut parser = Parser {
        text,
        at: 0,
        out: Writer::into_buffer(Vec::with_capacity(text.len())),
        open: Vec::new(),
        entries: Vec::new(),
        edits: Vec::new(),
    };
    match parser.run() {
        Ok(()) => Ok(assemble::apply(parser.out.into_bytes(), parser.edits)),
        Err((offset, problem)) => Err(JsonError::at(text, offset, problem)),
    }
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        if self.text.starts_with('\u{feff}') {
            return Err((0, Problem::ByteOrderMark));
        }
        let mut next = Next::Value;
        loop {
            self.skip_space();
            let Some(byte) = self.peek() else {
                return if matches!(next, Next::After) && self.open.is_empty() {
                    Ok(())
                } else {
                    Err(self.unexpected(&next))
                };
            };
            next = match (next, byte) {
                (Next::FirstItem, b']') | (Next::FirstKey, b'}') => self.close()?,
                (Next::Key | Next::FirstKey, b'"') => self.key()?,
                (Next::Value | Next::FirstItem, _) => self.value(byte)?,
                (Next::After, _) => self.after(byte)?,
                (Next::Key, b'}') => return Err((self.at, Problem::TrailingComma)),
                (next @ (Next::Key | Next::FirstKey), _) => return Err(self.unexpected(&next)),
            };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self, byte: u8) -> Result<Next, Fault> {
        match byte {
            b'"' => self.at = scan::string(self.text, self.at, &mut self.out)?,
            b'-' | b'0'..=b'9' => self.number()?,
            b'{' => return self.open(true),
            b'[' => return self.open(false),
            b't' | b'f' | b'n' => self.word()?,
            b']' if self.open.last().is_some_and(|it| !it.is_map) => {
                return Err((self.at, Problem::TrailingComma));
            }
            _ => return Err(self.unexpected(&Next::Value)),
        }
        self.complete();
        Ok(Next::After)
    }

    fn number(&mut self) -> Result<(), Fault> {
        if self.rest().starts_with("-Infinity") {
            return Err((self.at, Problem::NotFinite));
        }
        let end = scan::number(self.text, self.at, &mut self.out)?;
        // `1.2.3` or `12abc` would otherwise be reported as a missing comma.
        let follows = self.text.as_bytes().get(end).copied().unwrap_or(b' ');
        if follows.is_ascii_alphanumeric() || matches!(follows, b'.' | b'+' | b'-') {
            return Err((self.at, Problem::MalformedNumber));
        }
        self.at = end;
        Ok(())
    }

    fn word(&mut self) -> Result<(), Fault> {
        let rest = self.rest();
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        match rest.get(..length) {
            Some("true") => self.out.bool(true),
            Some("false") => self.out.bool(false),
            Some("null") => self.out.raw(NULL),
            Some(_) | None => return Err(self.unexpected(&Next::Value)),
        };
        self.at += length;
        Ok(())
    }

    fn open(&mut self, is_map: bool) -> Result<Next, Fault> {
        if self.open.len() >= DEPTH_MAX {
            return Err((self.at, Problem::TooDeep));
        }
        let first_entry = self.entries.len();
        self.open.push(Open { head: self.out.len(), is_map, items: 0, first_entry });
        if is_map {
            self.out.map(0)
        } else {
            self.out.array(0)
        };
        self.at += 1;
        Ok(if is_map { Next::FirstKey } else { Next::FirstItem })
    }

    fn key(&mut self) -> Result<Next, Fault> {
        let start = self.out.len();
        self.at = scan::string(self.text, self.at, &mut self.out)?;
        let key_end = self.out.len();
        self.entries.push(Entry { start, key_end, end: key_end });
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err((self.at, self.found("':' after the key")));
        }
        self.at += 1;
        Ok(Next::Value)
    }

    /// Notes that a value is complete.
    fn complete(&mut self) {
        if let Some(open) = self.open.last_mut() {
            if !open.is_map {
                open.items += 1;
            } else if let Some(entry) = self.entries.last_mut() {
                entry.end = self.out.len();
            }
        }
    }

    fn after(&mut self, byte: u8) -> Result<Next, Fault> {
        match (byte, self.open.last().map(|it| it.is_map)) {
            (b',', Some(true)) => {
                self.at += 1;
                Ok(Next::Key)
            }
            (b',', Some(false)) => {
                self.at += 1;
                Ok(Next::Value)
            }
            (b'}', Some(true)) | (b']', Some(false)) => self.close(),
            (_, Some(_)) => Err(self.unexpected(&Next::After)),
            (b'/', None) => Err((self.at, Problem::Comment)),
            (_, None) => Err((self.at, Problem::Trailing)),
        }
    }

    fn close(&mut self) -> Result<Next, Fault> {
        self.at += 1;
        let Some(open) = self.open.pop() else {
            return Err((self.at, Problem::Trailing));
        };
        let end = self.out.len();
        if open.is_map {
            self.close_map(&open, end);
        } else if !self.out.patch_count(open.head, open.items) {
            self.edits.push(Edit {
                head: open.head,
                is_map: false,
                count: open.items,
                moved: None,
            });
        }
        self.complete();
        Ok(Next::After)
    }

    fn close_map(&mut self, open: &Open, end: usize) {
        let entries = self.entries.get(open.first_entry..).unwrap_or_default();
        let bytes = self.out.as_bytes();
        let key = |ix: usize| {
            entries.get(ix).and_then(|it| bytes.get(it.start..it.key_end)).unwrap_or_default()
        };
        let count = entries.len();
        if let Some(kept) = unique::survivors(count, key) {
            let part = |ix: usize| entries.get(ix).map_or(0..0, |it| it.start..it.end);
            let pieces = kept.iter().map(|(first, last)| {
                // Equal keys have equal bytes, so the last entry can stand whole at the first
                // one's place.
                debug_assert_eq!(key(*first), key(*last), "survivors pairs equal keys");
                part(*last)
            });
            let moved = Some((end, pieces.collect()));
            self.edits.push(Edit { head: open.head, is_map: true, count: kept.len(), moved });
        } else if !self.out.patch_count(open.head, count) {
            self.edits.push(Edit { head: open.head, is_map: true, count, moved: None });
        }
        self.entries.truncate(open.first_entry);
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn found(&self, expected: &'static str) -> Problem {
        Problem::Unexpected { expected, found: self.rest().chars().next() }
    }

    /// The problem of what stands at the cursor, by the most helpful name.
    fn unexpected(&self, next: &Next) -> Fault {
        let rest = self.rest();
        let problem = if rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#') {
            Problem::Comment
        } else if matches!(next, Next::Value | Next::FirstItem)
            && (rest.starts_with("NaN") || rest.starts_with("Infinity"))
        {
            Problem::NotFinite
        } else if matches!(next, Next::Value | Next::FirstItem) && rest.starts_with(['+', '.']) {
            Problem::MalformedNumber
        } else if !matches!(next, Next::After)
            && rest.starts_with(|it: char| it == '\'' || it.is_alphabetic())
        {
            Problem::Quotes
        } else {
            self.found(match (next, self.open.last().map(|it| it.is_map)) {
                (Next::Value | Next::FirstItem, _) => "a value",
                (Next::Key, _) => "a key in double quotes",
                (Next::FirstKey, _) => "a key in double quotes or '}'",
                (Next::After, Some(true)) => "',' or '}'",
                (Next::After, Some(false)) => "',' or ']'",
                (Next::After, None) => "the end of the text",
            })
        };
        (self.at, problem)
    }
}
