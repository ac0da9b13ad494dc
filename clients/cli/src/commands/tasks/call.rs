//! Requests about a user task, which the server answers over HTTP only.

use std::time::Duration;

use proto::REASON_METADATA;
use serde_json::Value;
use tonic::metadata::BinaryMetadataValue;

use crate::address::{IdempotencyKey, Reason};
use crate::failure::{Exit, Failure};
use crate::http::{self, Request};

/// The server answers within ten seconds, or says that it will not.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A request about a task.
pub(super) fn request(
    method: &str,
    task: i64,
    path: &str,
    body: Option<&Value>,
    reason: &Reason,
) -> Request {
    let encoded = reason.text().map(|it| BinaryMetadataValue::from_bytes(it.as_bytes()));
    let header = encoded.map(|it| {
        let base64 = String::from_utf8_lossy(it.as_encoded_bytes()).into_owned();
        (REASON_METADATA, base64)
    });
    Request {
        line: format!("{method} /v2/user-tasks/{task}{path}"),
        headers: header.into_iter().collect(),
        body: body.map(ToString::to_string).unwrap_or_default(),
    }
}

/// The same request with an idempotency key.
pub(super) fn once(mut request: Request, key: &IdempotencyKey) -> Request {
    request.headers.extend(key.text().map(|it| ("idempotency-key", it.to_owned())));
    request
}

/// Sends a request that is answered without content.
pub(super) async fn send(address: &str, request: &Request) -> Result<(), Failure> {
    let answer = http::send(address, request, TIMEOUT).await.map_err(|error| {
        Failure::new(Exit::Unavailable, error)
            .hint("Is the server running? Name its HTTP address with --http-address.")
    })?;
    if answer.status == 204 {
        return Ok(());
    }
    Err(failure(answer.status, &answer.body))
}

/// What a problem says; the body is what RFC 9457 describes, if the server is Baton.
fn failure(status: u16, body: &str) -> Failure {
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    let exit = match status {
        404 => Exit::NotFound,
        400 | 409 | 413 => Exit::Refused,
        401 | 403 => Exit::NotAllowed,
        429 | 503 | 504 => Exit::Unavailable,
        _ => Exit::Unexpected,
    };
    match problem["detail"].as_str() {
        Some(detail) => Failure::new(exit, detail),
        None => Failure::new(exit, format!("HTTP answered {status}: {body}")),
    }
}

#[cfg(test)]
mod tests {
    use super::failure;

    #[test]
    fn a_problem_tells_its_detail_and_ends_the_process_by_its_status() {
        let problem = r#"{"title": "INVALID_STATE", "detail": "Bob has it."}"#;
        for (status, code, is_retryable) in [
            (400, 4, false),
            (403, 5, false),
            (404, 3, false),
            (409, 4, false),
            (500, 1, false),
            (503, 6, true),
        ] {
            let failure = failure(status, problem);
            assert_eq!((failure.exit.code(), failure.is_retryable), (code, is_retryable));
            assert_eq!(failure.message, "Bob has it.");
        }
        assert_eq!(failure(502, "<html>").message, "HTTP answered 502: <html>");
    }
}
