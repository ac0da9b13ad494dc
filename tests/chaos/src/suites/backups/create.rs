//! A backup that is struck while the server works.

use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use baton_e2e::{Finished, finish};
use broker::backup::verify;

use super::folder::{as_command, is_absent};
use super::points::Point;
use super::{COMPLETE, FAILED, ID};
use crate::oracle::equality::Hashes;
use crate::places::kind;
use crate::play::{Ending, Play};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Called, Faults};
use crate::stage::Stage;
use crate::suite::{CUTS, Setting, Tally};
use crate::suites::lengths::PLAIN_SCRIPT;
use draw::Random;

/// The backup begins when so many commands were acknowledged.
const BEGIN_AT: u64 = PLAIN_SCRIPT.commands as u64 / 2;
/// It is over by then.
const PATIENCE: Duration = Duration::from_secs(30);

/// A backup beside a script.
struct Beside {
    running: Option<JoinHandle<Result<Finished>>>,
    told: Option<Finished>,
    began: Instant,
    /// The power goes when it has said that it is done.
    cut_after: bool,
}

impl Beside {
    fn new(cut_after: bool) -> Self {
        Self { running: None, told: None, began: Instant::now(), cut_after }
    }

    /// Goes on with it; whether it is over.
    fn go_on(&mut self, stage: &Stage, acknowledged: u64, is_played: bool) -> Result<bool> {
        if self.told.is_some() {
            return Ok(true);
        }
        let Some(running) = self.running.take_if(|it| it.is_finished()) else {
            if self.running.is_none() && (acknowledged >= BEGIN_AT || is_played) {
                let (server, baton) = stage.server_on_disk()?;
                let backups = stage.mounted.folder().join("backups");
                let mut command = baton.client(server, &[]);
                command.args(["backup", "create", &ID.to_string(), "--backups"]);
                command.arg(backups);
                self.began = Instant::now();
                self.running = Some(std::thread::spawn(move || finish(&mut command)));
            }
            ensure!(self.running.is_none() || self.began.elapsed() < PATIENCE, "the backup hangs");
            return Ok(false);
        };
        let told = running.join().map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        if self.cut_after && told.code == Some(0) {
            stage.mounted.cut();
        }
        self.told = Some(told);
        Ok(true)
    }
}

/// Plays the script with a backup in its midst.
async fn play_beside(
    play: &mut Play,
    stage: &mut Stage,
    cut_after: bool,
) -> Result<(Ending, Finished)> {
    let mut beside = Beside::new(cut_after);
    let ending = play
        .act_beside(stage, PLAIN_SCRIPT, |stage, acknowledged, is_played| {
            beside.go_on(stage, acknowledged, is_played)
        })
        .await?;
    let told = beside.told.with_context(|| format!("no backup was asked for: {}", stage.log()))?;
    Ok((ending, told))
}

/// The calls of a backup on its own files, and a disk with it and without the data folder.
pub(super) async fn without_a_fault(setting: &Setting) -> Result<(Vec<Called>, Disk)> {
    let mut play = Play::new(&setting.binary);
    let mut stage = play.stage(Disk::default(), Faults::default())?;
    let (ending, told) = play_beside(&mut play, &mut stage, false).await?;
    ensure!(ending == Ending::Played && told.code == Some(0), "{ending:?}: {told:?}");
    let mut calls = stage.mounted.trace();
    calls.retain(|it| kind(&it.path).starts_with("a backup's"));
    stage.kill()?;
    let root = stage.mounted.folder();
    std::fs::rename(root.join("data"), root.join("source")).context("put the data folder aside")?;
    std::fs::File::open(root)?.sync_all()?;
    Ok((calls, stage.end()?))
}

/// Whether the point was struck.
pub(super) async fn strike(
    setting: &Setting,
    point: &Point,
    random: &mut Random,
    tally: &mut Tally,
) -> Result<bool> {
    let mut play = Play::new(&setting.binary);
    let mut stage = play.stage(Disk::default(), point.faults)?;
    let (ending, told) = play_beside(&mut play, &mut stage, point.is_after()).await?;
    // One that was missed would come in the midst of what follows.
    stage.mounted.heal();
    let struck = stage.mounted.struck();
    if struck.is_none() && !point.is_after() {
        ensure!(told.code == Some(0), "it failed without a fault: {told:?}");
        return Ok(false);
    }
    let disk = if point.is_cut() {
        ensure!(stage.mounted.is_cut(), "{ending:?}, {told:?}: {}", stage.log());
        tally.count(CUTS, 1);
        play.end(stage)?.after_cut(random)
    } else {
        let called = struck.context("a sync failed")?;
        goes_on(&mut stage, ending, &told, &called)?;
        let disk = play.end(stage)?;
        // What the kernel took for written is lost when the power goes.
        if random.percent(50) {
            tally.count(CUTS, 1);
            disk.after_cut(random)
        } else {
            disk
        }
    };
    look_at_backup(&mut play, &disk, &told, tally).context("the backup after the fault")?;
    play.replay(&disk)?;
    play.finale(disk, tally).await.context("the node after the fault")?;
    tally.hit(point.class);
    Ok(true)
}

/// A backup whose sync failed says so, by the file, and the server works on.
fn goes_on(stage: &mut Stage, ending: Ending, told: &Finished, called: &Called) -> Result<()> {
    ensure!(told.code != Some(0), "it failed at {called}, and it was said to be done");
    let sentence = told.refusal()?;
    ensure!(stage.names(sentence, called), "it failed at {called}, and was told: {sentence}");
    ensure!(sentence.contains("(os error "), "it failed at {called}, without a cause: {sentence}");
    ensure!(ending == Ending::Played, "{ending:?} after {called}: {}", stage.log());
    ensure!(stage.server()?.ended()?.is_none(), "the server ended: {}", stage.log());
    let again = stage.mounted.after_failure();
    ensure!(again.is_empty(), "after the failed {called} it went on: {again:?}");
    Ok(())
}

/// A backup is whole, to the state that the node had, or nobody takes it for one.
fn look_at_backup(play: &mut Play, disk: &Disk, told: &Finished, tally: &mut Tally) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let backups = folder.path().join("backups");
    disk.write_part_to(Path::new("backups"), &backups)?;
    let said_done = told.code == Some(0);
    let id = ID.to_string();
    let ask = |verb: &[&str]| as_command(play.binary(), &[&["backup"], verb].concat(), &backups);
    let listed = ask(&["list", "-o", "json"])?;
    // The folder of all backups may be gone as well, and then there is nothing to be listed.
    let list: serde_json::Value = match listed.code {
        Some(0) => serde_json::from_str(&listed.stdout)?,
        _ if !backups.exists() => serde_json::Value::Null,
        _ => bail!("the list of backups: {listed:?}"),
    };
    let verified = ask(&["verify", &id])?;
    let target = folder.path().join("restored");
    let target_name = target.to_string_lossy();
    let restored = ask(&["restore", &id, "--data", &target_name])?;
    match list[0]["state"].as_str() {
        Some("complete") => {
            ensure!(verified.code == Some(0), "it is listed as complete: {verified:?}");
            ensure!(restored.code == Some(0), "it is listed as complete: {restored:?}");
            let manifest = verify(&backups, ID, &mut |_, _| {})?;
            let part = manifest.partitions.first().context("a backup of a partition")?;
            let hashes =
                Hashes { index: part.index, state: part.state_hash, output: part.output_hash };
            play.hear("a backup", hashes);
            tally.hit(COMPLETE);
        }
        Some("failed") => {
            ensure!(!said_done, "it said that it was done, and is {list}");
            for refused in [&verified, &restored] {
                let sentence = refused.refusal()?;
                let expected = format!("Backup {ID} was never finished: ");
                ensure!(sentence.starts_with(&expected), "{sentence}");
            }
            ensure!(is_absent(&target)?, "a refused restore leaves something");
            tally.hit(FAILED);
        }
        None if !backups.join(&id).exists() => {
            ensure!(!said_done, "it said that it was done, and there is nothing");
            for refused in [&verified, &restored] {
                let sentence = refused.refusal()?;
                ensure!(sentence.starts_with(&format!("There is no backup {ID} ")), "{sentence}");
            }
        }
        _ => bail!("after the power was gone it is {list}"),
    }
    Ok(())
}
