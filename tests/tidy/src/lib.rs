//! Checks on the source tree that no compiler makes: arrows between crates, sizes of files, words.
//!
//! A check is a function from a [`Tree`] to the [`Violation`]s in it. `tests/tree.rs` runs each of
//! them on this repository; each also has a test of its own on a planted violation.

pub mod check;
mod manifest;
mod rust;
mod tree;

pub use tree::{File, Tree, Violation};
