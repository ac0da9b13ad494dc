//! All suites, in the order in which a run takes them.

use crate::at_rest::AtRest;
use crate::suite::Suite;

/// All suites. Each is listed here once, and its short form has a test in `tests/chaos/tests`.
pub const SUITES: &[&dyn Suite] = &[&AtRest];

/// The suite of this name.
pub fn find(name: &str) -> Option<&'static dyn Suite> {
    SUITES.iter().copied().find(|it| it.name() == name)
}
