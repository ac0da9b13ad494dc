//! What servers say of their state while they live, and the replays that are held against it.

use std::path::Path;

use anyhow::Result;
use client::{Client, PartitionStatus};

use super::equality::{Equality, Hashes};
use super::evidence::Said;
use super::replay::{Log, Replay};
use super::verdict::Verdict;

/// The states of one folder's servers through a run (O5, O6).
#[derive(Debug, Default)]
pub struct States {
    equality: Equality,
    /// Follows the log from its beginning, from one replay to the next.
    cold: Replay,
    /// How many instances were active, as servers said.
    said: Vec<Said>,
}

impl States {
    /// Notes what a server says about its partition.
    pub fn hear(&mut self, who: &str, it: &PartitionStatus, verdict: &mut Verdict) {
        let hashes =
            Hashes { index: it.applied_index, state: it.state_hash, output: it.output_hash };
        self.equality.hear(who, hashes, verdict);
        self.said.push(Said { position: it.last_position, active: it.active_instances });
    }

    /// Notes what somebody else says about the state at a log index.
    pub fn hear_hashes(&mut self, who: &str, hashes: Hashes, verdict: &mut Verdict) {
        self.equality.hear(who, hashes, verdict);
    }

    /// How many instances were active at which place in the records, as servers said.
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// Asks a server about its state, and notes it; the position of its last record.
    ///
    /// # Errors
    /// It is away or refuses.
    pub async fn ask(
        &mut self,
        who: &str,
        client: &Client,
        verdict: &mut Verdict,
    ) -> Result<u64, client::Error> {
        let mut last = 0;
        for it in client.status().await?.partitions {
            self.hear(who, &it, verdict);
            last = it.last_position;
        }
        Ok(last)
    }

    /// Replays a copy of a data folder against what servers said: from its checkpoint, and cold as
    /// far as its log goes back. False if the log was shortened past the cold replay, which then can
    /// never go on.
    ///
    /// # Errors
    /// The folder cannot be read, which a server would refuse as well.
    pub fn replay(&mut self, data: &Path, verdict: &mut Verdict) -> Result<bool> {
        let log = Log::read(data)?;
        let Self { equality, cold, said: _ } = self;
        let known = equality.clone();
        let mut follow = |who: &str, replay: &mut Replay| {
            replay.follow(&log, |it| known.knows(it), |it| equality.hear(who, it, verdict))
        };
        let is_whole = cold.can_follow(&log);
        if is_whole {
            follow("a cold replay of the log", cold)?;
        }
        let mut restored = Replay::from_checkpoint(data)?;
        follow("the checkpoint and the log after it", &mut restored)?;
        Ok(is_whole)
    }
}
