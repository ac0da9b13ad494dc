//! The first input that failed of each rule of a decision table, in about a byte a rule.
//!
//! ```text
//! item    = varint(input * 2)                       one rule
//!         | varint(input * 2 + 1) varint(count)     several rules in a row, three or more
//! ```
//!
//! The items stand for the rules in their order, from the first to the last that was tried. The
//! input is the number, from 1, of the first one whose cell did not hold; it is 0 of a rule that
//! matched. Rules that matched behind all others are left out.

use crate::{EvaluatedDecision, UnmatchedRule};
use std::iter;
use std::sync::Arc;
use value::wire::{Reader, put_varint};

/// A rule that no file has: bytes that name it are no list of rules.
const RULE_MAX: u32 = 1 << 24;

/// From how many equal rules in a row on a count takes fewer bytes.
const RUN_MIN: usize = 3;

impl EvaluatedDecision {
    /// The bytes of [`EvaluatedDecision::failing_inputs`]. `inputs` are those of the rules in their
    /// order.
    pub fn pack_failing_inputs(inputs: &[u32]) -> Arc<[u8]> {
        let tried = inputs.iter().rposition(|it| *it != 0).map_or(0, |it| it + 1);
        // Most tables have fewer than 64 inputs.
        let mut out = Vec::with_capacity(tried);
        for run in inputs[..tried].chunk_by(|left, right| left == right) {
            let input = u64::from(run[0]);
            if run.len() >= RUN_MIN {
                put_varint(input * 2 + 1, &mut out);
                put_varint(run.len() as u64, &mut out);
            } else {
                for _ in run {
                    put_varint(input * 2, &mut out);
                }
            }
        }
        out.into()
    }

    /// The rules that did not match, as far as they were tried, whichever logic version noted them.
    pub fn unmatched_rules(&self) -> impl Iterator<Item = UnmatchedRule> {
        let packed = runs(&self.failing_inputs).flat_map(|(rules, input)| {
            rules.filter(move |_| input != 0).map(move |rule| UnmatchedRule { rule, input })
        });
        self.unmatched.iter().cloned().chain(packed)
    }

    /// True if the record says why rules did not match.
    pub fn has_unmatched_rules(&self) -> bool {
        !self.unmatched.is_empty() || !self.failing_inputs.is_empty()
    }
}

/// The numbers of rules in a row with their input. Ends where the bytes make no sense.
fn runs(bytes: &[u8]) -> impl Iterator<Item = (std::ops::Range<u32>, u32)> {
    let mut input = Reader::new(bytes);
    let mut rule = 1_u32;
    iter::from_fn(move || {
        if input.is_empty() {
            return None;
        }
        let item = input.varint().ok()?;
        let count = if item % 2 == 1 { u32::try_from(input.varint().ok()?).ok()? } else { 1 };
        let begin = rule;
        rule = rule.checked_add(count).filter(|it| *it <= RULE_MAX)?;
        Some((begin..rule, u32::try_from(item / 2).ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(bytes: &[u8]) -> EvaluatedDecision {
        EvaluatedDecision { failing_inputs: bytes.into(), ..EvaluatedDecision::default() }
    }

    fn read(decision: &EvaluatedDecision) -> Vec<(u32, u32)> {
        decision.unmatched_rules().map(|it| (it.rule, it.input)).collect()
    }

    #[test]
    fn the_bytes_are_these() {
        let pack = |inputs: &[u32]| EvaluatedDecision::pack_failing_inputs(inputs).to_vec();
        assert!(pack(&[]).is_empty());
        assert!(pack(&[0, 0]).is_empty());
        assert_eq!(pack(&[1, 1, 0, 2, 0]), [2, 2, 0, 4]);
        assert_eq!(pack(&[1, 1, 1]), [3, 3]);
        assert_eq!(pack(&[0, 0, 0, 0, 70]), [1, 4, 0x8c, 1]);
        let mut many = vec![1; 10_000];
        many[9_998] = 0;
        assert_eq!(pack(&many), [3, 0x8e, 0x4e, 0, 2]);
    }

    #[test]
    fn bytes_that_make_no_sense_end_the_list() {
        assert_eq!(read(&packed(&[2, 0x80])), [(1, 1)]);
        assert_eq!(read(&packed(&[2, 3])), [(1, 1)]);
        let endless = [2, 3, 0xff, 0xff, 0xff, 0xff, 0x0f];
        assert_eq!(read(&packed(&endless)), [(1, 1)]);
    }

    #[test]
    fn what_the_first_logic_version_noted_is_read_too() {
        let unmatched = vec![UnmatchedRule { rule: 2, input: 3 }];
        let decision = EvaluatedDecision { unmatched, ..EvaluatedDecision::default() };
        assert_eq!(read(&decision), [(2, 3)]);
        assert!(decision.has_unmatched_rules());
        assert!(!EvaluatedDecision::default().has_unmatched_rules());
    }

    #[test]
    fn what_is_packed_is_read_again() {
        let few = [0, 1, 2, 64];
        for length in 0..8_u32 {
            for number in 0..4_usize.pow(length) {
                let inputs: Vec<u32> =
                    (0..length).map(|at| few[number / 4_usize.pow(at) % 4]).collect();
                let decision = packed(&EvaluatedDecision::pack_failing_inputs(&inputs));
                let wanted = (1..).zip(inputs).filter(|it| it.1 != 0).collect::<Vec<(u32, u32)>>();
                assert_eq!(read(&decision), wanted);
            }
        }
    }
}
