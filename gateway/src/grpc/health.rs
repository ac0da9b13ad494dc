//! `grpc.health.v1`: SERVING while commands can commit.

use futures_util::Stream;
use std::pin::Pin;
use std::time::Duration;
use tonic::{Code, Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use super::service::{Answer, Service};
use crate::refusal;

/// The services whose health is known; the empty name stands for the whole server.
const SERVICES: [&str; 2] = ["", "gateway_protocol.Gateway"];

/// How often a watcher is told of a change, at most.
const WATCH_INTERVAL: Duration = Duration::from_millis(500);

/// Answers health checks.
#[derive(Debug, Clone)]
pub(super) struct Checks(pub(super) Service);

impl Checks {
    fn status(&self, name: &str) -> ServingStatus {
        if !SERVICES.contains(&name) {
            return ServingStatus::ServiceUnknown;
        }
        let is_ready = !self.0.stopping.is_cancelled() && self.0.broker.health().is_ready;
        if is_ready { ServingStatus::Serving } else { ServingStatus::NotServing }
    }
}

#[tonic::async_trait]
impl Health for Checks {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn check(&self, request: Request<HealthCheckRequest>) -> Answer<HealthCheckResponse> {
        let name = &request.get_ref().service;
        match self.status(name) {
            ServingStatus::ServiceUnknown => {
                let text = format!(
                    "There is no service '{name}' here. The services are: {}.",
                    SERVICES.map(|it| format!("'{it}'")).join(", ")
                );
                Err(refusal::status(Code::NotFound, &text))
            }
            status => Ok(Response::new(HealthCheckResponse { status: status.into() })),
        }
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Answer<Self::WatchStream> {
        let checks = self.clone();
        let name = request.into_inner().service;
        let changes = futures_util::stream::unfold(None, move |last| {
            let (checks, name) = (checks.clone(), name.clone());
            async move {
                let status = checks.changed(&name, last).await?;
                let answer = HealthCheckResponse { status: status.into() };
                Some((Ok(answer), Some(status)))
            }
        });
        Ok(Response::new(Box::pin(changes)))
    }
}

impl Checks {
    /// The status once it differs from the last one told. None when the server stops.
    async fn changed(&self, name: &str, last: Option<ServingStatus>) -> Option<ServingStatus> {
        loop {
            let status = self.status(name);
            if Some(status) != last {
                return Some(status);
            }
            let pause = tokio::time::sleep(WATCH_INTERVAL);
            self.0.stopping.run_until_cancelled(pause).await?;
        }
    }
}
