//! Scenarios: a model, a script and its golden trace in one text file.

mod ad_hoc;
pub(crate) mod coverage;
pub(crate) mod decisions;
pub(crate) mod logic;
pub(crate) mod model;
mod modification;
pub(crate) mod names;
pub(crate) mod scenario;
pub(crate) mod script;
pub(crate) mod time;
pub(crate) mod trace;
pub(crate) mod twins;
pub(crate) mod user_task;
pub(crate) mod watch;
