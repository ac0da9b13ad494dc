//! What a writer process says on its standard output, one line each.
//!
//! First what it found in the log (`found …`), then each step before it is taken (`start …`) and
//! after it is durable (`done …`). What was started may be in the log after a cut; what is done
//! must be.

use std::fmt;
use std::str::{FromStr, SplitWhitespace};

use anyhow::{Context, bail};

/// One line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The vote in the log: its term, and whether it was granted.
    FoundVote(u64, bool),
    /// The index up to which the log is purged.
    FoundPurged(u64),
    /// The committed index in the log.
    FoundCommitted(u64),
    /// An entry in the log.
    FoundEntry {
        /// Its index.
        index: u64,
        /// Its term.
        term: u64,
        /// The fingerprint of its content.
        content: u64,
    },
    /// That was all that the log holds.
    FoundAll,
    /// A step begins.
    Start(u64, Step),
    /// A step, and so every step before it, is durable.
    Done(u64),
}

/// Something that changes the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Appends entries of one term.
    Append {
        /// Their term.
        term: u64,
        /// The index of the first.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Drops the entries from this index on.
    Truncate(u64),
    /// Drops the entries up to this index.
    Purge(u64),
    /// Saves a vote: its term, and whether it was granted.
    Vote(u64, bool),
    /// Saves the committed index, which becomes durable with a later step.
    Commit(u64),
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FoundVote(term, granted) => write!(f, "found vote {term} {granted}"),
            Self::FoundPurged(index) => write!(f, "found purged {index}"),
            Self::FoundCommitted(index) => write!(f, "found committed {index}"),
            Self::FoundEntry { index, term, content } => {
                write!(f, "found entry {index} {term} {content}")
            }
            Self::FoundAll => write!(f, "found all"),
            Self::Start(number, step) => write!(f, "start {number} {step}"),
            Self::Done(number) => write!(f, "done {number}"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Append { term, first, count } => write!(f, "append {term} {first} {count}"),
            Self::Truncate(from) => write!(f, "truncate {from}"),
            Self::Purge(upto) => write!(f, "purge {upto}"),
            Self::Vote(term, granted) => write!(f, "vote {term} {granted}"),
            Self::Commit(index) => write!(f, "commit {index}"),
        }
    }
}

impl FromStr for Line {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> anyhow::Result<Self> {
        let mut words = line.split_whitespace();
        let read = match (words.next(), words.clone().next()) {
            (Some("found"), Some(what)) => {
                words.next();
                found(what, &mut words)
            }
            (Some("start"), Some(_)) => {
                number(&mut words).and_then(|it| Ok(Self::Start(it, step(&mut words)?)))
            }
            (Some("done"), Some(_)) => number(&mut words).map(Self::Done),
            _ => bail!("a line that begins with found, start or done: '{line}'"),
        };
        read.with_context(|| format!("read the line '{line}'"))
    }
}

fn found(what: &str, words: &mut SplitWhitespace<'_>) -> anyhow::Result<Line> {
    Ok(match what {
        "vote" => Line::FoundVote(number(words)?, number(words)?),
        "purged" => Line::FoundPurged(number(words)?),
        "committed" => Line::FoundCommitted(number(words)?),
        "entry" => Line::FoundEntry {
            index: number(words)?,
            term: number(words)?,
            content: number(words)?,
        },
        "all" => Line::FoundAll,
        other => bail!("'{other}' is not something to find"),
    })
}

fn step(words: &mut SplitWhitespace<'_>) -> anyhow::Result<Step> {
    Ok(match words.next().context("a step has a name")? {
        "append" => {
            Step::Append { term: number(words)?, first: number(words)?, count: number(words)? }
        }
        "truncate" => Step::Truncate(number(words)?),
        "purge" => Step::Purge(number(words)?),
        "vote" => Step::Vote(number(words)?, number(words)?),
        "commit" => Step::Commit(number(words)?),
        other => bail!("'{other}' is not a step"),
    })
}

fn number<T: FromStr>(words: &mut SplitWhitespace<'_>) -> anyhow::Result<T> {
    let word = words.next().context("a word is missing")?;
    word.parse().ok().with_context(|| format!("'{word}' is out of place"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_as_it_was_written() {
        let lines = [
            Line::FoundVote(3, true),
            Line::FoundPurged(4),
            Line::FoundCommitted(5),
            Line::FoundEntry { index: 6, term: 3, content: 77 },
            Line::FoundAll,
            Line::Start(1, Step::Append { term: 3, first: 7, count: 64 }),
            Line::Start(2, Step::Truncate(9)),
            Line::Start(3, Step::Purge(8)),
            Line::Start(4, Step::Vote(4, false)),
            Line::Start(5, Step::Commit(70)),
            Line::Done(5),
        ];
        for line in lines {
            assert_eq!(line.to_string().parse::<Line>().unwrap(), line);
        }
        assert!("done".parse::<Line>().is_err());
        assert!("start 1 dance 2".parse::<Line>().is_err());
    }
}
