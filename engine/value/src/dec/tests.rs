//! Decimals by example; `oracle` compares them with another implementation.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::{Dec, Rounding};

fn dec(text: &str) -> Dec {
    Dec::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
}

fn shown(value: Option<Dec>) -> String {
    value.map_or_else(|| "none".to_owned(), |it| it.to_string())
}

#[test]
fn text_is_plain_and_without_trailing_zeros() {
    let cases = [
        ("0", "0"),
        ("-0.000", "0"),
        ("1.50", "1.5"),
        ("100", "100"),
        ("1e3", "1000"),
        ("-1.5E-3", "-0.0015"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+7", "7"),
        ("1e-40", "0.0000000000000000000000000000000000000001"),
        ("12345678901234567890123456789012345", "12345678901234567890123456789012340"),
        ("0.12345678901234567890123456789012355", "0.1234567890123456789012345678901236"),
        ("1234567890123456789012345678901234.5", "1234567890123456789012345678901234"),
        ("1234567890123456789012345678901234.50000000001", "1234567890123456789012345678901235"),
        ("99999999999999999999999999999999995", "100000000000000000000000000000000000"),
    ];
    for (text, expected) in cases {
        assert_eq!(dec(text).to_string(), expected, "{text}");
    }
}

#[test]
fn what_is_no_number_is_refused() {
    for text in ["", "-", ".", "1e", "1e+", "e5", "1.2.3", "0x1", "1 ", "NaN", "--1", "1e5.0", "é"]
    {
        assert_eq!(Dec::parse(text), None, "{text:?}");
    }
}

#[test]
fn the_range_is_that_of_decimal128() {
    assert_eq!(shown(Dec::parse("1e6144")).len(), 6145);
    assert_eq!(Dec::parse("1e6145"), None);
    assert_eq!(Dec::parse("1e99999999999999999999"), None);
    assert_eq!(Dec::parse("0e99999999999999999999"), Some(Dec::ZERO));
    assert_eq!(shown(Dec::parse("1e-6176")).len(), 6178);
    assert_eq!(Dec::parse("4e-6177"), Some(Dec::ZERO));
    assert_eq!(Dec::parse("6e-6177"), Dec::parse("1e-6176"));
    assert_eq!(dec("1e4000").checked_mul(dec("1e4000")), None);
    assert_eq!(dec("9e6144").checked_add(dec("9e6144")), None);
    assert_eq!(dec("10").pow(400).map(|it| it.to_string().len()), Some(401));
    assert_eq!(dec("10").pow(i32::MAX), None);
    assert_eq!(dec("10").pow(i32::MIN), Some(Dec::ZERO));
}

#[test]
fn sums_are_exact_or_rounded_half_to_even() {
    let sum = |a, b| shown(dec(a).checked_add(dec(b)));
    assert_eq!(sum("0.1", "0.2"), "0.3");
    assert_eq!(sum("1e33", "0.5"), "1000000000000000000000000000000000");
    assert_eq!(
        sum("1000000000000000000000000000000001", "0.5"),
        "1000000000000000000000000000000002"
    );
    assert_eq!(sum("1e34", "-0.1"), "10000000000000000000000000000000000");
    assert_eq!(sum("1e33", "-0.1"), "999999999999999999999999999999999.9");
    assert_eq!(sum("1e100", "1e-100"), shown(Dec::parse("1e100")));
    assert_eq!(
        sum("1e40", "-3333333333333333333333333333333333"),
        "9999996666666666666666666666666667000000"
    );
    assert_eq!(sum("5", "-5.000"), "0");
}

#[test]
fn quotients_have_34_digits() {
    let quotient = |a, b| shown(dec(a).checked_div(dec(b)));
    assert_eq!(quotient("1", "3"), "0.3333333333333333333333333333333333");
    assert_eq!(quotient("2", "3"), "0.6666666666666666666666666666666667");
    assert_eq!(quotient("-10", "4"), "-2.5");
    assert_eq!(quotient("1", "8e10"), "0.0000000000125");
    assert_eq!(quotient("100", "5"), "20");
    assert_eq!(quotient("0", "7"), "0");
    assert_eq!(quotient("1", "0"), "none");
    assert_eq!(
        quotient("9999999999999999999999999999999999", "9999999999999999999999999999999998"),
        "1"
    );
}

#[test]
fn remainders_are_exact_at_any_distance() {
    let rem = |a, b| shown(dec(a).checked_rem(dec(b)));
    let modulo = |a, b| shown(dec(a).checked_modulo(dec(b)));
    assert_eq!((rem("12", "5"), modulo("12", "5")), ("2".into(), "2".into()));
    assert_eq!((rem("-12", "5"), modulo("-12", "5")), ("-2".into(), "3".into()));
    assert_eq!((rem("12", "-5"), modulo("12", "-5")), ("2".into(), "-3".into()));
    assert_eq!((rem("-12", "-5"), modulo("-12", "-5")), ("-2".into(), "-2".into()));
    assert_eq!((rem("10.1", "4.5"), modulo("-10.1", "4.5")), ("1.1".into(), "3.4".into()));
    // 10 has order 6 modulo 7 and 6000 is a multiple of 6.
    assert_eq!(rem("1e6000", "7"), "1");
    assert_eq!(rem("7", "1e6000"), "7");
    assert_eq!(rem("1", "0"), "none");
}

#[test]
fn powers_follow_bigdecimal() {
    let pow = |base, exponent| shown(dec(base).pow(exponent));
    assert_eq!(pow("2", 10), "1024");
    assert_eq!(pow("2", -2), "0.25");
    assert_eq!(pow("-2", 3), "-8");
    assert_eq!(pow("0", 0), "1");
    assert_eq!(pow("0", 5), "0");
    assert_eq!(pow("0", -1), "none");
    assert_eq!(pow("1.0001", 10_000), "2.718145926825224864037664674913147");
    assert_eq!(pow("3", -1), "0.3333333333333333333333333333333333");
}

#[test]
fn rounding_has_seven_directions() {
    use Rounding::{Ceiling, Down, Floor, HalfDown, HalfEven, HalfUp, Up};
    let modes = [HalfEven, HalfUp, HalfDown, Up, Down, Floor, Ceiling];
    let cases = [
        ("5.5", ["6", "6", "5", "6", "5", "5", "6"]),
        ("2.5", ["2", "3", "2", "3", "2", "2", "3"]),
        ("-2.5", ["-2", "-3", "-2", "-3", "-2", "-3", "-2"]),
        ("1.1", ["1", "1", "1", "2", "1", "1", "2"]),
        ("-1e-50", ["0", "0", "0", "-1", "0", "-1", "0"]),
        ("7", ["7"; 7]),
    ];
    for (text, expected) in cases {
        let rounded = modes.map(|mode| shown(dec(text).round(0, mode)));
        assert_eq!(rounded, expected, "{text}");
    }
    assert_eq!(shown(dec("1250").round(-2, HalfEven)), "1200");
    assert_eq!(shown(dec("1.005").round(2, HalfUp)), "1.01");
    assert_eq!(shown(dec("1").round(-7000, Up)), "none");
    assert_eq!(shown(dec("1.5").round(i32::MAX, HalfUp)), "1.5");
    assert_eq!(shown(dec("1.5").round(i32::MIN, HalfUp)), "0");
}

#[test]
fn equal_values_are_equal_whatever_their_digits() {
    let hash = |it: Dec| BuildHasherDefault::<DefaultHasher>::default().hash_one(it);
    for (a, b) in [("1", "1.000"), ("100", "1e2"), ("0", "0e9"), ("1200e3", "12e5")] {
        assert_eq!(dec(a), dec(b));
        assert_eq!(hash(dec(a)), hash(dec(b)));
    }
    let texts = ["1e-6000", "-1e6000", "0", "0.1", "1e6000", "-1", "2", "10", "9.99", "-1e-6000"];
    let sorted: Vec<String> =
        texts.iter().map(|it| dec(it)).collect::<BTreeSet<_>>().iter().map(short).collect();
    assert_eq!(sorted, ["-huge", "-1", "tiny", "0", "tiny", "0.1", "2", "9.99", "10", "huge"]);
}

fn short(value: &Dec) -> String {
    match value.to_string() {
        text if text.len() < 10 => text,
        text if text.contains('.') => "tiny".into(),
        text if text.starts_with('-') => "-huge".into(),
        _ => "huge".into(),
    }
}

#[test]
fn integers_are_recognized_and_converted_exactly() {
    assert!(dec("1e40").is_integer() && dec("1.000").is_integer() && dec("-0").is_integer());
    assert!(!dec("1.5").is_integer() && !dec("1e-100").is_integer());
    for value in [0, 1, -1, i64::MAX, i64::MIN] {
        assert_eq!(Dec::from_i64(value).to_i64(), Some(value));
    }
    assert_eq!(dec("12.00").to_i64(), Some(12));
    assert_eq!(dec("12e2").to_i64(), Some(1200));
    assert_eq!(dec("1.5").to_i64(), None);
    assert_eq!(dec("9223372036854775808").to_i64(), None);
    assert_eq!(dec("1e100").to_i64(), None);
    assert_eq!(Dec::from_u64(u64::MAX).to_string(), "18446744073709551615");
}

#[test]
fn doubles_convert_by_their_shortest_text() {
    assert_eq!(shown(Dec::from_f64(0.1)), "0.1");
    assert_eq!(shown(Dec::from_f64(1e23)), "100000000000000000000000");
    assert_eq!(shown(Dec::from_f64(-0.0)), "0");
    assert_eq!(Dec::from_f64(f64::NAN), None);
    assert_eq!(Dec::from_f64(f64::NEG_INFINITY), None);
    for value in [f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1, -123.456, 1e22, 9_007_199_254_740_993.0]
    {
        let back = Dec::from_f64(value).map(Dec::to_f64);
        assert_eq!(back.map(f64::to_bits), Some(value.to_bits()), "{value}");
    }
    assert!(dec("1e400").to_f64().is_infinite());
}

/// One row of `java.txt`, as we compute it.
fn as_java(operation: &str, a: &str, b: &str) -> Option<Dec> {
    let number = || dec(a);
    let places = || b.parse::<i32>().expect("a small number");
    match operation {
        "add" => number().checked_add(dec(b)),
        "sub" => number().checked_sub(dec(b)),
        "mul" => number().checked_mul(dec(b)),
        "div" => number().checked_div(dec(b)),
        "mod" => number().checked_modulo(dec(b)),
        "pow" => number().pow(places()),
        "scale" => number().round(places(), Rounding::HalfEven),
        "floor" => number().round(places(), Rounding::Floor),
        "double" => Dec::from_f64(a.parse().expect("a double")),
        other => panic!("the operation {other}"),
    }
}

#[test]
fn digits_at_the_end_are_those_of_java() {
    let rows = include_str!("java.txt").lines().filter(|it| !it.starts_with('#'));
    let (mut count, mut wrong) = (0, Vec::new());
    for row in rows {
        let parts: Vec<&str> = row.split(' ').collect();
        let [operation, a, b, expected] = parts[..] else { panic!("{row}") };
        let ours = as_java(operation, a, b).map(Dec::java_text).unwrap_or_default();
        if ours != expected {
            wrong.push(format!("{row}, ours {ours}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 500, "{count} rows");
}

#[test]
fn zeros_are_equal_whatever_their_scale() {
    let zeros: Vec<Dec> = ["0", "0.0", "0e40", "0.0000000000", "0e-300"].map(dec).to_vec();
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    for (a, b) in zeros.iter().flat_map(|a| zeros.iter().map(move |b| (*a, *b))) {
        assert_eq!(a, b);
        assert_eq!(hasher.hash_one(a), hasher.hash_one(b));
    }
    for zero in zeros {
        assert!(zero.is_integer() && zero.to_i64() == Some(0) && zero.to_f64() == 0.0);
        assert!(zero < dec("1e-6000") && zero > dec("-1e-6000"));
        assert_eq!(zero.to_string(), "0");
    }
}
