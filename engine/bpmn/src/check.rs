//! Checks that need more than one element of a process.

mod cycles;
mod extensions;
mod flags;
mod joins;
mod lanes;
mod loops;
mod names;
mod recursion;

pub(crate) use extensions::check as extensions;
pub(crate) use flags::{check as flags, executable};
pub(crate) use joins::check as joins;
pub(crate) use lanes::check as lanes;
pub(crate) use loops::{check as loops, straight_loops};
pub(crate) use names::check as names;
pub(crate) use recursion::{CallAtOnce, calls, check as recursion};
