//! Draws from a seed: numbers, and process models of all element types that run.
//!
//! ```text
//! seed ─▶ Random ─▶ Model (blocks, or any flows) ─▶ text in the notation of scenarios ─▶ XML
//!                      └─▶ smaller models, to find what a failure needs
//! ```
//!
//! It knows no engine: what is done with a model is for those who draw it.

mod activity;
mod ad_hoc;
mod block;
mod event;
mod listener;
pub mod model;
pub mod notation;
mod random;
mod shrink;
mod tangle;
mod transaction;

pub use model::Model;
pub use random::Random;
