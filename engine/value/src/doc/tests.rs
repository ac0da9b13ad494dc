//! What documents promise.

use proptest::prelude::*;

use super::{Doc, DocBuilder, DocError};
use crate::json::Problem;
use crate::msgpack::{DEPTH_MAX, MsgpackError, NULL};
use crate::wire::{Field, Message, WireError};
use crate::wire_struct;

fn doc(text: &str) -> Doc {
    Doc::from_json(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn blank_text_is_the_empty_document() {
    for text in ["", " \n\t", "{}", " { } "] {
        assert_eq!(doc(text), Doc::empty(), "{text:?}");
    }
    assert_eq!(Doc::empty().to_json(), "{}");
    assert_eq!(Doc::empty().as_bytes(), [0x80]);
    assert_eq!(Doc::from_bytes([0x80]), Ok(Doc::default()));
}

#[test]
fn a_root_that_is_no_object_is_named() {
    let roots = [("[1]", "an array"), (" \"x\"", "a string"), ("null", "null"), ("1", "a number")];
    for (text, found) in roots {
        let error = Doc::from_json(text).expect_err(text);
        assert_eq!(error.problem, Problem::RootNotObject { found });
        assert_eq!(error.column, if text.starts_with(' ') { 2 } else { 1 });
    }
    let error = Doc::from_json("[1]").expect_err("an array");
    let expected = "line 1, column 1: variables are a JSON object such as {\"orderId\": 7}, \
                    but this is an array";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn variables_are_found_by_name() {
    let doc = doc(r#"{"a":1,"":2,"ab":null,"long name with more than 31 bytes in it":[true]}"#);
    assert_eq!(doc.len(), 4);
    assert_eq!(doc.get("a"), Some(&[1][..]));
    assert_eq!(doc.get(""), Some(&[2][..]));
    assert_eq!(doc.get("ab"), Some(NULL));
    assert_eq!(doc.get("long name with more than 31 bytes in it"), Some(&[0x91, 0xc3][..]));
    assert_eq!(doc.get("b"), None);
    let names: Vec<&str> = doc.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "", "ab", "long name with more than 31 bytes in it"]);
}

#[test]
fn set_replaces_in_place_or_appends() {
    let doc = doc(r#"{"a":1,"b":2}"#);
    assert_eq!(doc.set("a", &[0x92, 3, 4]).to_json(), r#"{"a":[3,4],"b":2}"#);
    assert_eq!(doc.set("c", &[5]).to_json(), r#"{"a":1,"b":2,"c":5}"#);
    assert_eq!(Doc::empty().set("c", &[5]).to_json(), r#"{"c":5}"#);
}

#[test]
fn merge_overlays_and_filter_keeps_the_order() {
    let lower = doc(r#"{"a":1,"b":2,"c":3}"#);
    let upper = doc(r#"{"d":4,"b":5}"#);
    assert_eq!(lower.merge(&upper).to_json(), r#"{"a":1,"b":5,"c":3,"d":4}"#);
    assert_eq!(lower.merge(&Doc::empty()), lower);
    assert_eq!(Doc::empty().merge(&upper), upper);
    assert_eq!(lower.filter(&["c", "x", "a"]).to_json(), r#"{"a":1,"c":3}"#);
    assert!(lower.filter::<&str>(&[]).is_empty());
}

#[test]
fn the_builder_keeps_the_last_value_at_the_first_place() {
    let mut builder = DocBuilder::new();
    builder.push("a", &[1]).push("b", &[2]).push("a", &[3]);
    assert_eq!(builder.build().to_json(), r#"{"a":3,"b":2}"#);
    assert!(DocBuilder::new().build().is_empty());
}

#[test]
fn bytes_are_checked() {
    assert_eq!(Doc::from_bytes([0x90]), Err(DocError::NotMap { found: "an array" }));
    let twice = Doc::from_bytes([0x82, 0xa1, b'a', 1, 0xa1, b'a', 2]);
    assert_eq!(twice, Err(DocError::Repeated { name: "a".into() }));
    let cut = Doc::from_bytes([0x81, 0xa1, b'a']);
    assert_eq!(cut, Err(DocError::Malformed(MsgpackError::Truncated { length: 3 })));
}

#[test]
fn a_variable_of_full_depth_survives_in_a_document() {
    let mut deep = vec![0x91; DEPTH_MAX];
    deep.push(0xc0);
    let doc = Doc::empty().set("deep", &deep);
    assert_eq!(Doc::from_bytes(doc.as_bytes()), Ok(doc));
}

wire_struct! {
    struct Holder {
        1 => one: Doc,
        2 => many: Vec<Doc>,
        3 => maybe: Option<Doc>,
    }
}

#[test]
fn documents_are_fields_of_messages() {
    let some = doc(r#"{"a":1}"#);
    let holder =
        Holder { one: some.clone(), many: vec![Doc::empty(), some], maybe: Some(Doc::empty()) };
    assert_eq!(Holder::from_bytes(&holder.to_bytes()), Ok(holder));
    assert!(Holder::default().to_bytes().is_empty());
}

#[test]
fn a_document_has_one_encoding_only() {
    for body in [&[0x80][..], &[0x90], &[0x81, 0xa1, b'a', 0xcc, 1]] {
        let mut bytes = Vec::new();
        std::sync::Arc::<[u8]>::from(body).put(1, &mut bytes);
        assert_eq!(Holder::from_bytes(&bytes), Err(WireError::Malformed { what: "document" }));
    }
}

proptest! {
    #[test]
    fn documents_behave_like_an_ordered_map(
        steps in proptest::collection::vec(("[a-e]{0,2}", 0u8..100), 0..60),
    ) {
        let mut model: Vec<(String, u8)> = Vec::new();
        let mut built = DocBuilder::new();
        let mut doc = Doc::empty();
        for (name, value) in steps {
            match model.iter_mut().find(|(key, _)| *key == name) {
                Some((_, old)) => *old = value,
                None => model.push((name.clone(), value)),
            }
            built.push(&name, &[value]);
            doc = doc.set(&name, &[value]);
        }
        let expected: Vec<(&str, &[u8])> =
            model.iter().map(|(key, value)| (key.as_str(), std::slice::from_ref(value))).collect();
        prop_assert_eq!(&doc.iter().collect::<Vec<_>>(), &expected);
        prop_assert_eq!(&built.build(), &doc);
        prop_assert_eq!(Doc::from_bytes(doc.as_bytes()), Ok(doc.clone()));
        prop_assert_eq!(Doc::from_json(&doc.to_json()), Ok(doc));
    }
}
