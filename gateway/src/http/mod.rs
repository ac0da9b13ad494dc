//! The HTTP side: health, metrics, and the test clock.

mod clock;
mod connections;
mod health;
mod problem;
mod serve;

pub(crate) use serve::run;
