//! Deterministic simulation: the broker of one node on a simulated disk and clock, from one seed.
//!
//! A run draws from its seed what it is like, what clients ask, what breaks and when, and checks
//! after every step what must hold. The same seed does the same again, so a failure can be
//! repeated with one command:
//!
//! ```text
//! cargo run -p baton-sim --profile sim -- --seed 42 --steps 3000
//! ```
//!
//! What is simulated and what is not: `broker/docs/0003-deterministic-simulation.md`.

mod actions;
pub mod archive;
pub mod campaign;
pub mod clients;
pub mod disk;
mod drain;
mod finish;
pub mod models;
pub mod node;
pub mod options;
pub mod oracle;
pub mod platform;
pub mod run;
pub mod shadow;
pub mod trace;
pub mod world;
