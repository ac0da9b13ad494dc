//! A play in acts: a script on a disk that fails, a recovery, and the judgement over both.
//!
//! ```text
//! act      start ─▶ script ─▶ the fault ─▶ the processes die ─▶ what the disk keeps
//! end      what a reader of the records saw until then
//! replay   from the checkpoint, and cold from the log, against what the server said
//! finale   start on a sound disk ─▶ hours pass, all is done ─▶ every oracle
//! ```

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use client::{Client, Options};

use crate::environment::{COLD, now_ms, tells_ready};
use crate::load::drain::{DRAIN_CLOCK_MS, Records, drain};
use crate::load::models;
use crate::load::steps::Steps;
use crate::oracle::equality::Hashes;
use crate::oracle::evidence::{End, Times};
use crate::oracle::probe::RECOVERY_MAX_MS;
use crate::oracle::replay::partition;
use crate::oracle::stream::{check_again, read};
use crate::oracle::{Evidence, Fact, Ledger, Oracle, Seen, States, Stopped, Verdict, judge, probe};
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::Faults;
use crate::script::{Player, Script};
use crate::stage::{Stage, Start};
use crate::suite::{ACKNOWLEDGED, LOSSES, Tally};

/// How long the script waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often an act looks whether the disk has stopped.
const CUT_LOOK: Duration = Duration::from_millis(1);

/// A reader saw records before a fault, and was compared with one after it.
pub const READ_BEFORE: &str = "records read before a fault and again at the end";

/// How an act ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The script was played to its end.
    Played,
    /// The server did not answer this command, or a later look at it.
    Stopped(usize),
    /// It did not become ready.
    NotReady,
}

/// What is kept from act to act.
#[derive(Debug)]
pub struct Play {
    binary: PathBuf,
    /// What clients were told.
    pub ledger: Arc<Ledger>,
    states: States,
    /// What was found so far.
    pub verdict: Verdict,
    /// What a reader had seen at the end of each act.
    seen: Vec<Vec<Seen>>,
    /// The server of the act at hand became ready.
    was_ready: bool,
    /// All that a disk held was replayed from the first entry of its log as well.
    is_replayed_cold: bool,
    resumed: Vec<i64>,
}

impl Play {
    /// Begins.
    pub fn new(binary: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            ledger: Arc::default(),
            states: States::default(),
            verdict: Verdict::default(),
            seen: Vec::new(),
            was_ready: false,
            is_replayed_cold: false,
            resumed: Vec::new(),
        }
    }

    /// The server under test.
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Notes what somebody says about the state at a log index: replays are held against it.
    pub fn hear(&mut self, who: &str, hashes: Hashes) {
        self.states.hear_hashes(who, hashes, &mut self.verdict);
    }

    /// Mounts a disk for an act.
    ///
    /// # Errors
    /// It cannot be mounted.
    pub fn stage(&self, disk: Disk, faults: Faults) -> Result<Stage> {
        Stage::new(&self.binary, disk, faults)
    }

    /// Starts a server and plays the script. Calls may fail: that is what it is for.
    ///
    /// # Errors
    /// The harness failed.
    pub async fn act(&mut self, stage: &mut Stage, script: Script) -> Result<Ending> {
        self.act_beside(stage, script, |_, _, _| Ok(true)).await
    }

    /// The same while something else is done, which is told again and again how many commands were
    /// acknowledged and whether the script was played, and says whether it is over.
    ///
    /// # Errors
    /// The harness failed, or what is done beside.
    pub async fn act_beside(
        &mut self,
        stage: &mut Stage,
        script: Script,
        mut beside: impl FnMut(&Stage, u64, bool) -> Result<bool>,
    ) -> Result<Ending> {
        self.ledger.let_fail(true);
        self.was_ready = false;
        match stage.start()? {
            Start::Ready(_) => {
                self.was_ready = true;
                self.resumed.push(now_ms()?);
            }
            Start::Cut | Start::Waits | Start::Ended(_) => return Ok(Ending::NotReady),
        }
        let Ok(client) = connect(&stage.server()?.grpc).await else {
            return Ok(Ending::Stopped(0));
        };
        let ledger = self.ledger.clone();
        let http = stage.server()?.http.clone();
        let steps = Steps { client, http, ledger: &ledger, patience: PATIENCE };
        let mut player = Player::new(steps);
        let (states, verdict) = (&mut self.states, &mut self.verdict);
        let witness = async |steps: &Steps<'_>| {
            let asked = states.ask("the server", &steps.client, verdict).await;
            asked.map(drop).map_err(|_| Stopped)
        };
        let playing = player.play(script, witness);
        tokio::pin!(playing);
        // Whoever waits for an answer when the disk stops is told by the end of the connection.
        let mut outcome = None;
        let ended = loop {
            tokio::select! {
                ended = &mut playing, if outcome.is_none() => outcome = Some(ended),
                () = tokio::time::sleep(CUT_LOOK) => stage.kill_if_cut()?,
            }
            let is_over = beside(stage, ledger.acknowledged(), outcome.is_some())?;
            if let Some(ended) = outcome
                && is_over
            {
                break ended;
            }
        };
        Ok(ended.map_or_else(Ending::Stopped, |()| Ending::Played))
    }

    /// Ends an act: kills the server if it lives, notes what a reader could see until then, and
    /// returns the disk.
    ///
    /// # Errors
    /// The server does not die.
    pub fn end(&mut self, stage: Stage) -> Result<Disk> {
        let disk = stage.end()?;
        let folder = tempfile::tempdir()?;
        disk.write_part_to(&records(Path::new("data")), folder.path())?;
        // What was written can be read, whether it was synced or not.
        let (seen, damage) = read(folder.path());
        // A torn end that a power cut left is there until a start has repaired it.
        let damage = damage.filter(|_| self.was_ready);
        self.verdict.expect(Oracle::Stream, damage.is_none(), || {
            format!("the records of an act cannot be read: {damage:?}")
        });
        self.seen.push(seen);
        Ok(disk)
    }

    /// Replays what a disk holds, from its checkpoint, and cold if nothing of its log is removed yet,
    /// against what servers said.
    ///
    /// # Errors
    /// It cannot be read, which a server would refuse as well.
    pub fn replay(&mut self, disk: &Disk) -> Result<()> {
        let folder = tempfile::tempdir()?;
        disk.write_to(folder.path())?;
        let data = folder.path().join("data");
        if !data.join("partitions/1/log").exists() {
            // Nothing was begun.
            return Ok(());
        }
        self.is_replayed_cold |= self.states.replay(&data, &mut self.verdict)?;
        Ok(())
    }

    /// Starts a server on a sound disk, brings everything to its end, and asks every oracle.
    ///
    /// # Errors
    /// What is violated.
    pub async fn finale(mut self, disk: Disk, tally: &mut Tally) -> Result<()> {
        let mut stage = self.stage(disk, Faults::default())?;
        match stage.start()? {
            Start::Ready(took) => {
                let took = u64::try_from(took.as_millis())?;
                probe::check_recovery("the fault", took, RECOVERY_MAX_MS, &mut self.verdict);
            }
            Start::Cut | Start::Waits | Start::Ended(_) => {
                bail!("the folder needs hand work: {}", stage.log())
            }
        }
        self.resumed.push(now_ms()?);
        Box::pin(self.finish(&mut stage, tally)).await.with_context(|| stage.log())
    }

    /// Brings everything to its end on the server that runs, and asks every oracle.
    ///
    /// # Errors
    /// What is violated.
    pub async fn finish(mut self, stage: &mut Stage, tally: &mut Tally) -> Result<()> {
        let client = connect(&stage.server()?.grpc).await?;
        let ledger = self.ledger.clone();
        let http = stage.server()?.http.clone();
        let steps = Steps { client, http, ledger: &ledger, patience: PATIENCE };
        self.witness(&steps.client).await?;
        ledger.let_fail(false);
        if !self.is_deployed() {
            let deployed = steps.deploy_all().await;
            ensure!(deployed.is_ok(), "{:?}", ledger.unexpected());
        }
        let (server, baton) = stage.server_on_disk()?;
        let written = Records { baton, first: 1 };
        let address = server.http.clone();
        drain(server, &steps, written, &mut self.states, &mut self.verdict).await?;
        tells_ready(&address, "the recovery", &mut self.verdict).await?;
        self.resumed.push(now_ms()? + DRAIN_CLOCK_MS);
        let last = self.witness(&steps.client).await?;
        let evidence = Evidence {
            history: ledger.history(),
            facts: facts_until(stage, last)?,
            // They are compared below: each saw only what was there at the end of its act.
            readers: Vec::new(),
            said: self.states.said().to_vec(),
            end: End { is_drained: true },
            times: Times {
                latest: now_ms()? + DRAIN_CLOCK_MS,
                resumed: std::mem::take(&mut self.resumed),
                ..Times::default()
            },
        };
        self.verdict.merge(judge(&evidence));
        let (now, damage) = read(&records(&stage.baton().data()));
        self.verdict.expect(Oracle::Stream, damage.is_none(), || {
            format!("the records cannot be read after all: {damage:?}")
        });
        for seen in self.seen.iter().filter(|it| !it.is_empty()) {
            check_again(seen, &now, &mut self.verdict);
            tally.hit(READ_BEFORE);
        }
        self.verdict.require(&[])?;
        if self.is_replayed_cold {
            tally.hit(COLD);
        }
        tally.count(ACKNOWLEDGED, ledger.acknowledged());
        tally.count(LOSSES, 0);
        tally.judged(&self.verdict);
        Ok(())
    }

    fn is_deployed(&self) -> bool {
        use crate::oracle::{Ask, Call};
        let calls = self.ledger.history().calls;
        let is_it = |it: &&Call| it.is_ok() && matches!(it.ask, Ask::Deploy { .. });
        calls.iter().filter(is_it).count() >= models::PLAIN
    }

    /// Notes what the server says about its state; the position of its last record.
    async fn witness(&mut self, client: &Client) -> Result<u64> {
        Ok(self.states.ask("the server after the fault", client, &mut self.verdict).await?)
    }

    /// Notes that the server could work again.
    ///
    /// # Errors
    /// The clock is before 1970.
    pub fn resumed(&mut self) -> Result<()> {
        self.resumed.push(now_ms()?);
        Ok(())
    }
}

/// Connects with the patience of a script.
///
/// # Errors
/// There is no server.
pub async fn connect(address: &str) -> Result<Client, client::Error> {
    let mut options = Options::default();
    options.request_timeout = PATIENCE;
    Client::connect_with(address, options).await
}

/// Where the record segments of a data folder are.
fn records(data: &Path) -> PathBuf {
    partition(data).join("records")
}

/// All records that are written.
fn facts(stage: &Stage) -> Result<Vec<Fact>> {
    Records { baton: stage.baton(), first: 1 }.read()
}

/// All records up to this position, which may come a moment later.
fn facts_until(stage: &Stage, last: u64) -> Result<Vec<Fact>> {
    let started = Instant::now();
    loop {
        let facts = facts(stage)?;
        let found = facts.last().map_or(0, |it| it.position);
        if found >= last {
            return Ok(facts);
        }
        ensure!(
            started.elapsed() < PATIENCE,
            "O8 (Stream): the records end at {found} while the server wrote {last}"
        );
    }
}
