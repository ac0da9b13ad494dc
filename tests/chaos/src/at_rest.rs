//! Damage at rest: files of a stopped node rot, are cut, swapped, replaced by older copies or lost.
//!
//! ```text
//! folders   one node's folder at different moments of two lives, every kind of file in it
//!    │ copy, then one damage (plan: each field of each format, places by seed)
//!    ▼
//! opener    a process that starts a node on it and says what it is: refused, or state and records
//!    ▼
//! verdict   refused with the file's name, or the same as without the damage; anything else is wrong
//! ```

mod damage;
mod fields;
pub mod folders;
mod life;
pub mod opener;
mod plan;
mod suite;
mod untouched;
mod verdict;

pub use suite::AtRest;
