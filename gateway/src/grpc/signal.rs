//! Signals.

use proto::gateway as wire;
use record::{CommandBody, CommandIntent, Reply};
use tonic::{Request, Response};

use super::call::submit;
use super::service::{Answer, Service};
use crate::convert::{command, envelope, reply};

/// Broadcasts a signal.
pub(super) async fn broadcast(
    service: &Service,
    request: Request<wire::BroadcastSignalRequest>,
) -> Answer<wire::BroadcastSignalResponse> {
    let envelope = envelope::of(request.metadata())?;
    let body = CommandBody::BroadcastSignal(command::broadcast_signal(request.get_ref())?);
    // Instances that it starts live where it is broadcast, so that takes turns.
    let partition = service.broker.partition_for_new_instance();
    let intent = CommandIntent::SignalBroadcast;
    match submit(service, partition, envelope, intent, body).await? {
        Reply::SignalBroadcast(signal) => Ok(Response::new(wire::BroadcastSignalResponse {
            key: signal.key.as_i64(),
            tenant_id: record::DEFAULT_TENANT.to_owned(),
        })),
        other => Err(reply::unexpected(&other)),
    }
}
