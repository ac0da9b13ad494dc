//! From a command to the answer, and from what refused it to a problem.

use axum::http::{StatusCode, Uri};
use broker_api::{Refusal, Request};
use record::{CommandBody, CommandIntent, Key, PartitionId, Rejection, RejectionType, Reply};

use super::super::problem::Problem;
use super::super::serve::Http;
use super::payload::Payload;
use crate::convert::envelope;

/// The longest text of a key.
const KEY_CHARACTERS_MAX: usize = 25;

/// A key in a path and the partition that owns it.
pub(super) fn key(
    http: &Http,
    text: &str,
    noun: &str,
    uri: &Uri,
) -> Result<(PartitionId, Key), Problem> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_key = (1..=KEY_CHARACTERS_MAX).contains(&text.len())
        && !digits.is_empty()
        && digits.bytes().all(|it| it.is_ascii_digit());
    if !is_key {
        let detail = format!("The key '{text}' of the path is not a key. Keys are numbers.");
        return Err(Problem::bad_request(detail, uri));
    }
    let found = text
        .parse()
        .ok()
        .map(Key::from_i64)
        .filter(|key| !key.is_none() && http.broker.partitions().contains(&key.partition()));
    found.map(|key| (key.partition(), key)).ok_or_else(|| {
        let detail = format!(
            "There is no {noun} with key '{text}'. Use a key that this cluster has answered or \
             handed out."
        );
        Problem::new(StatusCode::NOT_FOUND, detail, uri)
    })
}

/// Submits a command that is answered without content.
pub(super) async fn submit(
    http: &Http,
    partition: PartitionId,
    payload: Payload,
    intent: CommandIntent,
    body: CommandBody,
) -> Result<StatusCode, Problem> {
    let Payload { envelope, uri, body: _ } = payload;
    if intent != CommandIntent::UserTaskComplete {
        envelope::without_key(&envelope).map_err(|why| Problem::invalid(&why, &uri))?;
    }
    let pending = http.broker.submit(Request { partition, envelope, body });
    match tokio::time::timeout(http.waits.command, pending).await {
        Ok(Ok(Reply::Accepted(_))) => Ok(StatusCode::NO_CONTENT),
        Ok(Ok(Reply::Rejected(rejection))) => Err(of_rejection(&rejection, &uri)),
        Ok(Ok(_)) => {
            tracing::error!("a command was answered with another command's reply");
            let detail = "Baton has a defect: the command was answered with another's reply.";
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail, &uri))
        }
        Ok(Err(refusal)) => Err(of_refusal(&refusal, &uri)),
        Err(_) => {
            let (_, verb) = intent.names();
            let detail = format!(
                "The command '{verb}' was not answered within {} ms. It may still be carried out.",
                http.waits.command.as_millis()
            );
            Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, detail, &uri))
        }
    }
}

/// The engine refused the command.
fn of_rejection(rejection: &Rejection, uri: &Uri) -> Problem {
    let (status, title) = match rejection.kind {
        RejectionType::InvalidArgument => (StatusCode::BAD_REQUEST, "INVALID_ARGUMENT"),
        RejectionType::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        RejectionType::AlreadyExists => (StatusCode::CONFLICT, "ALREADY_EXISTS"),
        RejectionType::InvalidState => (StatusCode::CONFLICT, "INVALID_STATE"),
        RejectionType::ProcessingError => (StatusCode::INTERNAL_SERVER_ERROR, "PROCESSING_ERROR"),
        RejectionType::ResourceExhausted => (StatusCode::SERVICE_UNAVAILABLE, "RESOURCE_EXHAUSTED"),
    };
    let (_, verb) = rejection.intent.names();
    let detail = format!("Command '{verb}' rejected with code '{title}': {}", rejection.reason);
    Problem::new(status, detail, uri).titled(title)
}

/// The broker did not take the request.
pub(super) fn of_refusal(refusal: &Refusal, uri: &Uri) -> Problem {
    let (status, title) = match refusal {
        Refusal::LimitReached { .. } | Refusal::NoSpace { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "RESOURCE_EXHAUSTED")
        }
        Refusal::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "RESOURCE_EXHAUSTED"),
        Refusal::NoPartition { .. } => (StatusCode::NOT_FOUND, "NOT_FOUND"),
        Refusal::InvalidResources { .. } | Refusal::InvalidArgument { .. } => {
            (StatusCode::BAD_REQUEST, "INVALID_ARGUMENT")
        }
        Refusal::InvalidState { .. } => (StatusCode::CONFLICT, "INVALID_STATE"),
        Refusal::Unavailable { .. } | Refusal::Stopping | Refusal::Interrupted => {
            (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE")
        }
        // The enumeration may grow with the broker.
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR"),
    };
    Problem::new(status, refusal.to_string(), uri).titled(title)
}
