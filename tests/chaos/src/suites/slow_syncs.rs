//! The suite `slow-syncs`: the disk takes its time, up to half a minute for one sync.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::lengths::{self, SHORT_SCRIPT};
use crate::environment::probe;
use crate::load::steps::Steps;
use crate::oracle::Oracle;
use crate::oracle::probe::{
    HEALTH_LATE_MAX_MS, Phase, RECOVERY_MAX_MS, check_health, check_recovery,
};
use crate::play::{Ending, Play, READ_BEFORE, connect};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Faults, Op, SlowSync};
use crate::stage::Stage;
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
/// How long lies between two looks at health.
const LOOK: Duration = Duration::from_millis(200);
/// So long health is asked after the stall.
const WATCHED_AFTER: Duration = Duration::from_millis(HEALTH_LATE_MAX_MS + 1_000);
/// What takes longer will never come.
const END_MAX: Duration = Duration::from_mins(1);
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
        let mut classes: Vec<_> = KINDS.iter().map(|(_, _, name)| *name).collect();
        classes.extend(Oracle::OF_EACH_RUN.map(Oracle::class));
        classes.push(READ_BEFORE);
        classes
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
    let ending = play.act(&mut stage, SHORT_SCRIPT).await?;
    ensure!(stage.mounted.struck().is_some(), "no sync was slow");
    tally.hit(name);
    ensure!(stage.server()?.ended()?.is_none(), "slowness ended it: {}", stage.log());
    ensure!(ending != Ending::NotReady, "it never became ready: {}", stage.log());
    if slow.delay >= STALL {
        ensure!(ending != Ending::Played, "nobody waited for the disk");
        watch(&mut play, &mut stage).await.with_context(|| stage.log())?;
    } else {
        ensure!(ending == Ending::Played, "{ending:?}: {}", stage.log());
    }
    stage.mounted.heal();
    let disk = play.end(stage)?;
    play.replay(&disk)?;
    play.finale(disk, tally).await
}

/// Asks for health through the stall, which the script has given up in the middle of, and looks how
/// soon after it commands commit.
async fn watch(play: &mut Play, stage: &mut Stage) -> Result<()> {
    let address = stage.server()?.http.clone();
    let mut probes = Vec::new();
    let (began, ended) = loop {
        let Some(stall) = stage.mounted.stall() else { bail!("no sync was slow") };
        if let Some(ended) = stall.ended {
            break (stall.began, ended);
        }
        probes.push(probe(&address, stall.began)?);
        tokio::time::sleep(LOOK).await;
    };
    let client = connect(&stage.server()?.grpc).await?;
    let ledger = play.ledger.clone();
    let http = stage.server()?.http.clone();
    let steps = Steps { client, http, ledger: &ledger, patience: END_MAX };
    while !matches!(steps.create_job().await, Ok(Some(_))) {
        ensure!(ended.elapsed() < END_MAX, "no command is acknowledged any more");
        tokio::time::sleep(LOOK).await;
    }
    let took_ms = u64::try_from(ended.elapsed().as_millis())?;
    check_recovery("a stall of the disk", took_ms, RECOVERY_MAX_MS, &mut play.verdict);
    play.resumed()?;
    // It must call itself ready by now or soon, and stay so.
    while ended.elapsed() < WATCHED_AFTER {
        probes.push(probe(&address, began)?);
        tokio::time::sleep(LOOK).await;
    }
    let ended_ms = u64::try_from(ended.duration_since(began).as_millis())?;
    let stalled = Phase {
        from_ms: 0,
        to_ms: ended_ms,
        late_max_ms: HEALTH_LATE_MAX_MS,
        reasons: REASONS,
        disk_free_min_bytes: None,
    };
    let after = Phase { from_ms: ended_ms, to_ms: u64::MAX, reasons: &[], ..stalled };
    for phase in [stalled, after] {
        let from = phase.from_ms + phase.late_max_ms;
        let is_asked = probes.iter().any(|it| (from..phase.to_ms).contains(&it.at_ms));
        ensure!(is_asked, "health was never asked in {phase:?}");
    }
    check_health(&probes, &[stalled, after], &mut play.verdict);
    Ok(())
}
