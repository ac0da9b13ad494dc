//! The recorder: one thread that appends records to the segments, behind the engine.

use super::status::{Fatal, Pauses};
use crate::io::RealDisk;
use crate::segment::{Error, Writer};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// Messages that may wait: beyond it the worker waits, and commands with it.
const QUEUE_MAX: usize = 4_096;
const SPACE_LOOK: Duration = Duration::from_secs(1);
const PART: &str = "records";

enum Message {
    Record(u64, Box<[u8]>),
    Flush,
    Sync(SyncSender<()>),
}

/// The way to the recorder.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    messages: SyncSender<Message>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Record(..) => "Record",
            Self::Flush => "Flush",
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

    /// Appends a record. A recorder that has ended has raised the reason already.
    pub(crate) fn append(&self, position: u64, bytes: &[u8]) {
        drop(self.messages.send(Message::Record(position, bytes.into())));
    }

    /// Lets readers see what was appended, once nothing more waits.
    pub(crate) fn flush(&self) {
        drop(self.messages.send(Message::Flush));
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
                Message::Record(position, bytes) => {
                    self.patiently(|writer| writer.append(*position, bytes).map(drop))
                }
                // A block per batch would be small: flush when nothing more waits.
                Message::Flush if following.is_some() => Ok(()),
                Message::Flush => self.patiently(Writer::flush),
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
