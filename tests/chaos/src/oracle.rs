//! The oracles: what must hold on one node, whatever was broken meanwhile.
//!
//! ```text
//! clients ──▶ Ledger ──▶ History   what they asked, what they were told   ┐
//! baton records ───────▶ Fact      what the server says happened          ├─▶ judge ─▶ Verdict
//! a reader that follows ▶ Seen     what it saw, once each                 ┘
//! status, folders ─────▶ Equality  state hashes at log indexes            ── O5, O6
//! health, metrics ─────▶ probe     recovery, health, bounds               ── O14, O15, O16
//! ```
//!
//! | oracle | says | file |
//! |---|---|---|
//! | O1 | what was acknowledged happened, exactly once | `acknowledged` |
//! | O2 | whatever happened was asked for, was due, or follows from such a thing | `origin` |
//! | O3, O4 | no job is completed twice, none is lost | `jobs` |
//! | O4 | whoever asks for a job gets one that is free | `offers` |
//! | O3, O4 | no user task is completed twice, none is lost | `tasks` |
//! | O5, O6 | replaying the log gives the state and the outputs that the server had | `states`, `equality`, `replay` |
//! | O7 | calls took effect between their beginning and their end | `order` |
//! | O8 | readers see each record once and no hole | `stream` |
//! | O9 | what begins ends, once | `conservation` |
//! | O9 | signals reach all who wait, what is undone is undone once, tasks that decide do so once | `elements` |
//! | O9 | what starts processes does so once, and nothing begins of what is deleted | `starts` |
//! | O10 | timers: never early, never lost, once, soon | `timers` |
//! | O11 | messages: once for each process, never after their time, never lost | `messages` |
//! | O12 | keys are unique and grow | `keys` |
//! | O13 | a refusal means that nothing happened; answers come in time | `answers` |
//! | O14 – O16 | it recovers, tells the truth about it, and stays bounded | `probe` |

mod acknowledged;
mod answers;
mod conservation;
mod elements;
pub mod equality;
pub mod evidence;
pub mod fact;
pub mod history;
mod jobs;
mod keys;
pub mod ledger;
mod messages;
mod offers;
mod order;
mod origin;
pub mod probe;
pub mod replay;
mod starts;
pub mod states;
pub(crate) mod stream;
mod tasks;
mod timers;
pub mod verdict;

#[cfg(test)]
mod example;

pub use equality::Equality;
pub use evidence::{Evidence, judge};
pub use fact::{Begun, Fact, Seen, Shape, What};
pub use history::{Ask, Call, History, Outcome};
pub use ledger::{Ledger, Stopped};
pub use states::States;
pub use timers::{CYCLE_COUNT, CYCLE_MS};
pub use verdict::{Oracle, Verdict, Violation};
