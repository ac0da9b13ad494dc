//! Boxed `for`, `some` and `every`.

use feel::Edition;

use super::support::{answer, answer_by, definitions, warnings};

fn literal(text: &str) -> String {
    format!("<literalExpression><text>{text}</text></literalExpression>")
}

/// A decision `t` that is a boxed iteration over `i`.
fn iteration(kind: &str, list: &str, body: &str) -> String {
    let tag = if kind == "for" { "return" } else { "satisfies" };
    definitions(&format!(
        "<decision id=\"t\" name=\"t\"><{kind} iteratorVariable=\"i\"><in>{}</in><{tag}>{}</{tag}>\
         </{kind}></decision>",
        literal(list),
        literal(body)
    ))
}

#[test]
fn ranges_are_run_through_as_in_texts() {
    for (kind, list, body) in [
        ("for", "[1..4]", "i * i"),
        ("for", "[1..x]", "i"),
        ("for", "[3..3]", "i"),
        ("for", "[1.5..4]", "i"),
        ("for", "[@\"2024-02-28\"..@\"2024-03-01\"]", "i"),
        ("for", "[4..1]", "i"),
        ("for", "(1..4)", "i"),
        ("for", "[\"a\"..\"c\"]", "i"),
        ("for", "[1, 2]", "partial"),
        ("for", "[1..4]", "if i = 1 then 1 else i * partial[-1]"),
        ("some", "[1..x]", "i = 4"),
        ("some", "[1..x]", "i = 5"),
        ("every", "[1..x]", "i &lt; 5"),
        ("every", "[1..x]", "i &lt; 4"),
    ] {
        let word = if kind == "for" { "return" } else { "satisfies" };
        let text = format!("{kind} i in {list} {word} {body}");
        let text =
            definitions(&format!("<decision id=\"t\" name=\"t\">{}</decision>", literal(&text)));
        let expected = answer(&text, "t", r#"{"x": 4}"#);
        assert_eq!(answer(&iteration(kind, list, body), "t", r#"{"x": 4}"#), expected, "{list}");
    }
    assert_eq!(answer(&iteration("for", "[1..x]", "i"), "t", r#"{"x": 4}"#), "[1, 2, 3, 4]");
}

#[test]
fn by_the_first_edition_a_range_is_a_single_value() {
    let first = |kind, body| answer_by(Edition::First, &iteration(kind, "[1..4]", body), "t", "{}");
    assert_eq!(first("for", "i"), "[[1..4]]");
    assert_eq!(first("some", "i = 4"), "null");
}

#[test]
fn a_range_that_cannot_be_run_through_is_told() {
    let told = warnings(&iteration("for", "(1..4)", "i"), "t", "{}");
    assert!(told.contains("INVALID_TYPE"), "{told}");
    assert!(told.contains("decision 't'"), "{told}");
}

#[test]
fn a_boxed_loop_goes_as_far_as_one_in_a_text() {
    let count = |list: &str| {
        let list = literal(list);
        definitions(&format!(
            "<decision id=\"t\" name=\"t\"><context><contextEntry><variable name=\"all\"/><for \
             iteratorVariable=\"i\"><in>{list}</in><return>{}</return></for></contextEntry>\
             <contextEntry>{}</contextEntry></context></decision>",
            literal("i"),
            literal("count(all)")
        ))
    };
    assert_eq!(answer(&count("[1..50000]"), "t", "{}"), "50000");
    assert!(answer(&count("[1..2000000]"), "t", "{}").contains("more than 1000000 steps"));
    // What was so far is copied for every round by the first edition, which costs.
    let first = answer_by(Edition::First, &count("for i in 1..5000 return i"), "t", "{}");
    assert!(first.contains("bytes of values"), "{first}");
    assert_eq!(answer(&count("for i in 1..5000 return i"), "t", "{}"), "5000");
}

#[test]
fn of_an_entry_that_is_there_twice_the_later_one_is_kept() {
    let entry = |text: &str| {
        format!("<contextEntry><variable name=\"a\"/>{}</contextEntry>", literal(text))
    };
    let xml = definitions(&format!(
        "<decision id=\"t\" name=\"t\"><context>{}{}</context></decision>",
        entry("1"),
        entry("a + 1")
    ));
    assert_eq!(answer(&xml, "t", "{}"), "{a:2}");
    assert_eq!(warnings(&xml, "t", "{}"), "");
}
