//! How long a request may wait: what it asks for, and what its transport allows.

use axum::http::HeaderMap;
use std::time::Duration;

use crate::limits::REQUEST_TIMEOUT_MAX;

/// An answer with a deadline is sent this long before it, so that it arrives in time.
const MARGIN: Duration = Duration::from_millis(100);

/// The `grpc-timeout` of a request. One that is malformed counts as absent.
pub(crate) fn of(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count * 3_600)),
        "M" => Some(Duration::from_secs(count * 60)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

/// How long to wait, given what the request asks for and its deadline.
///
/// `asked_ms` below zero means not at all, zero the default. The wait ends a little before the
/// deadline: an empty answer in time is worth more than a late one.
pub(crate) fn wait(asked_ms: i64, default: Duration, deadline: Option<Duration>) -> Duration {
    let asked = match u64::try_from(asked_ms) {
        Err(_) => Duration::ZERO,
        Ok(0) => default,
        Ok(ms) => Duration::from_millis(ms).min(REQUEST_TIMEOUT_MAX),
    };
    match deadline {
        Some(deadline) => asked.min(deadline.saturating_sub(MARGIN.min(deadline / 2))),
        None => asked,
    }
}

#[cfg(test)]
mod tests {
    use super::{of, wait};
    use axum::http::HeaderMap;
    use std::time::Duration;

    fn parsed(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("grpc-timeout", text.parse().expect("a header value"));
        of(&headers)
    }

    #[test]
    fn every_unit_is_read_and_what_is_malformed_counts_as_absent() {
        assert_eq!(parsed("0n"), Some(Duration::ZERO));
        assert_eq!(parsed("250m"), Some(Duration::from_millis(250)));
        assert_eq!(parsed("99999999H"), Some(Duration::from_hours(99_999_999)));
        for text in ["", "S", "5", "123456789S", "-1S", "1x", "1.5S"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn a_wait_is_what_was_asked_for_but_ends_before_the_deadline() {
        let default = Duration::from_secs(10);
        assert_eq!(wait(-1, default, None), Duration::ZERO);
        assert_eq!(wait(0, default, None), default);
        assert_eq!(wait(700, default, None), Duration::from_millis(700));
        assert_eq!(wait(i64::MAX, default, None), Duration::from_hours(24));
        let deadline = Some(Duration::from_secs(1));
        assert_eq!(wait(0, default, deadline), Duration::from_millis(900));
        assert_eq!(wait(700, default, deadline), Duration::from_millis(700));
        assert_eq!(wait(0, default, Some(Duration::ZERO)), Duration::ZERO);
    }
}
