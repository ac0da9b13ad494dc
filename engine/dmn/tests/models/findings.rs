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
    // A cell that is no list of constants ends the search for gaps.
    assert!(findings("UNIQUE", &["k", "x"], &rules).is_empty());
    let rules = ["\"a\" | < 5 | 1", "\"b\" | - | 3"];
    assert_eq!(findings("UNIQUE", &["k", "x"], &rules), ["No rule matches any other k, x = 4."]);
    let rules = ["\"a\" | < 5 | 1", "- | >= 5 | 3", "\"b\" | < 5 | 1"];
    assert_eq!(findings("FIRST", &["k", "x"], &rules), ["No rule matches any other k, x = 4."]);
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
    assert!(findings("FIRST", &inputs, &rules).len() <= 1);
}
