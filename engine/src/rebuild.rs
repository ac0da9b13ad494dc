//! Rebuilding the state from records alone: the proof that only events change state.

use crate::engine::Engine;
use crate::evolve;
use record::{Entry, Record};

impl Engine {
    /// Changes the state by what another engine put out for an entry, without deciding anything.
    ///
    /// For tests: after it the state must be the other engine's. `records` are all of the entry's,
    /// bookkeeping included, and `output_hash` is the other engine's after it.
    #[doc(hidden)]
    pub fn rebuild(&mut self, entry: &Entry, records: &[Record], output_hash: u64) {
        let meta = &mut self.state.meta;
        meta.index = entry.index;
        if meta.clock_pinned_at.is_none() {
            meta.now = meta.now.max(entry.body.now);
        }
        self.state.begin();
        for record in records {
            evolve::apply(&mut self.state, record);
            self.state.meta.last_position = self.state.meta.last_position.max(record.position);
        }
        self.state.commit();
        self.state.meta.output_hash = output_hash;
    }
}
