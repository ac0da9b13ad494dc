//! The suite `cuts`: the power goes, and everything unsynced with it, torn at 512 bytes.
//!
//! A round is a life of three cuts on one disk: in the script, and then in what follows on a cut,
//! be it a start, a replay, a fold or the script again.

use std::ops::RangeInclusive;

use anyhow::{Context, Result, bail};

use super::lengths::{self, LONG_SCRIPT, Length, SHORT_SCRIPT};
use crate::environment::COLD;
use crate::oracle::Oracle;
use crate::places::{class, kind};
use crate::play::{Ending, Play, READ_BEFORE};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::Faults;
use crate::script::Script;
use crate::suite::{CUTS, Form, Setting, Suite, Tally};
use draw::Random;

/// Cuts in the life of one disk.
const CUTS_IN_A_LIFE: u32 = 3;

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
        let mut classes = vec!["cut in a script", "cut in a recovery", "cut that lost something"];
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
        // One life begins with a cut of which all can be replayed cold.
        let calls = length.calls.all;
        let first = if round == 0 { whole_log(length)? } else { 1..=calls };
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(live(setting, (script, calls, first), &mut random, tally))
    }
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

async fn live(
    setting: &Setting,
    (script, calls, first): (Script, u64, RangeInclusive<u64>),
    random: &mut Random,
    tally: &mut Tally,
) -> Result<()> {
    let mut play = Play::new(&setting.binary);
    let mut disk = Disk::default();
    for life in 0..CUTS_IN_A_LIFE {
        // Later cuts come early, so that they meet starts and recoveries.
        let at = if life == 0 {
            first.start() + random.below(first.end() - first.start() + 1)
        } else {
            let most = random.one_of(&[40, 120, calls / 2]);
            1 + random.below(most)
        };
        let cut = cut_at(&mut play, disk, (script, at), random, tally).await;
        disk = cut.with_context(|| format!("cut {life} at call {at}"))?;
    }
    play.finale(disk, tally).await
}

async fn cut_at(
    play: &mut Play,
    disk: Disk,
    (script, at): (Script, u64),
    random: &mut Random,
    tally: &mut Tally,
) -> Result<Disk> {
    let faults = Faults { cut_at: Some(at), ..Faults::default() };
    let mut stage = play.stage(disk, faults)?;
    let ending = play.act(&mut stage, script).await?;
    match (stage.mounted.struck(), ending) {
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
    let disk = disk.after_cut(random);
    play.replay(&disk)?;
    Ok(disk)
}
