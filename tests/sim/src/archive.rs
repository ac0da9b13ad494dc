//! Every entry that was ever handed to the log, kept outside of the simulated disk.
//!
//! An entry that was applied anywhere is a fact: the archive then refuses another one at its
//! index, which is how a lost or replaced entry shows, even if nobody asks for it any more.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use broker::raft::error::LogError;
use broker::raft::journal::{Journal, OnDurable, State};
use broker::raft::types::{Entry, LogId, Vote};
use broker::raft::wal::twin::Twin;
use openraft::EntryPayload;
use parking_lot::Mutex;

/// Every entry that was ever handed to the log. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Archive(Arc<Mutex<Contents>>);

#[derive(Debug, Default)]
struct Contents {
    entries: BTreeMap<u64, Kept>,
    /// Entries up to this index are facts.
    facts_upto: Option<u64>,
    contradiction: Option<String>,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The term in which it was proposed.
    pub term: u64,
    /// The engine's part; none for entries of Raft's own.
    pub bytes: Option<Vec<u8>>,
}

impl Archive {
    /// The entries of a range that carry something for the engine.
    pub fn entries(&self, range: Range<u64>) -> Vec<(u64, Kept)> {
        let contents = self.0.lock();
        contents.entries.range(range).map(|(index, kept)| (*index, kept.clone())).collect()
    }

    /// The last index.
    pub fn last_index(&self) -> u64 {
        self.0.lock().entries.last_key_value().map_or(0, |(index, _)| *index)
    }

    /// From now on, entries up to this index are facts.
    pub fn settle(&self, index: u64) {
        let mut contents = self.0.lock();
        contents.facts_upto = contents.facts_upto.max(Some(index));
    }

    /// What was handed to the log although it contradicts a fact.
    pub fn contradiction(&self) -> Option<String> {
        self.0.lock().contradiction.clone()
    }

    fn keep(&self, entry: &Entry) {
        let index = entry.log_id.index;
        let bytes = match &entry.payload {
            EntryPayload::Normal(payload) => Some(payload.0.to_vec()),
            EntryPayload::Blank | EntryPayload::Membership(_) => None,
        };
        let kept = Kept { term: entry.log_id.leader_id.term, bytes };
        let mut contents = self.0.lock();
        let facts_upto = contents.facts_upto.filter(|upto| index <= *upto);
        if let Some(upto) = facts_upto
            && contents.entries.get(&index) != Some(&kept)
        {
            contents.contradiction.get_or_insert_with(|| {
                format!("entry {index} was replaced, although entries up to {upto} were applied")
            });
        }
        if facts_upto.is_some() {
            return;
        }
        // What a crash took away may be written anew, and what followed it is gone.
        contents.entries.split_off(&index);
        contents.entries.insert(index, kept);
    }
}

/// A log whose entries are archived.
#[derive(Debug)]
pub struct Archived {
    /// The log.
    pub journal: Twin,
    /// Its archive.
    pub archive: Archive,
}

impl Journal for Archived {
    fn settle(&self) -> Result<(), LogError> {
        self.journal.settle()
    }

    fn state(&self) -> State {
        self.journal.state()
    }

    fn read(&self, range: Range<u64>, size_max: usize) -> Result<Vec<Entry>, LogError> {
        self.journal.read(range, size_max)
    }

    fn save_vote(&self, vote: Vote, on_durable: OnDurable) -> Result<(), LogError> {
        self.journal.save_vote(vote, on_durable)
    }

    fn append(
        &self,
        entries: impl IntoIterator<Item = Entry>,
        on_durable: OnDurable,
    ) -> Result<(), LogError> {
        let archived = entries.into_iter().inspect(|entry| self.archive.keep(entry));
        self.journal.append(archived, on_durable)
    }

    fn truncate(&self, index: u64, on_durable: OnDurable) -> Result<(), LogError> {
        self.journal.truncate(index, on_durable)
    }

    fn purge(&self, upto: LogId, on_durable: OnDurable) -> Result<(), LogError> {
        self.journal.purge(upto, on_durable)
    }

    fn save_committed(&self, committed: LogId) -> Result<(), LogError> {
        self.journal.save_committed(committed)
    }
}
