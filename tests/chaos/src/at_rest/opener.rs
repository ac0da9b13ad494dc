//! What a folder turns out to be when a node is started on it: refused, or this state and these
//! records.
//!
//! It runs in a process of its own: what a damaged folder does to it, a crash, a hang or memory
//! without end, is a verdict and not the end of the suite.

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use broker::io::RealDisk;
use broker::segment::Reader;
use serde_json::{Value, json};

use super::life::Life;
use draw::Random;

/// How long records may take to reach their segment.
const RECORDS_PATIENCE: Duration = Duration::from_secs(10);

/// What became of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was refused with this sentence.
    Refused(String),
    /// It serves.
    Opened(Opened),
    /// It began to serve, and then did not go on.
    Broken(String),
    /// It was refused, and did more than that.
    Unsteady(String),
}

/// A node that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The hash of its state when it was ready.
    pub state: u64,
    /// The term in which it led to the end.
    pub term: u64,
    /// Its place in the log then.
    pub applied: u64,
    /// The first record that is there.
    pub first: u64,
    /// The last record then.
    pub last: u64,
    /// The hash of all records up to then, or the sentence that says why they cannot be read.
    pub records: Result<u64, String>,
    /// Whether its own look at the records found something.
    pub told: bool,
}

impl Outcome {
    fn to_json(&self) -> Value {
        match self {
            Self::Refused(sentence) => json!({ "refused": sentence }),
            Self::Broken(why) | Self::Unsteady(why) => json!({ "broken": why }),
            Self::Opened(it) => json!({ "opened": {
                "state": it.state, "term": it.term, "applied": it.applied, "first": it.first, "last": it.last,
                "records": it.records.as_ref().ok(), "unreadable": it.records.as_ref().err(),
                "told": it.told,
            }}),
        }
    }

    /// Reads the answer of an opener.
    ///
    /// # Errors
    /// It is none.
    pub fn read(line: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(line).with_context(|| format!("'{line}'"))?;
        if let Some(sentence) = value["refused"].as_str() {
            return Ok(Self::Refused(sentence.to_owned()));
        }
        if let Some(why) = value["broken"].as_str() {
            return Ok(Self::Broken(why.to_owned()));
        }
        let number = |name: &str| value["opened"][name].as_u64().context("a number is missing");
        let records = match value["opened"]["unreadable"].as_str() {
            Some(sentence) => Err(sentence.to_owned()),
            None => Ok(number("records")?),
        };
        Ok(Self::Opened(Opened {
            state: number("state")?,
            term: number("term")?,
            applied: number("applied")?,
            first: number("first")?,
            last: number("last")?,
            records,
            told: value["opened"]["told"] == true,
        }))
    }
}

/// Starts a node on each folder that is named on a line of `input`, and answers on `output`.
///
/// # Errors
/// The pipes are closed.
pub fn serve(input: impl BufRead, mut output: impl Write) -> Result<()> {
    for folder in input.lines() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("start tokio")?;
        let outcome = runtime.block_on(open(Path::new(&folder?)));
        // What a node that could not go on left behind must not stop the next.
        runtime.shutdown_background();
        writeln!(output, "{}", outcome.to_json())?;
        output.flush()?;
    }
    Ok(())
}

/// Starts a node on a folder, and looks at what it is.
pub async fn open(folder: &Path) -> Outcome {
    let life = match Life::begin(folder).await {
        Ok(life) => life,
        Err(sentence) => return Outcome::Refused(sentence),
    };
    match look(&life, folder).await {
        Ok(opened) => {
            life.end().await;
            Outcome::Opened(opened)
        }
        Err(error) => Outcome::Broken(format!("{error:#}; {:?}", life.reasons())),
    }
}

async fn look(life: &Life, folder: &Path) -> Result<Opened> {
    let found = life.status().await?;
    // It must also go on: what is wrong may show only then.
    life.create("goes on", &mut Random::new(1)).await.context("go on")?;
    life.rest().await?;
    let after = life.status().await?;
    let records = folder.join("partitions/1/records");
    let mut all = Records::default();
    let readable = all.read(&records, after.last_position).await;
    anyhow::ensure!(life.reasons().is_empty(), "it stopped");
    let is_hurt = readable.is_err() || all.first > 1;
    let until_found = readable.map(|()| all.hash_at(found.last_position));
    Ok(Opened {
        state: found.state_hash,
        // An election on the way shows in the log before it shows in the term.
        term: after.term,
        applied: found.applied_index,
        first: all.first,
        last: found.last_position,
        records: until_found.map_err(|error| format!("{error:#}")),
        told: is_hurt && life.tells_of_damage().await,
    })
}

/// The records of a folder: a running hash of them.
#[derive(Debug, Default)]
struct Records {
    first: u64,
    hashes: Vec<u64>,
}

impl Records {
    /// Reads all records up to the one at `last`.
    async fn read(&mut self, folder: &Path, last: u64) -> Result<()> {
        let mut reader = Reader::open(RealDisk, folder, 1, 1);
        self.first = reader.first_position()?.unwrap_or(1);
        reader.seek(self.first);
        let started = Instant::now();
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        loop {
            let position = reader.position();
            match reader.next()? {
                Some(record) => {
                    for byte in record.position.to_le_bytes().iter().chain(record.bytes) {
                        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
                    }
                    self.hashes.push(hash);
                }
                None if position > last => return Ok(()),
                None if started.elapsed() > RECORDS_PATIENCE => {
                    anyhow::bail!("record {position} does not come, up to {last}")
                }
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    fn hash_at(&self, position: u64) -> u64 {
        let at = usize::try_from(position.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.hashes.get(at).copied().unwrap_or(0)
    }
}
