//! Values, types, warnings, mistakes.

use clap::{Args, FromArgMatches};
use expect_test::expect;

use super::{Feel, to_json, to_text};

fn feel(arguments: &[&str]) -> Feel {
    let command = Feel::augment_args(clap::Command::new("feel"));
    let matches = command.get_matches_from([&["feel"], arguments].concat());
    Feel::from_arg_matches(&matches).expect("arguments")
}

fn answer(arguments: &[&str]) -> String {
    let answer = feel(arguments).evaluate(0).expect("an answer");
    format!("{}\n{}\n", to_text(&answer), to_json(&answer))
}

#[test]
fn a_value_has_its_type() {
    let text = answer(&["=amount > 100", "--var", "amount=120"])
        + &answer(&["[1, 2.50, \"a\"]"])
        + &answer(&["{a: date(\"2026-11-25\")}"])
        + &answer(&["now()"]);
    expect![[r#"
        value  true
        type   boolean
        {"feel":"true","type":"boolean","value":true,"warnings":[]}
        value  [1, 2.5, "a"]
        type   list
        {"feel":"[1, 2.5, \"a\"]","type":"list","value":[1,2.5,"a"],"warnings":[]}
        value  {a:2026-11-25}
        type   context
        {"feel":"{a:2026-11-25}","type":"context","value":{"a":"2026-11-25"},"warnings":[]}
        value  1970-01-01T00:00:00@UTC
        type   date and time
        {"feel":"1970-01-01T00:00:00@UTC","type":"date and time","value":"1970-01-01T00:00Z","warnings":[]}
    "#]].assert_eq(&text);
}

#[test]
fn warnings_are_listed() {
    expect![[r#"
        value  null
        type   null
        warning  NO_VARIABLE_FOUND: No variable found with name 'missing'
        warning  INVALID_TYPE: Can't add '1' to 'null'
        {"feel":"null","type":"null","value":null,"warnings":[{"kind":"NO_VARIABLE_FOUND","message":"No variable found with name 'missing'"},{"kind":"INVALID_TYPE","message":"Can't add '1' to 'null'"}]}
    "#]].assert_eq(&answer(&["missing + 1"]));
}

#[test]
fn what_is_no_feel_is_refused_with_a_caret() {
    let failure = feel(&["1 +"]).evaluate(0).err().expect("no FEEL");
    assert_eq!(failure.exit.code(), 4);
    expect![[r"
        found the end at line 1, column 4: expected a value
          1 +
             ^"]]
    .assert_eq(&failure.message);
}

#[test]
fn an_unknown_zone_is_refused() {
    let failure = feel(&["1", "--zone", "Mars/Phobos"]).evaluate(0).err().expect("no zone");
    assert_eq!(failure.exit.code(), 2);
    assert!(failure.message.contains("Mars/Phobos"));
}

fn explained(arguments: &[&str]) -> String {
    let answer = feel(&[arguments, &["--explain"]].concat()).evaluate(0).expect("an answer");
    to_text(&answer)
}

#[test]
fn an_explanation_is_a_tree_of_the_parts_with_their_values() {
    let order = r#"{"order": {"total": 120, "lines": [{"price": 100}, {"price": 20}]}}"#;
    expect![[r#"
        value  90
        type   number

        if order.total > 100 and order.vip then "gift" else sum(orde…  90
        │  ! INVALID_TYPE: Expected boolean but found 'null'
        ├─ order.total > 100 and order.vip                             null
        │  │  ! INVALID_TYPE: Expected boolean but found 'null'
        │  ├─ order.total > 100                                        true
        │  │  └─ order.total                                           120
        │  └─ order.vip                                                null
        │        ! NO_CONTEXT_ENTRY_FOUND: No context entry found with key 'vip'. Available keys: 'total', 'lines'
        └─ sum(order.lines[price > 50].price) * 0.9                    90
           └─ sum(order.lines[price > 50].price)                       100
              └─ order.lines[price > 50].price                         [100]
                 └─ order.lines[price > 50]                            [{price:100}]
                    ├─ order.lines                                     [{price:100}, {price:20}]
                    ├─ price > 50                                      true
                    │  └─ price                                        100
                    └─ price > 50                                      false
                       └─ price                                        20"#]].assert_eq(&explained(&[
        "if order.total > 100 and order.vip then \"gift\"\nelse sum(order.lines[price > 50].price) * 0.9",
        "--vars",
        order,
    ]));
}

#[test]
fn an_explanation_as_json_has_the_parts_inside_each_other() {
    let answer = feel(&["[a + 1, b]", "--var", "a=2", "--explain"]).evaluate(0).expect("a value");
    let json = pretty(&to_json(&answer));
    expect![[r#"
        {
          "feel": "[3, null]",
          "parts": [
            {
              "expression": "[a + 1, b]",
              "feel": "[3, null]",
              "parts": [
                {
                  "expression": "a + 1",
                  "feel": "3",
                  "parts": [
                    {
                      "expression": "a",
                      "feel": "2",
                      "parts": [],
                      "type": "number",
                      "value": 2,
                      "warnings": []
                    }
                  ],
                  "type": "number",
                  "value": 3,
                  "warnings": []
                },
                {
                  "expression": "b",
                  "feel": "null",
                  "parts": [],
                  "type": "null",
                  "value": null,
                  "warnings": [
                    {
                      "kind": "NO_VARIABLE_FOUND",
                      "message": "No variable found with name 'b'"
                    }
                  ]
                }
              ],
              "type": "list",
              "value": [
                3,
                null
              ],
              "warnings": []
            }
          ],
          "partsLeftOut": 0,
          "type": "list",
          "value": [
            3,
            null
          ],
          "warnings": [
            {
              "kind": "NO_VARIABLE_FOUND",
              "message": "No variable found with name 'b'"
            }
          ]
        }"#]]
    .assert_eq(&json);
}

#[test]
fn a_failure_shows_the_parts_up_to_it() {
    let failing = "assert(n, n > 5, \"n is too small\") + 1";
    let answer = feel(&[failing, "--var", "n=2", "--explain"]).evaluate(0).expect("an answer");
    expect![[r#"
        assert(n, n > 5, "n is too small") + 1  failed
        └─ assert(n, n > 5, "n is too small")   failed
           ├─ n                                 2
           └─ n > 5                             false
              └─ n                              2"#]]
    .assert_eq(&to_text(&answer));
    let failure = answer.result.expect_err("a failure");
    assert_eq!(super::refused(&failure).message, "n is too small.");
}

#[test]
fn long_explanations_are_cut_off() {
    let text = explained(&["for i in 1..2000 return i"]);
    assert!(text.ends_with("… and 1001 more parts"), "{}", text.lines().last().unwrap_or_default());
}

#[test]
fn an_expression_can_stand_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("e.feel").display().to_string();
    std::fs::write(&path, "\u{feff}=\n// twice\nn * 2\n").expect("a file");
    let text = answer(&["-f", &path, "--var", "n=4"]);
    assert!(text.starts_with("value  8\n"), "{text}");
    let missing = feel(&["--file", &format!("{path}.missing")]).evaluate(0).err().expect("no file");
    assert_eq!(missing.exit.code(), 2);
    assert!(
        missing.message.starts_with("The expression cannot be read from"),
        "{}",
        missing.message
    );
}

#[test]
fn expression_and_file_exclude_each_other_and_one_is_needed() {
    let parse = |words: &[&str]| {
        let command = Feel::augment_args(clap::Command::new("feel"));
        command.try_get_matches_from([&["feel"], words].concat())
    };
    assert!(parse(&["1", "-f", "e.feel"]).is_err());
    assert!(parse(&[]).is_err());
}

fn pretty(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    serde_json::to_string_pretty(&value).expect("JSON")
}

#[test]
fn entries_keep_their_order_and_numbers_their_digits() {
    let keys = answer(&["get entries(c).key", "--vars", r#"{"c":{"z":1,"b":2,"a":3}}"#]);
    assert!(keys.starts_with(r#"value  ["z", "b", "a"]"#), "{keys}");
    let context = answer(&["{z: 1, a: {y: 1, b: 2}}"]);
    assert!(context.contains(r#""value":{"z":1,"a":{"y":1,"b":2}}"#), "{context}");
    let digits = answer(&["x", "--vars", r#"{"x":967194606792.5679}"#]);
    assert!(digits.contains(r#""value":9.671946067925679E11,"#), "{digits}");
    let large = answer(&["1e30"]);
    assert!(large.contains(r#""value":1.0E30,"#), "{large}");
}

#[test]
fn an_expression_may_begin_with_a_minus() {
    assert!(answer(&["-1 + 2"]).starts_with("value  1\n"));
    assert!(answer(&["-x", "--var", "x=3"]).starts_with("value  -3\n"));
    assert!(explained(&["-x", "--var", "x=3"]).starts_with("value  -3\n"));
    // Options before it stay options, and one that no option has is the expression.
    assert!(answer(&["--explain", "-fee", "--var", "fee=3"]).starts_with("value  -3\n"));
}

#[test]
fn a_number_that_no_worker_could_get_is_warned_of() {
    let text = answer(&["[1e400]"]);
    assert!(text.contains("warning  UNKNOWN: A number is too large for a variable"), "{text}");
    assert!(text.contains(r#""value":[null]"#), "{text}");
    assert!(text.contains("\nvalue  [1e400]") || text.starts_with("value  [1e400]"), "{text}");
    assert!(text.contains(r#""feel":"[1e400]""#), "{text}");
    assert!(!answer(&["{a: -1e400, b: 1 / 10 ** 400}"]).contains("00000"));
    assert!(answer(&["10 ** 30"]).contains("1000000000000000000000000000000"));
    let text = explained(&["2 * 1e400"]);
    assert!(text.contains("\nwarning  UNKNOWN: A number is too large for a variable"), "{text}");
}
