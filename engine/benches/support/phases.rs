//! Phases of work on many element instances, each with what its entries cost.

use super::support::Partition;
use record::{CommandBody, Continue, CreateInstance};
use std::time::Duration;
use value::Doc;

/// What the entries of one phase cost.
pub(crate) struct Phase {
    total: Duration,
    entries: u32,
    longest: Duration,
}

/// Prints a phase that was run several times: the run that took least, and the longest entry that
/// no run was without.
pub(crate) fn print(name: &str, count: u32, runs: &[Phase]) {
    let quickest = runs.iter().min_by_key(|it| it.total).unwrap();
    let longest = runs.iter().map(|it| it.longest).min().unwrap();
    let per_item = quickest.total.as_secs_f64() * 1e6 / f64::from(count);
    println!(
        "  {count:>7} items {name:<11} {:>8.1} ms in {:>6} entries, {per_item:>6.2} us each, \
         longest entry {:>6.2} ms",
        quickest.total.as_secs_f64() * 1e3,
        quickest.entries,
        longest.as_secs_f64() * 1e3,
    );
}

impl Partition {
    pub(crate) fn settle(&mut self) {
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
        }
    }

    /// Ends a phase.
    pub(crate) fn phase(&mut self) -> Phase {
        let phase = Phase { total: self.total, entries: self.entries, longest: self.longest };
        self.forget();
        // As a checkpoint does now and then.
        drop(self.engine.take_changes());
        phase
    }

    pub(crate) fn create(&mut self, variables: &str) {
        self.apply(CommandBody::CreateInstance(CreateInstance {
            process_id: "p".into(),
            version: -1,
            variables: Doc::from_json(variables).unwrap(),
            ..CreateInstance::default()
        }));
        self.settle();
    }
}
