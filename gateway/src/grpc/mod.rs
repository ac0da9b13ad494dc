//! The gRPC side: one file per kind of rpc, and what stands around them.

mod admin;
mod answers;
mod backup;
mod call;
mod conditional;
mod decision;
mod delivery;
mod deploy;
mod health;
mod instance;
mod job;
mod oversize;
mod poll;
mod push;
mod receive;
mod service;
mod signal;

pub(crate) mod serve;

pub(crate) use service::Service;
