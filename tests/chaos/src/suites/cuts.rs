//! The suite `cuts`: the power goes, and everything unsynced with it, torn at 512 bytes.
//!
//! A round is a life of three cuts on one disk: in the script, and then in what follows on a cut,
//! be it a start, a replay, a fold or the script again. Some lives begin with a cut right behind a
//! checkpoint that leaves nothing unsynced, so that whatever the checkpoint rests on must be durable.

use std::ops::RangeInclusive;

use anyhow::{Context, Result, bail, ensure};

use super::lengths::{self, LONG_SCRIPT, Length, SHORT_SCRIPT};
use super::misses;
use crate::environment::COLD;
use crate::oracle::Oracle;
use crate::places::{class, kind};
use crate::play::{Ending, Play, READ_BEFORE};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Faults, Op, Place};
use crate::script::Script;
use crate::suite::{CUTS, Form, Setting, Suite, Tally};
use draw::Random;

/// Cuts in the life of one disk.
const CUTS_IN_A_LIFE: u32 = 3;

/// One life of so many begins with a cut behind a checkpoint.
const BEHIND_EVERY: u64 = 8;

/// The class of those cuts.
const BEHIND: &str = "cut behind a checkpoint that leaves nothing unsynced";

/// The call that makes a checkpoint durable, or the removal of one that was folded.
const CHECKPOINT: (Op, &str) = (Op::SyncFolder, "checkpoints");

/// Power cuts.
#[derive(Debug)]
pub(super) struct Cuts;

impl Suite for Cuts {
    fn name(&self) -> &'static str {
        "cuts"
    }

    fn about(&self) -> &'static str {
        "power cuts under the whole data folder: log, checkpoints, base, records"
    }

    fn skipped(&self) -> Option<String> {
        lengths::cannot_mount()
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        Ok(setting.form.pick(8, 120))
    }

    fn classes(&self, form: Form) -> Vec<&'static str> {
        let mut classes =
            vec!["cut in a script", "cut in a recovery", "cut that lost something", BEHIND];
        classes.extend(Oracle::OF_EACH_RUN.map(Oracle::class));
        classes.extend([READ_BEFORE, COLD]);
        if form == Form::Long {
            classes.extend([
                "Sync of the log",
                "Write of the mark",
                "Write of checkpoints",
                "Write of the base",
                "Sync of the base",
                "Write of records",
            ]);
        }
        classes
    }

    fn rounds_at_once(&self) -> usize {
        2
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let mut random = setting.random(self.name(), round);
        let (script, length) = match setting.form {
            Form::Short => (SHORT_SCRIPT, lengths::short(setting)?),
            Form::Long => (LONG_SCRIPT, lengths::long(setting)?),
        };
        let calls = length.calls.all;
        let runtime = tokio::runtime::Runtime::new()?;
        if round % BEHIND_EVERY == 1 {
            let place = behind_a_checkpoint(length, &mut random)?;
            let first = Faults { cut_after_place: Some(place), ..Faults::default() };
            return runtime.block_on(misses::strike(tally, async |tally: &mut Tally| {
                live(setting, (script, calls, first), &mut random, tally).await
            }));
        }
        // One life begins with a cut of which all can be replayed cold.
        let first = if round == 0 { whole_log(length)? } else { 1..=calls };
        let first = first.start() + random.below(first.end() - first.start() + 1);
        let first = Faults { cut_at: Some(first), ..Faults::default() };
        runtime.block_on(live(setting, (script, calls, first), &mut random, tally)).map(drop)
    }
}

/// One of the calls that make a checkpoint of the script durable.
fn behind_a_checkpoint(length: &Length, random: &mut Random) -> Result<Place> {
    let (op, kind) = CHECKPOINT;
    let (all, of_start) = length.count(op, kind);
    ensure!(all > 0, "the script makes no checkpoint durable each time");
    // On a machine that is busy elsewhere another play may have made fewer: then it is the last one.
    let before = of_start.min(all - 1);
    Ok(Place { op, kind, number: before + 1 + random.below(all - before) })
}

/// The calls of a script after the start and before the first checkpoint of it, after which the log
/// may be shortened.
fn whole_log(length: &Length) -> Result<RangeInclusive<u64>> {
    let start = usize::try_from(length.of_start)?;
    let is_checkpoint = |path: &str| ["checkpoints", "the base"].contains(&kind(path));
    let checkpoint = length.trace.iter().skip(start).position(|it| is_checkpoint(&it.path));
    let checkpoint = checkpoint.context("the script takes no checkpoint")?;
    let first = length.of_start + 1;
    Ok(first..=first + u64::try_from(checkpoint)?)
}

/// Whether the first cut came where it should.
async fn live(
    setting: &Setting,
    (script, calls, first): (Script, u64, Faults),
    random: &mut Random,
    tally: &mut Tally,
) -> Result<bool> {
    let mut is_struck = false;
    let mut play = Play::new(&setting.binary);
    let mut disk = Disk::default();
    for life in 0..CUTS_IN_A_LIFE {
        // Later cuts come early, so that they meet starts and recoveries.
        let faults = if life == 0 {
            first
        } else {
            let most = random.one_of(&[40, 120, calls / 2]);
            Faults { cut_at: Some(1 + random.below(most)), ..Faults::default() }
        };
        let cut = cut(&mut play, disk, (script, faults), random, tally).await;
        let struck;
        (disk, struck) = cut.with_context(|| format!("cut {life} {}", place(&faults)))?;
        is_struck |= life == 0 && struck;
    }
    play.finale(disk, tally).await?;
    Ok(is_struck)
}

/// Where a cut is planned, in words.
fn place(faults: &Faults) -> String {
    match (faults.cut_at, faults.cut_after_place) {
        (_, Some(Place { op, kind, number })) => format!("after {op:?} {number} of {kind}"),
        (Some(at), None) => format!("at call {at}"),
        (None, None) => "nowhere".to_owned(),
    }
}

/// What a cut leaves, and whether it came where it should.
async fn cut(
    play: &mut Play,
    disk: Disk,
    (script, faults): (Script, Faults),
    random: &mut Random,
    tally: &mut Tally,
) -> Result<(Disk, bool)> {
    let mut stage = play.stage(disk, faults)?;
    let ending = play.act(&mut stage, script).await?;
    let struck = stage.mounted.struck();
    let is_struck = struck.is_some();
    match (struck, ending) {
        (Some(called), Ending::NotReady) => {
            tally.hit(&class(&called));
            tally.hit("cut in a recovery");
        }
        (Some(called), Ending::Stopped(_) | Ending::Played) => {
            tally.hit(&class(&called));
            tally.hit("cut in a script");
        }
        // Beyond the last call: the power goes while nothing is done.
        (None, Ending::Played) => stage.mounted.cut(),
        (None, Ending::NotReady) => bail!("the folder needs hand work: {}", stage.log()),
        (None, Ending::Stopped(_)) => bail!("it ended without a fault: {}", stage.log()),
    }
    tally.count(CUTS, 1);
    let disk = play.end(stage)?;
    if disk.unsynced() > 0 {
        tally.hit("cut that lost something");
    }
    let disk = if faults.cut_after_place.is_some() && is_struck {
        tally.hit(BEHIND);
        disk.after_worst_cut()
    } else {
        disk.after_cut(random)
    };
    play.replay(&disk)?;
    Ok((disk, is_struck))
}
