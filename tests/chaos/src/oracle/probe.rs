//! O14 to O16: it recovers, says whether it can work, and stays bounded.

use super::verdict::{Oracle, Verdict};

/// After a fault health may be wrong for so long, in milliseconds.
pub const HEALTH_LATE_MAX_MS: u64 = 5_000;
/// After a fault commands must commit again within this time, in milliseconds.
pub const RECOVERY_MAX_MS: u64 = 5_000;
/// Usage may be so much above where it was, in parts of a hundred.
const GROWTH_MAX_PERCENT: u64 = 20;

/// What health said at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// When, in milliseconds of any clock that never goes back.
    pub at_ms: u64,
    /// Whether it called itself ready.
    pub is_ready: bool,
    /// Why not; one sentence each.
    pub reasons: Vec<String>,
}

/// A time in which commands can commit, or cannot for a known reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// When it begins.
    pub from_ms: u64,
    /// When it ends.
    pub to_ms: u64,
    /// A word that the reasons must contain while commands cannot commit; none while they can.
    pub reason: Option<String>,
}

/// O15: health says whether commands can commit, and why not.
pub fn check_health(probes: &[Probe], phases: &[Phase], verdict: &mut Verdict) {
    for phase in phases {
        let from = phase.from_ms + HEALTH_LATE_MAX_MS;
        let inside = probes.iter().filter(|it| (from..phase.to_ms).contains(&it.at_ms));
        for probe in inside {
            let is_true = match &phase.reason {
                None => probe.is_ready,
                Some(word) => !probe.is_ready && probe.reasons.iter().any(|it| it.contains(word)),
            };
            verdict.expect(Oracle::Health, is_true, || {
                format!("health does not say what is the case: {probe:?} {phase:?}")
            });
        }
    }
}

/// O14: after the end of a fault, commands commit again soon.
pub fn check_recovery(what: &str, took_ms: u64, max_ms: u64, verdict: &mut Verdict) {
    verdict.expect(Oracle::Liveness, took_ms <= max_ms, || {
        format!("after {what} it took {took_ms} ms until commands committed, not {max_ms}")
    });
}

/// O14: a node with nothing to do writes nothing.
pub fn check_idle(index_before: u64, index_after: u64, verdict: &mut Verdict) {
    verdict.expect(Oracle::Liveness, index_before == index_after, || {
        format!("the log grew from {index_before} to {index_after} while nothing was to be done")
    });
}

/// What a node uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// The data folder, in bytes.
    pub disk_bytes: u64,
}

/// O16: after the load, usage is where it was after an equal load before. `slack` is what does not
/// matter.
pub fn check_bounds(before: Usage, after: Usage, slack: Usage, verdict: &mut Verdict) {
    let fits = |before: u64, after: u64, slack: u64| {
        after <= before + before / 100 * GROWTH_MAX_PERCENT + slack
    };
    let memory = fits(before.memory_bytes, after.memory_bytes, slack.memory_bytes);
    verdict.expect(Oracle::Bounded, memory, || {
        format!("memory grew from {} to {} bytes", before.memory_bytes, after.memory_bytes)
    });
    let disk = fits(before.disk_bytes, after.disk_bytes, slack.disk_bytes);
    verdict.expect(Oracle::Bounded, disk, || {
        format!("the folder grew from {} to {} bytes", before.disk_bytes, after.disk_bytes)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(at_ms: u64, reason: Option<&str>) -> Probe {
        let reasons = reason.map(str::to_owned).into_iter().collect();
        Probe { at_ms, is_ready: reason.is_none(), reasons }
    }

    fn health(probes: &[Probe]) -> Verdict {
        let full = Some("disk".to_owned());
        let phases = [
            Phase { from_ms: 0, to_ms: 10_000, reason: full },
            Phase { from_ms: 10_000, to_ms: 20_000, reason: None },
        ];
        let mut verdict = Verdict::default();
        check_health(probes, &phases, &mut verdict);
        verdict
    }

    #[test]
    fn health_that_lies_is_noticed() {
        health(&[probe(6_000, Some("the disk is full")), probe(16_000, None)])
            .require(&[Oracle::Health])
            .unwrap();
        assert!(health(&[probe(6_000, None)]).blames(Oracle::Health));
        assert!(health(&[probe(6_000, Some("no quorum"))]).blames(Oracle::Health));
        assert!(health(&[probe(16_000, Some("the disk is full"))]).blames(Oracle::Health));
        // It has some time to notice.
        assert!(!health(&[probe(4_000, None), probe(14_000, Some("x"))]).blames(Oracle::Health));
    }

    #[test]
    fn a_slow_recovery_and_an_idle_node_that_writes_are_noticed() {
        let mut verdict = Verdict::default();
        check_recovery("a kill", 5_000, RECOVERY_MAX_MS, &mut verdict);
        check_idle(7, 7, &mut verdict);
        verdict.require(&[Oracle::Liveness]).unwrap();
        check_recovery("a kill", 5_001, RECOVERY_MAX_MS, &mut verdict);
        check_idle(7, 8, &mut verdict);
        assert_eq!(verdict.violations.len(), 2);
    }

    #[test]
    fn usage_that_grows_is_noticed() {
        let usage = |memory_bytes, disk_bytes| Usage { memory_bytes, disk_bytes };
        let check = |after| {
            let mut verdict = Verdict::default();
            check_bounds(usage(1_000, 1_000), after, usage(10, 10), &mut verdict);
            verdict.violations.len()
        };
        assert_eq!(check(usage(1_210, 1_210)), 0);
        assert_eq!(check(usage(1_211, 1_210)), 1);
        assert_eq!(check(usage(1_210, 1_211)), 1);
    }
}
