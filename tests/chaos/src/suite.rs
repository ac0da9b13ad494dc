//! What a suite of faults is, and what it has to say about itself.
//!
//! A suite is a row of rounds. A round stands alone: it begins with an empty folder, everything
//! random in it follows from the seed and its number, and it ends with a judgement. So a run can be
//! resumed, and a round that failed can be repeated.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::oracle::Verdict;
use draw::Random;

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// In each test run: minutes.
    Short,
    /// Before a release: hours.
    Long,
}

impl Form {
    /// The first value in the short form, the second in the long one.
    pub fn pick<T>(self, short: T, long: T) -> T {
        match self {
            Self::Short => short,
            Self::Long => long,
        }
    }
}

/// What every round gets.
#[derive(Debug, Clone)]
pub struct Setting {
    /// How much is run.
    pub form: Form,
    /// What everything random follows from.
    pub seed: u64,
    /// The server under test.
    pub binary: PathBuf,
}

impl Setting {
    /// The random numbers of a round of a suite.
    pub fn random(&self, suite: &str, round: u64) -> Random {
        let name = crate::log_oracle::fingerprint(suite.as_bytes());
        Random::new(self.seed ^ name.rotate_left(17) ^ round.wrapping_mul(0x9e37_79b9)).fork()
    }
}

/// A suite of faults.
pub trait Suite: Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// One line about it.
    fn about(&self) -> &'static str;

    /// Why it cannot run on this machine; none if it can.
    fn skipped(&self) -> Option<String> {
        None
    }

    /// How many rounds it has. It may try things out to know that.
    ///
    /// # Errors
    /// Trying failed.
    fn rounds(&self, setting: &Setting) -> Result<u64>;

    /// The classes of faults that a whole run must have hit, each at least once.
    fn classes(&self, form: Form) -> Vec<&'static str>;

    /// How many rounds may run beside each other.
    fn rounds_at_once(&self) -> usize {
        1
    }

    /// Runs one round, numbered from 0, and counts what it did.
    ///
    /// # Errors
    /// What was violated, or why the round could not be run.
    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()>;

    /// Looks at what a whole run of so many rounds did: whether it was enough.
    ///
    /// # Errors
    /// What there was too little of.
    fn conclude(&self, _form: Form, _rounds: u64, _tally: &Tally) -> Result<()> {
        Ok(())
    }
}

/// What was done, counted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    figures: BTreeMap<String, u64>,
    hits: BTreeMap<String, u64>,
    /// Figures of which only the greatest counts. A run that was begun before there were any has
    /// none.
    #[serde(default)]
    greatest: BTreeMap<String, u64>,
    /// Figures of which each number counts once.
    #[serde(default)]
    distinct: BTreeMap<String, BTreeSet<u64>>,
}

/// The figure of commands that were acknowledged.
pub const ACKNOWLEDGED: &str = "commands acknowledged";
/// The figure of servers that were killed.
pub const KILLS: &str = "kills";
/// The figure of power cuts.
pub const CUTS: &str = "power cuts";
/// The figure of the longest time from a fault, or from the start after it, until commands
/// committed.
pub const RECOVERY: &str = "ms took the longest recovery";
/// The figure of acknowledged commands that were lost: a run with any fails, so it is 0.
pub const LOSSES: &str = "losses";

impl Tally {
    /// Counts something.
    pub fn count(&mut self, figure: &str, number: u64) {
        *self.figures.entry(figure.to_owned()).or_default() += number;
    }

    /// Notes a figure of which only the greatest counts.
    pub fn greatest(&mut self, figure: &str, number: u64) {
        let greatest = self.greatest.entry(figure.to_owned()).or_default();
        *greatest = number.max(*greatest);
    }

    /// Notes a number that counts once, however often it comes.
    pub fn distinct(&mut self, figure: &str, number: u64) {
        self.distinct.entry(figure.to_owned()).or_default().insert(number);
    }

    /// How many different numbers came.
    pub fn distinct_count(&self, figure: &str) -> u64 {
        self.distinct.get(figure).map_or(0, |it| it.len() as u64)
    }

    /// Notes what oracles looked at, and the longest recovery that they saw.
    pub fn judged(&mut self, verdict: &Verdict) {
        for (oracle, count) in &verdict.looked_at {
            if *count > 0 {
                self.hit(oracle.class());
            }
        }
        if verdict.recovery_max_ms > 0 {
            self.greatest(RECOVERY, verdict.recovery_max_ms);
        }
    }

    /// Notes that a fault of this class happened.
    pub fn hit(&mut self, class: &str) {
        *self.hits.entry(class.to_owned()).or_default() += 1;
    }

    /// How often a class was hit.
    pub fn hits(&self, class: &str) -> u64 {
        self.hits.get(class).copied().unwrap_or_default()
    }

    /// A figure, or 0.
    pub fn figure(&self, figure: &str) -> u64 {
        self.figures.get(figure).copied().unwrap_or_default()
    }

    /// Adds what another round did.
    pub fn merge(&mut self, other: &Self) {
        for (figure, number) in &other.figures {
            self.count(figure, *number);
        }
        for (class, number) in &other.hits {
            *self.hits.entry(class.clone()).or_default() += number;
        }
        for (figure, number) in &other.greatest {
            self.greatest(figure, *number);
        }
        for (figure, numbers) in &other.distinct {
            self.distinct.entry(figure.clone()).or_default().extend(numbers);
        }
    }

    /// All figures and all hits, by name.
    pub fn lines(&self) -> impl Iterator<Item = (&str, u64)> {
        self.figures
            .iter()
            .chain(&self.greatest)
            .chain(&self.hits)
            .map(|(name, number)| (name.as_str(), *number))
            .chain(self.distinct.iter().map(|(name, it)| (name.as_str(), it.len() as u64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_recoveries_only_the_longest_counts() {
        let mut tally = Tally::default();
        for took in [30, 70, 50] {
            let mut round = Tally::default();
            round.judged(&Verdict { recovery_max_ms: took, ..Verdict::default() });
            tally.merge(&round);
        }
        assert!(tally.lines().any(|it| it == (RECOVERY, 70)));
    }

    #[test]
    fn a_number_that_comes_again_counts_once() {
        let mut tally = Tally::default();
        for number in [3, 5, 3] {
            let mut round = Tally::default();
            round.distinct("points", number);
            tally.merge(&round);
        }
        assert_eq!(tally.distinct_count("points"), 2);
        assert!(tally.lines().any(|it| it == ("points", 2)));
    }

    #[test]
    fn rounds_and_suites_have_numbers_of_their_own() {
        let setting = Setting { form: Form::Short, seed: 1, binary: PathBuf::new() };
        let number = |suite, round| setting.random(suite, round).number();
        assert_eq!(number("kills", 1), number("kills", 1));
        assert_ne!(number("kills", 1), number("kills", 2));
        assert_ne!(number("kills", 1), number("cuts", 1));
    }
}
