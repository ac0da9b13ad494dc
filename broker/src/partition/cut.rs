//! One log index of a running partition, kept until its rows are copied.

use std::sync::Arc;

use engine::Engine;
use record::Millis;

/// A log index with a durable checkpoint, and what the engine had there. No newer checkpoint is
/// taken while this lives; the log grows meanwhile.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) index: u64,
    pub(crate) last_position: u64,
    pub(crate) now: Millis,
    pub(crate) logic: u32,
    pub(crate) state_hash: u64,
    pub(crate) output_hash: u64,
    pub(crate) rows: u64,
    /// Keys and values of the rows.
    pub(crate) bytes: u64,
    pub(crate) instances: u64,
    _hold: Arc<()>,
}

impl Cut {
    /// Visits every row: about a microsecond each.
    pub(super) fn of(engine: &Engine, hold: Arc<()>) -> Self {
        let measure = engine.measure();
        Self {
            index: engine.applied_index(),
            last_position: engine.last_position(),
            now: engine.now(),
            logic: engine.logic(),
            state_hash: measure.hash,
            output_hash: engine.output_hash(),
            rows: measure.rows,
            bytes: measure.bytes,
            instances: engine.instances_active(),
            _hold: hold,
        }
    }
}
