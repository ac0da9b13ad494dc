//! What a regular expression says, and the flags under which it is read.

use std::sync::Arc;

use super::class::Class;

/// A part of a regular expression.
#[derive(Debug, Clone)]
pub(super) enum Ast {
    /// The empty text.
    Empty,
    /// This character.
    Char(char),
    /// One character of a class.
    Class(Arc<Class>),
    /// A condition on a place.
    Assert(Assert),
    /// A group; with a number if it captures.
    Group(Option<usize>, Box<Ast>),
    /// One after the other.
    Concat(Vec<Ast>),
    /// The first that leads to a match.
    Alternation(Vec<Ast>),
    /// Again and again, as often as possible or, if lazy, as seldom.
    Repeat { body: Box<Ast>, min: u32, max: Option<u32>, lazy: bool },
    /// The first way to match, without a way back into it.
    Atomic(Box<Ast>),
    /// What follows, or precedes, without being a part of the match.
    Look { behind: Option<(u32, u32)>, negative: bool, body: Box<Ast> },
    /// The text of a group again; `fold` takes letters of ASCII for equal in both cases.
    Reference { group: usize, fold: bool },
}

/// A condition on a place between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assert {
    /// The start of the text.
    Start,
    /// The end of the text.
    End,
    /// The end, or before the line break that ends the text.
    EndOrBreak,
    /// The start of a line.
    LineStart,
    /// The end of a line.
    LineEnd,
    /// Between a character of a word and another; of ASCII, or by Unicode.
    Word { unicode: bool },
    /// Not there.
    NotWord { unicode: bool },
}

/// The flags, as Java names them.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is on or off by itself")]
pub(super) struct Flags {
    /// `i`: letters of ASCII are equal in both cases.
    pub(super) fold: bool,
    /// `u`: with `i`, all letters are equal in both cases.
    pub(super) fold_unicode: bool,
    /// `m`: `^` and `$` match at each line.
    pub(super) lines: bool,
    /// `s`: `.` matches line breaks too.
    pub(super) dot_all: bool,
    /// `x`: blanks and comments mean nothing.
    pub(super) spaced: bool,
    /// `U`: the classes are those of Unicode.
    pub(super) unicode: bool,
}

/// Whose rules hold where they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Java's `Pattern`, as in Camunda.
    Java,
    /// `XPath`'s, which the standard refers to: classes are Unicode's, `$` is the very end, and
    /// classes are subtracted as in `[a-z-[aeiou]]`.
    XPath,
}

impl Ast {
    /// The least and the greatest number of characters; no greatest if there is no limit.
    pub(super) fn lengths(&self) -> (u32, Option<u32>) {
        match self {
            Self::Empty | Self::Assert(_) | Self::Look { .. } => (0, Some(0)),
            Self::Char(_) | Self::Class(_) => (1, Some(1)),
            Self::Group(_, body) | Self::Atomic(body) => body.lengths(),
            Self::Concat(parts) => parts.iter().fold((0, Some(0)), |(least, most), part| {
                let (min, max) = part.lengths();
                let most = most.zip(max).and_then(|(most, max)| most.checked_add(max));
                (least.saturating_add(min), most)
            }),
            Self::Alternation(ways) => {
                let least = ways.iter().map(|it| it.lengths().0).min().unwrap_or(0);
                let most = ways.iter().try_fold(0, |most, it| Some(it.lengths().1?.max(most)));
                (least, most)
            }
            Self::Repeat { body, min, max, .. } => {
                let (least, most) = body.lengths();
                let most = if most == Some(0) {
                    Some(0)
                } else {
                    most.zip(*max).and_then(|(a, b)| a.checked_mul(b))
                };
                (least.saturating_mul(*min), most)
            }
            Self::Reference { .. } => (0, None),
        }
    }
}
