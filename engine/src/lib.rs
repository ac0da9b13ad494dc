//! The engine: a pure, deterministic function from log entries to state and output.
//!
//! ```text
//! Entry ─▶ Engine::apply ─▶ command::handle ─┐                       ┌─▶ state (rows, indexes)
//!                           process::step … ─┴▶ ctx.emit(event) ─▶ evolve
//!                                                     └─▶ Output { records, replies, pushes }
//! ```
//!
//! No clock, no randomness, no IO, no threads, no iteration over hash maps: every replica runs
//! `apply` on the same log and ends in the same state, byte for byte.
//! Handlers decide and emit; only `evolve` writes state.

mod command;
mod compiled;
mod ctx;
mod engine;
mod evolve;
mod graphs;
mod models;
mod output;
mod pace;
#[cfg(any(test, feature = "planted"))]
pub mod planted;
mod process;
mod query;
mod rebuild;
mod state;
mod summary;

pub use compiled::{Compiled, Source, Uncompiled};
pub use engine::{Engine, RestoreError};
pub use output::{JobsAvailable, Output, Push, PushedJob};
pub use pace::Pace;
pub use query::{ClockState, Measure};
pub use state::rows::{RowChange, Rows, StateRow};
pub use summary::{requirements_summary, summary};
