//! What is refused when it is compiled, with the element at fault.

use super::support::{compile, definitions, escaped, literal, table_model};

/// Element and message of each problem.
fn problems(xml: &str) -> Vec<(String, String)> {
    let problems = compile(xml).expect_err("the model is refused");
    problems
        .into_iter()
        .map(|it| (it.element_id.as_deref().unwrap_or_default().to_owned(), it.message))
        .collect()
}

fn only(xml: &str, element: &str, part: &str) {
    let found = problems(xml);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, element, "{found:?}");
    assert!(found[0].1.contains(part), "{found:?}");
}

#[test]
fn a_cycle_is_refused_with_its_path() {
    let xml = definitions(
        &[literal("a", "c", &["c"]), literal("b", "a", &["a"]), literal("c", "b", &["b"])].concat(),
    );
    only(&xml, "a", "'a' requires itself: a → c → b → a");
}

#[test]
fn a_cycle_is_told_with_its_line_beside_other_problems() {
    let xml = definitions(
        &[
            "\n".to_owned(),
            literal("a", "c +", &["c"]),
            "\n".to_owned(),
            literal("b", "a", &["a"]),
            literal("c", "b", &["b"]),
            literal("e", ")", &[]),
        ]
        .concat(),
    );
    let found = compile(&xml).expect_err("the model is refused");
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 3, "{found:?}");
    let cycle = "a: 'a' requires itself: a → c → b → a. Remove one of these requirements.";
    assert!(found.iter().any(|it| *it == format!("line 2, column 1: {cycle}")), "{found:?}");
}

#[test]
fn a_reference_to_nothing_is_refused() {
    let xml = definitions(&literal("a", "1", &["missing"]));
    only(&xml, "", "refers to '#missing', which the model does not have");
}

/// A file that imports a model which is not there, with these elements.
fn with_missing_import(name: &str, elements: &str) -> String {
    definitions(&format!(
        "<import name=\"{name}\" namespace=\"urn:lib\" \
         importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>{elements}"
    ))
}

#[test]
fn of_a_missing_import_only_that_it_is_missing_is_told() {
    let required = "<informationRequirement><requiredDecision href=\"urn:lib#ld\"/>\
                    </informationRequirement><knowledgeRequirement><requiredKnowledge \
                    href=\"urn:lib#lf\"/></knowledgeRequirement>";
    let decision = |id: &str, text: &str| {
        format!(
            "<decision id=\"{id}\" name=\"{id}\">{required}<literalExpression><text>{text}</text>\
             </literalExpression></decision>"
        )
    };
    let missing = "The model with the namespace 'urn:lib' is imported, but not there";
    let uses = decision("a", "my lib.Lib Dec + my lib . lib fn(5)");
    only(&with_missing_import("my lib", &uses), "", missing);
    only(&with_missing_import("", &decision("a", "Lib Dec + lib fn(5)")), "", missing);
    // What it does not explain is told.
    let own = [uses, decision("b", "tommy lib.x +"), literal("c", "1", &["gone"])].concat();
    let found: Vec<String> =
        problems(&with_missing_import("my lib", &own)).into_iter().map(|it| it.1).collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with(missing), "{found:?}");
    assert!(found[1].starts_with("The expression 'tommy lib.x +' is no FEEL"), "{found:?}");
    assert!(found[2].contains("refers to '#gone'"), "{found:?}");
}

#[test]
fn expressions_that_are_no_feel_are_refused_at_their_place() {
    let xml = definitions(&[literal("a", "1 +", &[]), literal("b", ") 2", &[])].concat());
    let found = problems(&xml);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].1.contains("'1 +' is no FEEL"), "{found:?}");
}

#[test]
fn cells_of_the_wrong_number_are_refused() {
    let xml = table_model("", &["x"], "<output name=\"r\"/>", &["1 | 2 | 3"]);
    only(&xml, "rule0", "1 input and 2 output entries, the table 1 inputs and 1 outputs");
}

#[test]
fn a_wrong_cell_is_named_by_rule_and_column() {
    let outputs = "<output name=\"rate\"/>";
    let xml = table_model("", &["x", "y + 1"], outputs, &["1 | 2 | 3", "1 | > | 3 +"]);
    let found: Vec<String> = problems(&xml).into_iter().map(|it| it.1).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    let place =
        "Rule 2, input 'y + 1': The expression '>' is no FEEL: found the end at line 1, column 2";
    assert!(found[0].starts_with(place) && !found[0].contains('\n'), "{found:?}");
    assert!(found[1].starts_with("Rule 2, output 'rate': The expression '3 +'"), "{found:?}");
}

#[test]
fn an_empty_input_expression_is_refused() {
    let xml = table_model("", &[""], "<output name=\"r\"/>", &["1 | 2"]);
    only(&xml, "", "The input's expression is empty");
}

#[test]
fn other_languages_and_java_are_refused() {
    let script = definitions(
        "<decision id=\"a\" name=\"a\"><literalExpression id=\"e\" expressionLanguage=\"juel\">\
         <text>x</text></literalExpression></decision>",
    );
    only(&script, "e", "The expression language is 'juel'");
    let file = definitions(&literal("a", "1", &[]))
        .replace("id=\"d\"", "id=\"d\" expressionLanguage=\"groovy\"");
    only(&file, "", "The expression language is 'groovy'");
    let java = definitions(
        "<businessKnowledgeModel id=\"k\" name=\"k\"><encapsulatedLogic id=\"f\" kind=\"Java\"/>\
         </businessKnowledgeModel>",
    );
    only(&java, "f", "there is no Java");
}

#[test]
fn policies_that_cannot_work_are_refused() {
    let two = "<output name=\"a\"/><output name=\"b\"/>";
    let sum = table_model("hitPolicy=\"COLLECT\" aggregation=\"SUM\"", &["x"], two, &["1 | 2 | 3"]);
    only(&sum, "", "an aggregation needs exactly one");
    let priority =
        table_model("hitPolicy=\"PRIORITY\"", &["x"], "<output name=\"a\"/>", &["1 | 2"]);
    only(&priority, "", "PRIORITY needs the allowed output values");
    let unknown = table_model("hitPolicy=\"BEST\"", &["x"], "<output name=\"a\"/>", &["1 | 2"]);
    only(&unknown, "", "The hit policy 'BEST' is not known");
}

#[test]
fn types_that_need_themselves_are_refused() {
    let xml = definitions(&format!(
        "<itemDefinition id=\"i\" name=\"node\"><itemComponent name=\"next\"><typeRef>node\
         </typeRef></itemComponent></itemDefinition>{}",
        literal("a", "1", &[])
    ));
    only(&xml, "i", "needs itself");
}

#[test]
fn the_same_id_twice_is_refused() {
    let xml = definitions(&[literal("a", "1", &[]), literal("a", "2", &[])].concat());
    let found = problems(&xml);
    assert!(found.iter().any(|it| it.0 == "a" && it.1.contains("is used twice")), "{found:?}");
}

#[test]
fn what_is_no_dmn_is_refused_as_a_whole() {
    only("<a/>", "", "A DMN file has 'definitions'");
    only("", "", "no XML element");
    only("<!DOCTYPE x><definitions/>", "", "document type");
    let old = "<definitions xmlns=\"http://www.omg.org/spec/DMN/20130901\"/>";
    only(old, "", "DMN 1.1 to 1.6");
}

#[test]
fn all_problems_are_reported_at_once() {
    let elements: String =
        (0..30).map(|ix| literal(&format!("d{ix}"), &escaped("1 +"), &["none"])).collect();
    assert_eq!(problems(&definitions(&elements)).len(), 60);
}

/// Element path and message of the only problem.
fn message(xml: &str) -> String {
    let found = problems(xml);
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].1.clone()
}

#[test]
fn a_wrong_column_is_named() {
    let outputs = "<output name=\"rate\"/>";
    let xml = table_model("", &["x +"], outputs, &["1 | 3"]);
    assert!(message(&xml).starts_with("Input 'x +': The expression 'x +' is no FEEL"));
    let xml = table_model("", &["x"], outputs, &["1 | 3"]);
    let values = "</inputExpression><inputValues><text>1,,2</text></inputValues>";
    let xml = xml.replace("</inputExpression>", values);
    assert!(message(&xml).starts_with("Input 'x', allowed values: The expression '1,,2' is no"));
    for policy in ["", "hitPolicy=\"PRIORITY\""] {
        let outputs =
            "<output name=\"rate\"><outputValues><text>1,,2</text></outputValues></output>";
        let xml = table_model(policy, &["x"], outputs, &["1 | 3"]);
        let found = message(&xml);
        assert!(
            found.starts_with("Output 'rate', allowed values: The expression '1,,2'"),
            "{found}"
        );
    }
    let outputs =
        "<output name=\"rate\"><defaultOutputEntry><text>1 +</text></defaultOutputEntry></output>";
    let xml = table_model("", &["x"], outputs, &["1 | 3"]);
    assert!(message(&xml).starts_with("Output 'rate', default value: The expression '1 +' is no"));
}

#[test]
fn a_wrong_part_of_a_boxed_expression_is_named() {
    let literal = "<literalExpression><text>1 +</text></literalExpression>";
    for (boxed, place) in [
        (format!("<contextEntry><variable name=\"a\"/>{literal}</contextEntry>"), "Entry 'a'"),
        (format!("<contextEntry>{literal}</contextEntry>"), "Result"),
        (
            format!(
                "<contextEntry><variable name=\"a\"/><conditional><if>{literal}</if><then>\
                 <literalExpression><text>1</text></literalExpression></then><else>\
                 <literalExpression><text>2</text></literalExpression></else></conditional>\
                 </contextEntry>"
            ),
            "Entry 'a', 'if'",
        ),
        (
            format!(
                "<contextEntry><variable name=\"a\"/><relation><column name=\"c\"/><row>{literal}\
                 </row></relation></contextEntry>"
            ),
            "Entry 'a', row 1, column 'c'",
        ),
        (
            format!("<contextEntry><variable name=\"a\"/><list>{literal}</list></contextEntry>"),
            "Entry 'a', item 1",
        ),
    ] {
        let xml = definitions(&format!(
            "<decision id=\"t\" name=\"T\"><context>{boxed}</context></decision>"
        ));
        let found = message(&xml);
        assert!(found.starts_with(&format!("{place}: The expression '1 +'")), "{found}");
    }
}
