//! Names that begin like something else of the language, and names that are written otherwise than
//! they are read.

use std::fmt::Write;

use dmn::{File, Model};
use feel::{Budget, Env};
use jiff::tz::TimeZone;

use super::support::{Scope, answer, compile, compiled, definitions, escaped, for_camunda};

/// A decision `e` of an expression that requires inputs of these names and types.
fn model(inputs: &[(&str, &str)], text: &str) -> String {
    let (mut data, mut required) = (String::new(), String::new());
    for (ix, (name, of)) in inputs.iter().enumerate() {
        let name = escaped(name);
        let of = if of.is_empty() { String::new() } else { format!(" typeRef=\"{of}\"") };
        write!(
            data,
            "\n<inputData id=\"i{ix}\" name=\"{name}\"><variable name=\"{name}\"{of}/></inputData>"
        )
        .unwrap();
        write!(
            required,
            "<informationRequirement><requiredInput href=\"#i{ix}\"/></informationRequirement>"
        )
        .unwrap();
    }
    definitions(&format!(
        "{data}\n<decision id=\"e\" name=\"e\">{required}<literalExpression><text>{}</text>\
         </literalExpression></decision>",
        escaped(text)
    ))
}

/// Names that begin like a form, a literal or a keyword.
const NAMES: [&str; 17] = [
    "some value",
    "every day",
    "true cost",
    "false alarm",
    "null value",
    "if case",
    "for sale",
    "in stock",
    "then some",
    "return on sales",
    "function key",
    "or else",
    "and co",
    "2nd owner",
    "not valid",
    "if",
    "then",
];

#[test]
fn declared_names_are_read_before_forms_literals_and_keywords() {
    for name in NAMES {
        for of in ["", "number"] {
            let given = format!(r#"{{"{name}": 20, "x": [1]}}"#);
            let asks = |text: &str| answer(&model(&[(name, of)], text), "e", &given);
            assert_eq!(asks(name), "20", "{name}");
            assert_eq!(asks(&format!("{name} * 2 + {name}")), "60", "{name}");
            assert_eq!(asks(&format!("if {name} > 1 then {name} else 0")), "20", "{name}");
            assert_eq!(asks(&format!("[{name}, 1][1]")), "20", "{name}");
            let every = format!("some i in x satisfies i < {name}");
            assert_eq!(asks(&every), "true", "{name}");
            assert_eq!(asks(&format!("2 between 1 and {name}")), "true", "{name}");
        }
    }
}

#[test]
fn without_their_declaration_they_are_refused_as_before() {
    for name in ["some value", "true cost", "null value", "if case", "2nd owner"] {
        let problems = compile(&model(&[], &format!("{name} * 2"))).expect_err(name);
        assert!(problems[0].message.contains("is no FEEL: found "), "{problems:?}");
    }
}

#[test]
fn forms_that_could_be_read_before_mean_the_same_whatever_is_declared() {
    let inputs = [("if case", ""), ("case", ""), ("some value", ""), ("list", ""), ("true", "")];
    let given = r#"{"if case": 7, "case": true, "some value": 2, "list": [1, 2, 3], "true": 9}"#;
    // `true` as a whole is refused as a name, so it is not among the inputs.
    let asks = |text: &str| answer(&model(&inputs[..4], text), "e", given);
    assert_eq!(asks("if case then 1 else 2"), "1");
    assert_eq!(asks("some value in list satisfies value > 2"), "true");
    assert_eq!(asks("every value in list satisfies value > 2"), "false");
    // Both in one text.
    assert_eq!(asks("some value in list satisfies value > some value"), "true");
    assert_eq!(asks("if case then if case else 0"), "7");
    assert_eq!(asks("if if case > 6 then some value else 0"), "2");
}

#[test]
fn names_inside_of_an_expression_hide_those_around_it() {
    let inputs = [("some value", "number"), ("true cost", "number"), ("list", "")];
    let given = r#"{"some value": 2, "true cost": 3, "list": [10, 20]}"#;
    let asks = |text: &str| answer(&model(&inputs, text), "e", given);
    assert_eq!(asks("for some value in list return some value + true cost"), "[13, 23]");
    assert_eq!(asks("{true cost: 5, double: true cost * 2}.double"), "10");
    assert_eq!(asks("[{true cost: 5}, {true cost: 50}][true cost > 9].true cost"), "[50]");
    assert_eq!(asks("for value in list return value + some value"), "[12, 22]");
}

#[test]
fn parameters_and_iterators_of_boxed_expressions_hide_inputs() {
    let xml = definitions(
        "<inputData id=\"i\" name=\"true cost\"><variable name=\"true cost\" typeRef=\"number\"/>\
         </inputData><businessKnowledgeModel id=\"k\" name=\"for sale\"><variable name=\"for sale\"/>\
         <encapsulatedLogic><formalParameter name=\"true cost\"/><formalParameter name=\"some more\"/>\
         <literalExpression><text>true cost * 2 + some more</text></literalExpression>\
         </encapsulatedLogic></businessKnowledgeModel>\
         <decision id=\"e\" name=\"e\"><informationRequirement><requiredInput href=\"#i\"/>\
         </informationRequirement><knowledgeRequirement><requiredKnowledge href=\"#k\"/>\
         </knowledgeRequirement><list><literalExpression><text>for sale(5, true cost)</text>\
         </literalExpression><literalExpression><text>for sale(some more: 1, true cost: 2)</text>\
         </literalExpression><for iteratorVariable=\"true cost\"><in><literalExpression><text>[7]</text>\
         </literalExpression></in><return><literalExpression><text>true cost</text>\
         </literalExpression></return></for></list></decision>",
    );
    assert_eq!(answer(&xml, "e", r#"{"true cost": 3}"#), "[13, 5, [7]]");
}

#[test]
fn a_name_that_no_expression_can_have_is_refused_where_it_is_declared() {
    for (name, why) in [
        ("null", "it reads as a constant"),
        ("true", "it reads as a constant"),
        ("2024", "it reads as a constant"),
        ("-x", "it reads as an expression of its own"),
        ("12 \"", "the string has no end"),
    ] {
        let xml = model(&[("x", ""), (&name.replace('"', "&quot;"), "")], "x")
            .replace("&amp;quot;", "&quot;");
        let problems = compile(&xml).expect_err(name);
        assert_eq!(problems.len(), 1, "{problems:?}");
        let found = &problems[0];
        assert_eq!((found.element_id.as_deref(), found.line), (Some("i1"), 3), "{problems:?}");
        let wanted =
            format!("The name '{name}' cannot be written in an expression: {why}. Give the");
        assert!(found.message.starts_with(&wanted), "{problems:?}");
        // A file that is deployed with it keeps its decisions.
        let file = File { resource_name: "", bytes: xml.as_bytes() };
        assert!(dmn::compile_all_accepted(&[file]).is_ok());
    }
    let problems = compile(&model(&[("a`b", "")], "1")).expect_err("a backtick");
    assert!(problems[0].message.starts_with("The name 'a`b' has a backtick"), "{problems:?}");
}

/// A decision `e` that requires the element `a`, written so, and uses it as `a`.
fn requiring(tag: &str, required: &str) -> String {
    let (requirement, text) = match tag {
        "requiredKnowledge" => ("knowledgeRequirement", "1"),
        _ => ("informationRequirement", "a * 7"),
    };
    model(&[], text)
        .replace(
            "<literalExpression>",
            &format!("<{requirement}><{tag} href=\"#a\"/></{requirement}><literalExpression>"),
        )
        .replace("</definitions>", &format!("\n{required}</definitions>"))
}

#[test]
fn the_name_of_a_required_decision_or_function_can_be_written_also_where_its_id_can() {
    let decision = |names: &str| {
        let required = format!(
            "<decision id=\"a\" {names}<literalExpression><text>6</text></literalExpression>\
             </decision>"
        );
        requiring("requiredDecision", &required)
    };
    let knowledge = |name: &str| {
        let required = format!(
            "<businessKnowledgeModel id=\"a\" name=\"{name}\"><encapsulatedLogic>\
             <literalExpression><text>6</text></literalExpression></encapsulatedLogic>\
             </businessKnowledgeModel>"
        );
        requiring("requiredKnowledge", &required)
    };
    for name in ["2024", "null", "-x", "[x]", "&quot;q&quot;"] {
        let by_variable = format!("name=\"Fine\"><variable name=\"{name}\"/>");
        for xml in [decision(&format!("name=\"{name}\">")), decision(&by_variable), knowledge(name)]
        {
            let problems = compile(&xml).expect_err(name);
            assert_eq!(problems.len(), 1, "{problems:?}");
            let found = &problems[0];
            assert_eq!((found.element_id.as_deref(), found.line), (Some("a"), 3), "{problems:?}");
            let wanted = format!("The name '{}' cannot be ", name.replace("&quot;", "\""));
            assert!(found.message.starts_with(&wanted), "{problems:?}");
            // In a model made for Camunda it is a label, and a file that is deployed stays so.
            assert!(compile(&for_camunda(&xml)).is_ok(), "{name}");
            let file = File { resource_name: "", bytes: xml.as_bytes() };
            assert!(dmn::compile_all_accepted(&[file]).is_ok());
        }
        // Beside the variable the name is a label, and nobody calls what nobody requires.
        let xml = decision(&format!("name=\"{name}\"><variable name=\"six\"/>"));
        assert_eq!(answer(&xml, "e", "{}"), "42", "{name}");
        let xml = model(&[], "1").replace(
            "</definitions>",
            &format!("<decision id=\"a\" name=\"{name}\"/></definitions>"),
        );
        assert_eq!(answer(&xml, "e", "{}"), "1", "{name}");
    }
}

fn asked(model: &Model, reads_written_names: bool, json: &str) -> String {
    let (zone, mut budget) = (TimeZone::UTC, Budget::default());
    let mut env = Env::new(0, &zone, 1, &mut budget);
    env.reads_written_names = reads_written_names;
    let decision = model.decision("e").unwrap();
    model.evaluate(decision, &Scope::of(json), &mut env).unwrap().output.feel_text()
}

#[test]
fn a_name_with_a_point_is_a_path_or_else_the_variable_with_that_name() {
    let inputs = [("order.total", ""), ("order.buyer.name", ""), ("due.date", "number")];
    let xml = model(&inputs, "[order.total, order.buyer.name, due.date]");
    let (model, nested) = (compiled(&xml), r#"{"order": {"total": 1, "buyer": {"name": 2}}}"#);
    let written = r#"{"order.total": 5, "order.buyer.name": 6, "due.date": 7}"#;
    assert_eq!(asked(&model, true, nested), "[1, 2, null]");
    assert_eq!(asked(&model, true, written), "[5, 6, 7]");
    // What is there goes first, and who does not ask gets what was answered before.
    let both = r#"{"order": {"total": 1}, "order.total": 5}"#;
    assert_eq!(asked(&model, true, both), "[1, null, null]");
    assert_eq!(asked(&model, false, written), "[null, null, 7]");
    let read = model.variables(model.decision("e").unwrap());
    assert_eq!(read.join(" "), "due.date order order.buyer.name order.total");
}

#[test]
fn several_blanks_between_two_words_are_one() {
    let model =
        compiled(&model(&[("net   price", ""), ("tax  rate", "number")], "net price * tax   rate"));
    assert_eq!(asked(&model, true, r#"{"net   price": 5, "tax  rate": 3}"#), "15");
    assert_eq!(asked(&model, true, r#"{"net price": 4, "tax rate": 3}"#), "12");
    assert_eq!(asked(&model, false, r#"{"net   price": 5, "tax  rate": 3}"#), "null");
    let read = model.variables(model.decision("e").unwrap());
    assert_eq!(read.join("; "), "net   price; net price; tax  rate; tax rate");
}
