//! The suite `failed-syncs`: a sync fails once, and later ones would succeed.
//!
//! What the disk has is then unknown, so the server ends with one clear sentence, and neither syncs
//! the same file again, which would seem to succeed, nor writes to it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::lengths::{self, MARK_PATIENCE, SHORT_SCRIPT, SYNC_OF_MARK};
use super::misses;
use crate::environment::COLD;
use crate::oracle::Oracle;
use crate::places::{class, kind};
use crate::play::{Ending, Play, READ_BEFORE};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Called, Faults, Op};
use crate::suite::{CUTS, Form, Setting, Suite, Tally};

/// Rounds of the short form, beside that of the mark.
const SAMPLED: u64 = 16;

/// Failing syncs.
#[derive(Debug)]
pub(super) struct FailedSyncs;

impl Suite for FailedSyncs {
    fn name(&self) -> &'static str {
        "failed-syncs"
    }

    fn about(&self) -> &'static str {
        "a failed fsync at every sync point of a script ends the server, clearly and at once"
    }

    fn skipped(&self) -> Option<String> {
        lengths::cannot_mount()
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        // The last round is that of the mark, which may be synced after the script.
        Ok(1 + setting.form.pick(SAMPLED, lengths::short(setting)?.calls.syncs))
    }

    fn classes(&self, form: Form) -> Vec<&'static str> {
        let mut classes = vec!["Sync of the log", "Sync of the mark"];
        classes.extend(Oracle::OF_EACH_RUN.map(Oracle::class));
        classes.extend([READ_BEFORE, COLD]);
        if form == Form::Long {
            classes.extend([
                "Sync of the base",
                "Sync of checkpoints",
                "Sync of records",
                "SyncFolder of checkpoints",
                "SyncFolder of records",
            ]);
        }
        classes
    }

    fn rounds_at_once(&self) -> usize {
        2
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let syncs = lengths::short(setting)?.calls.syncs;
        let of_number = |at| Faults { fail_sync_at: Some(at), ..Faults::default() };
        let faults = match setting.form {
            _ if round + 1 == self.rounds(setting)? => {
                Faults { fail_sync_at_place: Some(SYNC_OF_MARK), ..Faults::default() }
            }
            Form::Long => of_number(1 + round),
            Form::Short => {
                let part = (syncs / SAMPLED).max(1);
                of_number(1 + round * part + setting.random(self.name(), round).below(part))
            }
        };
        let runtime = tokio::runtime::Runtime::new()?;
        let tried = runtime.block_on(misses::strike(tally, async |tally: &mut Tally| {
            fail_at(setting, round, faults, tally).await
        }));
        tried.with_context(|| format!("{faults:?}"))
    }

    fn conclude(&self, _form: Form, rounds: u64, tally: &Tally) -> Result<()> {
        misses::check(rounds, tally)
    }
}

/// What was asked of a file after its sync had failed, but for what was under way by then.
fn tried_again(mut after: Vec<Called>) -> Vec<Called> {
    // One thread moves the mark while another syncs it: a move that was under way when the sync
    // failed is no second try. It tells of another sync, that of the log, which did succeed; and
    // nobody syncs the mark any more. Every other file is written and synced by one thread.
    let is_move = |it: &Called| it.op == Op::Write && kind(&it.path) == SYNC_OF_MARK.kind;
    if let Some(at) = after.iter().position(is_move) {
        after.remove(at);
    }
    after
}

/// Whether a sync failed.
async fn fail_at(setting: &Setting, round: u64, faults: Faults, tally: &mut Tally) -> Result<bool> {
    let mut play = Play::new(&setting.binary);
    let mut stage = play.stage(Disk::default(), faults)?;
    let ending = play.act(&mut stage, SHORT_SCRIPT).await?;
    if faults.fail_sync_at_place.is_some() {
        let waits = Instant::now();
        while stage.mounted.struck().is_none() && waits.elapsed() < MARK_PATIENCE {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    // One that was missed would come in the midst of what follows.
    stage.mounted.heal();
    let Some(called) = stage.mounted.struck() else {
        ensure!(ending == Ending::Played, "{ending:?} without a fault: {}", stage.log());
        play.finish(&mut stage, tally).await?;
        return Ok(false);
    };
    tally.hit(&class(&called));
    let context = |error: anyhow::Error| error.context(format!("the fault came at {called}"));
    let sentence = stage.sentence().map_err(context)?;
    ensure!(
        stage.names(&sentence, &called),
        "it failed at {called}, and the server says: {sentence}"
    );
    let again = tried_again(stage.mounted.after_failure());
    ensure!(again.is_empty(), "after the failed {called} the server went on: {again:?}");
    let disk = play.end(stage)?;
    // What the kernel took for written is lost when the power goes before it is written again.
    let disk = if round.is_multiple_of(2) {
        tally.count(CUTS, 1);
        disk.after_cut(&mut setting.random("failed-syncs", round))
    } else {
        disk
    };
    play.replay(&disk).map_err(context)?;
    play.finale(disk, tally)
        .await
        .with_context(|| format!("it had ended with: {sentence}"))
        .map_err(context)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(op: Op, path: &str) -> Called {
        Called { op, inode: 2, path: path.to_owned() }
    }

    #[test]
    fn a_write_or_a_sync_after_a_failed_sync_is_noticed() {
        for (op, path) in
            [(Op::Write, "log/r.wal"), (Op::Sync, "log/r.wal"), (Op::Sync, "log/head")]
        {
            let again = vec![called(op, path)];
            assert_eq!(tried_again(again.clone()), again);
        }
        let moved = called(Op::Write, "log/head");
        assert_eq!(tried_again(vec![moved.clone()]), []);
        assert_eq!(tried_again(vec![moved.clone(); 2]), [moved]);
    }
}
