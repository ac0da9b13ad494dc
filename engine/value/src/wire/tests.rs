//! What the encoding promises: canonical, strict, and never a panic.

use super::{Message, WireError};
use crate::{Str, wire_enum, wire_oneof, wire_struct};

wire_enum! {
    enum Color {
        0 => Red,
        3 => Blue,
    }
}

wire_struct! {
    struct Inner {
        1 => text: Str,
        2 => numbers: Vec<i64>,
    }
}

wire_struct! {
    struct Outer {
        1 => count: u64,
        2 => inner: Inner,
        3 => maybe: Option<u32>,
        4 => color: Color,
        5 => list: Vec<Inner>,
        15 => flag: bool,
    }
}

wire_oneof! {
    enum Either {
        1 => Left(Inner),
        2 => Right(Outer),
    }
}

fn sample() -> Outer {
    let inner = Inner { text: "x".repeat(300).into(), numbers: vec![0, -1, i64::MIN, i64::MAX] };
    Outer {
        count: u64::MAX,
        inner: inner.clone(),
        maybe: Some(0),
        color: Color::Blue,
        list: vec![Inner::default(), inner],
        flag: true,
    }
}

#[test]
fn a_message_comes_back_as_it_was_written() {
    let value = Either::Right(sample());
    assert_eq!(Either::from_bytes(&value.to_bytes()), Ok(value));
}

#[test]
fn defaults_take_no_bytes_and_a_present_option_does() {
    assert!(Outer::default().to_bytes().is_empty());
    let bytes = Outer { maybe: Some(0), ..Outer::default() }.to_bytes();
    assert_eq!(bytes, [0x18, 0]);
    assert_eq!(Outer::from_bytes(&bytes).map(|it| it.maybe), Ok(Some(0)));
}

#[test]
fn the_bytes_are_those_of_protobuf() {
    let value = Outer {
        count: 300,
        inner: Inner { text: "hi".into(), numbers: vec![-1] },
        color: Color::Blue,
        ..Outer::default()
    };
    let expected = [0x08, 0xac, 0x02, 0x12, 6, 0x0a, 2, b'h', b'i', 0x10, 1, 0x20, 3];
    assert_eq!(value.to_bytes(), expected);
}

#[test]
fn an_unknown_field_or_value_is_an_error() {
    let unknown = Outer::from_bytes(&[0x30, 1]);
    assert_eq!(unknown, Err(WireError::UnknownField { message: "Outer", field: 6 }));
    let value = Outer::from_bytes(&[0x20, 1]);
    assert_eq!(value, Err(WireError::UnknownValue { name: "Color", value: 1 }));
}

#[test]
fn every_truncation_is_an_error_or_a_shorter_message() {
    let bytes = sample().to_bytes();
    for length in 0..bytes.len() {
        if let Ok(value) = Outer::from_bytes(&bytes[..length]) {
            assert_eq!(value.to_bytes(), &bytes[..length], "cut at {length}");
        }
    }
}

#[test]
fn endless_nesting_is_refused() {
    wire_struct! {
        struct Nest {
            1 => inner: Option<Box<Nest>>,
        }
    }
    let mut bytes = Vec::new();
    for _ in 0..100 {
        let mut outer = Vec::new();
        super::put_tag(1, super::LEN, &mut outer);
        super::put_varint(bytes.len() as u64, &mut outer);
        outer.extend_from_slice(&bytes);
        bytes = outer;
    }
    assert_eq!(Nest::from_bytes(&bytes), Err(WireError::TooDeep));
}
