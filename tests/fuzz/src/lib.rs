//! Random input for expressions and decision models, from a seed, without instrumentation.
//!
//! ```text
//! seed, number ─▶ text (grammar, or a corpus with changes) ─▶ compile ─▶ evaluate ─▶ oracles
//! ```
//!
//! The oracles: no panic, no time and no memory beyond the budget's, the same result twice, a result that is
//! valid when it leaves, and no difference between a decision table with its index and without.

mod feel_text;
mod long_text;
mod model;
mod oracle;
mod random;
mod usage;

pub use oracle::{Fault, Target, check, input};
