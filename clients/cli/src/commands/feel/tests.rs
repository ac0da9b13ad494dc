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
    let answer = feel(arguments).evaluate(0).expect("a value");
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
        value  1970-01-01T00:00:00Z
        type   date and time
        {"feel":"1970-01-01T00:00:00Z","type":"date and time","value":"1970-01-01T00:00Z","warnings":[]}
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
