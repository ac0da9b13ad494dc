//! From a command to its reply.

use broker_api::{Pending, Request};
use proto::gateway as wire;
use record::{CommandBody, CommandIntent, Envelope, PartitionId, Reply};
use std::time::Duration;
use tonic::{Code, Response, Status};

use super::service::{Answer, Service};
use crate::convert::reply;
use crate::refusal;

/// Submits a command and waits for its reply. A rejection becomes an error.
pub(super) async fn submit(
    service: &Service,
    partition: PartitionId,
    envelope: Envelope,
    intent: CommandIntent,
    body: CommandBody,
) -> Result<Reply, Status> {
    let pending = service.broker.submit(Request { partition, envelope, body });
    await_reply(pending, intent, service.waits.command).await
}

/// Waits for a reply, at most so long.
pub(super) async fn await_reply(
    pending: Pending<Reply>,
    intent: CommandIntent,
    at_most: Duration,
) -> Result<Reply, Status> {
    match tokio::time::timeout(at_most, pending).await {
        Ok(Ok(Reply::Rejected(rejection))) => Err(refusal::of_rejection(&rejection)),
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(refused)) => Err(refusal::of_refusal(&refused, intent)),
        Err(_) => Err(late(intent, at_most, MAY_BE_DONE)),
    }
}

/// What it means that a command was not answered in time.
pub(super) const MAY_BE_DONE: &str = "It may still be carried out.";

/// A command was not answered in time.
pub(super) fn late(intent: CommandIntent, after: Duration, consequence: &str) -> Status {
    let (_, verb) = intent.names();
    let text = format!(
        "The command '{verb}' was not answered within {} ms. {consequence}",
        after.as_millis()
    );
    refusal::status(Code::DeadlineExceeded, &text)
}

/// Describes the cluster.
pub(super) fn topology(service: &Service) -> Answer<wire::TopologyResponse> {
    let topology = service.broker.topology();
    if topology.nodes.is_empty() {
        let text = "The node does not know its cluster yet. Try again in a moment.";
        return Err(refusal::status(Code::Unavailable, text));
    }
    Ok(Response::new(reply::topology(&topology)))
}
