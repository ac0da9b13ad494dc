//! O8: readers see each record once and no hole, and a record never changes after it was read.

use super::evidence::Evidence;
use super::fact::Seen;
use super::verdict::{Oracle, Verdict};

pub(super) fn check(evidence: &Evidence, verdict: &mut Verdict) {
    for (expected, fact) in (1_u64..).zip(&evidence.facts) {
        let found = fact.position;
        verdict.expect(Oracle::Stream, found == expected, || {
            format!("record {found} stands where {expected} is next")
        });
        if found != expected {
            return;
        }
    }
    for reader in &evidence.readers {
        follows(reader, evidence, verdict);
    }
}

fn follows(reader: &[Seen], evidence: &Evidence, verdict: &mut Verdict) {
    let (seen, all) = (reader.len(), evidence.facts.len());
    verdict.expect(Oracle::Stream, seen == all, || format!("a reader saw {seen} of {all} records"));
    for (seen, fact) in reader.iter().zip(&evidence.facts) {
        let (found, expected) = (seen.position, fact.position);
        verdict.expect(Oracle::Stream, found == expected, || {
            format!("a reader saw record {found} where {expected} was next")
        });
        if found != expected {
            return;
        }
        verdict.expect(Oracle::Stream, seen.fingerprint == fact.fingerprint, || {
            format!("record {found} changed after it was read")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::example::{blames, good};
    use super::super::verdict::Oracle::Stream;

    #[test]
    fn each_record_that_is_missing_or_there_twice_is_noticed() {
        for at in 0..good().facts.len() {
            let mut missing = good();
            missing.readers[0].remove(at);
            blames(&missing, Stream);
            let mut twice = good();
            let again = twice.readers[0][at];
            twice.readers[0].insert(at, again);
            blames(&twice, Stream);
            let mut hole = good();
            hole.facts.remove(at);
            blames(&hole, Stream);
            let mut changed = good();
            changed.readers[0][at].fingerprint += 1;
            blames(&changed, Stream);
        }
    }
}
