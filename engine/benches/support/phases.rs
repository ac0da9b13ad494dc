//! Phases of work on many element instances, each with what its entries cost.

use super::support::Partition;
use record::{CommandBody, Continue, CreateInstance};
use value::Doc;

impl Partition {
    pub(crate) fn settle(&mut self) {
        while self.engine.has_pending() {
            self.apply(CommandBody::Continue(Continue {}));
        }
    }

    pub(crate) fn phase(&mut self, name: &str, count: u32) {
        let per_item = self.total.as_secs_f64() * 1e6 / f64::from(count);
        println!(
            "  {count:>7} items {name:<10} {:>8.1} ms in {:>6} entries, {per_item:>6.2} us each, \
             longest entry {:>6.2} ms",
            self.total.as_secs_f64() * 1e3,
            self.entries,
            self.longest.as_secs_f64() * 1e3,
        );
        self.forget();
        // As a checkpoint does now and then.
        drop(self.engine.take_changes());
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
