//! `log.proto` describes the bytes that the strict codec writes: the two must not drift apart.
//!
//! Three looks at the same thing: a few values field by field (what the bytes mean), every message
//! and variant through the strict codec (what it accepts), and the declarations side by side
//! (that neither has what the other lacks, under the same name and type).
#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod declarations;
mod samples;
mod walk;
