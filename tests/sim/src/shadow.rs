//! An engine that is fed from the archive and never restarts: what the node must agree with.

use std::collections::BTreeMap;

use engine::{Engine, Output};
use record::{CommandBody, Entry, EntryBody, Record, Reply, RequestId};
use xxhash_rust::xxh3::xxh3_64;

use crate::archive::{Archive, Kept};
use crate::clients::number_of;
use crate::node::PARTITION;

/// An entry that was applied, with what came of it.
#[derive(Debug)]
pub struct Applied {
    /// Its index.
    pub index: u64,
    /// Its log time.
    pub now: i64,
    /// The client's request, if it is one's.
    pub request: Option<u64>,
    /// All records.
    pub records: Vec<Record>,
    /// True if no work is left for later entries.
    pub is_settled: bool,
}

/// The engine that never restarts.
#[derive(Debug)]
pub struct Shadow {
    /// The engine.
    pub engine: Engine,
    /// The state rebuilt from events alone.
    pub rebuilt: Engine,
    out: Output,
    /// Everything up to this index was looked at.
    pub index: u64,
    /// Hash of each record; the first has position 1.
    pub records: Vec<u64>,
    /// What clients must hear, by request. A repeated request has one reply.
    pub replies: BTreeMap<u64, Reply>,
    requests: BTreeMap<(u64, u64, u64), u64>,
    /// The last term that began.
    term: u64,
}

fn id(request: &RequestId) -> (u64, u64, u64) {
    (request.node, request.incarnation, request.seq)
}

/// The engine's entry, as the worker builds it.
fn decode(index: u64, kept: &Kept) -> Result<Option<Entry>, String> {
    let Some(bytes) = &kept.bytes else { return Ok(None) };
    let body = EntryBody::read(bytes).map_err(|error| format!("entry {index}: {error}"))?;
    Ok(Some(Entry { index, term: kept.term, body }))
}

impl Default for Shadow {
    fn default() -> Self {
        Self {
            engine: Engine::new(PARTITION),
            rebuilt: Engine::new(PARTITION),
            out: Output::default(),
            index: 0,
            records: Vec::new(),
            replies: BTreeMap::new(),
            requests: BTreeMap::new(),
            term: 0,
        }
    }
}

impl Shadow {
    /// Applies the archive's entries up to an index.
    ///
    /// # Errors
    /// An entry is missing or cannot be read, time goes back, or positions are not dense.
    pub fn follow(&mut self, archive: &Archive, upto: u64) -> Result<Vec<Applied>, String> {
        let mut all = Vec::new();
        // Raft's indexes begin with 0, its own first membership entry.
        let from = if self.index == 0 { 0 } else { self.index + 1 };
        for (index, kept) in archive.entries(from..upto + 1) {
            if index != self.index + 1 && index != 0 {
                return Err(format!("entry {} is missing in the log", self.index + 1));
            }
            self.index = index;
            if let Some(entry) = decode(index, &kept)? {
                all.push(self.apply(&entry)?);
            }
        }
        if self.index < upto {
            return Err(format!("the node applied entry {upto}, which nobody handed to the log"));
        }
        Ok(all)
    }

    /// Nothing is decided in a term before all of the terms before it was seen.
    fn check_term(&mut self, entry: &Entry) -> Result<(), String> {
        match &entry.body.command.body {
            CommandBody::StartTerm(_) => self.term = entry.term,
            CommandBody::RaiseLogic(_) if self.term == 0 => {}
            body if entry.term != self.term => {
                let (index, term) = (entry.index, entry.term);
                return Err(format!("entry {index} comes before term {term} began: {body:?}"));
            }
            _ => {}
        }
        Ok(())
    }

    fn apply(&mut self, entry: &Entry) -> Result<Applied, String> {
        self.check_term(entry)?;
        let before = self.engine.now();
        self.engine.apply(entry, &mut self.out);
        let now = self.engine.now();
        if now < before {
            return Err(format!("log time went back from {before} to {now}"));
        }
        self.rebuilt.rebuild(entry, &self.out.records, self.engine.output_hash());
        for (position, bytes) in self.out.encoded() {
            if position != self.records.len() as u64 + 1 {
                let expected = self.records.len() + 1;
                return Err(format!("a record has position {position} instead of {expected}"));
            }
            self.records.push(xxh3_64(bytes));
        }
        let command = &entry.body.command;
        let request = number_of(&command.envelope.trace);
        if let Some(number) = request
            && !command.request.is_none()
        {
            self.requests.insert(id(&command.request), number);
        }
        for (request, reply) in &self.out.replies {
            if let Some(number) = self.requests.get(&id(request)) {
                self.replies.insert(*number, reply.clone());
            }
        }
        let records = std::mem::take(&mut self.out.records);
        let is_settled = !self.engine.has_pending();
        Ok(Applied { index: entry.index, now, request, records, is_settled })
    }
}

/// Replays everything from nothing.
///
/// # Errors
/// An entry cannot be read.
pub fn replay_cold(archive: &Archive, upto: u64) -> Result<Engine, String> {
    let mut engine = Engine::new(PARTITION);
    let mut out = Output::default();
    for (index, kept) in archive.entries(0..upto + 1) {
        if let Some(entry) = decode(index, &kept)? {
            engine.apply(&entry, &mut out);
        }
    }
    Ok(engine)
}
