//! The suite `backups`: the power goes, or a sync fails, while a backup is made under load, and
//! while one is restored.
//!
//! ```text
//! create    script ─▶ half of it: backup begins ─▶ the fault ─▶ what the disk keeps
//!             ├─▶ the backup is whole, to the hash of its cut, or listed and refused as failed
//!             └─▶ the node recovers, and every oracle is asked
//! restore   a whole backup ─▶ restore ─▶ the fault ─▶ what the disk keeps
//!             ├─▶ the folder is whole, or nothing was begun, or the server refuses it
//!             └─▶ what it is told to do leads to a whole folder
//! ```

mod create;
mod folder;
mod points;
mod restore;

use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};

use self::points::{During, PARTS_OF_BACKUP, PARTS_OF_RESTORE, Point, points};
use super::{lengths, misses};
use crate::oracle::Oracle;
use crate::play::READ_BEFORE;
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::Called;
use crate::suite::{Form, Setting, Suite, Tally};

/// The id of each backup here.
const ID: u64 = 1;

/// The power went right after a backup, or a restore, had said that it was done.
const CUT_AFTER: [&str; 2] = ["cut after a backup", "cut after a restore"];

/// What the folder of a restore was after a fault.
const WHOLE: &str = "a restore was whole";
const HALF: &str = "a half restored folder was refused";
/// What a backup was after a fault.
const COMPLETE: &str = "a backup was complete";
const FAILED: &str = "a half backup was refused";

/// Power cuts and failing syncs under backups and restores.
#[derive(Debug)]
pub(super) struct Backups;

impl Suite for Backups {
    fn name(&self) -> &'static str {
        "backups"
    }

    fn about(&self) -> &'static str {
        "power cuts and failed syncs while a backup is made and while one is restored"
    }

    fn skipped(&self) -> Option<String> {
        lengths::cannot_mount()
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        Ok(chosen(setting)?.len() as u64)
    }

    fn classes(&self, _: Form) -> Vec<&'static str> {
        let mut classes = vec![WHOLE, HALF, COMPLETE, FAILED, READ_BEFORE];
        classes.extend(CUT_AFTER);
        classes.extend(Oracle::OF_EACH_RUN.map(Oracle::class));
        for part in PARTS_OF_BACKUP.iter().chain(&PARTS_OF_RESTORE) {
            classes.extend([part.cut, part.failed_sync]);
        }
        classes
    }

    fn rounds_at_once(&self) -> usize {
        2
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let known = known(setting)?;
        let point = chosen(setting)?.swap_remove(usize::try_from(round)?);
        let mut random = setting.random(self.name(), round);
        let runtime = tokio::runtime::Runtime::new()?;
        let tried =
            runtime.block_on(misses::strike(tally, async |tally: &mut Tally| match point.during {
                During::Backup => create::strike(setting, &point, &mut random, tally).await,
                During::Restore => restore::strike(setting, known, &point, &mut random, tally),
            }));
        tried.with_context(|| format!("{point:?}"))
    }

    fn conclude(&self, _form: Form, rounds: u64, tally: &Tally) -> Result<()> {
        misses::check(rounds, tally)
    }
}

/// What a backup and its restore do when nothing goes wrong.
#[derive(Debug)]
struct Known {
    /// The calls of a backup on its own files.
    of_backup: Vec<Called>,
    /// All calls of a restore.
    of_restore: Vec<Called>,
    /// A disk with that backup and no data folder.
    disk: Disk,
    /// What a folder is to which it was restored.
    restored: folder::Restored,
}

static KNOWN: OnceLock<Result<Known, String>> = OnceLock::new();

fn known(setting: &Setting) -> Result<&'static Known> {
    let learn = || {
        let runtime = tokio::runtime::Runtime::new()?;
        let (of_backup, disk) = runtime.block_on(create::without_a_fault(setting))?;
        let (of_restore, restored) = restore::without_a_fault(setting, &disk)?;
        Ok(Known { of_backup, of_restore, disk, restored })
    };
    let known = KNOWN.get_or_init(|| {
        let known: Result<Known> = learn();
        known.context("a backup and its restore without a fault").map_err(|it| format!("{it:#}"))
    });
    known.as_ref().map_err(|error| anyhow!(error.clone()))
}

/// The points of this run: all in the long form. In the short one the first of each class, which comes
/// however fast the node is that is backed up, and another one.
fn chosen(setting: &Setting) -> Result<Vec<Point>> {
    let known = known(setting)?;
    let all = points(&known.of_backup, &known.of_restore);
    if setting.form == Form::Long {
        return Ok(all);
    }
    let mut random = setting.random("points of backups", 0);
    let mut classes: Vec<&str> = all.iter().map(|it| it.class).collect();
    classes.dedup();
    Ok(classes
        .into_iter()
        .flat_map(|class| {
            let of_class: Vec<&Point> = all.iter().filter(|it| it.class == class).collect();
            let other = random.index(of_class.len());
            let second = of_class.get(other).filter(|_| other > 0);
            of_class.first().into_iter().chain(second).copied().cloned().collect::<Vec<_>>()
        })
        .collect())
}
