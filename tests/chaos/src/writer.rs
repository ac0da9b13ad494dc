//! The work of a writer process: it says what it finds in a log, then changes it without end.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use broker::raft::types::{Entry, LeaderId, LogId, Payload, TypeConfig, Vote};
use openraft::storage::{IOFlushed, RaftLogStorage};
use openraft::type_config::TypeConfigExt;
use openraft::{EntryPayload, RaftLogReader};

use crate::log_oracle::{content, fingerprint};
use crate::protocol::{Line, Step};
use draw::Random;

/// Nobody cuts the power after this long: something is wrong with the harness.
const LONGEST_LIFE: Duration = Duration::from_mins(2);

type Flushed = openraft::alias::OneshotReceiverOf<TypeConfig, Result<(), std::io::Error>>;

/// Drives a log store.
pub struct Writer<'a, S, W> {
    store: S,
    says: &'a mut W,
    random: Random,
    terms: BTreeMap<u64, u64>,
    term: u64,
    next: u64,
    committed: Option<u64>,
    acknowledged: Option<u64>,
    number: u64,
    waiting: VecDeque<(u64, u64, Flushed)>,
}

impl<'a, S, W> Writer<'a, S, W>
where
    S: RaftLogStorage<TypeConfig>,
    W: Write,
{
    /// Says what the log holds, and makes itself its leader in a new term.
    ///
    /// # Errors
    ///
    /// What the store answered.
    pub async fn start(mut store: S, says: &'a mut W, random: Random) -> anyhow::Result<Self> {
        let state = store.get_log_state().await.context("read the log's state")?;
        let mut reader = store.get_log_reader().await;
        let vote = reader.read_vote().await.context("read the vote")?;
        if let Some(vote) = vote {
            writeln!(says, "{}", Line::FoundVote(vote.leader_id.term, vote.committed))?;
        }
        if let Some(purged) = state.last_purged_log_id {
            writeln!(says, "{}", Line::FoundPurged(purged.index))?;
        }
        let committed = store.read_committed().await.context("read the committed index")?;
        if let Some(committed) = committed {
            writeln!(says, "{}", Line::FoundCommitted(committed.index))?;
        }
        let mut terms = BTreeMap::new();
        let entries = reader.try_get_log_entries(0..u64::MAX).await.context("read the entries")?;
        for entry in entries {
            let (term, index) = (entry.log_id.leader_id.term, entry.log_id.index);
            let content = match &entry.payload {
                EntryPayload::Normal(Payload(bytes)) => fingerprint(bytes),
                EntryPayload::Blank | EntryPayload::Membership(_) => 0,
            };
            writeln!(says, "{}", Line::FoundEntry { index, term, content })?;
            terms.insert(index, term);
        }
        writeln!(says, "{}", Line::FoundAll)?;
        says.flush()?;
        let term = vote.map_or(0, |it| it.leader_id.term) + 1;
        let next = state.last_log_id.map_or(0, |it| it.index + 1);
        let mut writer = Self {
            store,
            says,
            random,
            terms,
            term,
            next,
            committed: committed.map(|it| it.index),
            acknowledged: next.checked_sub(1),
            number: 0,
            waiting: VecDeque::new(),
        };
        writer.lead(term).await?;
        Ok(writer)
    }

    /// Changes the log until the power goes.
    ///
    /// # Errors
    ///
    /// What the store answered, which is an error at the latest when the power is gone.
    pub async fn run(mut self) -> anyhow::Result<()> {
        let end = Instant::now() + LONGEST_LIFE;
        loop {
            ensure!(Instant::now() < end, "the power was not cut for {LONGEST_LIFE:?}");
            let most = self.random.one_of(&[1, 1, 4, 16]);
            match self.random.below(100) {
                0..80 => self.append(most).await?,
                80..90 => self.commit().await?,
                90..93 => self.truncate().await?,
                93..97 => self.purge().await?,
                _ => self.lead(self.term + 1).await?,
            }
        }
    }

    fn begin(&mut self, step: Step) -> anyhow::Result<u64> {
        self.number += 1;
        writeln!(self.says, "{}", Line::Start(self.number, step))?;
        self.says.flush()?;
        Ok(self.number)
    }

    fn done(&mut self, number: u64) -> anyhow::Result<()> {
        writeln!(self.says, "{}", Line::Done(number))?;
        Ok(self.says.flush()?)
    }

    fn log_id(&self, index: u64) -> Option<LogId> {
        let term = *self.terms.get(&index)?;
        Some(LogId::new(LeaderId { term, node_id: 0 }, index))
    }

    /// Appends a batch, and waits until at most `most` batches are not durable.
    async fn append(&mut self, most: usize) -> anyhow::Result<()> {
        let count = self.random.one_of(&[1, 1, 1, 2, 8, 64]);
        let (term, first) = (self.term, self.next);
        let number = self.begin(Step::Append { term, first, count })?;
        let entries: Vec<Entry> = (first..first + count)
            .map(|index| Entry {
                log_id: LogId::new(LeaderId { term, node_id: 0 }, index),
                payload: EntryPayload::Normal(Payload(content(term, index).into())),
            })
            .collect();
        let (flushed, wait) = TypeConfig::oneshot();
        self.store.append(entries, IOFlushed::signal(flushed)).await.context("append")?;
        self.terms.extend((first..first + count).map(|index| (index, term)));
        self.next = first + count;
        self.waiting.push_back((number, self.next - 1, wait));
        self.wait_for(most).await
    }

    async fn wait_for(&mut self, most: usize) -> anyhow::Result<()> {
        while self.waiting.len() >= most {
            let Some((number, last, flushed)) = self.waiting.pop_front() else { break };
            flushed.await.context("hear of a sync")?.context("sync")?;
            self.acknowledged = Some(last);
            self.done(number)?;
        }
        Ok(())
    }

    async fn commit(&mut self) -> anyhow::Result<()> {
        let Some(upto) = self.acknowledged else { return Ok(()) };
        let back = self.random.below(5);
        let Some(index) = upto.checked_sub(back).filter(|it| Some(*it) > self.committed) else {
            return Ok(());
        };
        if let Some(id) = self.log_id(index) {
            self.begin(Step::Commit(index))?;
            self.store.save_committed(Some(id)).await.context("save the committed index")?;
            self.committed = Some(index);
        }
        Ok(())
    }

    /// Drops entries that are not committed, as a follower of a new leader does.
    async fn truncate(&mut self) -> anyhow::Result<()> {
        self.wait_for(1).await?;
        let keep = self.committed.map_or(0, |it| it + 1).max(1);
        if self.next <= keep {
            return Ok(());
        }
        let from = keep + self.random.below(self.next - keep);
        let Some(last) = self.log_id(from - 1) else { return Ok(()) };
        self.lead(self.term + 1).await?;
        let number = self.begin(Step::Truncate(from))?;
        self.store.truncate_after(Some(last)).await.context("truncate")?;
        self.done(number)?;
        drop(self.terms.split_off(&from));
        self.next = from;
        self.acknowledged = Some(from - 1);
        Ok(())
    }

    async fn purge(&mut self) -> anyhow::Result<()> {
        let Some(committed) = self.committed else { return Ok(()) };
        let upto = committed.saturating_sub(self.random.below(20));
        if let Some(id) = self.log_id(upto) {
            let number = self.begin(Step::Purge(upto))?;
            self.store.purge(id).await.context("purge")?;
            self.done(number)?;
            self.terms = self.terms.split_off(&(upto + 1));
        }
        Ok(())
    }

    /// Asks for a vote in a term and grants it.
    async fn lead(&mut self, term: u64) -> anyhow::Result<()> {
        for granted in [false, true] {
            let number = self.begin(Step::Vote(term, granted))?;
            let mut vote = Vote::new(term, 0);
            vote.committed = granted;
            self.store.save_vote(&vote).await.context("save a vote")?;
            self.done(number)?;
        }
        self.term = term;
        Ok(())
    }
}

impl<S, W> std::fmt::Debug for Writer<'_, S, W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("number", &self.number).finish_non_exhaustive()
    }
}
