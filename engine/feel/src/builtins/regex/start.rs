//! Where a match can begin: a quick look through a text, before a program runs.

use super::Meter;
use super::class::Class;
use super::program::Inst;
use super::syntax::Assert;
use crate::failure::Failure;

/// How many bytes are looked at in one go.
const BLOCK: usize = 32;

/// How many bytes are paid for in one go.
const PART: usize = 4096;

/// How long the text that all matches begin with is at most, in bytes.
const TEXT_MAX: usize = 64;

/// What all matches of a program begin with.
#[derive(Debug)]
pub(super) enum Start {
    /// Nothing is known: they may be empty.
    Anywhere,
    /// Only the start of the text.
    Anchored,
    /// This text, after which the program goes on at an instruction.
    Text(Box<[Byte]>, u32),
    /// A byte of these ranges.
    Ranges(Box<[(u8, u8)]>),
    /// One of these bytes.
    Bytes(Box<[bool; 256]>),
}

/// A byte of a text, in one case or in both: one that has these bits under the mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Byte {
    bits: u8,
    mask: u8,
}

impl Byte {
    #[inline]
    fn is(self, it: u8) -> bool {
        it & self.mask == self.bits
    }
}

impl Start {
    /// What the matches of a program without look-around begin with.
    pub(super) fn of(code: &[Inst]) -> Self {
        if let Self::Anchored = Self::anchor(code) {
            return Self::Anchored;
        }
        let (text, next) = text_of(code);
        if !text.is_empty() {
            return Self::Text(text.into(), next);
        }
        let Some(bytes) = first_bytes(code) else { return Self::Anywhere };
        match ranges(&bytes) {
            Some(ranges) => Self::Ranges(ranges.into()),
            None => Self::Bytes(bytes),
        }
    }

    /// Whether matches only begin at the start of the text.
    pub(super) fn anchor(code: &[Inst]) -> Self {
        match code.get(1) {
            Some(Inst::Assert(Assert::Start)) => Self::Anchored,
            _ => Self::Anywhere,
        }
    }

    /// The length of the text that all matches begin with, and the instruction behind it.
    pub(super) fn text(&self) -> Option<(usize, u32)> {
        match self {
            Self::Text(text, next) => Some((text.len(), *next)),
            Self::Anywhere | Self::Anchored | Self::Ranges(_) | Self::Bytes(_) => None,
        }
    }

    /// The next place where a match can begin.
    pub(super) fn find(
        &self,
        input: &str,
        at: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Option<usize>, Failure> {
        match self {
            Self::Anywhere => Ok(Some(at)),
            Self::Anchored => Ok((at == 0).then_some(0)),
            Self::Text(text, _) => find_text(text, input.as_bytes(), at, meter),
            Self::Ranges(ranges) => {
                let found = |part: &[u8]| match **ranges {
                    [a] => find_byte(part, |it| within(it, a)),
                    [a, b] => find_byte(part, |it| within(it, a) | within(it, b)),
                    [a, b, c] => {
                        find_byte(part, |it| within(it, a) | within(it, b) | within(it, c))
                    }
                    _ => None,
                };
                in_parts(input.as_bytes(), at, (PART, BLOCK / 2), meter, found)
            }
            Self::Bytes(bytes) => {
                let found = |part: &[u8]| part.iter().position(|it| bytes[usize::from(*it)]);
                in_parts(input.as_bytes(), at, (PART, 4), meter, found)
            }
        }
    }
}

/// The character at a place, and where the next one is.
#[inline]
pub(super) fn decode(input: &str, place: usize) -> Option<(char, usize)> {
    let byte = *input.as_bytes().get(place)?;
    if byte.is_ascii() {
        return Some((char::from(byte), place + 1));
    }
    let it = input.get(place..)?.chars().next()?;
    Some((it, place + it.len_utf8()))
}

#[inline]
fn within(it: u8, (low, high): (u8, u8)) -> bool {
    it.wrapping_sub(low) <= high - low
}

/// Looks through a text part by part, and pays for each: a unit of work for so many bytes.
fn in_parts(
    input: &[u8],
    at: usize,
    (part, bytes_per_work): (usize, usize),
    meter: &mut Meter<'_>,
    find: impl Fn(&[u8]) -> Option<usize>,
) -> Result<Option<usize>, Failure> {
    let mut at = at;
    while let Some(rest) = input.get(at..).filter(|it| !it.is_empty()) {
        let part = &rest[..rest.len().min(part)];
        let found = find(part);
        meter.work((found.unwrap_or(part.len()) / bytes_per_work) as u64)?;
        at += found.unwrap_or(part.len());
        if found.is_some() {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// The first byte that passes: whole blocks are looked at without a branch for each byte.
#[inline]
fn find_byte(text: &[u8], passes: impl Fn(u8) -> bool + Copy) -> Option<usize> {
    let (blocks, rest) = text.as_chunks::<BLOCK>();
    for (ix, block) in blocks.iter().enumerate() {
        let mut any = false;
        for it in block {
            any |= passes(*it);
        }
        if any {
            let at = block.iter().position(|it| passes(*it))?;
            return Some(ix * BLOCK + at);
        }
    }
    let at = rest.iter().position(|it| passes(*it))?;
    Some(blocks.len() * BLOCK + at)
}

fn find_text(
    text: &[Byte],
    input: &[u8],
    at: usize,
    meter: &mut Meter<'_>,
) -> Result<Option<usize>, Failure> {
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return Ok(Some(at)) };
    let behind = text.len() - 1;
    let mut at = at;
    loop {
        // Both ends are compared in blocks; a text that has them is rare.
        let Some(ends) = input.get(at + behind..) else { return Ok(None) };
        let starts = &input[at..at + ends.len()];
        let found = find_ends(starts, ends, *first, *last, meter)?;
        let Some(found) = found else { return Ok(None) };
        at += found;
        meter.work(text.len() as u64 / 8)?;
        if text.iter().zip(&input[at..]).all(|(byte, it)| byte.is(*it)) {
            return Ok(Some(at));
        }
        at += 1;
    }
}

/// The first place where both ends are right.
fn find_ends(
    starts: &[u8],
    ends: &[u8],
    first: Byte,
    last: Byte,
    meter: &mut Meter<'_>,
) -> Result<Option<usize>, Failure> {
    let mut at = 0;
    while at < starts.len() {
        let to = starts.len().min(at + PART);
        let (left, rest_left) = starts[at..to].as_chunks::<BLOCK>();
        let (right, rest_right) = ends[at..to].as_chunks::<BLOCK>();
        let mut found = None;
        for (ix, (left, right)) in left.iter().zip(right).enumerate() {
            let mut any = false;
            for at in 0..BLOCK {
                any |= first.is(left[at]) & last.is(right[at]);
            }
            if any {
                found = both_ends(left, right, first, last).map(|it| ix * BLOCK + it);
                break;
            }
        }
        let found = found.or_else(|| {
            let at = both_ends(rest_left, rest_right, first, last)?;
            Some(left.len() * BLOCK + at)
        });
        meter.work((found.unwrap_or(to - at) / (BLOCK / 2)) as u64)?;
        if let Some(found) = found {
            return Ok(Some(at + found));
        }
        at = to;
    }
    Ok(None)
}

fn both_ends(left: &[u8], right: &[u8], first: Byte, last: Byte) -> Option<usize> {
    left.iter().zip(right).position(|(a, b)| first.is(*a) && last.is(*b))
}

/// The text that a program begins with, and the instruction behind it.
fn text_of(code: &[Inst]) -> (Vec<Byte>, u32) {
    let mut text = Vec::new();
    // The first instruction notes the start.
    let mut next = 1;
    for it in &code[1..] {
        let mut encoded = [0; 4];
        match it {
            Inst::Char(it) => {
                let bytes = it.encode_utf8(&mut encoded).bytes();
                text.extend(bytes.map(|bits| Byte { bits, mask: 0xff }));
            }
            Inst::Class(class) => match class.letter() {
                Some(upper) => text.push(Byte { bits: upper, mask: 0xdf }),
                None => break,
            },
            _ => break,
        }
        next += 1;
        if text.len() >= TEXT_MAX {
            break;
        }
    }
    (text, next)
}

/// The ranges that bytes are in, if they are few.
fn ranges(bytes: &[bool; 256]) -> Option<Vec<(u8, u8)>> {
    let mut ranges: Vec<(u8, u8)> = Vec::new();
    for (byte, _) in (0..=255).zip(bytes).filter(|it| *it.1) {
        match ranges.last_mut() {
            Some(range) if range.1 + 1 == byte => range.1 = byte,
            _ => ranges.push((byte, byte)),
        }
    }
    (1..=3).contains(&ranges.len()).then_some(ranges)
}

/// The bytes that a match can begin with; none if it may be empty or begin with anything.
fn first_bytes(code: &[Inst]) -> Option<Box<[bool; 256]>> {
    let mut bytes = Box::new([false; 256]);
    let mut seen = vec![false; code.len()];
    let mut open = vec![0_usize];
    while let Some(at) = open.pop() {
        if std::mem::replace(seen.get_mut(at)?, true) {
            continue;
        }
        match &code[at] {
            Inst::Char(it) => {
                let mut encoded = [0; 4];
                bytes[usize::from(it.encode_utf8(&mut encoded).as_bytes()[0])] = true;
            }
            Inst::Class(class) => may_begin(class, &mut bytes),
            Inst::Split(first, second) => open.extend([*first as usize, *second as usize]),
            Inst::Jump(to) => open.push(*to as usize),
            Inst::Save(_) | Inst::Assert(_) => open.push(at + 1),
            Inst::Loop { start, .. } => open.extend([*start as usize, at + 1]),
            Inst::Match | Inst::Reference { .. } | Inst::Look { .. } | Inst::Atomic { .. } => {
                return None;
            }
        }
    }
    Some(bytes)
}

fn may_begin(class: &Class, bytes: &mut [bool; 256]) {
    for byte in 0..=255 {
        bytes[usize::from(byte)] |= class.may_begin(byte);
    }
}
