//! The suite `disk-errors`: writes fail, once or from then on, because the device is broken or full.
//!
//! They do so in a script on a new disk, and in a start on the folder that an earlier script and a
//! power cut left: there is a torn end to be repaired, and a checkpoint to be folded.
//!
//! A server may end with one clear sentence, or refuse with the reason and go on when there is
//! space again; nothing that it acknowledged may be lost, and its folder needs no hand work.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::full_disk::REASONS;
use super::lengths::{self, SHORT_SCRIPT};
use super::misses;
use crate::environment::{COLD, probe};
use crate::load::steps::{Steps, TIME_TO_LIVE};
use crate::oracle::probe::{HEALTH_LATE_MAX_MS, Phase, Probe, check_health};
use crate::oracle::{Oracle, Outcome};
use crate::places::{class, kind};
use crate::play::{Ending, Play, READ_BEFORE, connect};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Called, FailWrite, Faults, Op, Place, Trouble, WriteAt};
use crate::stage::Stage;
use crate::suite::{CUTS, Form, Setting, Suite, Tally};
use draw::Random;

/// How writes fail.
const KINDS: [(Trouble, bool, &str); 4] = [
    (Trouble::Broken, false, "EIO once"),
    (Trouble::Broken, true, "EIO from then on"),
    (Trouble::Full, false, "ENOSPC once"),
    (Trouble::Full, true, "ENOSPC from then on"),
];
/// Rounds of the short form for each kind.
const SAMPLED: u64 = 6;
/// Rounds of the short form for each kind that fail a write of records: a server that meets the full
/// disk there can refuse commands, while one that meets it in its log must end.
const IN_RECORDS: u64 = 1;
/// Rounds of the short form for each kind that fail a write of the log while commands are under way:
/// those are the ones that must not be acknowledged.
const IN_LOG: u64 = 1;
/// Rounds of the short form for each kind on a new disk.
const ON_NEW: u64 = SAMPLED + IN_RECORDS + IN_LOG;
/// Rounds on the folder of an earlier script, for each kind; one of them fails among the first
/// writes, which are those of the start.
const AGAIN: u64 = 2;
/// The same in the long form: every one of the first writes.
const AGAIN_LONG: u64 = 60;
/// So many writes a start on a folder makes at least.
const OF_START: u64 = 8;
/// So many it makes with the first commands after it.
const AFTER_START: u64 = 80;
/// After space is there again, commands commit within this time: twice that of other faults,
/// because nobody tells a server that there is space, and it looks now and then.
const RESUMES_MAX: Duration = Duration::from_secs(10);
/// So often health is asked while the disk is full.
const LOOKS: usize = 4;
/// How long lies between two looks.
const LOOK: Duration = Duration::from_millis(100);
/// The space that a server keeps free if it is not told otherwise.
const RESERVE_BYTES: u64 = 256 << 20;
/// How long it is watched then.
const GOES_ON: Duration = Duration::from_secs(3);
const ON_A_FOLDER: &str = "writes that fail on the folder of an earlier script";
const IN_A_START: &str = "writes that fail in a start on a folder";
const REFUSED: &str = "refused because the disk is full";
const RESUMED: &str = "went on by itself when there was space";
const ENDED: &str = "ended with one sentence";
const TOLD: &str = "health asked while the disk was full";

/// Failing writes.
#[derive(Debug)]
pub(super) struct DiskErrors;

impl Suite for DiskErrors {
    fn name(&self) -> &'static str {
        "disk-errors"
    }

    fn about(&self) -> &'static str {
        "EIO and ENOSPC at the write points of a script, once and from then on"
    }

    fn skipped(&self) -> Option<String> {
        lengths::cannot_mount()
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        let points = lengths::short(setting)?.calls.writes;
        let of_kind = setting.form.pick(ON_NEW + AGAIN, points + AGAIN_LONG);
        Ok(KINDS.len() as u64 * of_kind)
    }

    fn classes(&self, form: Form) -> Vec<&'static str> {
        let mut classes: Vec<_> = KINDS.iter().map(|(_, _, name)| *name).collect();
        classes.extend(Oracle::OF_EACH_RUN.map(Oracle::class));
        classes.extend([READ_BEFORE, COLD]);
        classes.extend([ON_A_FOLDER, IN_A_START, REFUSED, RESUMED, ENDED]);
        if form == Form::Long {
            // Most servers end when their log meets the full disk.
            classes.push(TOLD);
        }
        classes
    }

    fn rounds_at_once(&self) -> usize {
        2
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let kinds = KINDS.len() as u64;
        let length = lengths::short(setting)?;
        let points = length.calls.writes;
        let (trouble, is_lasting, name) = KINDS[usize::try_from(round % kinds)?];
        let mut random = setting.random(self.name(), round);
        let number = round / kinds;
        let on_new = setting.form.pick(ON_NEW, points);
        let at = match (number.checked_sub(on_new), setting.form) {
            (None, Form::Long) => WriteAt::Number(1 + number),
            // One point of each part of the script.
            (None, Form::Short) if number < SAMPLED => {
                let part = points / SAMPLED;
                WriteAt::Number(1 + number * part + random.below(part))
            }
            (None, Form::Short) if number < SAMPLED + IN_RECORDS => {
                in_second_quarter("records", length, &mut random)
            }
            (None, Form::Short) => in_second_quarter("the log", length, &mut random),
            (Some(again), Form::Long) => WriteAt::Number(1 + again),
            (Some(0), Form::Short) => WriteAt::Number(1 + random.below(OF_START)),
            (Some(_), Form::Short) => WriteAt::Number(1 + random.below(AFTER_START)),
        };
        let runtime = tokio::runtime::Runtime::new()?;
        let fail = FailWrite { at, trouble, is_lasting };
        let done = runtime.block_on(misses::strike(tally, async |tally: &mut Tally| {
            let mut play = Play::new(&setting.binary);
            let disk = if number < on_new {
                Disk::default()
            } else {
                begun(&mut play, &mut random, tally).await.context("the script before")?
            };
            Box::pin(fail_at(play, disk, fail, name, tally)).await
        }));
        done.with_context(|| format!("{name}, at {at:?}, on a folder: {}", number >= on_new))
    }

    fn conclude(&self, _form: Form, rounds: u64, tally: &Tally) -> Result<()> {
        misses::check(rounds, tally)
    }
}

/// A write of this kind in the second quarter of the script: commands come before and after it.
fn in_second_quarter(of: &'static str, length: &lengths::Length, random: &mut Random) -> WriteAt {
    let op = Op::Write;
    let is_one = |it: &&Called| it.op == op && kind(&it.path) == of;
    let count = length.trace.iter().filter(is_one).count() as u64;
    WriteAt::Place(Place { op, kind: of, number: 1 + count / 4 + random.below(count / 4) })
}

/// A script without failing writes, and what a power cut leaves of it.
async fn begun(play: &mut Play, random: &mut Random, tally: &mut Tally) -> Result<Disk> {
    let mut stage = play.stage(Disk::default(), Faults::default())?;
    let ending = play.act(&mut stage, SHORT_SCRIPT).await?;
    ensure!(ending == Ending::Played, "{ending:?} without a fault: {}", stage.log());
    let disk = play.end(stage)?.after_cut(random);
    tally.count(CUTS, 1);
    play.replay(&disk)?;
    Ok(disk)
}

/// Whether a write failed.
async fn fail_at(
    mut play: Play,
    disk: Disk,
    fail: FailWrite,
    name: &str,
    tally: &mut Tally,
) -> Result<bool> {
    let is_begun = disk.has_files();
    let faults = Faults { fail_write: Some(fail), ..Faults::default() };
    let mut stage = play.stage(disk, faults)?;
    let ending = play.act(&mut stage, SHORT_SCRIPT).await?;
    let Some(called) = stage.mounted.struck() else {
        ensure!(ending == Ending::Played, "{ending:?} without a fault: {}", stage.log());
        // It would come in the midst of what follows.
        stage.mounted.heal();
        play.finish(&mut stage, tally).await?;
        return Ok(false);
    };
    tally.hit(name);
    tally.hit(&class(&called));
    if is_begun {
        tally.hit(ON_A_FOLDER);
        if ending == Ending::NotReady {
            tally.hit(IN_A_START);
        }
    }
    let context = |error: anyhow::Error| error.context(format!("the fault came at {called}"));
    // A full disk may keep a server from becoming ready, or a command from being answered.
    let may_wait = fail.is_lasting && fail.trouble == Trouble::Full;
    if (ending == Ending::Played || may_wait) && !has_ended(&mut stage).await? {
        check_refusals(&play, fail.trouble, tally).map_err(context)?;
        // One that waits for space to become ready says nothing yet; `full-disk` looks at that.
        if may_wait && ending != Ending::NotReady {
            look_at_health(&mut play, &mut stage, tally).await.map_err(context)?;
        }
        stage.mounted.heal();
        match go_on(&mut play, &mut stage).await {
            Ok(()) => {
                tally.hit(RESUMED);
                play.finish(&mut stage, tally).await.map_err(context)?;
                return Ok(true);
            }
            // The log itself may have met the full disk in a write that nobody waited for: the next
            // one tells, and then the server must end.
            Err(error) if !has_ended(&mut stage).await? => return Err(context(error)),
            Err(_) => tally.count("ended when the log was used again", 1),
        }
    }
    let sentence = stage.sentence().map_err(context)?;
    tally.hit(ENDED);
    let disk = play.end(stage)?;
    play.replay(&disk).map_err(context)?;
    play.finale(disk, tally)
        .await
        .with_context(|| format!("it had ended with: {sentence}"))
        .map_err(context)?;
    Ok(true)
}

/// O15: while the disk is full, health says so, unless the server ends.
async fn look_at_health(play: &mut Play, stage: &mut Stage, tally: &mut Tally) -> Result<()> {
    let (address, since) = (stage.server()?.http.clone(), Instant::now());
    let mut probes: Vec<Probe> = Vec::new();
    let mut judged = 0;
    while judged < LOOKS {
        match probe(&address, since) {
            Ok(it) => probes.push(it),
            Err(error) if !has_ended(stage).await? => return Err(error),
            Err(_) => return Ok(()),
        }
        // From the first time that it says so, it goes on saying so.
        if probes.iter().any(|it| !it.is_ready || it.at_ms >= HEALTH_LATE_MAX_MS) {
            judged += 1;
        }
        tokio::time::sleep(LOOK).await;
    }
    let told = probes.iter().find(|it| !it.is_ready).map_or(HEALTH_LATE_MAX_MS, |it| it.at_ms);
    // A write may be refused before the next look at the free space, which metrics show.
    let looked = told + HEALTH_LATE_MAX_MS;
    let refused = Phase {
        from_ms: told,
        to_ms: looked,
        late_max_ms: 0,
        reasons: REASONS,
        disk_free_min_bytes: None,
    };
    let full = Phase {
        from_ms: looked,
        to_ms: u64::MAX,
        disk_free_min_bytes: Some(RESERVE_BYTES),
        ..refused
    };
    check_health(&probes, &[refused, full], &mut play.verdict);
    tally.hit(TOLD);
    Ok(())
}

/// Whether the server is gone, or goes in the next moment: a disk that fails may be noticed behind
/// the answers.
async fn has_ended(stage: &mut Stage) -> Result<bool> {
    for _ in 0..30 {
        if stage.server()?.ended()?.is_some() {
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(false)
}

/// What was refused was refused because of the disk, and said so.
fn check_refusals(play: &Play, trouble: Trouble, tally: &mut Tally) -> Result<()> {
    for call in play.ledger.history().calls {
        match &call.outcome {
            Outcome::Refused { code, reason } if code == "RESOURCE_EXHAUSTED" => {
                let says_so = reason.contains("space") || reason.contains("disk");
                ensure!(says_so, "the refusal does not name the disk: {reason}");
                ensure!(trouble == Trouble::Full, "refused, but the disk is not full: {reason}");
                tally.hit(REFUSED);
            }
            Outcome::Ok { .. } | Outcome::Refused { .. } | Outcome::Ambiguous { .. } => {}
        }
    }
    Ok(())
}

/// The server is ready and commands commit soon after the disk has space.
async fn go_on(play: &mut Play, stage: &mut Stage) -> Result<()> {
    let is_ready = stage.server()?.is_ready(RESUMES_MAX)?;
    ensure!(is_ready, "not ready {RESUMES_MAX:?} after there was space: {}", stage.log());
    resume(play, stage).await
}

/// Commands commit again soon after the disk has space.
async fn resume(play: &mut Play, stage: &mut Stage) -> Result<()> {
    let healed = Instant::now();
    let client = connect(&stage.server()?.grpc).await?;
    let ledger = play.ledger.clone();
    let http = stage.server()?.http.clone();
    let steps = Steps { client, http, ledger: &ledger, patience: RESUMES_MAX };
    loop {
        let before = ledger.acknowledged();
        let key = ledger.tag("key");
        if steps.publish(&key, TIME_TO_LIVE).await.is_err() {
            bail!("the server does not answer: {}", stage.log());
        }
        if ledger.acknowledged() > before {
            break;
        }
        ensure!(
            healed.elapsed() < RESUMES_MAX,
            "commands are still refused {:?} after there was space again: {}",
            healed.elapsed(),
            stage.log()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    play.resumed()?;
    // Long enough for a checkpoint and for the log to be shortened by it.
    while healed.elapsed() < GOES_ON {
        let key = ledger.tag("key");
        if steps.publish(&key, TIME_TO_LIVE).await.is_err() {
            bail!("the server stopped after it had gone on: {}", stage.log());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
