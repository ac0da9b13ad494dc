//! A gateway on free ports, and clients of it.

use gateway::{Config, Running, Waits, serve};
use proto::admin::admin_client::AdminClient;
use proto::gateway::gateway_client::GatewayClient;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};

use crate::scripted::{Handle, Scripted};

/// A gateway over a scripted broker.
pub(crate) struct Server {
    pub(crate) broker: Arc<Scripted>,
    pub(crate) grpc_addr: SocketAddr,
    pub(crate) http_addr: SocketAddr,
    pub(crate) shutdown: CancellationToken,
    running: Running,
}

impl Server {
    /// Starts with the default waits.
    pub(crate) async fn start() -> Self {
        Self::with_waits(Waits::default()).await
    }

    /// Starts with other waits.
    pub(crate) async fn with_waits(waits: Waits) -> Self {
        Self::configured(|config| config.waits = waits).await
    }

    /// Starts with another configuration.
    pub(crate) async fn configured(change: impl FnOnce(&mut Config)) -> Self {
        let broker = Arc::new(Scripted::default());
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut config = Config::new(any, any);
        change(&mut config);
        let shutdown = CancellationToken::new();
        let handle = Arc::new(Handle(Arc::clone(&broker)));
        let running = serve(config, handle, shutdown.clone()).await.unwrap();
        Self {
            broker,
            grpc_addr: running.grpc_addr,
            http_addr: running.http_addr,
            shutdown,
            running,
        }
    }

    /// Where clients connect to.
    pub(crate) fn endpoint(&self) -> Endpoint {
        Endpoint::from_shared(format!("http://{}", self.grpc_addr)).unwrap()
    }

    pub(crate) async fn channel(&self) -> Channel {
        self.endpoint().connect().await.unwrap()
    }

    pub(crate) async fn client(&self) -> GatewayClient<Channel> {
        GatewayClient::new(self.channel().await)
    }

    pub(crate) async fn admin(&self) -> AdminClient<Channel> {
        AdminClient::new(self.channel().await)
    }

    /// Stops and waits for the end.
    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        self.running.stopped().await.unwrap();
    }

    /// The count of a call with a status in the metrics.
    pub(crate) fn counted(&self, call: &str, status: &str) -> bool {
        let line = format!("baton_requests_total{{call=\"{call}\",status=\"{status}\"}} ");
        self.broker.metrics.render().contains(&line)
    }
}
