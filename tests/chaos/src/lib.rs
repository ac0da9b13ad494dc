//! Fault harnesses and oracles: power loss, kills, damaged files.
//!
//! ```text
//! power_loss ── spawns ──▶ a writer process ── writes to ──▶ powerfs (FUSE, in memory)
//!     │                         │ says what it does and what is done          │
//!     ▼                         ▼                                             │
//!  log_oracle ◀── protocol ── stdout                       power cut: some of what was
//!     checks what a writer finds after the cut             never synced is lost
//! ```

pub mod at_rest;
pub(crate) mod environment;
pub mod load;
pub mod log_oracle;
pub mod oracle;
pub mod places;
pub mod play;
pub mod power_loss;
pub mod powerfs;
pub mod protocol;
pub(crate) mod rest;
pub mod runner;
pub mod script;
pub mod short;
pub mod stage;
pub mod suite;
pub mod suites;
pub mod writer;
