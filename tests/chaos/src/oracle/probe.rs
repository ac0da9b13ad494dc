//! O14 to O16: it recovers, says whether it can work, and stays bounded.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};

use super::replay::partition;
use super::verdict::{Oracle, Verdict};

/// After a fault health may be wrong for so long, in milliseconds.
pub const HEALTH_LATE_MAX_MS: u64 = 5_000;
/// After a fault commands must commit again within this time, in milliseconds.
pub const RECOVERY_MAX_MS: u64 = 5_000;
/// The name of the gauge that says whether commands can commit.
const READY: &str = "baton_ready";
/// The name of the gauge that says that it is the disk that keeps commands from committing.
const DISK: &str = "baton_not_ready{reason=\"disk\"}";
/// The name of the gauge that says that the process will end, whatever the cause.
const FAILURE: &str = "baton_not_ready{reason=\"failure\"}";
/// The name of the gauge of free space.
const DISK_FREE: &str = "baton_disk_free_bytes";
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
    /// What metrics said at the same moment, if they were asked.
    pub gauges: Option<Gauges>,
}

/// What metrics say about readiness, and about the reason that faults of these suites have: the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauges {
    /// Whether commands can commit.
    pub is_ready: bool,
    /// Whether the disk keeps them from it.
    pub is_disk: bool,
    /// Whether it is about to end.
    pub is_ending: bool,
    /// Free space on the disk of the data folder, in bytes.
    pub disk_free_bytes: u64,
}

impl Gauges {
    /// Reads them from metrics as Prometheus text.
    ///
    /// # Errors
    /// One of them is not there, or is no number.
    pub fn read(metrics: &str) -> Result<Self> {
        let gauge = |name: &str| {
            let mut lines = metrics.lines().filter_map(|it| it.split_once(' '));
            let value = lines.find(|it| it.0 == name).with_context(|| format!("no {name}"))?.1;
            value.parse::<u64>().with_context(|| format!("{name} is '{value}'"))
        };
        let is = |name: &str| Ok::<_, anyhow::Error>(gauge(name)? == 1);
        let (is_ready, is_disk, is_ending) = (is(READY)?, is(DISK)?, is(FAILURE)?);
        Ok(Self { is_ready, is_disk, is_ending, disk_free_bytes: gauge(DISK_FREE)? })
    }
}

/// A time in which commands can commit, or cannot for a known reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// When it begins.
    pub from_ms: u64,
    /// When it ends.
    pub to_ms: u64,
    /// How long after its beginning something else may be said.
    pub late_max_ms: u64,
    /// Words of which the reasons must contain one while commands cannot commit, which is because of
    /// the disk; none while they can.
    pub reasons: &'static [&'static str],
    /// Where the reason is the disk: metrics must say that less is free.
    pub disk_free_min_bytes: Option<u64>,
}

impl Phase {
    /// Whether what was said in it is true.
    fn is_told(&self, probe: &Probe) -> bool {
        let may_commit = self.reasons.is_empty();
        let is_named = |reason: &String| self.reasons.iter().any(|it| reason.contains(it));
        let is_true = if may_commit {
            probe.is_ready
        } else {
            !probe.is_ready && probe.reasons.iter().any(is_named)
        };
        let is_measured = probe.gauges.is_none_or(|gauges| {
            let is_short = |min: u64| gauges.disk_free_bytes < min;
            gauges.is_ready == may_commit
                && (gauges.is_disk || gauges.is_ending) != may_commit
                && self.disk_free_min_bytes.is_none_or(is_short)
        });
        is_true && is_measured
    }
}

/// O15: health says whether commands can commit, and why not.
pub fn check_health(probes: &[Probe], phases: &[Phase], verdict: &mut Verdict) {
    for phase in phases {
        let from = phase.from_ms + phase.late_max_ms;
        let inside = probes.iter().filter(|it| (from..phase.to_ms).contains(&it.at_ms));
        for probe in inside {
            verdict.expect(Oracle::Health, phase.is_told(probe), || {
                format!("health does not say what is the case: {probe:?} {phase:?}")
            });
        }
    }
}

/// O15: once commands commit again, health and metrics call the server ready soon.
pub fn check_ready(what: &str, who: &str, late_ms: u64, verdict: &mut Verdict) {
    verdict.expect(Oracle::Health, late_ms <= HEALTH_LATE_MAX_MS, || {
        format!("after {what} commands committed, and {who} said so {late_ms} ms later")
    });
}

/// O14: after the end of a fault, commands commit again soon.
pub fn check_recovery(what: &str, took_ms: u64, max_ms: u64, verdict: &mut Verdict) {
    verdict.recovery_max_ms = verdict.recovery_max_ms.max(took_ms);
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

impl Usage {
    /// What a process uses, and a data folder: its log and its checkpoints. Records are the history,
    /// which grows with what is done until somebody wants less of it kept.
    ///
    /// # Errors
    /// The process is gone, or the folder cannot be read.
    pub fn of(process: u32, data: &Path) -> Result<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let resident = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
        let kilobytes = resident.and_then(|it| it.trim().strip_suffix(" kB"));
        let kilobytes: u64 = kilobytes.context("the process has no memory")?.parse()?;
        Ok(Self { memory_bytes: kilobytes << 10, disk_bytes: disk_bytes(data)? })
    }
}

/// The size of log and checkpoints of a data folder.
///
/// # Errors
/// The folder cannot be read.
pub fn disk_bytes(data: &Path) -> Result<u64> {
    let folder = partition(data);
    Ok(size(&folder.join("log"))? + size(&folder.join("checkpoints"))?)
}

/// The size of all files in a folder, of which some may go meanwhile.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))? {
        let entry = entry?;
        bytes += match entry.metadata() {
            Ok(it) if it.is_dir() => size(&entry.path())?,
            Ok(it) => it.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error.into()),
        };
    }
    Ok(bytes)
}

/// What may be used at most after an equal load. `slack` is what does not matter.
fn usage_max(before: Usage, slack: Usage) -> Usage {
    let max = |before: u64, slack: u64| before + before / 100 * GROWTH_MAX_PERCENT + slack;
    Usage {
        memory_bytes: max(before.memory_bytes, slack.memory_bytes),
        disk_bytes: max(before.disk_bytes, slack.disk_bytes),
    }
}

/// Whether [`check_bounds`] would notice that nothing of a load was freed, which wrote so many bytes
/// to log and checkpoints. If not, it shows nothing.
pub fn would_notice(before: Usage, written_bytes: u64, slack: Usage) -> bool {
    let max = usage_max(before, slack);
    before.memory_bytes + written_bytes > max.memory_bytes
        && before.disk_bytes + written_bytes > max.disk_bytes
}

/// Whether [`check_bounds`] is content.
pub fn is_bounded(before: Usage, after: Usage, slack: Usage) -> bool {
    let max = usage_max(before, slack);
    after.memory_bytes <= max.memory_bytes && after.disk_bytes <= max.disk_bytes
}

/// O16: after the load, usage is where it was after an equal load before.
pub fn check_bounds(before: Usage, after: Usage, slack: Usage, verdict: &mut Verdict) {
    let max = usage_max(before, slack);
    verdict.expect(Oracle::Bounded, after.memory_bytes <= max.memory_bytes, || {
        format!("memory grew from {} to {} bytes", before.memory_bytes, after.memory_bytes)
    });
    verdict.expect(Oracle::Bounded, after.disk_bytes <= max.disk_bytes, || {
        format!("the folder grew from {} to {} bytes", before.disk_bytes, after.disk_bytes)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(at_ms: u64, reason: Option<&str>) -> Probe {
        let reasons = reason.map(str::to_owned).into_iter().collect();
        Probe { at_ms, is_ready: reason.is_none(), reasons, gauges: None }
    }

    fn health(probes: &[Probe]) -> Verdict {
        let full = Phase {
            from_ms: 0,
            to_ms: 10_000,
            late_max_ms: HEALTH_LATE_MAX_MS,
            reasons: &["space", "disk"],
            disk_free_min_bytes: Some(100),
        };
        let (from_ms, to_ms) = (10_000, 20_000);
        let free = Phase { from_ms, to_ms, reasons: &[], disk_free_min_bytes: None, ..full };
        let phases = [full, free];
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
    fn metrics_that_lie_are_noticed() {
        let metrics = "# TYPE baton_ready gauge\nbaton_ready 0\nbaton_disk_free_bytes 99\n\
                       baton_not_ready{reason=\"disk\"} 1\nbaton_not_ready{reason=\"failure\"} 0\n";
        let full = Gauges::read(metrics).unwrap();
        let (is_disk, is_ending) = (true, false);
        let expected = Gauges { is_ready: false, is_disk, is_ending, disk_free_bytes: 99 };
        assert_eq!(full, expected);
        assert!(Gauges::read("baton_ready 1\n").is_err());
        let said = |at_ms, reason, gauges| {
            health(&[Probe { gauges: Some(gauges), ..probe(at_ms, reason) }])
        };
        let reason = Some("the disk is full");
        let free = Gauges { is_ready: true, is_disk: false, disk_free_bytes: 200, ..full };
        assert!(said(6_000, reason, full).is_clean());
        assert!(said(16_000, None, free).is_clean());
        let no_reason = Gauges { disk_free_bytes: 100, ..full };
        assert!(said(6_000, reason, no_reason).blames(Oracle::Health));
        assert!(said(6_000, reason, Gauges { is_ready: true, ..full }).blames(Oracle::Health));
        assert!(said(16_000, None, Gauges { is_ready: false, ..free }).blames(Oracle::Health));
        // The reason is the disk, and only while it is.
        assert!(said(6_000, reason, Gauges { is_disk: false, ..full }).blames(Oracle::Health));
        assert!(said(16_000, None, Gauges { is_disk: true, ..free }).blames(Oracle::Health));
    }

    #[test]
    fn readiness_that_is_told_late_is_noticed() {
        let mut verdict = Verdict::default();
        check_ready("a pause", "health", 5_000, &mut verdict);
        verdict.require(&[Oracle::Health]).unwrap();
        check_ready("a pause", "metrics", 5_001, &mut verdict);
        assert!(verdict.blames(Oracle::Health));
    }

    #[test]
    fn a_slow_recovery_and_an_idle_node_that_writes_are_noticed() {
        let mut verdict = Verdict::default();
        check_recovery("a kill", 5_000, RECOVERY_MAX_MS, &mut verdict);
        check_idle(7, 7, &mut verdict);
        verdict.require(&[Oracle::Liveness]).unwrap();
        assert_eq!(verdict.recovery_max_ms, 5_000);
        check_recovery("a kill", 5_001, RECOVERY_MAX_MS, &mut verdict);
        check_idle(7, 8, &mut verdict);
        assert_eq!(verdict.violations.len(), 2);
    }

    #[test]
    fn what_a_process_and_its_folder_use_is_found() -> Result<()> {
        let data = tempfile::tempdir()?;
        let folder = partition(data.path());
        fs::create_dir_all(folder.join("checkpoints/base"))?;
        fs::create_dir_all(folder.join("log"))?;
        fs::create_dir_all(folder.join("records"))?;
        for (file, length) in [("log/head", 5), ("checkpoints/base/db", 7), ("records/1.seg", 90)] {
            fs::write(folder.join(file), vec![0; length])?;
        }
        let used = Usage::of(std::process::id(), data.path())?;
        assert_eq!(used.disk_bytes, 12);
        assert!(used.memory_bytes > 1 << 20, "{used:?}");
        Ok(())
    }

    #[test]
    fn usage_that_grows_is_noticed() {
        let usage = |memory_bytes, disk_bytes| Usage { memory_bytes, disk_bytes };
        let check = |after| {
            let mut verdict = Verdict::default();
            let (before, slack) = (usage(1_000, 1_000), usage(10, 10));
            check_bounds(before, after, slack, &mut verdict);
            assert_eq!(is_bounded(before, after, slack), verdict.violations.is_empty());
            verdict.violations.len()
        };
        assert_eq!(check(usage(1_210, 1_210)), 0);
        assert_eq!(check(usage(1_211, 1_210)), 1);
        assert_eq!(check(usage(1_210, 1_211)), 1);
    }

    #[test]
    fn a_load_that_is_too_small_for_the_tolerance_shows_nothing() {
        let usage = |memory_bytes, disk_bytes| Usage { memory_bytes, disk_bytes };
        let slack = usage(10, 10);
        assert!(would_notice(usage(1_000, 1_000), 211, slack));
        assert!(!would_notice(usage(1_000, 1_000), 210, slack));
        assert!(!would_notice(usage(1_100, 1_000), 211, slack));
        assert!(!would_notice(usage(1_000, 1_100), 211, slack));
    }
}
