//! Whole files through the public interface: what compiles, to what, and what is refused.

#![expect(clippy::needless_raw_string_hashes, reason = "the expected texts are written by a tool")]

mod graphs;
mod hostile;
mod loops;
mod mutations;
mod reference;
mod refusals;
mod support;
