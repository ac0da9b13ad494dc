//! Times and durations of scenarios, as text.

use record::Millis;

/// When scenarios begin: 2026-01-01T00:00:00Z.
pub(crate) const START: Millis = 1_767_225_600_000;

const UNITS: [(&str, Millis); 5] =
    [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A time as its distance from [`START`].
pub(crate) fn at(time: Millis) -> String {
    let distance = time - START;
    let sign = if distance < 0 { '-' } else { '+' };
    let distance = distance.abs();
    let (unit, size) = UNITS
        .into_iter()
        .find(|(_, size)| distance % size == 0 && distance > 0)
        .unwrap_or(("s", 1));
    format!("{sign}{}{unit}", distance / size)
}

/// Reads `5s`, `14d`, `250ms`, `+1h` or `-3s`.
pub(crate) fn duration(text: &str) -> Millis {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let text = text.trim_start_matches(['+', '-']);
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).expect("a duration has a unit");
    let (number, unit) = text.split_at(unit_at);
    let (_, size) = UNITS.into_iter().find(|(it, _)| *it == unit).expect("a known unit");
    sign * size * number.parse::<Millis>().expect("a number of units")
}
