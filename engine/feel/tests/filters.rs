//! Filters that compare on the encoded list give what filters of decoded items give.

#![expect(clippy::unwrap_used, reason = "a broken case must fail loudly")]

use feel::{Budget, Env, Program, Variables};
use jiff::tz::TimeZone;
use proptest::prelude::{Just, Strategy, prop, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use value::Doc;

struct Scope(Doc);

impl Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// The result and the warnings of an expression.
fn evaluate(text: &str, scope: &Scope) -> String {
    let program = Program::compile(text).unwrap();
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(0, &zone, 0, &mut budget);
    let value = program.evaluate(scope, &mut env).unwrap();
    let warnings: Vec<&str> = env.warnings.iter().map(|it| it.kind().name()).collect();
    format!("{} {warnings:?}", value.feel_text())
}

/// Items of which most, but not all, have a price that compares.
fn item() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (-3..20_i32).prop_map(|it| format!("{{\"price\": {it}, \"tags\": [1]}}")),
        4 => (0..99_u32).prop_map(|it| format!("{{\"name\": \"a\", \"price\": {it}.25}}")),
        1 => Just("{\"price\": \"10\"}".to_owned()),
        1 => Just("{\"price\": \"ä\"}".to_owned()),
        1 => Just("{\"price\": null}".to_owned()),
        1 => Just("{\"cost\": 1}".to_owned()),
        1 => Just("[{\"price\": 11}]".to_owned()),
        1 => Just("7".to_owned()),
    ]
}

proptest! {
    #[test]
    fn a_filter_gives_the_same_with_and_without_decoding(
        items in prop::collection::vec(item(), 0..7),
        relation in select(vec!["=", "!=", "<", "<=", ">", ">="]),
        bound in select(vec!["10", "9.25", "\"10\"", "null", "true"]),
    ) {
        let json = format!("{{\"items\": [{}], \"price\": 3}}", items.join(", "));
        let scope = Scope(Doc::from_json(&json).unwrap());
        let filter = format!("[price {relation} {bound}]");
        let encoded = evaluate(&format!("items{filter}"), &scope);
        // An item of a list literal is decoded before it is filtered.
        let decoded = evaluate(&format!("[items][1]{filter}"), &scope);
        prop_assert_eq!(encoded, decoded, "items{} of {}", filter, json);
    }
}

#[test]
fn selected_items_keep_all_their_entries() {
    let json = r#"{"items": [{"price": 12, "of": {"a": [1, "x"]}}, {"price": 9}]}"#;
    let scope = Scope(Doc::from_json(json).unwrap());
    assert_eq!(evaluate("items[price > 10]", &scope), "[{price:12, of:{a:[1, \"x\"]}}] []");
    assert_eq!(evaluate("items[price > 10][1].of.a[2]", &scope), "\"x\" []");
    assert_eq!(evaluate("items[price > 20]", &scope), "[] []");
}
