//! Where the gateway listens and how long it waits.

use std::net::SocketAddr;
use std::time::Duration;

use crate::limits::CONNECTIONS_MAX;

/// What a gateway needs to know.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where gRPC listens; port 0 for a free one.
    pub grpc_addr: SocketAddr,
    /// Where HTTP listens; port 0 for a free one.
    pub http_addr: SocketAddr,
    /// How long it waits for what.
    pub waits: Waits,
    /// Connections that are open at the same time, gRPC and HTTP apart; at least one.
    pub connections_max: usize,
}

impl Config {
    /// A gateway at two addresses, with the default waits and limits.
    pub fn new(grpc_addr: SocketAddr, http_addr: SocketAddr) -> Self {
        Self { grpc_addr, http_addr, waits: Waits::default(), connections_max: CONNECTIONS_MAX }
    }
}

/// How long the gateway waits for what.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Waits {
    /// A job poll that asks for the server's default (`requestTimeout` 0).
    pub poll: Duration,
    /// The result of an instance when the request asks for the server's default.
    pub result: Duration,
    /// The answer to any other command.
    pub command: Duration,
    /// Open calls, once the server is stopping.
    pub stop: Duration,
    /// The first bytes of a new connection.
    pub handshake: Duration,
    /// The whole head of an HTTP request, and the next request on an open connection.
    pub head: Duration,
    /// How long a gRPC connection may be silent before the server asks whether it is alive.
    pub ping: Duration,
    /// The answer to that; without one the connection is dead and its jobs are given back.
    /// Together with `ping` this is how long a peer can be dead unnoticed.
    pub pong: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(10),
            result: Duration::from_secs(15),
            command: Duration::from_secs(15),
            stop: Duration::from_secs(5),
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            ping: Duration::from_secs(15),
            pong: Duration::from_secs(10),
        }
    }
}
