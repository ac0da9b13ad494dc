//! Connections that speak HTTP, and how long a request may take to say what it asks.

use axum::Router;
use axum::serve::Listener as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

use crate::io::Acceptor;

/// Serves until it is told to stop and its requests have ended.
///
/// A connection on which no whole head of a request arrives within `head_wait` is closed; so is one
/// that is kept open for so long without another request.
pub(super) async fn serve(
    mut acceptor: Acceptor,
    routes: Router,
    head_wait: Duration,
    stopping: CancellationToken,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head_wait);
    let open = GracefulShutdown::new();
    loop {
        let (connection, _) = tokio::select! {
            accepted = acceptor.accept() => accepted,
            () = stopping.cancelled() => break,
        };
        let service = TowerToHyperService::new(routes.clone());
        let served = builder.serve_connection(TokioIo::new(connection), service).into_owned();
        let served = open.watch(served);
        tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::debug!(error, "an HTTP connection ended");
            }
        });
    }
    drop(acceptor);
    open.shutdown().await;
}
