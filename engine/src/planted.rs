//! Defects planted for tests: whatever moves an instance on panics until the defect is mended. Its
//! end does not, so that it can be canceled all the same.
//!
//! Tests of this crate plant them in their thread, and mend them. Those that run this engine inside of
//! something else build it with the feature `planted`, and say from which entry of the log on the
//! defect is there: like a real one it strikes in each replay at the same places.

#[cfg(test)]
mod case;
#[cfg(test)]
pub(crate) mod logic;
#[cfg(test)]
mod tests;

use crate::process::step::Step;
use record::Key;
use std::cell::Cell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static STRUCK: Cell<Key> = const { Cell::new(Key::NONE) };
}

/// The instance with a defect, on whatever thread, and the first log index at which it strikes.
static DEFECT: Mutex<(Key, u64)> = Mutex::new((Key::NONE, 0));
/// Whether there is one.
static HAS_DEFECT: AtomicBool = AtomicBool::new(false);

/// Plants a defect in an instance of this process's engines, which strikes from a log index on; the
/// one that was planted before is mended.
///
/// # Panics
/// Never: nothing panics while the defect is looked at.
pub fn plant_from(instance: Key, index: u64) {
    *DEFECT.lock().expect("nothing panics while it is held") = (instance, index);
    HAS_DEFECT.store(true, Ordering::SeqCst);
}

/// Panics if a defect is planted in this instance.
pub(crate) fn strike(instance: Key, index: u64) {
    let is_struck = STRUCK.get() == instance
        || (HAS_DEFECT.load(Ordering::SeqCst) && is_struck_from(instance, index));
    assert!(instance.is_none() || !is_struck, "a planted defect");
}

fn is_struck_from(instance: Key, index: u64) -> bool {
    let (struck, from) = *DEFECT.lock().expect("nothing panics while it is held");
    struck == instance && index >= from
}

/// The same before a step, unless it is one by which an instance ends.
pub(crate) fn strike_at(step: &Step, index: u64) {
    let is_of_end = matches!(
        step,
        Step::Terminate(_)
            | Step::TerminateChildren(_)
            | Step::CloseSubscription(_)
            | Step::SubscriptionClosed(_)
            | Step::Rejected(_)
    );
    if !is_of_end {
        strike(step.instance(), index);
    }
}
