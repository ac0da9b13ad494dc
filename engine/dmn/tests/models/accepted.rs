//! Files that were deployed stay deployed: rules that only refuse do not take them away. And how
//! graphs without an id are told apart.

use dmn::{File, Model};
use feel::{Budget, Env};
use jiff::tz::TimeZone;

use super::support::{Scope, compile, compiled, definitions, literal, table_model};

fn accepted(xml: &str) -> Option<Model> {
    let file = File { resource_name: "", bytes: xml.as_bytes() };
    Some(dmn::compile_all_accepted(&[file]).ok()?.remove(0))
}

fn answer(model: &Model, decision: &str) -> String {
    let (zone, mut budget) = (TimeZone::UTC, Budget::default());
    let mut env = Env::new(0, &zone, 1, &mut budget);
    let decision = model.decision(decision).unwrap();
    model.evaluate(decision, &Scope::of("{}"), &mut env).unwrap().output.feel_text()
}

/// Files that today's rules refuse, as those that a later rule refuses.
fn refused_today() -> [(String, &'static str); 3] {
    let two_ids = definitions(&literal("a", "6 * 7", &[]))
        .replace("<variable name=\"a\"/>", "<variable id=\"d\" name=\"a\"/>");
    let nameless = definitions(&literal("a", "6 * 7", &[]))
        .replace("id=\"d\" name=\"D\" namespace=\"urn:d\"", "");
    let by_name = "<inputData name=\"a\"/>".to_owned() + &literal("a", "6 * 7", &[]);
    [
        (two_ids, "is used twice"),
        (nameless, "Give them an id"),
        (definitions(&by_name), "has no id, and another element is known as 'a'"),
    ]
}

#[test]
fn a_deployed_file_that_a_rule_refuses_keeps_its_decisions() {
    for (xml, reason) in refused_today() {
        let problems = compile(&xml).expect_err("no rule refuses it");
        assert!(problems.iter().any(|it| it.message.contains(reason)), "{problems:?}");
        let model = accepted(&xml).unwrap_or_else(|| panic!("{xml}"));
        assert_eq!(answer(&model, "a"), "42", "{xml}");
    }
}

#[test]
fn what_has_no_meaning_is_told() {
    let wrong = [
        "<a/>".to_owned(),
        definitions(&literal("a", "1 +", &[])),
        definitions(&literal("a", "b", &["b"])),
        definitions(&[literal("a", "b", &["b"]), literal("b", "a", &["a"])].concat()),
        table_model("hitPolicy=\"BEST\"", &["x"], "<output name=\"r\"/>", &["1 | 2"]),
    ];
    for xml in wrong {
        assert!(accepted(&xml).is_none(), "{xml}");
    }
}

#[test]
fn an_accepted_file_is_the_same_model() {
    let rules = ["< 5 | 1", "[5..9] | 2", "- | 3"];
    let xml = table_model("hitPolicy=\"FIRST\"", &["x"], "<output name=\"r\"/>", &rules);
    let model = accepted(&xml).expect("a model");
    assert_eq!(format!("{model:?}"), format!("{:?}", compiled(&xml)));
}

#[test]
fn a_graph_without_an_id_is_known_by_namespace_and_name() {
    let xml = definitions(&literal("a", "1", &[]));
    assert_eq!(&*compiled(&xml).id, "d");
    let without = |attributes: &str| {
        let xml = xml.replace("id=\"d\" name=\"D\" namespace=\"urn:d\"", attributes);
        compiled(&xml).id.to_string()
    };
    assert_eq!(without("name=\"Discount rules\" namespace=\"urn:d\""), "urn:d#Discount rules");
    assert_eq!(without("id=\"\" name=\"D\" namespace=\"urn:d\""), "urn:d#D");
    assert_eq!(without("namespace=\"urn:d\""), "urn:d#");
    assert_eq!(without("name=\"D\""), "#D");
}
