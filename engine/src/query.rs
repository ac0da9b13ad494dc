//! Questions about the state, for the broker and its operators.

use crate::engine::Engine;
use crate::state::stream::stream_key;
use record::{Key, Millis, Settings, StreamId};
use std::sync::Arc;
use value::Str;
use value::wire::Message as _;

/// Where the test clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClockState {
    /// How far it was moved.
    pub offset_ms: Millis,
    /// Where it stands still.
    pub pinned_at: Option<Millis>,
}

/// How much state there is, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measure {
    /// The hash of all rows, whatever their order.
    pub hash: u64,
    /// How many there are.
    pub rows: u64,
    /// The bytes of their keys and values.
    pub bytes: u64,
}

impl ClockState {
    /// True if log time is not the leader's own.
    pub fn is_moved(self) -> bool {
        self.offset_ms != 0 || self.pinned_at.is_some()
    }
}

impl Engine {
    /// The last applied index.
    pub fn applied_index(&self) -> u64 {
        self.state.meta.index
    }

    /// The position of the last record.
    pub fn last_position(&self) -> u64 {
        self.state.meta.last_position
    }

    /// Log time.
    pub fn now(&self) -> Millis {
        self.state.meta.now
    }

    /// The running hash of all outputs.
    pub fn output_hash(&self) -> u64 {
        self.state.meta.output_hash
    }

    /// The logic version in force.
    pub fn logic(&self) -> u32 {
        self.state.meta.logic()
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.state.meta.settings.0
    }

    /// Where the test clock stands.
    pub fn clock(&self) -> ClockState {
        ClockState {
            offset_ms: self.state.meta.clock_offset_ms,
            pinned_at: self.state.meta.clock_pinned_at,
        }
    }

    /// Process instances that have not ended.
    pub fn instances_active(&self) -> u64 {
        self.state.instances.len() as u64
    }

    /// Incidents that are open.
    pub fn incidents_open(&self) -> u64 {
        self.state.meta.incidents_open
    }

    /// Jobs that wait for a worker.
    pub fn jobs_activatable(&self) -> u64 {
        self.state.activatable.len() as u64
    }

    /// Job streams that are open.
    pub fn streams_open(&self) -> u64 {
        self.state.streams.len() as u64
    }

    /// True if a job of this type waits for a worker.
    pub fn has_activatable(&self, job_type: &Str) -> bool {
        self.state.next_activatable(job_type, None).is_some()
    }

    /// True if the stream is open.
    pub fn has_stream(&self, stream: &StreamId) -> bool {
        self.state.streams.contains(&stream_key(stream))
    }

    /// The BPMN file in which a process definition was deployed.
    pub fn process_file(&self, definition: Key) -> Option<Arc<[u8]>> {
        self.state.definitions.get(&definition).map(|it| it.resource.clone())
    }

    /// The DMN file in which a decision was deployed.
    pub fn decision_file(&self, decision: Key) -> Option<Arc<[u8]>> {
        let decision = self.state.decisions.get(&decision)?;
        self.requirements_file(decision.requirements)
    }

    /// The DMN file of a deployed decision requirements graph.
    pub fn requirements_file(&self, requirements: Key) -> Option<Arc<[u8]>> {
        self.state.requirements.get(&requirements).map(|it| it.resource.clone())
    }

    /// The hash of all rows of the state. Visits every row: about a microsecond each.
    pub fn state_hash(&self) -> u64 {
        self.measure().hash
    }

    /// Number, bytes and hash of all rows of the state. Visits every row, as the hash does.
    pub fn measure(&self) -> Measure {
        let mut measure = Measure::default();
        self.state.each_row(|row| {
            let hash = xxhash_rust::xxh3::xxh3_64_with_seed(&row.value, u64::from(row.version));
            let row_hash = xxhash_rust::xxh3::xxh3_64_with_seed(&row.key, hash);
            measure.hash = measure.hash.wrapping_add(row_hash);
            measure.rows += 1;
            measure.bytes += (row.key.len() + row.value.len()) as u64;
        });
        measure
    }

    /// Checks what must hold between the parts of the state.
    ///
    /// # Errors
    /// A sentence that names what does not hold, and where.
    pub fn check_invariants(&self) -> Result<(), String> {
        self.state.check_invariants()
    }

    /// The part of the state that there is once per partition, encoded: for comparisons in tests.
    pub fn meta_bytes(&self) -> Vec<u8> {
        self.state.meta.to_bytes()
    }
}
