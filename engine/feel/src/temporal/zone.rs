//! Zones by their names: those of the database, and the offsets that Java takes for zones.

use std::sync::LazyLock;

use jiff::tz::{Offset, TimeZone};

use super::moment::Moment;
use super::text::offset_text;
use crate::edition::Edition;

/// The zone that is named UTC. Unlike the offset `Z`, which is [`TimeZone::UTC`], it has a name.
static NAMED_UTC: LazyLock<TimeZone> = LazyLock::new(|| fixed("UTC", 0));

/// Java's offsets reach 18 hours.
pub(super) const OFFSET_SECONDS_MAX: i32 = 18 * 3600;

/// The zone with this name: from the bundled database, an offset (`Z`, `+2`, `-03:30`), or an offset
/// with a prefix (`GMT+1`, `UTC-03:30`), as Java's `ZoneId.of` reads them. The first edition has only
/// those of the database, and takes UTC for the offset `Z`.
pub(crate) fn named_zone(name: &str, edition: Edition) -> Option<TimeZone> {
    if edition == Edition::First {
        return TimeZone::get(name).ok();
    }
    if let Some(seconds) = offset_seconds(name) {
        return Offset::from_seconds(seconds).ok().map(TimeZone::fixed);
    }
    for prefix in ["UTC", "GMT", "UT"] {
        match name.strip_prefix(prefix) {
            Some("") => return Some(prefixed(prefix, 0)),
            Some(rest) if rest.starts_with(['+', '-']) => {
                return offset_seconds(rest).map(|seconds| prefixed(prefix, seconds));
            }
            Some(_) | None => {}
        }
    }
    TimeZone::get(name).ok().map(|zone| with_name(zone, edition))
}

/// A zone as an evaluation sees it: that of a setting may be UTC, which has a name.
pub(crate) fn with_name(zone: TimeZone, edition: Edition) -> TimeZone {
    if edition > Edition::First && zone == TimeZone::UTC { NAMED_UTC.clone() } else { zone }
}

/// The name of a moment's zone, unless it only has an offset.
pub(crate) fn zone_name(moment: &Moment) -> Option<&str> {
    let zone = moment.zone();
    if *zone == TimeZone::UTC { None } else { zone.iana_name() }
}

fn prefixed(prefix: &str, seconds: i32) -> TimeZone {
    match (prefix, seconds) {
        ("UTC", 0) => NAMED_UTC.clone(),
        (_, 0) => fixed(prefix, 0),
        (_, _) => fixed(&format!("{prefix}{}", offset_text(seconds)), seconds),
    }
}

/// Seconds east of UTC of an offset as Java reads it: `Z`, `+h`, `+hh`, `+hh:mm`, `+hhmm`, `+hh:mm:ss`
/// or `+hhmmss`.
fn offset_seconds(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let parts: Vec<&str> = match digits.len() {
        1 | 2 => vec![digits],
        4 if !digits.contains(':') => vec![digits.get(..2)?, digits.get(2..)?],
        6 if !digits.contains(':') => vec![digits.get(..2)?, digits.get(2..4)?, digits.get(4..)?],
        5 | 8 => digits.split(':').collect(),
        _ => return None,
    };
    let mut total = 0;
    for (part, unit_seconds) in parts.iter().zip([3600, 60, 1]) {
        let is_whole = part.bytes().all(|it| it.is_ascii_digit());
        if !is_whole || part.is_empty() || (part.len() != 2 && digits.len() > 1) {
            return None;
        }
        let number: i32 = part.parse().ok()?;
        if unit_seconds < 3600 && number > 59 {
            return None;
        }
        total += number * unit_seconds;
    }
    (total <= OFFSET_SECONDS_MAX).then_some(sign * total)
}

/// A zone with a name and one offset for ever: a file of the database (RFC 8536) with one type of
/// local time and no transitions.
fn fixed(name: &str, seconds: i32) -> TimeZone {
    let mut block = Vec::new();
    block.extend_from_slice(b"TZif2");
    block.extend_from_slice(&[0; 15]);
    // UT and standard indicators, leap seconds, transitions; types, and bytes of their names.
    for count in [0_u32, 0, 0, 0, 1, 4] {
        block.extend_from_slice(&count.to_be_bytes());
    }
    block.extend_from_slice(&seconds.to_be_bytes());
    // No summer time, and its short name, `-00`.
    block.extend_from_slice(&[0, 0]);
    block.extend_from_slice(b"-00\0");
    let mut file = block.clone();
    file.extend_from_slice(&block);
    file.extend_from_slice(b"\n\n");
    TimeZone::tzif(name, &file).expect("the file is made by the rules of its format")
}

#[cfg(test)]
mod tests {
    use jiff::tz::{Offset, TimeZone};
    use jiff::{Timestamp, civil};

    use super::{Edition, Moment, named_zone};

    /// Name and offset of a zone in summer and winter, in seconds.
    fn found(name: &str) -> Option<(Option<String>, i32)> {
        let zone = named_zone(name, Edition::Refined)?;
        let at = |text: &str| zone.to_offset(text.parse::<Timestamp>().unwrap()).seconds();
        let [winter, summer] = ["2024-01-15T00:00:00Z", "2024-07-15T00:00:00Z"].map(at);
        assert_eq!(winter, summer, "{name}");
        assert_eq!(at("-009999-02-02T00:00:00Z"), winter, "{name}");
        let moment = Moment::of_local(civil::date(2024, 7, 15).at(0, 0, 0, 0), zone).unwrap();
        assert_eq!(moment.offset().seconds(), winter, "{name}");
        Some((super::zone_name(&moment).map(str::to_owned), winter))
    }

    #[test]
    fn offsets_are_zones_without_a_name() {
        for (name, seconds) in [
            ("Z", 0),
            ("+00:00", 0),
            ("+2", 7200),
            ("+02", 7200),
            ("+02:00", 7200),
            ("-0330", -12_600),
            ("-03:30", -12_600),
            ("+01:02:03", 3723),
            ("+010203", 3723),
            ("+18:00", 64_800),
        ] {
            assert_eq!(found(name), Some((None, seconds)), "{name}");
        }
    }

    #[test]
    fn offsets_with_a_prefix_have_a_name_in_one_form() {
        for (name, in_one_form, seconds) in [
            ("UTC", "UTC", 0),
            ("utc", "UTC", 0),
            ("UT", "UT", 0),
            ("GMT", "GMT", 0),
            ("UTC+0", "UTC", 0),
            ("GMT-00:00", "GMT", 0),
            ("GMT+1", "GMT+01:00", 3600),
            ("UTC+01:00", "UTC+01:00", 3600),
            ("UTC-0330", "UTC-03:30", -12_600),
            ("UT+18", "UT+18:00", 64_800),
            ("Etc/UTC", "Etc/UTC", 0),
        ] {
            assert_eq!(found(name), Some((Some(in_one_form.to_owned()), seconds)), "{name}");
        }
    }

    #[test]
    fn what_java_takes_for_no_zone_is_none() {
        for name in [
            "", "z", "+", "2", "+1:00", "+02:0", "+02:60", "+18:01", "+19", "+0200:0", "+02:00:",
            "+ä", "+1ä", "02:00", "UTC+", "UTC1", "GMT+1:00", "GMT+25", "GMT + 1", "UTCZ",
            "Nowhere",
        ] {
            assert_eq!(named_zone(name, Edition::Refined), None, "{name}");
        }
    }

    #[test]
    fn the_first_edition_knows_only_the_database() {
        assert_eq!(named_zone("UTC", Edition::First), Some(TimeZone::UTC));
        assert!(named_zone("Europe/Berlin", Edition::First).is_some());
        for name in ["Z", "+02:00", "UTC+1", "UT+1"] {
            assert_eq!(named_zone(name, Edition::First), None, "{name}");
        }
        assert_ne!(named_zone("UTC", Edition::Refined), Some(TimeZone::fixed(Offset::UTC)));
    }
}
