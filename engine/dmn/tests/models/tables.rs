//! Decision tables: hit policies, aggregations, defaults, cells.

use dmn::FindingKind;
use feel::Edition;

use super::support::{answer, answer_by, compile, compiled, for_camunda, table_model, warnings_by};

const ONE: &str = "<output id=\"out\" name=\"r\"/>";

fn one_input(attributes: &str, rules: &[&str], json: &str) -> String {
    answer(&table_model(attributes, &["x"], ONE, rules), "t", json)
}

#[test]
fn unique_answers_the_only_rule_and_fails_on_two() {
    let rules = ["< 10 | \"low\"", "[5..20] | \"mid\"", "> 20 | \"high\""];
    assert_eq!(one_input("", &rules, r#"{"x": 3}"#), "\"low\"");
    assert_eq!(one_input("", &rules, r#"{"x": 30}"#), "\"high\"");
    assert_eq!(
        one_input("hitPolicy=\"UNIQUE\"", &rules, r#"{"x": 7}"#),
        "failure: decision 'T': the rules 1, 2 match, but the hit policy UNIQUE allows only one"
    );
}

#[test]
fn no_rule_that_matches_is_null() {
    for policy in ["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"] {
        let attributes = format!("hitPolicy=\"{policy}\"");
        assert_eq!(one_input(&attributes, &["1 | \"a\""], r#"{"x": 2}"#), "null", "{policy}");
    }
}

#[test]
fn first_answers_the_first_rule() {
    let rules = ["> 1 | \"a\"", "> 0 | \"b\""];
    assert_eq!(one_input("hitPolicy=\"FIRST\"", &rules, r#"{"x": 5}"#), "\"a\"");
    assert_eq!(one_input("hitPolicy=\"FIRST\"", &rules, r#"{"x": 1}"#), "\"b\"");
}

#[test]
fn any_allows_rules_that_agree() {
    let agree = ["> 1 | \"a\"", "> 0 | \"a\""];
    assert_eq!(one_input("hitPolicy=\"ANY\"", &agree, r#"{"x": 5}"#), "\"a\"");
    let differ = ["> 1 | \"a\"", "> 0 | \"b\""];
    let failure = one_input("hitPolicy=\"ANY\"", &differ, r#"{"x": 5}"#);
    assert!(failure.contains("rules 1 and 2 match with different outputs"), "{failure}");
}

#[test]
fn priority_and_output_order_follow_the_output_values() {
    let outputs = "<output id=\"out\" name=\"r\"><outputValues><text>\"high\", \"mid\", \
                   \"low\"</text></outputValues></output>";
    let rules = ["- | \"low\"", "> 0 | \"high\"", "> 0 | \"mid\""];
    let model =
        |policy: &str| table_model(&format!("hitPolicy=\"{policy}\""), &["x"], outputs, &rules);
    assert_eq!(answer(&model("PRIORITY"), "t", r#"{"x": 1}"#), "\"high\"");
    assert_eq!(answer(&model("PRIORITY"), "t", r#"{"x": -1}"#), "\"low\"");
    let ordered = answer(&model("OUTPUT ORDER"), "t", r#"{"x": 1}"#);
    assert_eq!(ordered, "[\"high\", \"mid\", \"low\"]");
}

#[test]
fn priority_looks_at_the_second_output_where_the_first_is_equal() {
    let outputs = "<output name=\"a\"><outputValues><text>1, 2</text></outputValues></output>\
                   <output name=\"b\"><outputValues><text>\"x\", \"y\"</text></outputValues></output>";
    let rules = ["- | 2 | \"x\"", "- | 1 | \"y\"", "- | 1 | \"x\""];
    let model = table_model("hitPolicy=\"PRIORITY\"", &["x"], outputs, &rules);
    assert_eq!(answer(&model, "t", r#"{"x": 1}"#), "{a:1, b:\"x\"}");
}

#[test]
fn collect_lists_or_aggregates() {
    let rules = ["> 0 | 3", "> 0 | 1.5", "> 10 | 7", "> 0 | 3"];
    let collect = |aggregation: &str| {
        let attributes = format!("hitPolicy=\"COLLECT\" {aggregation}");
        one_input(&attributes, &rules, r#"{"x": 5}"#)
    };
    assert_eq!(collect(""), "[3, 1.5, 3]");
    assert_eq!(collect("aggregation=\"SUM\""), "7.5");
    assert_eq!(collect("aggregation=\"MIN\""), "1.5");
    assert_eq!(collect("aggregation=\"MAX\""), "3");
    assert_eq!(collect("aggregation=\"COUNT\""), "3");
}

/// What a table with the hit policy COLLECT and an output `r` answers by an edition.
fn aggregated(edition: Edition, aggregation: &str, rules: &[&str]) -> String {
    let attributes = format!("hitPolicy=\"COLLECT\" aggregation=\"{aggregation}\"");
    let model = table_model(&attributes, &["x"], "<output name=\"r\"/>", rules);
    answer_by(edition, &model, "t", r#"{"x": 5}"#)
}

#[test]
fn a_failed_aggregation_names_rule_output_and_expression() {
    let found = |aggregation: &str, rules: &[&str]| {
        let found = aggregated(Edition::Refined, aggregation, rules);
        found.strip_prefix("failure: decision 'T', ").unwrap_or(&found).to_owned()
    };
    assert_eq!(
        found("SUM", &["- | 1", "> 9 | 2", "- | \"a\" + \"b\"", "- | null"]),
        "rule 3, output 'r', expression '\"a\" + \"b\"': the hit policy COLLECT with SUM needs \
         numbers, but this output is \"ab\""
    );
    let large = format!("9{}…", "0".repeat(99));
    assert_eq!(
        found("SUM", &["- | 9e6144", "- | 9e6144"]),
        format!(
            "rule 2, output 'r', expression '9e6144': the hit policy COLLECT with SUM has a sum that \
             is larger than any number with this output, {large}"
        )
    );
    assert_eq!(
        found("MIN", &["- | 1", "- | "]),
        "rule 2, output 'r': the hit policy COLLECT with MIN needs values with an order, but this \
         output is null"
    );
    assert_eq!(
        found("MAX", &["- | true", "- | 1"]),
        "rule 1, output 'r', expression 'true': the hit policy COLLECT with MAX needs values with an \
         order, but this output is true"
    );
    assert_eq!(
        found("MAX", &["- | 1", "> 9 | 7", "- | 3", "- | \"a\""]),
        "rule 4, output 'r', expression '\"a\"': the hit policy COLLECT with MAX needs values that \
         compare with each other, but this output is \"a\" and that of rule 3 is 3"
    );
}

#[test]
fn by_the_first_edition_a_failed_aggregation_tells_only_the_output() {
    let found = |aggregation: &str, rules: &[&str]| aggregated(Edition::First, aggregation, rules);
    let begin = "failure: decision 'T': the hit policy COLLECT with";
    assert_eq!(
        found("SUM", &["- | 1", "- | \"a\""]),
        format!("{begin} SUM needs numbers, but an output is \"a\"")
    );
    assert_eq!(
        found("SUM", &["- | 9e6144", "- | 9e6144"]),
        format!("{begin} SUM needs numbers, but an output is 9{}…", "0".repeat(99))
    );
    assert_eq!(
        found("MIN", &["- | 1", "- | "]),
        format!("{begin} MIN needs values with an order, but an output is null")
    );
    assert_eq!(
        found("MAX", &["- | 1", "- | \"a\""]),
        format!("{begin} MAX needs values with an order, but an output is \"a\"")
    );
}

#[test]
fn rule_order_lists_contexts_of_several_outputs() {
    let outputs = "<output name=\"a\"/><output name=\"b c\"/>";
    let rules = ["> 0 | 1 | \"p\"", "> 9 | 2 | \"q\"", "> 1 | 3 | "];
    let model = table_model("hitPolicy=\"RULE ORDER\"", &["x"], outputs, &rules);
    let expected = "[{a:1, b c:\"p\"}, {a:3, b c:null}]";
    assert_eq!(answer(&model, "t", r#"{"x": 5}"#), expected);
}

#[test]
fn default_outputs_stand_in_when_no_rule_matches() {
    let outputs = "<output name=\"a\"><defaultOutputEntry><text>x + 1</text>\
                   </defaultOutputEntry></output><output name=\"b\"/>";
    let model = table_model("", &["x"], outputs, &["> 100 | 1 | 2"]);
    assert_eq!(answer(&model, "t", r#"{"x": 5}"#), "{a:6, b:null}");
}

#[test]
fn in_models_made_for_camunda_default_outputs_are_the_answer_themselves() {
    let default = |name: &str, text: &str| {
        let text = format!("<defaultOutputEntry><text>{text}</text></defaultOutputEntry>");
        format!("<output name=\"{name}\">{text}</output>")
    };
    let (p, q) = (default("p", "\"dp\""), default("q", "a + 1"));
    let one = (p.clone(), &["> 5 | 1"][..]);
    let some = (format!("{p}<output name=\"q\"/>"), &["> 5 | 1 | 2"][..]);
    let both = (format!("{p}{q}"), &["> 5 | 1 | 2"][..]);
    let (first, refined) = (Edition::First, Edition::Refined);
    for (policy, (outputs, rules), by_standard, by_camunda) in [
        ("UNIQUE", &one, "\"dp\"", "\"dp\""),
        ("COLLECT\" aggregation=\"SUM", &one, "\"dp\"", "\"dp\""),
        ("COLLECT", &one, "[\"dp\"]", "\"dp\""),
        ("RULE ORDER", &one, "[\"dp\"]", "\"dp\""),
        ("UNIQUE", &some, "{p:\"dp\", q:null}", "\"dp\""),
        ("COLLECT", &some, "[{p:\"dp\", q:null}]", "\"dp\""),
        ("FIRST", &both, "{p:\"dp\", q:2}", "{p:\"dp\", q:2}"),
        ("RULE ORDER", &both, "[{p:\"dp\", q:2}]", "{p:\"dp\", q:2}"),
    ] {
        let standard = table_model(&format!("hitPolicy=\"{policy}\""), &["a"], outputs, rules);
        let camunda = for_camunda(&standard);
        let answer = |edition, xml: &str| answer_by(edition, xml, "t", r#"{"a": 1}"#);
        assert_eq!(answer(refined, &standard), by_standard, "{policy} {outputs}");
        assert_eq!(answer(refined, &camunda), by_camunda, "{policy} {outputs}");
        // The first edition makes no difference between them.
        assert_eq!(answer(first, &camunda), by_standard, "{policy} {outputs}");
    }
}

#[test]
fn the_least_and_the_greatest_are_those_of_whatever_has_an_order() {
    for (values, least, greatest) in [
        (["\"b\"", "\"a\""], "\"a\"", "\"b\""),
        (["@\"2024-02-01\"", "@\"2024-01-31\""], "2024-01-31", "2024-02-01"),
        (["@\"PT2H\"", "@\"P1D\""], "PT2H", "P1D"),
    ] {
        let rules = values.map(|it| format!("- | {it}"));
        let rules = [&*rules[0], &*rules[1]];
        for (aggregation, expected) in [("MIN", least), ("MAX", greatest)] {
            let attributes = format!("hitPolicy=\"COLLECT\" aggregation=\"{aggregation}\"");
            let found = one_input(&attributes, &rules, r#"{"x": 1}"#);
            assert_eq!(found, expected, "{aggregation}");
        }
    }
}

#[test]
fn default_outputs_are_checked_like_those_of_rules() {
    let values = "<outputValues><text>\"a\"</text></outputValues>";
    let model = |attributes: &str, values: &str, default: &str| {
        let default =
            format!("<defaultOutputEntry><text>{default}</text></defaultOutputEntry></output>");
        let output = format!("<output name=\"o\"{attributes}>{values}{default}");
        table_model("", &["x"], &output, &["> 9 | \"a\""])
    };
    let by = |edition, xml: &str| answer_by(edition, xml, "t", r#"{"x": 1, "y": "zz"}"#);
    let told = |edition, xml: &str| warnings_by(edition, xml, "t", r#"{"x": 1, "y": "zz"}"#);
    let (first, refined) = (Edition::First, Edition::Refined);
    for default in ["\"zz\"", "y"] {
        let xml = model("", values, default);
        let message = format!(
            "failure: decision 'T', the default of output 'o', expression '{default}': the value \
             \"zz\" is none of \"a\""
        );
        assert_eq!(by(refined, &xml), message);
        // The first edition asked only the outputs of rules.
        assert_eq!(by(first, &xml), "\"zz\"");
        // What is made for Camunda keeps it, with a warning.
        let xml = for_camunda(&xml);
        assert_eq!(by(refined, &xml), "\"zz\"");
        let kept = "the value \"zz\" is none of \"a\", which the model declares; it stays";
        assert!(told(refined, &xml).contains(kept), "{}", told(refined, &xml));
        assert_eq!(told(first, &xml), "");
    }
    for default in ["\"a\"", "null", "missing"] {
        let xml = model("", values, default);
        assert_eq!(by(refined, &xml), if default == "\"a\"" { default } else { "null" });
    }
    let xml = model(" typeRef=\"number\"", "", "y");
    assert_eq!(by(refined, &xml), "null");
    assert_eq!(by(first, &xml), "\"zz\"");
    let told = told(refined, &xml);
    assert!(told.contains("[INVALID_TYPE]") && told.contains("no number"), "{told}");
    assert!(told.contains("the default of output 'o', expression 'y'"), "{told}");
}

#[test]
fn in_models_made_for_camunda_outputs_without_an_order_are_all_equal() {
    let output = "<output name=\"r\"/>";
    let rules = ["> 9 | \"z\"", "> 2 | \"b\"", "> 1 | \"a\""];
    for (policy, expected) in [("PRIORITY", "\"b\""), ("OUTPUT ORDER", "[\"b\", \"a\"]")] {
        let standard = table_model(&format!("hitPolicy=\"{policy}\""), &["x"], output, &rules);
        assert!(compile(&standard).is_err(), "{policy}");
        let camunda = for_camunda(&standard);
        assert_eq!(answer(&camunda, "t", r#"{"x": 5}"#), expected);
        let found = compiled(&camunda).findings();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].kind, FindingKind::Unordered);
        let told = format!("The hit policy {policy} goes by the order of the output values, and ");
        assert!(found[0].message.starts_with(&told), "{found:?}");
        let ordered = "<output name=\"r\"><outputValues><text>\"a\",\"b\"</text></outputValues>";
        let ordered = camunda.replace("<output name=\"r\"/>", &format!("{ordered}</output>"));
        assert!(compiled(&ordered).findings().iter().all(|it| it.kind != FindingKind::Unordered));
    }
}

#[test]
fn every_form_of_cell_tests_its_input() {
    for (cell, json, holds) in [
        ("", "1", true),
        ("-", "null", true),
        ("1", "1", true),
        ("1", "1.0", true),
        ("1.5", "1.5", true),
        ("\"a\", \"b\"", "\"b\"", true),
        ("\"a\", \"b\"", "\"c\"", false),
        ("not(\"a\", \"b\")", "\"c\"", true),
        ("not(\"a\")", "\"a\"", false),
        ("< 5", "4", true),
        ("< 5", "5", false),
        (">= 5, < 1", "0", true),
        ("[1..5)", "5", false),
        ("]1..5]", "1", false),
        ("true", "true", true),
        ("true", "false", false),
        ("false", "false", true),
        ("null", "null", true),
        ("null", "1", false),
        ("< 3", "null", false),
        ("(0..10)", "null", false),
        ("< 3", "\"a\"", false),
        ("\"a\"", "[\"a\", \"b\"]", false),
        ("list contains(?, \"a\")", "[\"a\", \"b\"]", true),
        ("? > y", "3", true),
        ("y", "2", true),
        ("odd(?)", "3", true),
        ("starts with(?, \"f\")", "\"foo\"", true),
        ("? = null", "null", true),
        ("limit", "2", false),
        ("date(?) > date(\"2024-01-01\")", "\"2024-06-01\"", true),
    ] {
        let rule = format!("{cell} | \"hit\"");
        let model = table_model("", &["x"], ONE, &[&rule]);
        let json = format!("{{\"x\": {json}, \"y\": 2}}");
        let expected = if holds { "\"hit\"" } else { "null" };
        assert_eq!(answer(&model, "t", &json), expected, "{cell} on {json}");
    }
}

#[test]
fn inputs_are_any_expression_of_the_variables() {
    let model = table_model("", &["order.total * 2", "count(items)"], ONE, &["> 10 | 2 | \"ok\""]);
    let json = r#"{"order": {"total": 6}, "items": [1, 2]}"#;
    assert_eq!(answer(&model, "t", json), "\"ok\"");
}

#[test]
fn a_failure_names_rule_column_and_expression() {
    let rules = ["> 1 | \"a\"", "assert(?, false, \"boom\") = 1 | \"b\""];
    assert_eq!(
        one_input("", &rules, r#"{"x": 1}"#),
        "failure: decision 'T', rule 2, input 'x', expression 'assert(?, false, \"boom\") = 1': \
         boom"
    );
    assert_eq!(
        one_input("", &["- | assert(x, false, \"bad\")"], r#"{"x": 1}"#),
        "failure: decision 'T', rule 1, output 'r', expression 'assert(x, false, \"bad\")': bad"
    );
}

#[test]
fn negated_cells_and_comparisons_with_the_input_decide_as_their_programs_do() {
    let mut passed = 0;
    for cell in [
        "not(\"b\")",
        "not(\"a\", \"b\")",
        "not([1..3])",
        "not(< 3)",
        "not(3)",
        "not(!= 3)",
        "? > 5",
        "5 < ?",
        "? != 5",
        "? = \"a\"",
        "\"a\" = ?",
        "? <= 3, 6",
        "!= \"b\"",
        "not(? > 3)",
    ] {
        let program = feel::Program::compile_unary_tests(cell).unwrap();
        let rules = [format!("{cell} | \"yes\"")];
        for input in ["null", "true", "0", "1", "3", "5", "6", "2.5", "\"a\"", "\"b\"", "[3]", "{}"]
        {
            let zone = jiff::tz::TimeZone::UTC;
            let mut budget = feel::Budget::default();
            let mut env = feel::Env::new(0, &zone, 0, &mut budget);
            let value = feel::Value::from_msgpack(&value::json::to_msgpack(input).unwrap());
            let expected = program.evaluate_unary_tests(value, &feel::NoVariables, &mut env);
            let holds = expected.unwrap().as_bool() == Some(true);
            passed += u32::from(holds);
            let found = one_input("", &[&rules[0]], &format!("{{\"x\": {input}}}"));
            assert_eq!(found == "\"yes\"", holds, "{cell} of {input} gives {found}");
        }
    }
    assert!(passed > 30, "only {passed} passed");
}

#[test]
fn a_failing_input_and_default_name_their_expressions() {
    let xml = table_model("", &["assert(x, x > 5, \"small\")"], ONE, &["- | 1"]);
    let labelled = xml.replace("<input ", "<input label=\"My X\" ");
    assert_eq!(
        answer(&labelled, "t", r#"{"x": 3}"#),
        "failure: decision 'T', input 'My X', expression 'assert(x, x > 5, \"small\")': small"
    );
    assert_eq!(
        answer(&xml, "t", r#"{"x": 3}"#),
        "failure: decision 'T', input 'assert(x, x > 5, \"small\")': small"
    );
    let default = "<output name=\"r\"><defaultOutputEntry><text>assert(1, false, \"bad\")</text>\
                   </defaultOutputEntry></output>";
    let xml = table_model("", &["x"], default, &["1 | 1"]);
    assert_eq!(
        answer(&xml, "t", r#"{"x": 3}"#),
        "failure: decision 'T', the default of output 'r', expression 'assert(1, false, \"bad\")': \
         bad"
    );
}

#[test]
fn values_outside_of_the_allowed_ones_fail() {
    let xml = table_model("", &["x"], ONE, &["- | x"]).replace(
        "</inputExpression>",
        "</inputExpression><inputValues><text>[1..5]</text></inputValues>",
    );
    assert_eq!(answer(&xml, "t", r#"{"x": 3}"#), "3");
    assert_eq!(
        answer(&xml, "t", r#"{"x": 9}"#),
        "failure: decision 'T', input 'x': the value 9 is none of [1..5]"
    );
    let camunda = xml.replace(
        "<definitions ",
        "<definitions xmlns:modeler=\"http://camunda.org/schema/modeler/1.0\" \
         modeler:executionPlatform=\"Camunda Cloud\" ",
    );
    assert_eq!(answer(&camunda, "t", r#"{"x": 9}"#), "9");
}
