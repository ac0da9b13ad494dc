//! Canonical writing, harmless reading.

use proptest::prelude::*;

use super::{DEPTH_MAX, Kind, MsgpackError, Reader, Writer, validate};

fn written(write: impl Fn(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.finish().expect("the test writes one value")
}

#[test]
fn integers_take_the_shortest_form_and_come_back() {
    let lengths = [
        (0, 1),
        (127, 1),
        (128, 2),
        (255, 2),
        (256, 3),
        (65_536, 5),
        (4_294_967_296, 9),
        (i64::MAX, 9),
        (-1, 1),
        (-32, 1),
        (-33, 2),
        (-129, 3),
        (-32_769, 5),
        (i64::MIN, 9),
    ];
    for (value, length) in lengths {
        let bytes = written(|it| {
            it.int(value);
        });
        assert_eq!(bytes.len(), length, "{value}");
        assert_eq!(Reader::new(&bytes).as_i64(), Some(value));
        assert_eq!(Reader::new(&bytes).kind(), Some(Kind::Int));
    }
    let bytes = written(|it| {
        it.uint(u64::MAX);
    });
    assert_eq!(Reader::new(&bytes).as_u64(), Some(u64::MAX));
    assert_eq!(Reader::new(&bytes).as_i64(), None);
}

#[test]
fn heads_of_every_length_come_back() {
    for count in [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536] {
        let text = "x".repeat(count);
        let bytes = written(|it| {
            it.array(count);
            (0..count).for_each(|_| {
                it.null();
            });
        });
        assert_eq!(Reader::new(&bytes).array().map(Iterator::count), Some(count));
        let bytes = written(|it| {
            it.map(1).str(&text).str(&text);
        });
        let entry = Reader::new(&bytes).map().and_then(|mut it| it.next());
        assert_eq!(entry.map(|(key, _)| key.len()), Some(count));
        assert_eq!(Reader::new(&bytes).get(&text).and_then(Reader::as_str), Some(&*text));
    }
}

#[test]
fn skip_answers_exactly_one_value() {
    let bytes = written(|it| {
        it.array(2).map(1).str("a").array(1).float(1.5).bool(true);
    });
    let mut longer = bytes.clone();
    longer.push(0xc0);
    assert_eq!(Reader::new(&longer).skip(), Some(&*bytes));
    for length in 0..bytes.len() {
        assert_eq!(Reader::new(&bytes[..length]).skip(), None, "cut at {length}");
    }
}

#[test]
fn validation_names_what_is_wrong() {
    let cases: [(&[u8], MsgpackError); 12] = [
        (&[], MsgpackError::Truncated { length: 0 }),
        (&[0x92, 0x01], MsgpackError::Truncated { length: 2 }),
        (&[0xa5, b'a'], MsgpackError::Truncated { length: 2 }),
        (&[0xc4, 0], MsgpackError::Foreign { offset: 0, first: 0xc4 }),
        (&[0xc1], MsgpackError::Foreign { offset: 0, first: 0xc1 }),
        (&[0xcc, 5], MsgpackError::NotCanonical { offset: 0 }),
        (&[0xd1, 1, 0], MsgpackError::NotCanonical { offset: 0 }),
        (&[0xca, 0, 0, 0, 0], MsgpackError::NotCanonical { offset: 0 }),
        (&[0x81, 0x01, 0x01], MsgpackError::KeyNotText { offset: 1 }),
        (&[0xa1, 0xff], MsgpackError::NotUtf8 { offset: 0 }),
        (&[0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], MsgpackError::NotFinite { offset: 0 }),
        (&[0xc0, 0xc0], MsgpackError::Trailing { offset: 1 }),
    ];
    for (bytes, error) in cases {
        assert_eq!(validate(bytes), Err(error), "{bytes:x?}");
    }
}

#[test]
fn depth_is_limited() {
    let nested = |depth: usize| {
        let mut bytes = vec![0x91; depth];
        bytes.push(0xc0);
        bytes
    };
    assert_eq!(validate(&nested(DEPTH_MAX)), Ok(()));
    assert_eq!(validate(&nested(DEPTH_MAX + 1)), Err(MsgpackError::TooDeep { limit: DEPTH_MAX }));
    assert_eq!(Reader::new(&nested(1_000_000)).skip().map(<[u8]>::len), Some(1_000_001));
}

#[test]
fn what_is_no_json_number_is_written_as_null() {
    let bytes = written(|it| {
        it.float(f64::NAN);
    });
    assert!(Reader::new(&bytes).is_null());
}

proptest! {
    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let reader = Reader::new(&bytes);
        let _ = (reader.kind(), reader.as_i64(), reader.as_u64(), reader.as_f64());
        let _ = (reader.as_dec(), reader.as_str(), reader.as_bool(), reader.get("a").is_some());
        let items = reader.array().map_or(0, Iterator::count);
        let entries = reader.map().map_or(0, Iterator::count);
        prop_assert!(items + entries <= bytes.len());
        let whole = reader.skip().map(<[u8]>::len);
        if validate(&bytes).is_ok() {
            prop_assert_eq!(whole, Some(bytes.len()));
        }
        let _ = crate::json::value_to_json(&bytes);
        let _ = crate::Doc::from_bytes(&bytes);
    }
}
