//! The gateway as clients see it: real connections to it, and a scripted broker behind it.
#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

mod admin;
mod commands;
mod decisions;
mod definitions;
mod delivery;
mod labels;
mod limits;
mod polls;
mod raw;
mod refusals;
mod scripted;
mod server;
mod silence;
mod standard;
mod streams;
mod suspension;
mod user_tasks;
mod web;
