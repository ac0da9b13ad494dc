//! What oracles found, and how much each of them looked at.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, bail};

/// The oracles of one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oracle {
    /// O1: no acknowledged command is lost.
    Acknowledged,
    /// O2: nothing is invented.
    Origin,
    /// O3: no job is completed twice.
    CompletedOnce,
    /// O4: no job is lost.
    JobKept,
    /// O5: a cold replay and a checkpoint with its tail give the state that the server had.
    EqualState,
    /// O6: the same log gives the same outputs.
    EqualOutput,
    /// O7: calls took effect between their beginning and their end.
    RealTimeOrder,
    /// O8: readers see each record once and no hole.
    Stream,
    /// O9: what begins ends, once.
    Conservation,
    /// O10: timers are neither early nor late nor lost, and come once.
    Timers,
    /// O11: messages reach each process once, inside their time.
    Messages,
    /// O12: keys are unique and grow.
    Keys,
    /// O13: a refusal means that nothing happened, and answers come in time.
    Answers,
    /// O14: after a fault everything goes on soon, and an idle node stays idle.
    Liveness,
    /// O15: health says whether commands can commit, and why not.
    Health,
    /// O16: memory and disk return to where they were.
    Bounded,
}

impl Oracle {
    /// Its number, as in `O1`.
    pub fn number(self) -> u32 {
        match self {
            Self::Acknowledged => 1,
            Self::Origin => 2,
            Self::CompletedOnce => 3,
            Self::JobKept => 4,
            Self::EqualState => 5,
            Self::EqualOutput => 6,
            Self::RealTimeOrder => 7,
            Self::Stream => 8,
            Self::Conservation => 9,
            Self::Timers => 10,
            Self::Messages => 11,
            Self::Keys => 12,
            Self::Answers => 13,
            Self::Liveness => 14,
            Self::Health => 15,
            Self::Bounded => 16,
        }
    }
}

impl Oracle {
    /// The class under which a run counts the rounds in which it looked at something.
    pub fn class(self) -> &'static str {
        match self {
            Self::Acknowledged => "O1 looked at acknowledged commands",
            Self::Origin => "O2 looked at causes",
            Self::CompletedOnce => "O3 looked at completions",
            Self::JobKept => "O4 looked at jobs",
            Self::EqualState => "O5 compared states",
            Self::EqualOutput => "O6 compared outputs",
            Self::RealTimeOrder => "O7 looked at the order of calls",
            Self::Stream => "O8 looked at positions",
            Self::Conservation => "O9 looked at beginnings and ends",
            Self::Timers => "O10 looked at timers",
            Self::Messages => "O11 looked at messages",
            Self::Keys => "O12 looked at keys",
            Self::Answers => "O13 looked at refusals",
            Self::Liveness => "O14 looked at recoveries",
            Self::Health => "O15 looked at health",
            Self::Bounded => "O16 looked at usage",
        }
    }

    /// Those that every recovery can be held against.
    pub const OF_EACH_RUN: [Self; 15] = [
        Self::Acknowledged,
        Self::Origin,
        Self::CompletedOnce,
        Self::JobKept,
        Self::EqualState,
        Self::EqualOutput,
        Self::RealTimeOrder,
        Self::Stream,
        Self::Conservation,
        Self::Timers,
        Self::Messages,
        Self::Keys,
        Self::Answers,
        Self::Liveness,
        Self::Health,
    ];
}

impl fmt::Display for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "O{} ({self:?})", self.number())
    }
}

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which oracle says so.
    pub oracle: Oracle,
    /// What it found.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.oracle, self.what)
    }
}

/// What all oracles found.
#[derive(Debug, Default, Clone)]
pub struct Verdict {
    /// What must not be, in the order in which it was found.
    pub violations: Vec<Violation>,
    /// How many things each oracle looked at: one that saw nothing has shown nothing.
    pub looked_at: BTreeMap<Oracle, u64>,
    /// The longest recovery that was looked at, in milliseconds.
    pub recovery_max_ms: u64,
}

impl Verdict {
    /// Notes that an oracle looked at something, and what is wrong with it if `holds` is false.
    pub fn expect(&mut self, oracle: Oracle, holds: bool, what: impl FnOnce() -> String) {
        self.looked(oracle, 1);
        if !holds {
            self.violations.push(Violation { oracle, what: what() });
        }
    }

    /// Notes that an oracle looked at so many things more, and found them right.
    pub fn looked(&mut self, oracle: Oracle, count: u64) {
        *self.looked_at.entry(oracle).or_default() += count;
    }

    /// Takes over what another verdict says.
    pub fn merge(&mut self, other: Self) {
        self.violations.extend(other.violations);
        self.recovery_max_ms = self.recovery_max_ms.max(other.recovery_max_ms);
        for (oracle, count) in other.looked_at {
            self.looked(oracle, count);
        }
    }

    /// Whether this oracle found something.
    pub fn blames(&self, oracle: Oracle) -> bool {
        self.violations.iter().any(|it| it.oracle == oracle)
    }

    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// Succeeds if nothing is wrong and each of `needed` looked at something.
    ///
    /// # Errors
    /// The violations, at most ten of each oracle; or the oracle that saw nothing.
    pub fn require(&self, needed: &[Oracle]) -> Result<()> {
        if !self.violations.is_empty() {
            let mut counts = BTreeMap::new();
            let mut is_shown = |oracle| {
                let count = counts.entry(oracle).or_insert(0_u32);
                *count += 1;
                *count <= 10
            };
            let shown: Vec<String> = self
                .violations
                .iter()
                .filter(|it| is_shown(it.oracle))
                .map(Violation::to_string)
                .collect();
            bail!("{} violations:\n  {}", self.violations.len(), shown.join("\n  "));
        }
        for oracle in needed {
            if self.looked_at.get(oracle).is_none_or(|count| *count == 0) {
                bail!("{oracle} had nothing to look at, so nothing was shown");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_and_an_oracle_that_saw_nothing_are_errors() {
        let mut verdict = Verdict::default();
        verdict.expect(Oracle::Keys, true, String::new);
        verdict.require(&[Oracle::Keys]).unwrap();
        assert!(verdict.require(&[Oracle::Timers]).is_err());
        verdict.expect(Oracle::Timers, false, || "early".to_owned());
        let error = verdict.require(&[]).unwrap_err().to_string();
        assert!(error.contains("O10 (Timers): early"), "{error}");
    }
}
