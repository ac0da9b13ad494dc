//! What JSON text is accepted, what it becomes, and what the errors say.

use proptest::prelude::*;

use super::{DEPTH_MAX, Problem, to_msgpack, try_value_to_json, value_to_json};
use crate::msgpack::{Reader, validate};

/// The text after a round trip through MessagePack.
fn round(text: &str) -> String {
    let bytes = to_msgpack(text).unwrap_or_else(|error| panic!("{text:.80}: {error}"));
    assert_eq!(validate(&bytes), Ok(()), "{text:.80}");
    value_to_json(&bytes)
}

fn problem(text: &str) -> (usize, usize, Problem) {
    let error = to_msgpack(text).expect_err(text);
    (error.line, error.column, error.problem)
}

#[test]
fn values_come_back_as_they_were() {
    for text in [
        "null",
        "true",
        "false",
        "\"\"",
        "[]",
        "{}",
        "[[],{},[{}]]",
        r#"{"a":1,"b":[1,2.5,"x"],"":null,"a.b":true,"__proto__":{"=x":"é€😀"}}"#,
    ] {
        assert_eq!(round(text), text);
    }
    assert_eq!(round(" { \"a\" :\t[ 1 ,\r\n2 ] } "), r#"{"a":[1,2]}"#);
}

#[test]
fn integers_of_64_bits_stay_exact_and_the_rest_are_doubles() {
    let cases = [
        ("0", "0"),
        ("-0", "0"),
        ("-0.0", "-0.0"),
        ("9007199254740993", "9007199254740993"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "1.8446744073709552E19"),
        ("-9223372036854775809", "-9.223372036854776E18"),
        ("1.0", "1.0"),
        ("1e2", "100.0"),
        ("1.0000000000000000001", "1.0"),
        ("1e-400", "0.0"),
        ("0.001", "0.001"),
        ("0.00012", "1.2E-4"),
        ("9999999.0", "9999999.0"),
        ("1E7", "1.0E7"),
        ("123456789.5", "1.234567895E8"),
        ("1.7976931348623157e308", "1.7976931348623157E308"),
    ];
    for (text, expected) in cases {
        assert_eq!(round(text), expected);
        assert_eq!(round(expected), expected, "printing is stable");
    }
    assert_eq!(problem("1e400"), (1, 1, Problem::NumberTooLarge));
}

#[test]
fn escapes_are_read_and_only_the_needed_ones_written() {
    let text = r#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00\u0001""#;
    assert_eq!(round(text), "\"\\\"\\\\/\\b\\f\\n\\r\\tA\u{e9}\u{1f600}\\u0001\"");
    for lone in [r#""\ud83d""#, r#""\ude00""#, r#""\ud83dx""#, r#""\ud83d\u0041""#] {
        assert_eq!(problem(lone), (1, 2, Problem::LoneSurrogate), "{lone}");
    }
    for broken in [r#""\x""#, r#""\u12""#, r#""\u+123""#, r#""\"#, r#""\u12é9""#] {
        assert_eq!(problem(broken), (1, 2, Problem::MalformedEscape), "{broken}");
    }
    assert_eq!(problem("\"a\nb\""), (1, 3, Problem::ControlCharacter));
}

#[test]
fn the_last_of_equal_keys_wins_at_the_first_place() {
    assert_eq!(round(r#"{"a":1,"b":2,"a":3}"#), r#"{"a":3,"b":2}"#);
    assert_eq!(round(r#"{"a":1,"\u0061":[1,2]}"#), r#"{"a":[1,2]}"#);
    let text = r#"{"x":{"k":1,"k":{"y":1,"z":[0],"y":2}},"w":7,"x":{"k":{"y":3,"y":4}}}"#;
    assert_eq!(round(text), r#"{"x":{"k":{"y":4}},"w":7}"#);
}

#[test]
fn long_containers_and_equal_keys_mix_at_any_depth() {
    let long: Vec<String> = (0..300).map(|ix| ix.to_string()).collect();
    let array = format!("[{}]", long.join(","));
    let keys: Vec<String> = (0..70_000).map(|ix| format!("\"k{ix}\":{}", ix % 7)).collect();
    let map = format!("{{{}}}", keys.join(","));
    assert_eq!(round(&array), array);
    assert_eq!(round(&map), map);
    let text =
        format!(r#"{{"a":{map},"b":[{array},{{"c":1,"d":{array},"c":{array}}}],"a":{array}}}"#);
    let expected = format!(r#"{{"a":{array},"b":[{array},{{"c":{array},"d":{array}}}]}}"#);
    assert_eq!(round(&text), expected);
}

#[test]
fn errors_say_where_and_what_to_do() {
    let unexpected = |expected, found| Problem::Unexpected { expected, found };
    let cases = [
        ("", 1, 1, unexpected("a value", None)),
        ("[1,]", 1, 4, Problem::TrailingComma),
        ("{\"a\":1,}", 1, 8, Problem::TrailingComma),
        ("{\"a\" 1}", 1, 6, unexpected("':' after the key", Some('1'))),
        ("[1 2]", 1, 4, unexpected("',' or ']'", Some('2'))),
        ("{\"a\":1", 1, 7, unexpected("',' or '}'", None)),
        ("{\n  \"ä\": é\n}", 2, 8, Problem::Quotes),
        ("{a:1}", 1, 2, Problem::Quotes),
        ("['a']", 1, 2, Problem::Quotes),
        ("[1] // x", 1, 5, Problem::Comment),
        ("/* x */ 1", 1, 1, Problem::Comment),
        ("{} {}", 1, 4, Problem::Trailing),
        ("\u{feff}{}", 1, 1, Problem::ByteOrderMark),
        ("NaN", 1, 1, Problem::NotFinite),
        ("[-Infinity]", 1, 2, Problem::NotFinite),
        ("01", 1, 1, Problem::MalformedNumber),
        ("1.", 1, 1, Problem::MalformedNumber),
        ("-", 1, 1, Problem::MalformedNumber),
        ("+1", 1, 1, Problem::MalformedNumber),
        ("1.2.3", 1, 1, Problem::MalformedNumber),
        ("\"abc", 1, 5, unexpected("'\"' to end the text", None)),
        ("[}", 1, 2, unexpected("a value", Some('}'))),
    ];
    for (text, line, column, expected) in cases {
        assert_eq!(problem(text), (line, column, expected), "{text}");
    }
    let error = to_msgpack("{\"a\":1,}").expect_err("a trailing comma");
    let expected = "line 1, column 8: expected another item after the comma; \
                    remove the comma before the closing bracket";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn depth_is_limited_and_costs_no_stack() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(round(&nested(DEPTH_MAX)), nested(DEPTH_MAX));
    assert_eq!(problem(&nested(DEPTH_MAX + 1)).2, Problem::TooDeep);
    assert_eq!(problem(&nested(1_000_000)).2, Problem::TooDeep);
}

#[test]
fn damaged_bytes_are_an_error_or_print_as_null() {
    assert!(try_value_to_json(&[0x92, 0x01]).is_err());
    assert_eq!(value_to_json(&[0x92, 0x01]), "[1]");
    assert_eq!(value_to_json(&[0xc4]), "null");
    assert_eq!(value_to_json(&[0xdd, 0xff, 0xff, 0xff, 0xff]), "[]");
}

/// Any JSON value as compact text without repeated keys.
fn json_text() -> impl Strategy<Value = String> {
    let text = ".{0,12}".prop_map(|it| {
        let mut out = String::new();
        super::write_json_str(&it, &mut out);
        out
    });
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        any::<i64>().prop_map(|it| it.to_string()),
        any::<u64>().prop_map(|it| it.to_string()),
        proptest::num::f64::NORMAL.prop_map(|it| {
            let mut out = String::new();
            super::number::write_double(it, &mut out);
            out
        }),
        text,
    ];
    leaf.prop_recursive(5, 200, 20, |inner| {
        let items = proptest::collection::vec(inner, 0..20);
        prop_oneof![
            items.clone().prop_map(|it| format!("[{}]", it.join(","))),
            items.prop_map(|it| {
                let entries = it.iter().enumerate().map(|(ix, value)| format!("\"k{ix}\":{value}"));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_survives_the_round_trip(text in json_text()) {
        prop_assert_eq!(round(&text), text);
    }

    #[test]
    fn doubles_come_back_bit_by_bit(value in proptest::num::f64::ANY) {
        prop_assume!(value.is_finite());
        let mut text = String::new();
        super::number::write_double(value, &mut text);
        let bytes = to_msgpack(&text).expect("a printed double is JSON");
        let back = Reader::new(&bytes).as_f64().map(f64::to_bits);
        prop_assert_eq!(back, Some(value.to_bits()));
    }

    #[test]
    fn any_text_is_an_error_or_a_valid_value(
        text in r#"([\[\]{},:"\\eE.0-9+\-a-u ]|"[ab]":|\[|\{){0,40}"#,
    ) {
        if let Ok(bytes) = to_msgpack(&text) {
            prop_assert_eq!(validate(&bytes), Ok(()));
            let printed = value_to_json(&bytes);
            prop_assert_eq!(to_msgpack(&printed), Ok(bytes));
        }
    }
}
