//! The suite `full-disk`: a small disk is filled, by the load or by others, and there is space
//! again.
//!
//! ```text
//! load      the load itself fills it down to the reserve      more space ─▶ goes on
//! others    a file of somebody else takes the last byte        removed   ─▶ goes on, kill, restart
//! start     a server is started while there is no byte left    removed   ─▶ becomes ready
//! fold      killed while it folds, no room to try its base     started   ─▶ goes on, room or not
//! ```

mod in_fold;
mod small_disk;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use baton_e2e::{Baton, Server, http, wait_for};
use client::Client;

use self::small_disk::{SmallDisk, quietly};
use crate::environment::{COLD, World, connect, health, probe};
use crate::load::mixed::{Kind, MIXED};
use crate::oracle::Outcome;
use crate::oracle::probe::{HEALTH_LATE_MAX_MS, Phase, check_health};
use crate::oracle::replay::partition;
use crate::places::kind;
use crate::suite::{Form, KILLS, Setting, Suite, Tally};

/// After there is space, commands are acknowledged again within this time: twice that of other
/// faults, because nobody tells a server that a file was removed, and it looks now and then.
const RESUME_MAX_MS: u64 = 10_000;
/// So often health must say that the disk is full.
const LOOKS: usize = 8;
/// So long others hold every byte: some time longer than health may be wrong about it.
const HELD_FOR: Duration = Duration::from_millis(HEALTH_LATE_MAX_MS + 4_000);
/// So long the disk stays full at a start.
const FULL_FOR: Duration = Duration::from_secs(3);
/// Filling takes no longer.
const FILL_MAX: Duration = Duration::from_mins(1);
/// A server that is told to end has no longer.
const END_MAX: Duration = Duration::from_secs(10);

const BY_LOAD: &str = "disk filled by the load";
const BY_OTHERS: &str = "disk filled by others to the last byte";
const AT_START: &str = "start on a full disk";
const IN_FOLD: &str = "killed in a fold, without room for a copy of the base";
const ROUNDS: [&str; 4] = [BY_LOAD, BY_OTHERS, AT_START, IN_FOLD];

/// A small disk that is filled and freed.
#[derive(Debug)]
pub(super) struct FullDisk;

impl Suite for FullDisk {
    fn name(&self) -> &'static str {
        "full-disk"
    }

    fn about(&self) -> &'static str {
        "a small disk is filled and freed: refusals with the reason, then it goes on by itself"
    }

    fn skipped(&self) -> Option<String> {
        let tried = SmallDisk::mount(4 << 20);
        tried.err().map(|error| format!("needs root, to mount a small disk: {error:#}"))
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        Ok(ROUNDS.len() as u64 * setting.form.pick(1, 6))
    }

    fn classes(&self, _form: Form) -> Vec<&'static str> {
        ROUNDS.into_iter().chain([COLD]).chain(World::classes()).collect()
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let name = ROUNDS[usize::try_from(round)? % ROUNDS.len()];
        let runtime = tokio::runtime::Runtime::new()?;
        let disk = SmallDisk::mount(if name == BY_LOAD { 72 << 20 } else { 128 << 20 })?;
        let baton = Baton::on_data(&setting.binary, disk.data())?;
        let mut world = World::new(baton, setting.random(self.name(), round));
        let server_log = world.baton.file("server.log");
        let ended = runtime.block_on(async {
            match name {
                BY_LOAD => by_load(&mut world, &disk).await,
                BY_OTHERS => by_others(&mut world, &disk, tally).await,
                AT_START => at_start(&mut world, &disk, tally).await,
                _ => in_fold::run(&mut world, &disk, tally).await,
            }
        });
        ended.with_context(|| fs::read_to_string(server_log).unwrap_or_default())?;
        world.finish(tally)?;
        tally.hit(name);
        Ok(())
    }
}

/// The reserve of the server under test, and checkpoints all the time.
const RESERVE: &[&str] = &["--free-disk-min-bytes", "16777216", "--checkpoint-interval", "1s"];
const RESERVE_BYTES: u64 = 16_777_216;
/// The reasons that health may give.
pub(super) const REASONS: &[&str] = &["free-disk-min-bytes", "No space"];
/// While there is no space: it was told before, and must go on being told.
const FULL: Phase = Phase {
    from_ms: 0,
    to_ms: u64::MAX,
    late_max_ms: 0,
    reasons: REASONS,
    disk_free_min_bytes: Some(RESERVE_BYTES),
};

async fn by_load(world: &mut World, disk: &SmallDisk) -> Result<()> {
    let server = world.start(RESERVE)?;
    world.deploy(&server).await?;
    world.ledger.let_fail(true);
    let fillers = [Kind::Filler(40_000); 4];
    let load = world.load(&server, &[MIXED, &fillers].concat()).await?;
    refuses(world, &server, || Ok(())).await?;
    disk.resize(256 << 20)?;
    world.recovers(&server, "space was made", Instant::now(), RESUME_MAX_MS).await?;
    load.end().await?;
    wait_until_ready(&server)?;
    world.drain(&server).await
}

async fn by_others(world: &mut World, disk: &SmallDisk, tally: &mut Tally) -> Result<()> {
    let mut server = world.start(RESERVE)?;
    world.deploy(&server).await?;
    let load = world.load(&server, MIXED).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let unexpected = world.ledger.unexpected();
    ensure!(unexpected.is_empty(), "calls failed while there was space: {unexpected:?}");
    world.ledger.let_fail(true);
    disk.fill()?;
    refuses(world, &server, || disk.fill()).await?;
    is_told(world, &server, disk).await?;
    ensure!(server.ended()?.is_none(), "it ended: {}", log(world));
    disk.free()?;
    world.recovers(&server, "the file was removed", Instant::now(), RESUME_MAX_MS).await?;
    load.end().await?;
    // What was acknowledged before, meanwhile and after must be there without this process.
    server.kill()?;
    tally.count(KILLS, 1);
    let server = world.start(RESERVE)?;
    world.drain(&server).await
}

async fn at_start(world: &mut World, disk: &SmallDisk, tally: &mut Tally) -> Result<()> {
    // No checkpoint: all of this life can be replayed cold.
    let server = world.start(&[&RESERVE[..2], &["--checkpoint-interval", "1h"]].concat())?;
    world.deploy(&server).await?;
    let load = world.load(&server, MIXED).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // What it says of its state now, a cold replay must find again.
    world.recovers(&server, "a start", Instant::now(), RESUME_MAX_MS).await?;
    world.ledger.let_fail(true);
    server.kill()?;
    tally.count(KILLS, 1);
    load.end().await?;
    world.replay(tally).context("replay before the disk is full")?;

    disk.fill()?;
    let log_before = log_files(world)?;
    let (grpc, address) = (free_address()?, free_address()?);
    let mut command =
        world.baton.command(&["serve", "--grpc-addr", &grpc, "--http-addr", &address]);
    command.args(RESERVE).args(["--clock", "controllable"]);
    let mut server = world.baton.spawn(&mut command)?;
    let reasons = wait_for("answer of health", || match health(&address) {
        Ok((is_ready, reasons)) => {
            ensure!(!is_ready, "it calls itself ready without a free byte");
            Ok(Some(reasons))
        }
        Err(error) => match server.ended()? {
            Some(status) => bail!("it ended with {status}: {}", log(world)),
            None if error.chain().any(<dyn std::error::Error>::is::<std::io::Error>) => Ok(None),
            None => Err(error),
        },
    })?;
    ensure!(names_disk(&reasons), "health does not say why: {reasons:?}");
    let client = Client::connect(&grpc).await?;
    let full = Instant::now();
    let mut probes = Vec::new();
    while full.elapsed() < FULL_FOR {
        answers(&client, &address).await?;
        probes.push(probe(&address, full)?);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    can_read(world)?;
    check_health(&probes, &[FULL], &mut world.verdict);
    ensure!(!server.is_ready(Duration::ZERO)?, "it is ready without a free byte");
    // A write that fits by chance today fails tomorrow, and ends the process.
    for (file, bytes) in log_files(world)? {
        let is_kept = log_before.get(&file).is_some_and(|it| it.starts_with(&bytes));
        ensure!(is_kept, "it wrote to the log without a free byte: {}", file.display());
    }
    let freed = Instant::now();
    disk.free()?;
    ensure!(
        server.is_ready(Duration::from_millis(RESUME_MAX_MS))?,
        "it is not ready {RESUME_MAX_MS} ms after space was made: {}",
        log(world)
    );
    world.recovers(&server, "space was made", freed, RESUME_MAX_MS).await?;
    world.drain(&server).await?;
    // It also ends when it is told to, although nothing can be written any more. What the load
    // led to is written by then.
    tokio::time::sleep(Duration::from_secs(1)).await;
    disk.fill()?;
    terminate(&mut server)?;
    disk.free()
}

/// Waits until commands are refused with the reason, and looks at everything that must go on.
/// `again` takes what the server gives back meanwhile, by shortening its log for example.
async fn refuses(world: &mut World, server: &Server, again: impl Fn() -> Result<()>) -> Result<()> {
    let began = world.ledger.history().calls.len();
    let started = Instant::now();
    let refusal = loop {
        ensure!(started.elapsed() < FILL_MAX, "no command is refused");
        let calls = world.ledger.history().calls;
        let refusal = calls.iter().skip(began).find_map(|call| match &call.outcome {
            Outcome::Refused { code, reason } if code == "RESOURCE_EXHAUSTED" => Some(reason),
            Outcome::Refused { .. } | Outcome::Ok { .. } | Outcome::Ambiguous { .. } => None,
        });
        if let Some(reason) = refusal {
            break reason.clone();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let names_it = refusal.contains("free-disk-min-bytes") || refusal.contains("No space");
    ensure!(names_it, "the refusal gives no reason: {refusal}");
    let is_reached = !refusal.contains("is reached") || refusal.contains("less than");
    ensure!(is_reached, "it names a limit that is not reached: {refusal}");
    let client = connect(server).await?;
    let mut full = Vec::new();
    let started = Instant::now();
    while full.len() < LOOKS {
        ensure!(started.elapsed() < FILL_MAX, "health calls it ready on a full disk");
        again()?;
        let mut probe = probe(&server.http, started)?;
        // A checkpoint that met the full disk tries again later, when there may be space.
        let is_low = probe.reasons.iter().any(|it| it.contains(REASONS[0]));
        probe.gauges = probe.gauges.filter(|_| is_low);
        // In between it may shorten its log, and take commands until the next bytes are used up.
        if !probe.is_ready {
            full.push(probe);
        }
        answers(&client, &server.http).await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    can_read(world)?;
    ensure!(full.iter().any(|it| it.gauges.is_some()), "no reserve is named: {full:?}");
    check_health(&full, &[FULL], &mut world.verdict);
    Ok(())
}

/// O15: while others hold every byte, health says that nothing commits, at each look. What the server
/// gives back meanwhile is taken at once; from then on it has the usual time to notice.
async fn is_told(world: &mut World, server: &Server, disk: &SmallDisk) -> Result<()> {
    let started = Instant::now();
    let at_ms = || u64::try_from(started.elapsed().as_millis());
    let (mut full_since_ms, mut judged) = (0, 0);
    while started.elapsed() < HELD_FOR {
        if disk.free_bytes()? > 0 {
            disk.fill()?;
            full_since_ms = at_ms()?;
        }
        let probe = probe(&server.http, started)?;
        if disk.free_bytes()? == 0 {
            let phase = Phase { from_ms: full_since_ms, late_max_ms: HEALTH_LATE_MAX_MS, ..FULL };
            judged += u64::from(probe.at_ms >= full_since_ms + HEALTH_LATE_MAX_MS);
            check_health(&[probe], &[phase], &mut world.verdict);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    ensure!(judged > 0, "the disk was never full for so long that health had to say so");
    Ok(())
}

/// What goes on although nothing can be written.
async fn answers(client: &Client, address: &str) -> Result<()> {
    let topology = client.topology().await.context("topology")?;
    ensure!(!topology.brokers.is_empty(), "the topology is empty");
    let (status, metrics) = http::call(address, "GET /metrics", "")?;
    ensure!(status == 200 && metrics.contains("baton_disk_free_bytes "), "no metrics: {status}");
    let (status, _) = http::call(address, "GET /health/live", "")?;
    ensure!(status == 200, "it does not call itself alive: {status}");
    Ok(())
}

/// Records can be read although none can be written.
fn can_read(world: &World) -> Result<()> {
    let mut records = 0;
    world.baton.each_record(1, |_| records += 1)?;
    ensure!(records > 0, "no records can be read");
    Ok(())
}

/// The files of the log that hold entries.
fn log_files(world: &World) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(partition(&world.baton.data()).join("log"))? {
        let path = entry?.path();
        if kind(&path.to_string_lossy()) == "the log" {
            files.insert(path.clone(), fs::read(path)?);
        }
    }
    ensure!(!files.is_empty(), "there is no log");
    Ok(files)
}

fn names_disk(reasons: &[String]) -> bool {
    reasons.iter().any(|reason| REASONS.iter().any(|it| reason.contains(it)))
}

fn wait_until_ready(server: &Server) -> Result<()> {
    wait_for("readiness", || Ok(health(&server.http)?.0.then_some(())))
}

fn log(world: &World) -> String {
    fs::read_to_string(world.baton.file("server.log")).unwrap_or_default()
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// Tells it to end, and waits for that.
fn terminate(server: &mut Server) -> Result<()> {
    quietly(Command::new("kill").args(["-TERM", &server.process_id().to_string()]))?;
    let started = Instant::now();
    while server.ended()?.is_none() {
        ensure!(started.elapsed() < END_MAX, "it does not end on a full disk");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
