//! What there is once per partition: counters, clock, settings.

use record::{Key, LOGIC_FIRST, Millis, PartitionId, Settings};
use std::sync::Arc;
use value::wire::Message as _;
use value::{Str, wire_struct};

wire_struct! {
    /// What there is once per partition.
    pub(crate) struct Meta {
        1 => pub(crate) partition: PartitionId,
        /// The last key's counter.
        2 => pub(crate) last_key: u64,
        /// The last record's position.
        3 => pub(crate) last_position: u64,
        /// Log time: the greatest `now` of an entry.
        4 => pub(crate) now: Millis,
        /// The last applied index.
        5 => pub(crate) index: u64,
        /// The term of the last `StartTerm`.
        6 => pub(crate) term: u64,
        /// The running hash of all outputs.
        7 => pub(crate) output_hash: u64,
        /// The number of the next piece of pending work.
        8 => pub(crate) next_pending: u64,
        /// How far the test clock was moved.
        9 => pub(crate) clock_offset_ms: Millis,
        /// Where the test clock stands still.
        10 => pub(crate) clock_pinned_at: Option<Millis>,
        11 => pub(crate) settings: SharedSettings,
        /// Incidents that are open, over all instances.
        12 => pub(crate) incidents_open: u64,
        /// The logic version that a command raised to; 0 while the first one is in force.
        13 => pub(crate) raised_logic: u32,
        /// What the idempotency keys that are kept cost.
        14 => pub(crate) idempotency_bytes: u64,
    }
}

/// The settings, cheap to clone, because the pre-image of [`Meta`] is taken per work item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SharedSettings(pub(crate) Arc<Settings>);

impl Default for SharedSettings {
    fn default() -> Self {
        Self(Arc::new(Settings::default()))
    }
}

impl value::wire::Field for SharedSettings {
    fn put(&self, number: u32, out: &mut Vec<u8>) {
        (*self.0).put(number, out);
    }

    fn put_always(&self, number: u32, out: &mut Vec<u8>) {
        (*self.0).put_always(number, out);
    }

    fn take(
        &mut self,
        number: u32,
        kind: u8,
        input: &mut value::wire::Reader<'_>,
    ) -> Result<(), value::wire::WireError> {
        value::wire::Field::take(Arc::make_mut(&mut self.0), number, kind, input)
    }
}

impl Meta {
    /// Of a partition that has seen nothing.
    pub(crate) fn new(partition: PartitionId) -> Self {
        let settings = SharedSettings(Arc::new(Settings::initial()));
        Self { partition, settings, next_pending: 1, ..Self::default() }
    }

    /// The logic version in force.
    pub(crate) fn logic(&self) -> u32 {
        self.raised_logic.max(LOGIC_FIRST)
    }

    /// Notes that a key exists.
    pub(crate) fn saw_key(&mut self, key: Key) {
        if key.partition() == self.partition {
            self.last_key = self.last_key.max(key.counter());
        }
    }

    /// Its bytes without what differs while equal state is reached by another way.
    pub(crate) fn row(&self) -> Vec<u8> {
        self.to_bytes()
    }
}

wire_struct! {
    /// A piece of work that did not fit its entry.
    pub(crate) struct PendingWork {
        1 => pub(crate) steps: Vec<Arc<[u8]>>,
        2 => pub(crate) instance: Key,
        3 => pub(crate) source: u64,
        4 => pub(crate) operation_reference: u64,
    }
}

/// A name that is looked up by reference.
pub(crate) type Name = Str;
