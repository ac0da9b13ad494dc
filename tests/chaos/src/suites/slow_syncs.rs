//! The suite `slow-syncs`: the disk takes its time, up to half a minute for one sync.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::lengths::{self, SHORT_SCRIPT};
use crate::environment::probe;
use crate::oracle::probe::{HEALTH_LATE_MAX_MS, Phase, Probe, check_health};
use crate::play::{Ending, Play};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Faults, Op, SlowSync};
use crate::suite::{Form, Setting, Suite, Tally};

/// Every sync.
const ALL: u64 = u64::MAX / 2;
/// How the names of log files end.
const LOG: &str = ".wal";

/// How slow, for how many syncs, and what that is called.
const KINDS: [(Duration, u64, &str); 3] = [
    (Duration::from_millis(50), ALL, "syncs of 50 ms"),
    (Duration::from_secs(2), 3, "syncs of 2 s"),
    (Duration::from_secs(30), 1, "a sync of 30 s"),
];
/// From here on a sync that hangs must show in health.
const STALL: Duration = Duration::from_secs(20);
/// A word of the reason in health.
const REASONS: &[&str] = &["disk"];

/// Slow syncs.
#[derive(Debug)]
pub(super) struct SlowSyncs;

impl Suite for SlowSyncs {
    fn name(&self) -> &'static str {
        "slow-syncs"
    }

    fn about(&self) -> &'static str {
        "fsync that takes 50 ms, 2 s and 30 s: slow, truthful about it, and nothing lost"
    }

    fn skipped(&self) -> Option<String> {
        lengths::cannot_mount()
    }

    fn rounds(&self, _setting: &Setting) -> Result<u64> {
        Ok(KINDS.len() as u64)
    }

    fn classes(&self, _form: Form) -> Vec<&'static str> {
        KINDS.iter().map(|(_, _, name)| *name).collect()
    }

    fn rounds_at_once(&self) -> usize {
        KINDS.len()
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let (delay, count, name) = KINDS[usize::try_from(round)?];
        // In the middle of the script, where commands wait for the log.
        let trace = &lengths::short(setting)?.trace;
        let of_log = trace.iter().filter(|it| it.op == Op::Sync && it.path.ends_with(LOG)).count();
        let middle = u64::try_from(of_log / 2)?;
        let slow = if count == ALL {
            SlowSync { of: "", from: 1, count, delay }
        } else {
            SlowSync { of: LOG, from: middle, count, delay }
        };
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(delayed(setting, slow, name, tally)).context(name)
    }
}

async fn delayed(setting: &Setting, slow: SlowSync, name: &str, tally: &mut Tally) -> Result<()> {
    let mut play = Play::new(&setting.binary);
    let faults = Faults { slow_sync: Some(slow), ..Faults::default() };
    let mut stage = play.stage(Disk::default(), faults)?;
    let started = Instant::now();
    let ending = play.act(&mut stage, SHORT_SCRIPT).await?;
    ensure!(stage.mounted.struck().is_some(), "no sync was slow");
    tally.hit(name);
    ensure!(stage.server()?.ended()?.is_none(), "slowness ended it: {}", stage.log());
    ensure!(ending != Ending::NotReady, "it never became ready: {}", stage.log());
    if slow.delay >= STALL {
        ensure!(ending != Ending::Played, "nobody waited for the disk");
        let address = stage.server()?.http.clone();
        let probes = watch(&address, started, slow.delay).await?;
        // The script gave up in the middle of the stall, which ends at a time not known exactly.
        let phase = Phase {
            from_ms: 0,
            to_ms: u64::MAX,
            late_max_ms: HEALTH_LATE_MAX_MS,
            reasons: REASONS,
            disk_free_min_bytes: None,
        };
        let stalled: Vec<Probe> = probes.iter().take_while(|it| !it.is_ready).cloned().collect();
        ensure!(!stalled.is_empty(), "it calls itself ready while no command commits: {probes:?}");
        check_health(&stalled, &[phase], &mut play.verdict);
        let last = probes.last().context("health was never asked")?;
        ensure!(last.is_ready, "it is not ready after the stall: {last:?}");
    } else {
        ensure!(ending == Ending::Played, "{ending:?}: {}", stage.log());
    }
    stage.mounted.heal();
    play.resumed()?;
    play.finish(&mut stage, tally).await.with_context(|| stage.log())
}

/// Asks for health until it is ready again.
async fn watch(address: &str, started: Instant, delay: Duration) -> Result<Vec<Probe>> {
    let mut probes = Vec::new();
    let until = Instant::now() + delay + Duration::from_secs(5);
    while Instant::now() < until {
        let probe = probe(address, started)?;
        let is_ready = probe.is_ready;
        probes.push(probe);
        if is_ready {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(probes)
}
