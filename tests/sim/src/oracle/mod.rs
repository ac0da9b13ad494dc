//! What must hold, one file each. Each looks at every record, or at what clients heard.

pub mod acknowledged;
pub mod compensations;
pub mod decisions;
pub mod definitions;
pub mod idempotency;
pub mod instances;
pub mod jobs;
pub mod keys;
pub mod messages;
pub mod records;
pub mod signals;
pub mod state;
pub mod suspensions;
pub mod tasks;
pub mod timers;
