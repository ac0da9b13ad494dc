//! The suite `kill-points`: SIGKILL at each call on the disk that a script makes.
//!
//! In the short form that script is about jobs, timers and messages alone, and only some calls are
//! tried of the one that has all elements: each kill replays what it wrote, and waits for its end.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};

use super::lengths::{
    self, LONG_SCRIPT, Length, MARK_PATIENCE, PLAIN_SCRIPT, SHORT_SCRIPT, SYNC_OF_MARK,
};
use super::misses;
use crate::environment::COLD;
use crate::oracle::Oracle;
use crate::places::{class, kind};
use crate::play::{Ending, Play, READ_BEFORE};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Faults, Op, Place};
use crate::script::Script;
use crate::suite::{Form, KILLS, Setting, Suite, Tally};
use draw::Random;

/// Points of the short script that are tried in the short form, one of each part of it.
const SAMPLED: u64 = 12;
/// Points of the long script that are tried in the long form.
const SAMPLED_LONG: u64 = 320;
/// So many of them must be struck, each a different one.
const STRUCK_MIN: u64 = 300;
/// The figure of those.
const STRUCK: &str = "different calls of the script of 200 commands that were struck";
/// The figure of places that the script does not come by each time: they are tried once.
const UNSTEADY: &str = "places that not each play comes by";
/// The figure of those at which the kill came.
const UNSTEADY_STRUCK: &str = "of them struck";
/// In the short form only one of so many calls of the start before the script is tried, and the
/// first one of each kind.
const STEP_OF_START: usize = 4;

/// SIGKILL at each call on the disk.
#[derive(Debug)]
pub(super) struct KillPoints;

impl Suite for KillPoints {
    fn name(&self) -> &'static str {
        "kill-points"
    }

    fn about(&self) -> &'static str {
        "SIGKILL at every call on the disk of a script of 40 commands, and at points of another one"
    }

    fn skipped(&self) -> Option<String> {
        lengths::cannot_mount()
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        let points = points(setting)?.len() as u64;
        Ok(points + setting.form.pick(SAMPLED, SAMPLED_LONG))
    }

    fn classes(&self, _form: Form) -> Vec<&'static str> {
        let mut classes = vec![
            "Create of the log",
            "Write of the log",
            "Sync of the log",
            "Unlink of the log",
            "Write of the mark",
            "Sync of the mark",
            "Create of checkpoints",
            "Write of checkpoints",
            "Sync of checkpoints",
            "Rename of checkpoints",
            "SyncFolder of checkpoints",
            "Unlink of checkpoints",
            "Write of the base",
            "Sync of the base",
            "Create of records",
            "Write of records",
            "Sync of records",
            "Write of the folder",
        ];
        classes.extend(Oracle::OF_EACH_RUN.map(Oracle::class));
        classes.extend([READ_BEFORE, COLD]);
        classes
    }

    fn rounds_at_once(&self) -> usize {
        2
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let (points, measured) = (points(setting)?, measured(setting)?);
        let (script, faults) = if let Some(at) = points.get(usize::try_from(round)?) {
            let script = setting.form.pick(PLAIN_SCRIPT, SHORT_SCRIPT);
            (script, Faults { cut_at_place: Some(*at), ..Faults::default() })
        } else {
            let (script, length, parts) = match setting.form {
                Form::Short => (SHORT_SCRIPT, lengths::short(setting)?, SAMPLED),
                Form::Long => (LONG_SCRIPT, lengths::long(setting)?, SAMPLED_LONG),
            };
            let number = round - points.len() as u64;
            let mut random = setting.random(self.name(), round);
            let at = sampled((length.calls.all, parts), number, &mut random);
            (script, Faults { cut_at: Some(at), ..Faults::default() })
        };
        let runtime = tokio::runtime::Runtime::new()?;
        if faults.cut_at_place.is_some_and(|it| it != SYNC_OF_MARK && !measured.is_steady(it)) {
            let struck = runtime.block_on(kill_at(setting, script, faults, tally))?;
            tally.count(UNSTEADY, 1);
            tally.count(UNSTEADY_STRUCK, struck.into());
            return Ok(());
        }
        runtime.block_on(misses::strike(tally, async |tally: &mut Tally| {
            kill_at(setting, script, faults, tally).await
        }))
    }

    fn conclude(&self, form: Form, rounds: u64, tally: &Tally) -> Result<()> {
        misses::check(rounds.saturating_sub(tally.figure(UNSTEADY)), tally)?;
        let (struck, needed) = (tally.distinct_count(STRUCK), form.pick(0, STRUCK_MIN));
        ensure!(struck >= needed, "{struck} {STRUCK}, not {needed}");
        Ok(())
    }
}

/// A call in the part with this number of a script that makes so many, in so many parts.
fn sampled((calls, parts): (u64, u64), number: u64, random: &mut Random) -> u64 {
    let begin = |number: u64| number * calls / parts;
    1 + begin(number) + random.below((begin(number + 1) - begin(number)).max(1))
}

/// The calls of the script of which every one is tried.
fn measured(setting: &Setting) -> Result<&'static Length> {
    match setting.form {
        Form::Short => lengths::plain(setting),
        Form::Long => lengths::short(setting),
    }
}

/// Where kills come: at every call of the script, and at every so many of the start before it.
fn points(setting: &Setting) -> Result<Vec<Place>> {
    let length = measured(setting)?;
    let of_start = usize::try_from(length.of_start)?;
    let step = setting.form.pick(STEP_OF_START, 1);
    let mut seen: BTreeMap<(Op, &str), u64> = BTreeMap::new();
    let mut points = Vec::new();
    for (at, called) in length.trace.iter().enumerate() {
        let (op, kind) = (called.op, kind(&called.path));
        let number = seen.entry((op, kind)).or_default();
        *number += 1;
        if at >= of_start || at % step == 0 || *number == 1 {
            points.push(Place { op, kind, number: *number });
        }
    }
    if !points.contains(&SYNC_OF_MARK) {
        points.push(SYNC_OF_MARK);
    }
    Ok(points)
}

/// Whether the kill came where it should.
async fn kill_at(
    setting: &Setting,
    script: Script,
    faults: Faults,
    tally: &mut Tally,
) -> Result<bool> {
    let mut play = Play::new(&setting.binary);
    let mut stage = play.stage(Disk::default(), faults)?;
    let ending = play.act(&mut stage, script).await?;
    if faults.cut_at_place == Some(SYNC_OF_MARK) {
        stage.mounted.wait_for_cut(MARK_PATIENCE);
    }
    let struck = stage.mounted.struck();
    match &struck {
        Some(called) => {
            tally.hit(&class(called));
            if let Some(at) = faults.cut_at.filter(|_| script == LONG_SCRIPT) {
                tally.distinct(STRUCK, at);
            }
        }
        // Beyond the last call: then it is a kill in idleness.
        None if ending == Ending::Played => tally.count("kills after the script", 1),
        None => bail!("the script ended as {ending:?} without a fault: {}", stage.log()),
    }
    tally.count(KILLS, 1);
    let disk = play.end(stage)?;
    play.replay(&disk)?;
    play.finale(disk, tally).await?;
    Ok(struck.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_point_is_sampled_twice_and_none_beyond_the_end() {
        let parts = SAMPLED_LONG;
        for calls in [parts, 1_111] {
            let mut random = Random::new(calls);
            let sampled = |it| sampled((calls, parts), it, &mut random);
            let all: Vec<_> = (0..parts).map(sampled).collect();
            assert!(all.is_sorted_by(|one, next| one < next), "{all:?}");
            assert!(all.iter().all(|it| (1..=calls).contains(it)), "{all:?}");
        }
    }

    #[test]
    fn a_long_run_with_fewer_different_strikes_fails() {
        let mut tally = Tally::default();
        (0..STRUCK_MIN - 1).for_each(|at| tally.distinct(STRUCK, at));
        tally.distinct(STRUCK, 0);
        assert!(KillPoints.conclude(Form::Long, 700, &tally).is_err());
        KillPoints.conclude(Form::Short, 700, &tally).unwrap();
        tally.distinct(STRUCK, STRUCK_MIN);
        KillPoints.conclude(Form::Long, 700, &tally).unwrap();
    }
}
