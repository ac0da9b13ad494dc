//! O5 and O6: whoever applied the log up to an index has the same state and the same outputs.

use std::collections::BTreeMap;

use super::verdict::{Oracle, Verdict};

/// The state at an index, as somebody has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashes {
    /// The index of the last entry applied.
    pub index: u64,
    /// The hash of all rows of the state.
    pub state: u64,
    /// The running hash of all outputs.
    pub output: u64,
}

/// What the first witness of an index said, and who that was.
#[derive(Debug, Clone)]
struct First {
    who: String,
    hashes: Hashes,
}

/// Everything that was said about the state at each index: by the living server, by the one after
/// the next start, by a replay from a checkpoint, by a cold replay of the whole log.
#[derive(Debug, Clone, Default)]
pub struct Equality {
    first: BTreeMap<u64, First>,
}

impl Equality {
    /// Hears a witness: it must agree with all who spoke of the same index before.
    pub fn hear(&mut self, who: &str, hashes: Hashes, verdict: &mut Verdict) {
        let index = hashes.index;
        let Some(first) = self.first.get(&index) else {
            self.first.insert(index, First { who: who.to_owned(), hashes });
            return;
        };
        let says = |name: &str, one: u64, other: u64| {
            format!("{name} at log index {index}: {} has {one:016x}, {who} {other:016x}", first.who)
        };
        let (one, other) = (first.hashes, hashes);
        verdict.expect(Oracle::EqualState, one.state == other.state, || {
            says("the state", one.state, other.state)
        });
        verdict.expect(Oracle::EqualOutput, one.output == other.output, || {
            says("the outputs", one.output, other.output)
        });
    }

    /// Whether somebody spoke of this index, so that another witness would be compared.
    pub fn knows(&self, index: u64) -> bool {
        self.first.contains_key(&index)
    }

    /// Forgets what was said of indexes above this one: a power cut may have taken them away.
    pub fn forget_above(&mut self, index: u64) {
        self.first.split_off(&(index + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_state_or_output_at_the_same_index_is_noticed() {
        let hashes = Hashes { index: 3, state: 1, output: 2 };
        let heard = |other: Hashes| {
            let mut verdict = Verdict::default();
            let mut equality = Equality::default();
            equality.hear("the server", hashes, &mut verdict);
            equality.hear("a replay", other, &mut verdict);
            verdict
        };
        heard(hashes).require(&[Oracle::EqualState, Oracle::EqualOutput]).unwrap();
        assert!(heard(Hashes { state: 9, ..hashes }).blames(Oracle::EqualState));
        assert!(heard(Hashes { output: 9, ..hashes }).blames(Oracle::EqualOutput));
        // Nothing was compared, so nothing was shown.
        assert!(heard(Hashes { index: 4, ..hashes }).require(&[Oracle::EqualState]).is_err());
    }
}
