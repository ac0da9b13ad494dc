//! Asks the server's HTTP port whether it is ready.

use std::time::Duration;

use crate::http::{Answer, Request, send};

/// How long to wait for the whole answer.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Nothing if the server says that it is ready, else a sentence that says why not.
pub(super) async fn ready(address: &str) -> Result<(), String> {
    let request = Request { line: "GET /health/ready".to_owned(), ..Request::default() };
    judge(&send(address, &request, TIMEOUT).await?)
}

fn judge(answer: &Answer) -> Result<(), String> {
    if (200..300).contains(&answer.status) {
        return Ok(());
    }
    Err(format!("HTTP answered {}: {}", answer.status, answer.body))
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::http::Answer;

    #[test]
    fn only_a_status_of_success_is_ready() {
        let answer = |status, body: &str| Answer { status, body: body.to_owned() };
        assert_eq!(judge(&answer(200, "{}")), Ok(()));
        let refused = judge(&answer(503, "no leader"));
        assert_eq!(refused, Err("HTTP answered 503: no leader".into()));
    }
}
