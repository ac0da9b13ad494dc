//! What a log may hold after a crash: what it held, plus a prefix of the steps begun since that
//! includes all that were acknowledged.

use std::collections::BTreeMap;
use std::fmt;

use crate::protocol::{Line, Step};
use draw::Random;

/// The content of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    /// Term and fingerprint of each entry.
    entries: BTreeMap<u64, (u64, u64)>,
    purged: Option<u64>,
    vote: Option<(u64, bool)>,
    committed: Option<u64>,
}

impl Log {
    fn append(&mut self, term: u64, index: u64) {
        self.entries.insert(index, (term, fingerprint(&content(term, index))));
    }

    /// Takes note of a line about what was found.
    pub fn note(&mut self, line: Line) {
        match line {
            Line::FoundVote(term, granted) => self.vote = Some((term, granted)),
            Line::FoundPurged(index) => self.purged = Some(index),
            Line::FoundCommitted(index) => self.committed = Some(index),
            Line::FoundEntry { index, term, content } => {
                self.entries.insert(index, (term, content));
            }
            Line::FoundAll | Line::Start(..) | Line::Done(_) => {}
        }
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Append { term, first, count } => {
                for index in first..first + count {
                    self.append(term, index);
                }
            }
            Step::Truncate(from) => drop(self.entries.split_off(&from)),
            Step::Purge(upto) => {
                self.entries = self.entries.split_off(&(upto + 1));
                self.purged = self.purged.max(Some(upto));
            }
            Step::Vote(term, granted) => self.vote = Some((term, granted)),
            Step::Commit(index) => self.committed = Some(index),
        }
    }

    /// Whether a log with this content is what `found` shows. The committed index is a hint: it
    /// may be older, never newer.
    fn allows(&self, found: &Self) -> bool {
        self.entries == found.entries
            && self.purged == found.purged
            && self.vote == found.vote
            && found.committed <= self.committed
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.entries.first_key_value().map(|(index, _)| index);
        let last = self.entries.last_key_value().map(|(index, (term, _))| (index, term));
        write!(
            f,
            "{} entries from {first:?} to {last:?} (index, term), purged {:?}, vote {:?}, \
             committed {:?}",
            self.entries.len(),
            self.purged,
            self.vote,
            self.committed
        )
    }
}

/// Follows a writer, and judges what the next one finds.
#[derive(Debug, Default)]
pub struct Oracle {
    known: Log,
    begun: Vec<(u64, Step)>,
    done: Option<u64>,
}

/// How much of what was begun and not acknowledged the crash left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Steps that were acknowledged.
    pub acknowledged: usize,
    /// Steps, or parts of them, that were begun only.
    pub begun: usize,
    /// How many of those were found.
    pub survived: usize,
}

impl Oracle {
    /// Takes note of what a writer begins and has done.
    pub fn note(&mut self, line: Line) {
        match line {
            Line::Start(number, step) => self.begun.push((number, step)),
            Line::Done(number) => self.done = self.done.max(Some(number)),
            Line::FoundVote(..)
            | Line::FoundPurged(_)
            | Line::FoundCommitted(_)
            | Line::FoundEntry { .. }
            | Line::FoundAll => {}
        }
    }

    /// Judges what was found, and goes on from there.
    ///
    /// # Errors
    ///
    /// What is missing, wrong or invented.
    pub fn judge(&mut self, found: Log) -> Result<Verdict, String> {
        let acknowledged =
            self.begun.iter().take_while(|(number, _)| Some(*number) <= self.done).count();
        let mut expected = self.known.clone();
        for (_, step) in &self.begun[..acknowledged] {
            expected.take(*step);
        }
        let surely = expected.clone();
        let open: Vec<_> = self.begun[acknowledged..].iter().flat_map(|it| parts(it.1)).collect();
        let mut survived = expected.allows(&found).then_some(0);
        for (at, step) in open.iter().enumerate() {
            expected.take(*step);
            if expected.allows(&found) {
                survived = Some(at + 1);
            }
        }
        let Some(survived) = survived else {
            return Err(format!(
                "the log is none of those that the crash may have left.\n  \
                 found:        {found}\n  acknowledged: {surely}\n  all begun:    {expected}\n  {}",
                first_difference(&surely, &found)
            ));
        };
        *self = Self { known: found, ..Self::default() };
        Ok(Verdict { acknowledged, begun: open.len(), survived })
    }
}

/// A step as the smallest steps that a crash can separate.
fn parts(step: Step) -> Vec<Step> {
    match step {
        Step::Append { term, first, count } => {
            (first..first + count).map(|first| Step::Append { term, first, count: 1 }).collect()
        }
        Step::Truncate(_) | Step::Purge(_) | Step::Vote(..) | Step::Commit(_) => vec![step],
    }
}

fn first_difference(surely: &Log, found: &Log) -> String {
    let different = surely.entries.iter().find(|(index, it)| found.entries.get(index) != Some(*it));
    match different {
        Some((index, (term, _))) => format!(
            "first acknowledged entry that is missing or changed: index {index}, term {term}, \
             found {:?}",
            found.entries.get(index)
        ),
        None => "every acknowledged entry is there".into(),
    }
}

/// The content of an entry, which follows from its term and index.
pub fn content(term: u64, index: u64) -> Vec<u8> {
    let mut random = Random::new(term.rotate_left(32) ^ index);
    let size = match random.below(32) {
        0..8 => random.below(40),
        8..29 => 250 + random.below(100),
        29..31 => 3_000 + random.below(2_000),
        _ => 20_000,
    };
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < size {
        bytes.extend_from_slice(&random.number().to_be_bytes());
    }
    bytes.truncate(usize::try_from(size).unwrap_or(0));
    bytes
}

/// A hash (FNV-1a) by which contents are compared.
pub fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: Step = Step::Append { term: 1, first: 0, count: 5 };

    fn log(entries: u64) -> Log {
        let mut log = Log::default();
        (0..entries).for_each(|index| log.append(1, index));
        log
    }

    fn oracle(done: bool) -> Oracle {
        let mut oracle = Oracle::default();
        oracle.note(Line::Start(1, FIVE));
        if done {
            oracle.note(Line::Done(1));
        }
        oracle
    }

    #[test]
    fn a_prefix_of_what_was_begun_is_right() {
        for entries in 0..=5 {
            let verdict = oracle(false).judge(log(entries)).unwrap();
            assert_eq!(verdict.survived as u64, entries);
        }
    }

    #[test]
    fn a_missing_acknowledged_entry_is_wrong() {
        assert!(oracle(true).judge(log(5)).is_ok());
        assert!(oracle(true).judge(log(4)).is_err());
    }

    #[test]
    fn a_phantom_a_hole_and_a_changed_byte_are_wrong() {
        assert!(oracle(false).judge(log(6)).is_err());
        let mut hole = log(5);
        hole.entries.remove(&2);
        assert!(oracle(false).judge(hole).is_err());
        let mut changed = log(5);
        changed.entries.insert(2, (1, 12345));
        assert!(oracle(false).judge(changed).is_err());
    }

    #[test]
    fn a_lost_vote_is_wrong_and_a_lost_committed_index_is_not() {
        let mut oracle = Oracle::default();
        oracle.note(Line::Start(1, Step::Vote(7, true)));
        oracle.note(Line::Start(2, Step::Commit(3)));
        oracle.note(Line::Done(1));
        assert!(oracle.judge(Log::default()).is_err());
        let found = Log { vote: Some((7, true)), ..Log::default() };
        assert!(oracle.judge(found).is_ok());
    }

    #[test]
    fn what_was_found_once_must_be_found_again() {
        let mut oracle = oracle(false);
        oracle.judge(log(3)).unwrap();
        assert!(oracle.judge(log(2)).is_err());
        assert!(oracle.judge(log(3)).is_ok());
    }
}
