//! The protocols: gRPC and HTTP on one side, `broker_api` on the other.
//!
//! ```text
//!  client ─▶ connection ─▶ grpc::answers ─▶ grpc::<rpc> ─▶ convert ─▶ route ─▶ Broker
//!            (limits)      (deadline,       (one file       (wire to   (which
//!                           count, codes)    per kind)       command)   partition)
//!         ◀────────────────────────────────── convert ◀── Reply or Refusal ◀──┘
//!  browser, Prometheus, tests ─▶ http
//! ```
//!
//! The gateway holds no state of its own: what it accepts is a command in the log, what it answers
//! is the reply to it. Jobs on their way to a worker are the one thing it must not lose, so each
//! is followed until the transport took it (`grpc::delivery`) and given back otherwise.

mod config;
mod convert;
mod grpc;
mod http;
mod io;
pub mod limits;
mod refusal;
mod route;
mod server;

pub use config::{Config, Waits};
pub use server::{Running, ServeError, serve};

/// The version of the gateway protocol that is spoken, as clients and modelers compare it.
pub const GATEWAY_VERSION: &str = "8.10.0";
