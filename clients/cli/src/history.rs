//! What record segments tell about instances, folded in memory.
//!
//! ```text
//!   record segments ─▶ source ─▶ Record ─▶ fold ─▶ Instance ─▶ text, JSON
//!                                     └──▶ incidents, models (names of elements)
//! ```
//!
//! This is the stand-in for the read model: it reads everything from the first record, in one
//! pass, and remembers only what was asked for.

pub(crate) mod incidents;
pub(crate) mod instance;
pub(crate) mod models;
pub(crate) mod resources;
pub(crate) mod source;
pub(crate) mod tasks;
pub(crate) mod waits;

#[cfg(test)]
pub(crate) mod tests;
