//! Starts and stops the gateway.

use broker_api::Broker;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Waits};
use crate::io::{Acceptor, Handshake};
use crate::{grpc, http};

fn way_to_listen(refusal: &io::Error) -> &'static str {
    match refusal.kind() {
        io::ErrorKind::AddrInUse | io::ErrorKind::AddrNotAvailable => {
            "Choose another one, or port 0 for a free port."
        }
        io::ErrorKind::PermissionDenied => "Choose a port that this user may listen on.",
        _ => match refusal.raw_os_error() {
            // Too many open files: in the system, in the process.
            Some(23 | 24) => "Raise the limit of open files.",
            _ => "Look what the operating system refuses, or choose another one.",
        },
    }
}

/// Why a gateway could not start, or ended by itself.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// An address is taken or not of this machine.
    #[error(
        "The address {address} for {protocol} cannot be listened on: {source}. {}",
        way_to_listen(source)
    )]
    Listen {
        /// `gRPC` or `HTTP`.
        protocol: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The gRPC server failed.
    #[error("serve gRPC")]
    Grpc(#[source] tonic::transport::Error),
    /// A defect of the gateway ended it.
    #[error("the gateway's task ended by a defect")]
    Defect(#[source] tokio::task::JoinError),
}

/// A gateway that serves.
#[derive(Debug)]
pub struct Running {
    /// Where gRPC listens.
    pub grpc_addr: SocketAddr,
    /// Where HTTP listens.
    pub http_addr: SocketAddr,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    /// Waits until the gateway has stopped.
    ///
    /// # Errors
    /// What ended it, if it was not the token.
    pub async fn stopped(self) -> Result<(), ServeError> {
        self.task.await.map_err(ServeError::Defect)?
    }
}

/// What an HTTP/2 client sends first. From then on pings tell whether it lives.
const HTTP2_PREFACE_BYTES: usize = 24;

/// Listens at both addresses, then serves until `shutdown` is set.
///
/// To stop, it accepts nothing new, ends job polls and streams, and gives other calls
/// [`Waits::stop`] to finish before their connections are cut.
///
/// # Errors
/// [`ServeError::Listen`] when an address cannot be listened on.
pub fn serve(
    config: Config,
    broker: Arc<dyn Broker>,
    shutdown: CancellationToken,
) -> Pin<Box<dyn Future<Output = Result<Running, ServeError>> + Send>> {
    // Boxed, because the code of all calls would go with the type to whoever starts a server.
    Box::pin(open(config, broker, shutdown))
}

async fn open(
    config: Config,
    broker: Arc<dyn Broker>,
    shutdown: CancellationToken,
) -> Result<Running, ServeError> {
    let cut = CancellationToken::new();
    let within = config.waits.handshake;
    let preface = Handshake { bytes: HTTP2_PREFACE_BYTES, within };
    let first_byte = Handshake { bytes: 1, within };
    let max = config.connections_max;
    let grpc = listen("gRPC", config.grpc_addr, preface, max, &cut).await?;
    let http = listen("HTTP", config.http_addr, first_byte, max, &cut).await?;
    let (grpc_addr, http_addr) = (grpc.address(), http.address());
    let task = tokio::spawn(run(config.waits, broker, shutdown, (grpc, http, cut)));
    Ok(Running { grpc_addr, http_addr, task })
}

async fn listen(
    protocol: &'static str,
    address: SocketAddr,
    handshake: Handshake,
    connections_max: usize,
    cut: &CancellationToken,
) -> Result<Acceptor, ServeError> {
    let bound = Acceptor::bind(address, handshake, connections_max, cut.clone()).await;
    bound.map_err(|source| ServeError::Listen { protocol, address, source })
}

async fn run(
    waits: Waits,
    broker: Arc<dyn Broker>,
    shutdown: CancellationToken,
    (grpc, http, cut): (Acceptor, Acceptor, CancellationToken),
) -> Result<(), ServeError> {
    // Whatever ends the gateway, its polls and streams end with it.
    let stopping = shutdown.child_token();
    let _ends = stopping.clone().drop_guard();
    let service = grpc::Service::new(Arc::clone(&broker), waits, stopping.clone());
    let both = async {
        tokio::try_join!(
            async { grpc::serve::run(service, grpc).await.map_err(ServeError::Grpc) },
            async {
                http::run(broker, waits, http, stopping).await;
                Ok(())
            },
        )
    };
    let mut both = std::pin::pin!(both);
    tokio::select! {
        ended = &mut both => return ended.map(|_| ()),
        () = async { shutdown.cancelled().await; tokio::time::sleep(waits.stop).await } => {}
    }
    tracing::warn!("calls that did not end in time are cut");
    cut.cancel();
    // Nothing can hold a connection now; the bound is for what a defect could.
    let ended = tokio::time::timeout(Duration::from_secs(1), both).await;
    ended.map_or(Ok(()), |it| it.map(|_| ()))
}
