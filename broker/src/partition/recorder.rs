//! The recorder: one thread that appends records to the segments, behind the engine.

use super::status::{Fatal, Pauses};
use crate::io::RealDisk;
use crate::segment::{Error, Writer};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Batches that may wait: beyond it the worker waits, and commands with it.
const QUEUE_MAX: usize = 256;
const SPACE_LOOK: Duration = Duration::from_secs(1);
const PART: &str = "records";

enum Message {
    Records(Batch),
    Sync(SyncSender<()>),
}

/// The records of the entries that were applied together, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The position of the first; the others follow without a hole.
    first: u64,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
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
    messages: SyncSender<Message>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Records(_) => "Records",
            Self::Sync(_) => "Sync",
        })
    }
}

impl Recorder {
    /// Starts the thread. It ends when the last way to it is dropped.
    ///
    /// # Errors
    /// The operating system refuses another thread.
    pub(crate) fn start(
        writer: Writer<RealDisk>,
        pauses: Arc<Pauses>,
        fatal: Arc<Fatal>,
    ) -> std::io::Result<(Self, thread::JoinHandle<()>)> {
        let (messages, receiver) = sync_channel(QUEUE_MAX);
        let thread = thread::Builder::new()
            .name("records".to_owned())
            .spawn(move || Keeper { writer, pauses, fatal }.run(&receiver))?;
        Ok((Self { messages }, thread))
    }

    /// Appends records; readers see them once nothing more waits. A recorder that has ended has
    /// raised the reason already.
    pub(crate) fn append(&self, batch: Batch) {
        drop(self.messages.send(Message::Records(batch)));
    }

    /// Waits until everything appended so far is durable. False if the recorder has ended.
    pub(crate) fn sync(&self) -> bool {
        let (done, wait) = sync_channel(1);
        self.messages.send(Message::Sync(done)).is_ok() && wait.recv().is_ok()
    }
}

struct Keeper {
    writer: Writer<RealDisk>,
    pauses: Arc<Pauses>,
    fatal: Arc<Fatal>,
}

impl Keeper {
    fn run(mut self, messages: &Receiver<Message>) {
        let mut next = messages.recv().ok();
        while let Some(message) = next.take() {
            let following = messages.try_recv().ok();
            let result = match &message {
                Message::Records(batch) => {
                    let is_last = following.is_none();
                    self.append(batch).and_then(|()| {
                        // A block per batch would be small: flush when nothing more waits.
                        if is_last { self.patiently(Writer::flush) } else { Ok(()) }
                    })
                }
                Message::Sync(_) => self.patiently(Writer::sync),
            };
            if let Err(error) = result {
                self.fatal.raise(format!("Records cannot be written: {error}. Check the disk."));
                return;
            }
            if let Message::Sync(done) = message {
                // Who asked may have given up.
                let _ = done.send(());
            }
            next = following.or_else(|| messages.recv().ok());
        }
        if let Err(error) = self.writer.sync() {
            tracing::warn!(%error, "the last records were not made durable; the log has them");
        }
    }

    fn append(&mut self, batch: &Batch) -> Result<(), Error> {
        for (position, bytes) in batch.records() {
            self.patiently(|writer| writer.append(position, bytes).map(drop))?;
        }
        Ok(())
    }

    /// Waits for space: nothing is lost meanwhile, and commands are refused with the reason.
    fn patiently(
        &mut self,
        mut write: impl FnMut(&mut Writer<RealDisk>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        loop {
            match write(&mut self.writer) {
                Err(error) if error.is_out_of_space() && self.fatal.reason().is_none() => {
                    self.pauses.set(PART, format!("No space for records: {error}. Free some."));
                    thread::sleep(SPACE_LOOK);
                }
                result => {
                    self.pauses.clear(PART);
                    return result;
                }
            }
        }
    }
}
