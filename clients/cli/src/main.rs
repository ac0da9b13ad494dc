//! `baton`: the server and the commands of its users and operators.
//!
//! ```text
//! arguments ─▶ args ─▶ commands/<noun> ─▶ client ─▶ server
//!                            │        └─▶ history ◀─ record segments (offline)
//!                            ├─▶ output: data, on stdout
//!                            └─▶ failure: message and exit code, on stderr
//! ```

mod address;
mod args;
mod commands;
mod config;
mod environment;
mod failure;
mod habits;
mod history;
mod http;
mod output;
mod rest;
mod serve;
mod span;
mod time;
mod variables;
mod work;

use std::process::ExitCode;

use environment::Environment;

/// Allocates with fewer page faults than the system's allocator, which the server's many small
/// documents feel.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().map(|it| it.to_string_lossy().into_owned()).collect();
    args::run(&arguments, &Environment::of_process())
}
