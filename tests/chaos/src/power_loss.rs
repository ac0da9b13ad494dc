//! Rounds of power loss and kills over one log: write, crash, open again, compare.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};

use crate::log_oracle::{Log, Oracle};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::Faults;
use crate::powerfs::mount::Mounted;
use crate::protocol::Line;
use draw::Random;

/// A writer that does not come to its cut in this time hangs.
const PATIENCE: Duration = Duration::from_mins(1);
/// After so many crashes the disk is replaced by an empty one.
const LIFE_ROUNDS: u32 = 8;

/// What to run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The writer program. It is called with a folder, a seed and a log file size in bytes.
    pub writer: PathBuf,
    /// What everything random follows from.
    pub seed: u64,
    /// How many crashes.
    pub rounds: u32,
    /// Which crashes, as often as they stand here; [`MIXED`] is a good mixture.
    pub crashes: Vec<Crash>,
}

/// Mostly power cuts.
pub const MIXED: [Crash; 10] = {
    use Crash::{Cut, FailedSync, Kill};
    [Cut, Cut, Cut, Cut, Cut, Cut, Cut, Kill, Kill, FailedSync]
};

/// What happened in one round, or in all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Power cuts.
    pub cuts: u32,
    /// Kills of the writer alone, whose unsynced writes stay in the cache.
    pub kills: u32,
    /// Syncs that failed, after which the writer has to stop.
    pub failed_syncs: u32,
    /// Steps that were acknowledged before a crash, all found after it.
    pub acknowledged: usize,
    /// Smallest steps that were begun and not acknowledged.
    pub begun: usize,
    /// Those of them that were found.
    pub survived: usize,
    /// Unsynced writes and name changes at the moment of the cuts.
    pub at_stake: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.cuts += other.cuts;
        self.kills += other.kills;
        self.failed_syncs += other.failed_syncs;
        self.acknowledged += other.acknowledged;
        self.begun += other.begun;
        self.survived += other.survived;
        self.at_stake += other.at_stake;
    }
}

/// What ends a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    /// The power goes.
    Cut,
    /// The writer is killed; what it wrote stays in the cache.
    Kill,
    /// A sync fails, and the writer has to stop.
    FailedSync,
}

/// Whether this process can mount the file system; the reason if it cannot.
///
/// # Errors
///
/// Anything but a missing right or device.
pub fn can_mount() -> anyhow::Result<bool> {
    let folder = tempfile::tempdir().context("make a folder to mount on")?;
    match Mounted::new(Disk::default(), folder.path(), Faults::default()) {
        Ok(mounted) => {
            mounted.unmount().context("unmount")?;
            Ok(true)
        }
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::NotFound
            ) =>
        {
            Ok(false)
        }
        Err(error) => Err(error).context("mount"),
    }
}

/// Runs the plan and tells `progress` after each round.
///
/// # Errors
///
/// What was lost, invented or refused, with the round and seed that show it again.
pub fn run(plan: &Plan, mut progress: impl FnMut(u32, &Tally)) -> anyhow::Result<Tally> {
    let mut random = Random::new(plan.seed);
    let mut total = Tally::default();
    let mut disk = Disk::default();
    let mut oracle = Oracle::default();
    for round in 1..=plan.rounds {
        if round % LIFE_ROUNDS == 0 {
            (disk, oracle) = (Disk::default(), Oracle::default());
        }
        let mut round_random = random.fork();
        let (after, tally) = run_round(plan, disk, &mut oracle, &mut round_random)
            .with_context(|| format!("round {round} of seed {}", plan.seed))?;
        disk = after;
        total.add(&tally);
        progress(round, &total);
    }
    Ok(total)
}

fn run_round(
    plan: &Plan,
    disk: Disk,
    oracle: &mut Oracle,
    random: &mut Random,
) -> anyhow::Result<(Disk, Tally)> {
    let crash = random.one_of(&plan.crashes);
    // Half of the crashes come while the log is being opened or soon after.
    let most = random.one_of(&[6, 12, 40, 400, 2_000]);
    let moment = 1 + random.below(most);
    let faults = match crash {
        Crash::Cut | Crash::Kill => Faults { cut_at: Some(moment), ..Faults::default() },
        Crash::FailedSync => Faults { fail_sync_at: Some(moment), ..Faults::default() },
    };
    let folder = tempfile::tempdir().context("make a folder to mount on")?;
    let mounted = Mounted::new(disk, folder.path(), faults).context("mount")?;
    let file_size = random.one_of(&[4_096, 65_536, 1 << 20]);
    let ended = write_until(&plan.writer, &mounted, random.number(), file_size, crash)?;
    let verdict = match &ended.found {
        Some(found) => Some(oracle.judge(found.clone()).map_err(|error| anyhow!(error))?),
        None => None,
    };
    for line in &ended.lines {
        oracle.note(*line);
    }
    let mut tally = Tally::default();
    if let Some(verdict) = verdict {
        tally.acknowledged = verdict.acknowledged;
        tally.begun = verdict.begun;
        tally.survived = verdict.survived;
    }
    let disk = mounted.unmount().context("unmount")?;
    let disk = match crash {
        Crash::Cut => {
            tally.cuts = 1;
            tally.at_stake = disk.unsynced();
            disk.after_cut(random)
        }
        Crash::Kill => {
            tally.kills = 1;
            disk
        }
        Crash::FailedSync => {
            tally.failed_syncs = 1;
            disk
        }
    };
    Ok((disk, tally))
}

/// What a writer said until its end.
struct Ended {
    /// What it found; none if it ended before it had said all.
    found: Option<Log>,
    /// What it did.
    lines: Vec<Line>,
}

fn write_until(
    writer: &Path,
    mounted: &Mounted,
    seed: u64,
    file_size: u64,
    crash: Crash,
) -> anyhow::Result<Ended> {
    let mount_point = mounted.folder().join("partitions/1/log");
    let mut child = Command::new(writer)
        .arg(mount_point)
        .arg(seed.to_string())
        .arg(file_size.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("start {}", writer.display()))?;
    let said = child.stdout.take().context("the writer's output")?;
    let complaint = child.stderr.take().context("the writer's errors")?;
    std::thread::scope(|scope| {
        let lines =
            scope.spawn(move || BufReader::new(said).lines().collect::<Result<Vec<_>, _>>());
        let complaint = scope.spawn(move || {
            let mut text = String::new();
            BufReader::new(complaint).read_to_string(&mut text).map(|_| text)
        });
        let crashed = wait_for_crash(&mut child, mounted, crash)?;
        // The power goes for everybody, also for a writer that was not at its end.
        mounted.cut();
        child.kill().context("kill the writer")?;
        mounted.release();
        child.wait().context("wait for the writer")?;
        let lines = lines.join().map_err(|_| anyhow!("the reader of lines panicked"))??;
        let complaint =
            complaint.join().map_err(|_| anyhow!("the reader of errors panicked"))??;
        if !crashed {
            bail!("the writer ended before its crash: {complaint}");
        }
        let ended = read_lines(&lines)?;
        // While it opens the log, a writer may name the failed call instead.
        let opened = ended.found.is_some();
        if crash == Crash::FailedSync && opened && !complaint.contains("must stop") {
            bail!("after a failed sync the writer did not say why it stops: {complaint}");
        }
        Ok(ended)
    })
}

/// Waits for the end of a round; false if the writer ended for another reason.
fn wait_for_crash(child: &mut Child, mounted: &Mounted, crash: Crash) -> anyhow::Result<bool> {
    let step = Duration::from_millis(5);
    for _ in 0..PATIENCE.as_millis() / step.as_millis() {
        let over = mounted.wait_for_cut(step);
        match (crash, over, child.try_wait().context("look at the writer")?) {
            (Crash::Cut | Crash::Kill, true, _) => return Ok(true),
            (Crash::FailedSync, _, Some(_)) => return Ok(mounted.sync_failed()),
            (Crash::Cut | Crash::Kill, false, Some(_)) => return Ok(false),
            (_, _, None) => {}
        }
    }
    child.kill().context("kill a writer that hangs")?;
    mounted.release();
    bail!("the writer hangs: {:?} after {PATIENCE:?}", mounted.calls())
}

fn read_lines(lines: &[String]) -> anyhow::Result<Ended> {
    let mut found = Log::default();
    let mut all = false;
    let mut done = Vec::new();
    for line in lines {
        let line: Line = line.parse()?;
        all |= line == Line::FoundAll;
        if all {
            done.push(line);
        } else {
            found.note(line);
        }
    }
    Ok(Ended { found: all.then_some(found), lines: done })
}
