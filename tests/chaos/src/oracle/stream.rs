//! O8: readers see each record once and no hole, and a record never changes after it was read.

use std::path::Path;

use broker::io::RealDisk;
use broker::segment::{self, FIRST_POSITION, Reader};

use super::evidence::Evidence;
use super::fact::Seen;
use super::replay::PARTITION;
use super::verdict::{Oracle, Verdict};
use crate::log_oracle::fingerprint;

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

/// All that a reader of these record segments sees now, and why it sees no more, if it is told that
/// something is damaged.
pub(crate) fn read(folder: &Path) -> (Vec<Seen>, Option<segment::Error>) {
    let mut seen = Vec::new();
    let mut reader = Reader::open(RealDisk, folder, PARTITION, FIRST_POSITION);
    loop {
        match reader.next() {
            Ok(Some(record)) => {
                let fingerprint = fingerprint(record.bytes);
                seen.push(Seen { position: record.position, fingerprint });
            }
            Ok(None) => return (seen, None),
            Err(error) => return (seen, Some(error)),
        }
    }
}

/// What was read before a fault is there after it, and says the same.
pub(crate) fn check_again(before: &[Seen], after: &[Seen], verdict: &mut Verdict) {
    let mut after = after.iter();
    for seen in before {
        let again = after.find(|it| it.position >= seen.position);
        let again = again.filter(|it| it.position == seen.position);
        verdict.expect(Oracle::Stream, again.is_some(), || {
            format!("record {} was read and has vanished", seen.position)
        });
        let Some(again) = again else { return };
        verdict.expect(Oracle::Stream, again.fingerprint == seen.fingerprint, || {
            format!("record {} changed after it was read before a fault", seen.position)
        });
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
    use super::super::verdict::Verdict;
    use super::{Seen, check_again};

    #[test]
    fn a_record_that_was_read_and_is_another_or_none_after_a_fault_is_noticed() {
        let after: Vec<Seen> = good().readers.swap_remove(0);
        let checked = |before: &[Seen], after: &[Seen]| {
            let mut verdict = Verdict::default();
            check_again(before, after, &mut verdict);
            verdict
        };
        let before = &after[..after.len() - 2];
        checked(before, &after).require(&[Stream]).unwrap();
        for at in 0..before.len() {
            let mut changed = after.clone();
            changed[at].fingerprint += 1;
            assert!(checked(before, &changed).blames(Stream));
            let mut vanished = after.clone();
            vanished.remove(at);
            assert!(checked(before, &vanished).blames(Stream));
        }
        assert!(checked(&after, before).blames(Stream));
    }

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
