//! The HTTP side: health, metrics, the test clock, and REST v2.

mod clock;
mod connections;
mod health;
mod problem;
mod serve;
mod v2;

pub(crate) use serve::run;
