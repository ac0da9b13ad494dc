//! Checks that need more than one element of a process.

mod loops;
mod names;

pub(crate) use loops::check as loops;
pub(crate) use names::check as names;
