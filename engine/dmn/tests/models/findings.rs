//! What looks wrong with a table.

use super::support::{compiled, table_model};

const OUTPUT: &str = "<output name=\"r\"/>";

fn findings(policy: &str, inputs: &[&str], rules: &[&str]) -> Vec<String> {
    let model = compiled(&table_model(&format!("hitPolicy=\"{policy}\""), inputs, OUTPUT, rules));
    model.findings().into_iter().map(|it| it.message).collect()
}

#[test]
fn a_number_that_no_rule_matches_is_a_gap() {
    assert_eq!(findings("UNIQUE", &["x"], &["< 3 | 1", "> 3 | 2"]), ["No rule matches x = 3."]);
    assert_eq!(findings("FIRST", &["x"], &["< 3 | 1", "> 5 | 2"]), ["No rule matches x = 3."]);
    assert_eq!(findings("UNIQUE", &["x"], &["<= 3 | 1", "> 5 | 2"]), ["No rule matches x = 4."]);
    assert_eq!(findings("UNIQUE", &["x"], &["[0..1] | 1", "> 1 | 2"]), ["No rule matches x = -1."]);
    assert!(findings("UNIQUE", &["x"], &["<= 3 | 1", "> 3 | 2"]).is_empty());
}

#[test]
fn a_combination_of_inputs_is_a_gap() {
    let rules =
        ["\"a\" | < 5 | 1", "\"a\" | >= 5 | 2", "\"b\" | - | 3", "not(\"a\", \"b\") | - | 4"];
    assert!(findings("UNIQUE", &["k", "x"], &rules).is_empty());
    let rules = ["\"a\" | < 5 | 1", "\"b\" | - | 3"];
    assert_eq!(
        findings("UNIQUE", &["k", "x"], &rules),
        ["No rule matches k = \"other\", x = 4.", "No rule matches k = \"a\", x = 5."]
    );
    let rules = ["\"a\" | < 5 | 1", "- | >= 5 | 3", "\"b\" | < 5 | 1"];
    assert_eq!(findings("FIRST", &["k", "x"], &rules), ["No rule matches k = \"other\", x = 4."]);
}

#[test]
fn negated_constants_and_comparisons_with_the_input_are_judged() {
    assert!(findings("UNIQUE", &["k"], &["not(\"b\") | 1", "\"b\" | 2"]).is_empty());
    assert!(
        findings("UNIQUE", &["x"], &["not([1..3]) | 1", "? >= 1 | 2"])
            .iter()
            .all(|it| it.starts_with("The rules 1 and 2 both match x = "))
    );
    assert_eq!(
        findings("UNIQUE", &["x"], &["not(3, 5) | 1", "? = 3 | 2"]),
        ["No rule matches x = 5."]
    );
    assert_eq!(findings("UNIQUE", &["x"], &["? > 5 | 1", "5 > ? | 2"]), ["No rule matches x = 5."]);
    assert_eq!(findings("UNIQUE", &["x"], &["!= 5 | 1"]), ["No rule matches x = 5."]);
    assert_eq!(
        findings("UNIQUE", &["x"], &["not(3) | 1", "< 3 | 2", "3 | 3"]),
        ["The rules 1 and 2 both match x = 2. The hit policy UNIQUE allows only one."]
    );
}

#[test]
fn several_gaps_are_shown_and_the_rest_is_counted() {
    assert_eq!(
        findings("UNIQUE", &["x"], &["< 3 | 1", "[5..6] | 2", "> 9 | 3"]),
        ["No rule matches x = 3.", "No rule matches x = 7."]
    );
    let rules: Vec<String> = (0..20).map(|it| format!("{} | 1", 10 * it)).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let found = findings("FIRST", &["x"], &rules);
    assert_eq!(found.len(), 6, "{found:?}");
    assert_eq!(found[0], "No rule matches x = -1.");
    assert_eq!(found[5], "No rule matches 16 more such inputs.");
}

#[test]
fn a_text_that_no_rule_names_is_made_up() {
    assert_eq!(
        findings("UNIQUE", &["k"], &["\"a\" | 1", "\"other\" | 2"]),
        ["No rule matches k = \"another\"."]
    );
    assert_eq!(
        findings("UNIQUE", &["k"], &["> \"m\" | 1", "\"a\" | 2"]),
        ["No rule matches k = \"AAA\".", "No rule matches k = \"another\".",]
    );
}

#[test]
fn what_cannot_be_judged_is_said() {
    assert_eq!(
        findings("UNIQUE", &["x"], &["< 3 | 1", "odd(?) | 2", "[1..5] | 3"]),
        [
            "The rules 1 and 3 both match x = 1. The hit policy UNIQUE allows only one.",
            "Rule 2 was not judged, because its cell 'odd(?)' of input 'x' is no test of \
             constants. Gaps are looked for only where all rules are judged.",
        ]
    );
    assert_eq!(
        findings("FIRST", &["x"], &["odd(?) | 1", "even(?) | 2"]),
        ["2 rules were not judged; rule 1 because its cell 'odd(?)' of input 'x' is no test of \
          constants. Gaps are looked for only where all rules are judged."]
    );
    assert_eq!(
        findings("UNIQUE", &["x"], &["1 | 1", "\"a\" | 2"]),
        ["The table was not judged, because the constants of input 'x' are of types that do not \
          compare."]
    );
}

#[test]
fn values_that_the_model_declares_are_all_there_are_also_for_camunda() {
    let rules = ["\"a\" | 1", "\"b\" | 2"];
    let xml = table_model("", &["k"], OUTPUT, &rules);
    let declared = "</inputExpression><inputValues><text>\"a\",\"b\"</text></inputValues>";
    let declared = xml.replace("</inputExpression>", declared);
    let camunda = declared.replace(
        "<definitions ",
        "<definitions xmlns:modeler=\"http://camunda.org/schema/modeler/1.0\" \
         modeler:executionPlatform=\"Camunda Cloud\" ",
    );
    assert_eq!(compiled(&xml).findings().len(), 1);
    for xml in [&declared, &camunda] {
        assert!(compiled(xml).findings().is_empty(), "{xml}");
    }
    let three =
        camunda.replace("\"b\"</text></inputValues>", "\"b\",\"c\",\"d\"</text></inputValues>");
    let found: Vec<_> = compiled(&three).findings().into_iter().map(|it| it.message).collect();
    assert_eq!(found, ["No rule matches k = \"c\".", "No rule matches k = \"d\"."]);
}

#[test]
fn values_of_an_item_definition_are_all_there_are() {
    let xml = table_model("", &["k"], OUTPUT, &["\"a\" | 1"]);
    let xml = xml.replace("<inputExpression>", "<inputExpression typeRef=\"tK\">").replace(
        "<decision ",
        "<itemDefinition name=\"tK\"><typeRef>string</typeRef><allowedValues><text>\"a\", \"b\"\
         </text></allowedValues></itemDefinition><decision ",
    );
    let found: Vec<_> = compiled(&xml).findings().into_iter().map(|it| it.message).collect();
    assert_eq!(found, ["No rule matches k = \"b\"."]);
}

#[test]
fn two_rules_that_match_the_same_overlap_where_only_one_may() {
    let rules =
        ["[1..5] | - | 1", "[5..9] | \"a\" | 2", "< 1 | - | 3", "> 9 | - | 4", "(5..9] | - | 5"];
    assert_eq!(
        findings("UNIQUE", &["x", "k"], &rules),
        [
            "The rules 1 and 2 both match x = 5, k = \"a\". The hit policy UNIQUE allows only one.",
            "The rules 2 and 5 both match x = 7, k = \"a\". The hit policy UNIQUE allows only one.",
        ]
    );
    assert!(findings("COLLECT", &["x", "k"], &rules).is_empty());
}

#[test]
fn a_rule_behind_one_that_matches_everything_is_never_reached() {
    assert_eq!(
        findings("FIRST", &["x"], &["< 3 | 1", "- | 2", "5 | 3"]),
        ["Rule 3 is never reached: rules before it match everything that it matches. For \
             example, rule 2 matches x = 5."]
    );
    // Two rules together leave nothing for the third.
    assert_eq!(
        findings("FIRST", &["x"], &["< 3 | 1", ">= 3 | 2", "[1..9] | 3"]),
        ["Rule 3 is never reached: rules before it match everything that it matches. For \
             example, rule 1 matches x = 1."]
    );
    assert!(findings("FIRST", &["x"], &["< 3 | 1", "[1..9] | 2", "- | 3"]).is_empty());
}

#[test]
fn a_table_with_a_default_output_has_no_gap() {
    let output =
        "<output name=\"r\"><defaultOutputEntry><text>0</text></defaultOutputEntry></output>";
    let model = compiled(&table_model("", &["x"], output, &["< 3 | 1"]));
    assert!(model.findings().is_empty());
}

#[test]
fn a_search_that_would_take_too_long_claims_nothing() {
    let inputs: Vec<String> = (0..30).map(|it| format!("x{it}")).collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let rules: Vec<String> = (0..30)
        .map(|rule| {
            let cells = (0..30).map(|it| if it == rule { format!("< {rule}") } else { "-".into() });
            format!("{} | 1", cells.collect::<Vec<_>>().join(" | "))
        })
        .collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let found = findings("FIRST", &inputs, &rules);
    assert!(found.len() <= 1);
    assert!(found.iter().all(|it| it.starts_with("The table was not judged to the end")));
}
