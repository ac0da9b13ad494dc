//! What happened in a run: its last lines for people, and a hash of all lines.

use std::collections::VecDeque;

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Lines that are kept.
const KEPT: usize = 400;

/// What happened in a run.
#[derive(Debug, Default)]
pub struct Trace {
    hash: u64,
    last: VecDeque<String>,
}

impl Trace {
    /// Adds a line.
    pub fn note(&mut self, line: String) {
        self.hash = xxh3_64_with_seed(line.as_bytes(), self.hash);
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }

    /// The hash of all lines: equal for two runs of one seed, or the simulation is not one.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The last lines.
    pub fn last_lines(&self, count: usize) -> impl Iterator<Item = &str> {
        let skipped = self.last.len().saturating_sub(count);
        self.last.iter().skip(skipped).map(String::as_str)
    }
}
