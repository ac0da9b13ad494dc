//! Whole models: what they answer, what is refused, and that nothing breaks the evaluator.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod accepted;
mod audit;
mod boxed;
mod depth;
mod findings;
mod graphs;
mod hostile;
mod index;
mod lint_types;
mod misfits;
mod moments;
mod names;
mod reference;
mod refusals;
mod support;
mod tables;
mod types;
