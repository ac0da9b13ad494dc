//! REST v2: requests, and the problems that come back instead of an answer.

use std::time::Duration;

use serde_json::Value;

use crate::failure::{Exit, Failure};
use crate::http::{self, Answer, Request};

/// The server answers within ten seconds, or says that it will not.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends a request and waits for its answer; any but a success is a failure.
pub(crate) async fn send(address: &str, request: &Request) -> Result<Answer, Failure> {
    let answer = http::send(address, request, TIMEOUT).await.map_err(|error| {
        Failure::new(Exit::Unavailable, error)
            .hint("Is the server running? Name its HTTP address with --http-address.")
    })?;
    if (200..300).contains(&answer.status) {
        return Ok(answer);
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
