//! The recorder: work of its own that appends records to the segments, behind the engine.

use super::checkpointer::WAIT;
use super::status::{Fatal, Pauses};
use super::worker::HOW_TO_UPGRADE;
use crate::io::Disk;
use crate::platform::{Platform, Running};
use crate::segment::{Error, Writer};
use crate::sentence::{self, RESTORE};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Batches that may wait: beyond it the worker waits, and commands with it.
const QUEUE_MAX: usize = 256;
const SPACE_LOOK: Duration = Duration::from_secs(1);
/// The part under which commands are paused.
pub(super) const PART: &str = "records";

enum Message {
    Records(Batch),
    Sync(oneshot::Sender<()>),
    /// Answered when all that came before is in the segments, durable or not.
    Compare(oneshot::Sender<()>),
}

/// The records of the entries that were applied together, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The position of the first; the others follow without a hole.
    first: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Which log entries they come from: the number of records before, and the log index.
    entries: Vec<(usize, u64)>,
}

impl Batch {
    /// The records that are added next come from this log entry.
    pub(crate) fn begin(&mut self, index: u64) {
        self.entries.push((self.ends.len(), index));
    }

    /// The log entry that a record comes from.
    fn index_of(&self, position: u64) -> u64 {
        let before = usize::try_from(position.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let at = self.entries.partition_point(|(start, _)| *start <= before);
        self.entries.get(at.saturating_sub(1)).map_or(0, |(_, index)| *index)
    }

    /// Adds the next record.
    pub(crate) fn push(&mut self, position: u64, bytes: &[u8]) {
        if self.ends.is_empty() {
            self.first = position;
        }
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn records(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        (self.first..).zip(starts.zip(&self.ends)).map(|(position, (start, end))| {
            (position, self.bytes.get(start..*end).unwrap_or_default())
        })
    }
}

/// The way to the recorder.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    messages: mpsc::Sender<Message>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Records(_) => "Records",
            Self::Sync(_) => "Sync",
            Self::Compare(_) => "Compare",
        })
    }
}

impl Recorder {
    /// Starts it. It ends when the last way to it is dropped.
    ///
    /// # Errors
    /// The operating system refuses another thread.
    pub(crate) fn start<P: Platform>(
        platform: &P,
        writer: Writer<P::Disk>,
        pauses: Arc<Pauses>,
        fatal: Arc<Fatal>,
    ) -> std::io::Result<(Self, Running)> {
        let (messages, receiver) = mpsc::channel(QUEUE_MAX);
        let keeper = Keeper { writer, pauses, fatal };
        let running = platform.run("records", keeper.run(receiver))?;
        Ok((Self { messages }, running))
    }

    /// Appends records; readers see them once nothing more waits. A recorder that has ended has
    /// raised the reason already.
    pub(crate) async fn append(&self, batch: Batch) {
        drop(self.messages.send(Message::Records(batch)).await);
    }

    /// Waits until everything appended so far was compared with what the segments had already. A
    /// recorder that found another record has raised the reason then.
    pub(crate) async fn compared(&self) {
        let (done, wait) = oneshot::channel();
        if self.messages.send(Message::Compare(done)).await.is_ok() {
            // It answers, or it has ended.
            let _ = wait.await;
        }
    }

    /// Waits until everything appended so far is durable. False if the recorder has ended.
    pub(crate) async fn sync(&self) -> bool {
        let (done, wait) = oneshot::channel();
        self.messages.send(Message::Sync(done)).await.is_ok() && wait.await.is_ok()
    }
}

/// Says why records cannot be written, and what to do.
fn sentence(error: &Error, message: &Message, dir: &Path) -> String {
    match (error, message) {
        // What is rotten is found by its checksum: this was decided otherwise.
        (Error::Differs { position }, Message::Records(batch)) => format!(
            "This Baton puts out another record {position} for log entry {} than the one that \
             applied it before: its logic differs. {HOW_TO_UPGRADE} If files in '{}' or '{}' are \
             those of another node: {RESTORE}",
            batch.index_of(*position),
            dir.with_file_name("log").display(),
            dir.display()
        ),
        _ => format!("Records cannot be written: {}", sentence::sentence(error, error.way_out())),
    }
}

struct Keeper<D: Disk> {
    writer: Writer<D>,
    pauses: Arc<Pauses>,
    fatal: Arc<Fatal>,
}

impl<D: Disk> Keeper<D> {
    async fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut next = messages.recv().await;
        while let Some(message) = next.take() {
            let following = messages.try_recv().ok();
            // A block per batch would be small: flush when nothing more waits.
            let is_last = following.is_none();
            let result = match &message {
                Message::Records(batch) => self.append(batch, is_last).await,
                Message::Sync(_) => self.patiently(Writer::sync).await,
                Message::Compare(_) => self.patiently(Writer::flush).await,
            };
            if let Err(error) = result {
                if error.is_out_of_space() && self.pauses.is_stopping() {
                    tracing::warn!(%error, "the last records were not written; the log has them");
                    return;
                }
                self.fatal.raise(sentence(&error, &message, self.writer.dir()));
                return;
            }
            if let Message::Sync(done) | Message::Compare(done) = message {
                // Who asked may have given up.
                let _ = done.send(());
            }
            next = match following {
                Some(following) => Some(following),
                None => messages.recv().await,
            };
        }
        if let Err(error) = self.writer.sync() {
            tracing::warn!(%error, "the last records were not made durable; the log has them");
        }
    }

    async fn append(&mut self, batch: &Batch, is_last: bool) -> Result<(), Error> {
        for (position, bytes) in batch.records() {
            self.patiently(|writer| writer.append(position, bytes).map(drop)).await?;
        }
        if is_last { self.patiently(Writer::flush).await } else { Ok(()) }
    }

    fn may_wait(&self) -> bool {
        self.fatal.reason().is_none() && !self.pauses.is_stopping()
    }

    /// Waits for space: nothing is lost meanwhile, and commands are refused with the reason.
    async fn patiently(
        &mut self,
        mut write: impl FnMut(&mut Writer<D>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        loop {
            match write(&mut self.writer) {
                Err(error) if error.is_out_of_space() && self.may_wait() => {
                    let causes = sentence::causes(&error);
                    self.pauses.set(PART, format!("No space for records: {causes}. {WAIT}"));
                    tokio::time::sleep(SPACE_LOOK).await;
                }
                result => {
                    self.pauses.clear(PART);
                    return result;
                }
            }
        }
    }
}
