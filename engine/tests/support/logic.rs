//! The logic version that a test's partition is decided by: the newest one, unless it says another.

use super::time::START;
use record::{Command, CommandBody, Entry, EntryBody, LOGIC_FIRST, RaiseLogic};

/// The entry that raises the logic version of a new partition; `None` for the first version, which
/// is in force without. It stands before all others, at index 0, so that it shifts nothing.
pub(crate) fn raised(to: u32) -> Option<Entry> {
    let body = CommandBody::RaiseLogic(RaiseLogic { to });
    let command = Command { body, ..Command::default() };
    let body = EntryBody { now: START, logic: LOGIC_FIRST, command, ..EntryBody::default() };
    (to > LOGIC_FIRST).then_some(Entry { index: 0, term: 1, body })
}
