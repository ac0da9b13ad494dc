//! A restore that is struck, which needs no server.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use baton_e2e::{Finished, finish};

use super::folder::{Became, Restored};
use super::points::Point;
use super::{HALF, ID, Known, WHOLE};
use crate::places::kind;
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Called, Faults};
use crate::stage::{Stage, Start};
use crate::suite::{CUTS, Setting, Tally};
use draw::Random;

/// It is over by then.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// All calls of a restore, and what it leads to.
pub(super) fn without_a_fault(setting: &Setting, disk: &Disk) -> Result<(Vec<Called>, Restored)> {
    let stage = Stage::new(&setting.binary, disk.clone(), Faults::default())?;
    let told = restore(&stage)?.context("the power went")?;
    ensure!(told.code == Some(0), "{told:?}");
    let calls = stage.mounted.trace();
    let restored = Restored::of(&stage.end()?)?;
    Ok((calls, restored))
}

/// Whether the point was struck.
pub(super) fn strike(
    setting: &Setting,
    known: &Known,
    point: &Point,
    random: &mut Random,
    tally: &mut Tally,
) -> Result<bool> {
    let stage = Stage::new(&setting.binary, known.disk.clone(), point.faults)?;
    let told = restore(&stage)?;
    let struck = stage.mounted.struck();
    let mut disk = match (&told, struck) {
        (None, Some(_)) => stage.end()?.after_cut(random),
        (Some(told), None) => {
            ensure!(told.code == Some(0), "it failed without a fault: {told:?}");
            if !point.is_after() {
                return Ok(false);
            }
            stage.end()?.after_cut(random)
        }
        // The log crate syncs once more when it is closed, which covers nothing and tells nobody: so
        // all must be there after a power cut.
        (Some(told), Some(called)) if told.code == Some(0) && kind(&called.path) == "the log" => {
            tally.count("syncs of a closed log that failed and covered nothing", 1);
            stage.end()?.after_cut(random)
        }
        (Some(told), Some(called)) => {
            says_why(&stage, told, &called)?;
            let again = stage.mounted.after_failure();
            ensure!(again.is_empty(), "after the failed {called} it went on: {again:?}");
            stage.end()?
        }
        (None, None) => bail!("the power went without a fault"),
    };
    if point.is_cut() {
        tally.count(CUTS, 1);
    } else if random.percent(50) {
        tally.count(CUTS, 1);
        disk = disk.after_cut(random);
    }
    let became = Became::of(&disk, &known.restored)?;
    let said_done = told.is_some_and(|it| it.code == Some(0));
    ensure!(!said_done || became == Became::Whole, "it said that it was done, and is {became:?}");
    judge(setting, known, &disk, became, tally)?;
    tally.hit(point.class);
    Ok(true)
}

/// A restore whose sync failed says so, by the file.
fn says_why(stage: &Stage, told: &Finished, called: &Called) -> Result<()> {
    ensure!(told.code != Some(0), "it failed at {called}, and it was said to be done");
    let sentence = told.refusal()?;
    ensure!(stage.names(sentence, called), "it failed at {called}, and was told: {sentence}");
    ensure!(sentence.contains("(os error "), "it failed at {called}, without a cause: {sentence}");
    Ok(())
}

/// A folder serves what was restored, or nothing of it; and its way out leads to all of it.
fn judge(
    setting: &Setting,
    known: &Known,
    disk: &Disk,
    became: Became,
    tally: &mut Tally,
) -> Result<()> {
    match became {
        Became::Whole => {
            serves(setting, known, disk.clone())?;
            tally.hit(WHOLE);
        }
        Became::Half => {
            let sentence = refusal(setting, disk.clone())?;
            ensure!(
                sentence.contains("A restore into the data folder '")
                    && sentence.ends_with("Empty the folder and restore again."),
                "a half restored folder: {sentence}"
            );
            tally.hit(HALF);
        }
        // A node that starts on it is a new one: nothing of the backup is there.
        Became::Nothing => {}
    }
    // Whatever it is, restoring again completes it or is refused with the way out.
    let stage = Stage::new(&setting.binary, disk.clone(), Faults::default())?;
    let mut told = restore(&stage)?.context("the power went")?;
    if told.code != Some(0) {
        let sentence = told.refusal()?;
        ensure!(sentence.contains("' is not empty: it holds '"), "restored again: {sentence}");
        fs::remove_dir_all(stage.baton().data()).context("empty the folder")?;
        told = restore(&stage)?.context("the power went")?;
    } else if became == Became::Whole {
        bail!("a whole folder was restored over");
    }
    ensure!(told.code == Some(0), "restored again into an empty folder: {told:?}");
    let again = Became::of(&stage.end()?, &known.restored)?;
    ensure!(again == Became::Whole, "restored again, and is {again:?}");
    Ok(())
}

/// Restores on this disk; nothing if the power went meanwhile.
fn restore(stage: &Stage) -> Result<Option<Finished>> {
    let mut command = stage.baton().command(&["backup", "restore", &ID.to_string(), "--backups"]);
    command.arg(stage.mounted.folder().join("backups")).arg("--data").arg(stage.baton().data());
    if !stage.mounted.may_be_cut() {
        return finish(&mut command).map(Some);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("start a restore")?;
    let began = Instant::now();
    while child.try_wait()?.is_none() {
        if stage.mounted.is_cut() {
            child.kill()?;
            stage.mounted.release();
            child.wait()?;
            return Ok(None);
        }
        ensure!(began.elapsed() < PATIENCE, "the restore hangs");
        std::thread::sleep(LOOK);
    }
    let output = child.wait_with_output()?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    Ok(Some(Finished { code: output.status.code(), stdout, stderr }))
}

/// A server on a whole folder goes on from what the backup has.
fn serves(setting: &Setting, known: &Known, disk: Disk) -> Result<()> {
    let mut stage = Stage::new(&setting.binary, disk, Faults::default())?;
    match stage.start()? {
        Start::Ready(_) => {}
        other => bail!("a whole folder: {other:?}: {}", stage.log()),
    }
    // It goes on with what was due, so its records begin with those of the backup.
    known.restored.check_begins(&stage.end()?)
}

/// The sentence with which a server refuses a folder.
fn refusal(setting: &Setting, disk: Disk) -> Result<String> {
    let mut stage = Stage::new(&setting.binary, disk, Faults::default())?;
    match stage.start()? {
        Start::Ended(status) if status.code().is_some_and(|it| it != 0) => {}
        other => bail!("a half restored folder: {other:?}: {}", stage.log()),
    }
    let log = stage.log();
    let sentence = log.lines().find_map(|it| it.strip_prefix("error: "));
    Ok(sentence.with_context(|| format!("it ended without a sentence: {log}"))?.to_owned())
}
