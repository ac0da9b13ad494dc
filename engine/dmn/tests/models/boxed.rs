//! Boxed expressions: what loops run through, where failures arose, and what has no effect.

use feel::Edition;

use dmn::FindingKind;

use super::support::{
    answer, answer_by, compiled, definitions, for_camunda, table, table_model, warnings,
};

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
    assert_eq!(
        warnings(&xml, "t", "{}"),
        "[INVALID_TYPE] decision 't': two entries are named 'a', and the value of the first is lost\n"
    );
}

/// The file of a decision `t` with this body.
fn decision(body: &str) -> String {
    definitions(&format!("<decision id=\"t\" name=\"t\">{body}</decision>"))
}

fn child(tag: &str, text: &str) -> String {
    format!("<{tag}>{}</{tag}>", literal(text))
}

/// Boxed expressions with a part that is at fault, and how it is named.
fn with_fault(fault: &str) -> Vec<(String, &'static str)> {
    let conditional = |condition: &str, then: &str, otherwise: &str| {
        let parts = [child("if", condition), child("then", then), child("else", otherwise)];
        format!("<conditional>{}</conditional>", parts.concat())
    };
    let filter = |list: &str, matching: &str| {
        format!("<filter>{}<match>{matching}</match></filter>", child("in", list))
    };
    let looped = |kind: &str, list: &str, tag: &str, text: &str| {
        let parts = child("in", list) + &child(tag, text);
        format!("<{kind} iteratorVariable=\"i\">{parts}</{kind}>")
    };
    let row =
        |first: &str, second: &str| format!("<row>{}{}</row>", literal(first), literal(second));
    let binding = format!(
        "<context><contextEntry><variable name=\"f\"/><functionDefinition><formalParameter \
         name=\"z\"/>{}</functionDefinition></contextEntry><contextEntry><invocation>{}<binding>\
         <parameter name=\"z\"/>{}</binding></invocation></contextEntry></context>",
        literal("z"),
        literal("f"),
        literal(fault)
    );
    vec![
        (format!("<list>{}{}</list>", literal("1"), literal(fault)), "item 2"),
        (
            format!(
                "<relation><column name=\"a\"/><column name=\"c 2\"/>{}{}</relation>",
                row("1", "1"),
                row("1", fault)
            ),
            "row 2, column 'c 2'",
        ),
        (conditional(fault, "1", "1"), "'if'"),
        (conditional("true", fault, "1"), "'then'"),
        (conditional("false", "1", fault), "'else'"),
        (filter("[1, 2]", &literal(fault)), "'match'"),
        (filter(fault, &literal("true")), "'in'"),
        (filter("[1, 2]", &conditional("true", fault, "1")), "'match', 'then'"),
        (looped("for", "[1, 2]", "return", fault), "'return'"),
        (looped("for", fault, "return", "1"), "'in'"),
        (looped("some", "[1, 2]", "satisfies", fault), "'satisfies'"),
        (looped("every", fault, "satisfies", "true"), "'in'"),
        (binding, "result, parameter 'z'"),
        (
            format!(
                "<context><contextEntry><variable name=\"e\"/><list>{}</list></contextEntry>\
                 </context>",
                literal(fault)
            ),
            "entry 'e', item 1",
        ),
    ]
}

#[test]
fn a_failure_names_the_part_of_a_boxed_expression() {
    for (body, place) in with_fault("assert(1, x > 5, \"too small\")".replace('>', "&gt;").as_str())
    {
        let expression = "expression 'assert(1, x > 5, \"too small\")': too small";
        let xml = decision(&body);
        let found = answer(&xml, "t", r#"{"x": 1}"#);
        assert_eq!(found, format!("failure: decision 't', {place}, {expression}"), "{body}");
    }
}

#[test]
fn a_warning_names_the_part_of_a_boxed_expression() {
    for (body, place) in with_fault("x.q") {
        let told = warnings(&decision(&body), "t", r#"{"x": {}}"#);
        let start = format!("[NO_CONTEXT_ENTRY_FOUND] decision 't', {place}, expression 'x.q': ");
        assert!(told.starts_with(&start), "{body}: {told}");
    }
}

#[test]
fn by_the_first_edition_parts_are_not_named() {
    let text = "assert(1, false, \"no\")";
    for (body, place) in with_fault(text) {
        let found = answer_by(Edition::First, &decision(&body), "t", "{}");
        let place = match place {
            "result, parameter 'z'" => "result, parameter 'z', ",
            "entry 'e', item 1" => "entry 'e', ",
            _ => "",
        };
        // The condition of a filter was not even an expression.
        let expression = if body.contains("<match><literal")
            && !body.contains("<in><literalExpression><text>assert")
        {
            String::new()
        } else {
            format!("{place}expression '{text}'")
        };
        let before = ["decision 't'", &expression].map(String::from).to_vec();
        let before: Vec<String> = before.into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(found, format!("failure: {}: no", before.join(", ")), "{body}");
    }
}

/// The findings of a file, each with its place.
fn found(xml: &str, kind: FindingKind) -> Vec<(String, String)> {
    let findings = compiled(xml).findings().into_iter();
    findings.filter(|it| it.kind == kind).map(|it| (it.place, it.message)).collect()
}

fn function(parameters: &[&str], body: &str) -> String {
    let parameters: Vec<String> =
        parameters.iter().map(|it| format!("<formalParameter name=\"{it}\"/>")).collect();
    format!("{}{body}", parameters.concat())
}

/// Decisions that lose a value by a name, what is lost, where, and the answer.
fn losing() -> Vec<(String, &'static str, &'static str, &'static str)> {
    let outputs = "<output name=\"a\"/><output name=\"b\"/><output name=\"a\"/>";
    let entry = |name: &str, text: &str| {
        format!("<contextEntry><variable name=\"{name}\"/>{}</contextEntry>", literal(text))
    };
    let context = format!("<context>{}{}</context>", entry("e", "1"), entry("e", "2"));
    let relation = format!(
        "<relation><column name=\"c\"/><column name=\"c\"/><row>{}{}</row></relation>",
        literal("1"),
        literal("2")
    );
    let defined = format!(
        "<functionDefinition>{}</functionDefinition>",
        function(&["p", "p"], &literal("p"))
    );
    let called = format!(
        "<context><contextEntry><variable name=\"f\"/>{defined}</contextEntry><contextEntry>{}\
         </contextEntry></context>",
        literal("f(1, 2)")
    );
    vec![
        (
            table_model("", &["1"], outputs, &["- | 1 | 2 | 3"]),
            "outputs are named 'a'",
            "",
            "{a:3, b:2}",
        ),
        (decision(&context), "entries are named 'e'", "", "{e:2}"),
        (decision(&relation), "columns are named 'c'", "", "[{c:2}]"),
        (decision(&called), "parameters are named 'p'", "entry 'f'", "2"),
    ]
}

#[test]
fn a_value_that_a_name_loses_is_told() {
    for (xml, lost, place, expected) in losing() {
        for xml in [xml.clone(), for_camunda(&xml)] {
            assert_eq!(answer(&xml, "t", "{}"), expected, "{lost}");
            let told = warnings(&xml, "t", "{}");
            let message = format!(": two {lost}, and the value of the first is lost\n");
            assert!(told.contains(&message), "{told}");
            assert_eq!(told.lines().count(), 1, "{told}");
            let message = format!(
                "Two {lost}, and the value of the first is lost. Give one of them another name."
            );
            assert_eq!(found(&xml, FindingKind::NamedTwice), [(place.to_owned(), message)]);
        }
    }
    let fine = table_model("", &["1"], "<output name=\"a\"/><output name=\"b\"/>", &["- | 1 | 2"]);
    assert_eq!(warnings(&fine, "t", "{}"), "");
    assert_eq!(found(&fine, FindingKind::NamedTwice), []);
}

#[test]
fn a_knowledge_model_with_two_parameters_of_one_name_is_told() {
    let logic = function(&["p", "p"], &literal("p"));
    let xml = definitions(&format!(
        "<businessKnowledgeModel id=\"k\" name=\"k\"><encapsulatedLogic>{logic}</encapsulatedLogic>\
         </businessKnowledgeModel><decision id=\"t\" name=\"t\"><knowledgeRequirement>\
         <requiredKnowledge href=\"#k\"/></knowledgeRequirement>{}</decision>",
        literal("k(1, 2)")
    ));
    let told = warnings(&xml, "t", "{}");
    let place = "decision 't', expression 'k(1, 2)', function 'k': two parameters are named 'p'";
    assert!(told.contains(place), "{told}");
    assert_eq!(found(&xml, FindingKind::NamedTwice).len(), 1);
}

#[test]
fn what_is_not_written_is_told() {
    let empty = literal("");
    let nothing = "no expression is written here, so the value is null";
    let inner =
        "No expression is written here, so the value is always null. Write one, or write null.";
    let whole = "The decision has no expression, so its answer is always null. Write one.";
    for (body, place, message) in [
        (String::new(), "", whole),
        (empty.clone(), "", whole),
        (format!("<list>{}{empty}</list>", literal("1")), "item 2", inner),
        (
            "<context><contextEntry><variable name=\"e\"/></contextEntry></context>".into(),
            "entry 'e'",
            inner,
        ),
    ] {
        let xml = decision(&body);
        let place_told = if place.is_empty() { String::new() } else { format!(", {place}") };
        let told = warnings(&xml, "t", "{}");
        assert_eq!(told, format!("[INVALID_TYPE] decision 't'{place_told}: {nothing}\n"));
        assert_eq!(found(&xml, FindingKind::Empty), [(place.to_owned(), message.to_owned())]);
    }
    // A null that is written, and an output cell that is left empty, are meant.
    let cells = table("", &["1"], "<output name=\"a\"/>", &["- | "]);
    for meant in [literal("null"), cells] {
        assert_eq!(warnings(&decision(&meant), "t", "{}"), "");
        assert_eq!(found(&decision(&meant), FindingKind::Empty), []);
    }
}
