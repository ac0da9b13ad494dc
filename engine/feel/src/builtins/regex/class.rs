//! Classes of characters.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex_syntax::hir::{self, ClassUnicode, ClassUnicodeRange, HirKind};

/// A set of characters, made for looking one up.
#[derive(Debug)]
pub(super) struct Class {
    /// A bit for each character of ASCII.
    ascii: [u64; 2],
    /// The others, in order.
    ranges: Box<[(char, char)]>,
}

impl Class {
    pub(super) fn new(set: &ClassUnicode) -> Self {
        let mut ascii = [0; 2];
        let mut ranges = Vec::new();
        for range in set.iter() {
            for it in u32::from(range.start())..=u32::from(range.end()).min(127) {
                ascii[it as usize / 64] |= 1 << (it % 64);
            }
            if !range.end().is_ascii() {
                ranges.push((range.start().max('\u{80}'), range.end()));
            }
        }
        Self { ascii, ranges: ranges.into() }
    }

    #[inline]
    pub(super) fn has(&self, it: char) -> bool {
        if it.is_ascii() {
            return u8::try_from(it).is_ok_and(|it| self.has_ascii(it));
        }
        let at = self.ranges.partition_point(|range| range.1 < it);
        self.ranges.get(at).is_some_and(|range| range.0 <= it)
    }

    #[inline]
    fn has_ascii(&self, it: u8) -> bool {
        self.ascii[usize::from(it / 64)] >> (it % 64) & 1 == 1
    }

    /// The letter of ASCII, if the class is that letter in both cases.
    pub(super) fn letter(&self) -> Option<u8> {
        let is_it = |it: &u8| {
            let low = it.to_ascii_lowercase();
            // Letters are in the upper half of ASCII.
            let both = 1 << (it - 64) | 1 << (low - 64);
            self.ranges.is_empty() && self.ascii == [0, both]
        };
        (b'A'..=b'Z').find(is_it)
    }

    /// Whether a character that begins with this byte may belong to it.
    pub(super) fn may_begin(&self, byte: u8) -> bool {
        if byte.is_ascii() { self.has_ascii(byte) } else { !self.ranges.is_empty() }
    }
}

/// The set of some ranges.
pub(super) fn set(ranges: &[(char, char)]) -> ClassUnicode {
    ClassUnicode::new(ranges.iter().map(|(low, high)| ClassUnicodeRange::new(*low, *high)))
}

/// The set with the other cases of its letters: of all, or of those of ASCII.
pub(super) fn folded(mut of: ClassUnicode, unicode: bool) -> ClassUnicode {
    if unicode {
        // It fails only without tables, and they are compiled in.
        let _ = of.try_case_fold_simple();
        return of;
    }
    let mut others = Vec::new();
    for range in of.iter() {
        for (low, high) in [('A', 'Z'), ('a', 'z')] {
            let (low, high) = (range.start().max(low), range.end().min(high));
            if low <= high {
                let other = |it: char| {
                    if it.is_ascii_uppercase() {
                        it.to_ascii_lowercase()
                    } else {
                        it.to_ascii_uppercase()
                    }
                };
                others.push((other(low), other(high)));
            }
        }
    }
    of.union(&set(&others));
    of
}

/// `\d`, `\s`, `\w`, `\h` and `\v`, of ASCII or by Unicode; `\D` and so on are the other characters.
pub(super) fn of_letter(letter: char, unicode: bool) -> Option<ClassUnicode> {
    let lower = letter.to_ascii_lowercase();
    let mut found = match lower {
        'd' | 's' | 'w' if unicode => of_unicode(&format!("\\{lower}"))?,
        'd' => set(&[('0', '9')]),
        's' => set(&[('\t', '\r'), (' ', ' ')]),
        'w' => set(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
        'h' => set(&[
            ('\t', '\t'),
            (' ', ' '),
            ('\u{a0}', '\u{a0}'),
            ('\u{1680}', '\u{1680}'),
            ('\u{180e}', '\u{180e}'),
            ('\u{2000}', '\u{200a}'),
            ('\u{202f}', '\u{202f}'),
            ('\u{205f}', '\u{205f}'),
            ('\u{3000}', '\u{3000}'),
        ]),
        'v' => set(&[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')]),
        _ => return None,
    };
    if letter.is_ascii_uppercase() {
        found.negate();
    }
    Some(found)
}

/// Sets by name, each made once.
#[derive(Debug, Default)]
pub(super) struct Named(BTreeMap<String, Arc<ClassUnicode>>);

impl Named {
    /// The set that `\p{name}` names: a class of POSIX in ASCII, a block, one of Java's methods, or
    /// a category, script or property of Unicode.
    pub(super) fn get(&mut self, name: &str, unicode: bool) -> Option<Arc<ClassUnicode>> {
        let key = format!("{name}{}", if unicode { "+" } else { "" });
        if let Some(found) = self.0.get(&key) {
            return Some(Arc::clone(found));
        }
        let found = Arc::new(named(name, unicode)?);
        self.0.insert(key, Arc::clone(&found));
        Some(found)
    }
}

fn named(name: &str, unicode: bool) -> Option<ClassUnicode> {
    if let Some((_, ranges)) = POSIX.iter().find(|it| it.0 == name && !unicode) {
        return Some(set(ranges));
    }
    if let Some((_, low, high)) = BLOCKS.iter().find(|it| it.0 == name) {
        return Some(set(&[(*low, *high)]));
    }
    let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '=' | ' ');
    if name.is_empty() || !name.chars().all(plain) {
        return None;
    }
    if let Some(java) = name.strip_prefix("java") {
        let (_, pattern) = JAVA.iter().find(|it| it.0 == java)?;
        return of_unicode(pattern);
    }
    let (_, wanted) = UNICODE
        .iter()
        .find(|it| it.0 == name)
        .copied()
        .unwrap_or(("", name.strip_prefix("Is").unwrap_or(name)));
    if wanted.starts_with("In") {
        return None;
    }
    of_unicode(&format!("\\p{{{wanted}}}"))
}

/// What the tables of Unicode have under a name.
fn of_unicode(pattern: &str) -> Option<ClassUnicode> {
    match regex_syntax::Parser::new().parse(pattern).ok()?.into_kind() {
        HirKind::Class(hir::Class::Unicode(found)) => Some(found),
        HirKind::Literal(text) => {
            let it = std::str::from_utf8(&text.0).ok()?.chars().next()?;
            Some(set(&[(it, it)]))
        }
        _ => None,
    }
}

type Ranges = &'static [(char, char)];

/// Classes of POSIX, which are of ASCII in Java.
const POSIX: [(&str, Ranges); 13] = [
    ("Lower", &[('a', 'z')]),
    ("Upper", &[('A', 'Z')]),
    ("ASCII", &[('\0', '\u{7f}')]),
    ("Alpha", &[('A', 'Z'), ('a', 'z')]),
    ("Digit", &[('0', '9')]),
    ("Alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("Punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("Graph", &[('!', '~')]),
    ("Print", &[(' ', '~')]),
    ("Blank", &[('\t', '\t'), (' ', ' ')]),
    ("Cntrl", &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')]),
    ("XDigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
    ("Space", &[('\t', '\r'), (' ', ' ')]),
];

/// The names of properties that Java writes otherwise than Unicode.
const UNICODE: [(&str, &str); 4] =
    [("IsDigit", "Nd"), ("IsPunctuation", "P"), ("IsControl", "Cc"), ("IsTitlecase", "Lt")];

/// Methods of Java's `Character` that are properties of Unicode.
const JAVA: [(&str, &str); 9] = [
    ("LowerCase", r"\p{Lowercase}"),
    ("UpperCase", r"\p{Uppercase}"),
    ("TitleCase", r"\p{Lt}"),
    ("Alphabetic", r"\p{Alphabetic}"),
    ("Digit", r"\p{Nd}"),
    ("Letter", r"\p{L}"),
    ("LetterOrDigit", r"[\p{L}\p{Nd}]"),
    ("SpaceChar", r"\p{Z}"),
    ("Whitespace", r"[\t-\r\x1C-\x1F\p{Z}--\x{A0}\x{2007}\x{202F}]"),
];

/// Blocks of Unicode by the names that `XPath` and Java give them.
const BLOCKS: [(&str, char, char); 12] = [
    ("IsBasicLatin", '\0', '\u{7f}'),
    ("IsLatin-1Supplement", '\u{80}', '\u{ff}'),
    ("IsLatinExtended-A", '\u{100}', '\u{17f}'),
    ("IsLatinExtended-B", '\u{180}', '\u{24f}'),
    ("IsGreek", '\u{370}', '\u{3ff}'),
    ("IsCyrillic", '\u{400}', '\u{4ff}'),
    ("InBasicLatin", '\0', '\u{7f}'),
    ("InLatin-1Supplement", '\u{80}', '\u{ff}'),
    ("InLatinExtended-A", '\u{100}', '\u{17f}'),
    ("InLatinExtended-B", '\u{180}', '\u{24f}'),
    ("InGreek", '\u{370}', '\u{3ff}'),
    ("InCyrillic", '\u{400}', '\u{4ff}'),
];
