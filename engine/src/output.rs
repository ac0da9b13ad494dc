//! What `apply` puts out besides state.

use record::{ActivatedJob, Record, Reply, RequestId, StreamId};
use value::wire::Message as _;
use value::{Str, wire_oneof, wire_struct};

/// The output of one entry. Its buffers are reused from entry to entry.
#[derive(Debug, Default)]
pub struct Output {
    /// Events and rejections in order. Bookkeeping has position 0 and is not exported.
    pub records: Vec<Record>,
    /// The exported records, encoded one after the other; see [`Output::encoded`].
    encoded: Vec<u8>,
    ends: Vec<usize>,
    /// Answers to requests, to be given on whichever node the request waits.
    pub replies: Vec<(RequestId, Reply)>,
    /// For the leader: jobs for streams, and news for long polls.
    pub pushes: Vec<Push>,
    /// Units of work that were done.
    pub units: u64,
}

wire_oneof! {
    /// Something for workers that wait at the leader.
    pub enum Push {
        /// A job that was handed to a stream.
        1 => Job(PushedJob),
        /// Jobs of a type can be handed out, and no stream took them.
        2 => JobsAvailable(JobsAvailable),
        /// A stream was closed by the engine.
        3 => StreamClosed(StreamId),
    }
}

wire_struct! {
    /// A job that was handed to a stream.
    pub struct PushedJob {
        /// The stream.
        1 => pub stream: StreamId,
        /// The job.
        2 => pub job: ActivatedJob,
    }
}

wire_struct! {
    /// Jobs of a type can be handed out.
    pub struct JobsAvailable {
        /// The type.
        1 => pub job_type: Str,
    }
}

/// How much output there was at some moment, to cut back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    records: usize,
    replies: usize,
    pushes: usize,
}

impl Output {
    /// Empties the buffers and keeps their memory.
    pub fn clear(&mut self) {
        self.records.clear();
        self.encoded.clear();
        self.ends.clear();
        self.replies.clear();
        self.pushes.clear();
        self.units = 0;
    }

    /// The exported records as positions and bytes, in the form segments keep.
    pub fn encoded(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let exported = self.records.iter().filter(|it| it.position != 0);
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        exported.zip(starts.zip(self.ends.iter())).map(|(record, (start, end))| {
            (record.position, self.encoded.get(start..*end).unwrap_or_default())
        })
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { records: self.records.len(), replies: self.replies.len(), pushes: self.pushes.len() }
    }

    pub(crate) fn cut(&mut self, mark: Mark) {
        self.records.truncate(mark.records);
        self.replies.truncate(mark.replies);
        self.pushes.truncate(mark.pushes);
    }

    /// Encodes the exported records and folds everything into the running hash, bookkeeping too:
    /// whatever changes state or leaves the engine must be the same everywhere.
    pub(crate) fn seal(&mut self, hash: u64) -> u64 {
        for record in self.records.iter().filter(|it| it.position != 0) {
            record.encode(&mut self.encoded);
            self.ends.push(self.encoded.len());
        }
        let exported = self.encoded.len();
        for record in self.records.iter().filter(|it| it.position == 0) {
            record.encode(&mut self.encoded);
        }
        for (request, reply) in &self.replies {
            request.encode(&mut self.encoded);
            reply.encode(&mut self.encoded);
        }
        for push in &self.pushes {
            push.encode(&mut self.encoded);
        }
        let hash = xxhash_rust::xxh3::xxh3_64_with_seed(&self.encoded, hash);
        self.encoded.truncate(exported);
        hash
    }
}
