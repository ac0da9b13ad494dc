//! Spans of time as people write them: `500ms`, `10s`, `5m`, `1h30m`, `14d`.

use std::time::Duration;

/// Milliseconds per unit, the longest name of a letter first.
const UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Reads a span of time.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong =
        || format!("'{text}' is no span of time. Write for example 500ms, 10s, 5m, 1h30m or 14d.");
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    let mut total_ms: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let number: u64 = number.parse().map_err(|_| wrong())?;
        if after.is_empty() && number == 0 && total_ms == 0 {
            return Ok(Duration::ZERO);
        }
        let (unit, unit_ms) =
            UNITS.into_iter().find(|(unit, _)| after.starts_with(unit)).ok_or_else(wrong)?;
        total_ms = number
            .checked_mul(unit_ms)
            .and_then(|ms| total_ms.checked_add(ms))
            .filter(|ms| i64::try_from(*ms).is_ok())
            .ok_or_else(wrong)?;
        rest = &after[unit.len()..];
    }
    Ok(Duration::from_millis(total_ms))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn units_add_up() {
        for (text, ms) in [
            ("0", 0),
            ("500ms", 500),
            ("10s", 10_000),
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("14d", 1_209_600_000),
            ("1m5ms", 60_005),
        ] {
            assert_eq!(parse(text).map(|it| it.as_millis()), Ok(ms), "{text}");
        }
    }

    #[test]
    fn what_is_no_span_is_refused_with_examples() {
        for text in
            ["", "5", "s", "5x", "-5s", "5 s", "1.5h", "99999999999999999999d", "9999999999999999d"]
        {
            let message = parse(text).expect_err(text);
            assert!(message.contains("14d"), "{message}");
        }
    }
}
