//! What must hold, one file each. Each looks at every record, or at what clients heard.

pub mod acknowledged;
pub mod instances;
pub mod jobs;
pub mod keys;
pub mod messages;
pub mod records;
pub mod state;
pub mod timers;
