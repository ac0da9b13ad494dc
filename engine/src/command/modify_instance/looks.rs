//! What it costs to find out what a command comes to, where an instance has very many elements.

use std::cell::Cell;

/// Element instances that a command came by. They count as work of its entry, so that no slice of
/// what follows is done in an entry that has taken its time already.
#[derive(Debug, Default)]
pub(super) struct Looks(Cell<u64>);

impl Looks {
    /// How many take as long as a unit of work: a look takes 10 to 20 ns, a unit 4 us at least.
    const PER_UNIT: u64 = 256;
    /// As how many a stored step counts that is read.
    pub(super) const PER_STEP: u64 = 16;

    pub(super) fn add(&self, count: u64) {
        self.0.set(self.0.get() + count);
    }

    /// The units of work that they are.
    pub(super) fn units(&self) -> u64 {
        self.0.get() / Self::PER_UNIT
    }
}
