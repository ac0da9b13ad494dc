//! Between the wire and the log: requests become commands, replies become answers.

mod ad_hoc;
pub(crate) mod command;
pub(crate) mod deadline;
pub(crate) mod decision;
pub(crate) mod envelope;
pub(crate) mod field;
pub(crate) mod job;
pub(crate) mod migration;
pub(crate) mod modification;
pub(crate) mod reply;
mod user_task;
