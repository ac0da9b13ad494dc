//! One engine, and its twins that must agree with it after every entry.
//!
//! ```text
//! entry ─┬─▶ engine ──records──▶ rebuilt      (evolves the records, decides nothing)
//!        │      └──rows──▶ one more restored  (from the checkpoint after this entry)
//!        └─▶ every engine restored before     (must put out the same)
//! ```
//!
//! With [`Care::Pair`] there is one more engine, which never restarts, and a checkpoint is restored
//! only when the first one does.

use engine::{Engine, Output, StateRow};
use record::{Entry, PartitionId};
use std::collections::BTreeMap;

const PARTITION: PartitionId = 1;

/// How many twins there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    /// One more after every entry.
    Every,
    /// One.
    Pair,
}

/// An engine with its twins.
pub(crate) struct Twins {
    care: Care,
    engine: Engine,
    rebuilt: Engine,
    /// What a checkpoint store holds after the last entry.
    rows: BTreeMap<Vec<u8>, (u32, Vec<u8>)>,
    restored: Vec<Engine>,
    entries: u64,
}

impl Twins {
    /// Of a partition that has seen nothing.
    pub(crate) fn new(care: Care) -> Self {
        let pair = (care == Care::Pair).then(|| Engine::new(PARTITION));
        Self {
            care,
            engine: Engine::new(PARTITION),
            rebuilt: Engine::new(PARTITION),
            rows: BTreeMap::new(),
            restored: pair.into_iter().collect(),
            entries: 0,
        }
    }

    pub(crate) fn care(&self) -> Care {
        self.care
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Goes on with what the last checkpoint restores.
    pub(crate) fn restart(&mut self) {
        self.engine = self.checked_restore(self.engine.applied_index());
    }

    /// Applies an entry everywhere and compares.
    pub(crate) fn apply(&mut self, entry: &Entry, out: &mut Output) {
        let at = entry.index;
        let position_before = self.engine.last_position();
        self.engine.apply(entry, out);
        self.entries += 1;
        check_positions(&self.engine, out, position_before);
        self.engine.check_invariants().unwrap_or_else(|it| panic!("entry {at}: {it}"));

        let mut other = Output::default();
        for twin in &mut self.restored {
            twin.apply(entry, &mut other);
            assert_eq!(other.records, out.records, "entry {at}: a restored engine differs");
            assert!(other.encoded().eq(out.encoded()), "entry {at}: encoded records differ");
            assert_eq!(other.replies, out.replies, "entry {at}: replies differ");
            assert_eq!(other.pushes, out.pushes, "entry {at}: pushes differ");
        }

        self.rebuilt.rebuild(entry, &out.records, self.engine.output_hash());
        let hash = self.engine.state_hash();
        assert_same(&self.engine, &self.rebuilt, "the state rebuilt from records", at);

        for (key, value) in self.engine.take_changes().into_changes() {
            match value {
                Some(value) => self.rows.insert(key, value),
                None => self.rows.remove(&key),
            };
        }
        if self.care == Care::Every {
            let restored = self.checked_restore(at);
            let after = self.engine.state_hash();
            assert_eq!(hash, after, "entry {at}: a checkpoint changed the state");
            self.restored.push(restored);
        }
    }

    /// What the last checkpoint restores, which is what there is.
    fn checked_restore(&self, at: u64) -> Engine {
        let restored = self.restore();
        assert_same(&self.engine, &restored, "the state restored from a checkpoint", at);
        restored.check_invariants().unwrap_or_else(|it| panic!("entry {at}, restored: {it}"));
        assert_eq!(restored.next_due(), self.engine.next_due(), "entry {at}: due times differ");
        restored
    }

    /// Compares the whole states of all restored engines at the end.
    pub(crate) fn finish(&self) {
        for (after, twin) in self.restored.iter().enumerate() {
            assert_eq!(
                twin.state_hash(),
                self.engine.state_hash(),
                "twin {} after {} entries ends in another state",
                after + 1,
                self.entries
            );
        }
    }

    fn restore(&self) -> Engine {
        let rows = self.rows.iter().map(|(key, (version, value))| StateRow {
            key: key.clone(),
            version: *version,
            value: value.clone(),
        });
        Engine::restore(PARTITION, rows).expect("rows of this engine are readable")
    }
}

fn assert_same(engine: &Engine, other: &Engine, what: &str, at: u64) {
    if engine.state_hash() == other.state_hash() {
        return;
    }
    assert_eq!(engine.meta_bytes(), other.meta_bytes(), "entry {at}: {what} has another meta row");
    panic!("entry {at}: {what} differs in an instance or another row");
}

/// Positions are dense, and every record names the first record of its work item.
fn check_positions(engine: &Engine, out: &Output, before: u64) {
    let mut position = before;
    for record in out.records.iter().filter(|it| it.position != 0) {
        position += 1;
        assert_eq!(record.position, position, "positions are dense");
        let is_known = (1..=position).contains(&record.source);
        assert!(is_known, "record {position} has the source {}", record.source);
    }
    assert_eq!(position, engine.last_position(), "the last position is the last record's");
}
