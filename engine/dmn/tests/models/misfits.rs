//! What is told of values that are not of their declared types.

use feel::Edition;

use super::support::{answer_by, definitions, literal, table, warnings, warnings_by, warnings_of};

/// Colors, percents, lists of them, persons with a color and a number, and lists of these.
const TYPES: &str = "\
    <itemDefinition name=\"tCol\"><typeRef>string</typeRef><allowedValues><text>\"red\",\"blue\"\
    </text></allowedValues></itemDefinition>\
    <itemDefinition name=\"tPct\"><typeRef>number</typeRef><allowedValues><text>[0..100]</text>\
    </allowedValues></itemDefinition>\
    <itemDefinition name=\"tCols\" isCollection=\"true\"><typeRef>tCol</typeRef></itemDefinition>\
    <itemDefinition name=\"tNums\" isCollection=\"true\"><typeRef>number</typeRef></itemDefinition>\
    <itemDefinition name=\"tSome\" isCollection=\"true\"><typeRef>number</typeRef><typeConstraint>\
    <text>count(?) &gt; 1</text></typeConstraint></itemDefinition>\
    <itemDefinition name=\"tP\"><itemComponent name=\"c\"><typeRef>tCol</typeRef></itemComponent>\
    <itemComponent name=\"n\"><typeRef>number</typeRef></itemComponent></itemDefinition>\
    <itemDefinition name=\"tPs\" isCollection=\"true\"><typeRef>tP</typeRef></itemDefinition>\
    <itemDefinition name=\"tTeam\"><itemComponent name=\"all\"><typeRef>tPs</typeRef></itemComponent>\
    </itemDefinition>\
    <itemDefinition name=\"tF\"><functionItem outputTypeRef=\"number\"><parameters name=\"a\" \
    typeRef=\"number\"/></functionItem></itemDefinition>";

/// A decision of a type.
fn typed(type_ref: &str, text: &str) -> String {
    let text = super::support::escaped(text);
    definitions(&format!(
        "{TYPES}<decision id=\"t\" name=\"t\"><variable name=\"t\" typeRef=\"{type_ref}\"/>\
         <literalExpression><text>{text}</text></literalExpression></decision>"
    ))
}

/// What is told of the result of a decision of a type, which is null then.
#[track_caller]
fn check(type_ref: &str, text: &str, told: &str) {
    let xml = typed(type_ref, text);
    let place = "[INVALID_TYPE] decision 't': the value";
    let end = if told.contains(": at ") { "all of it becomes null" } else { "it becomes null" };
    assert_eq!(warnings(&xml, "t", "{}"), format!("{place} {told}; {end}\n"), "{text}");
    assert_eq!(answer_by(Edition::Refined, &xml, "t", "{}"), "null", "{text}");
}

#[test]
fn a_value_of_another_base_type_is_told_with_the_type() {
    check("number", "\"x\"", "\"x\" is no number as it is declared");
    check("tCol", "5", "5 is no string, which the type 'tCol' requires");
    check("tNums", "\"x\"", "\"x\" is no list, which the type 'tNums' requires");
    check("tP", "[1, 2]", "[1, 2] is no context, which the type 'tP' requires");
    check(
        "tF",
        "function(a: string) a",
        "function(a) is a function of other parameters or with another result than the type 'tF' \
         requires",
    );
}

#[test]
fn a_value_that_is_not_allowed_is_told_with_those_that_are() {
    check(
        "tCol",
        "\"green\"",
        "\"green\" is none of \"red\",\"blue\", which the type 'tCol' allows",
    );
    check("tPct", "200", "200 is none of [0..100], which the type 'tPct' allows");
    check("tSome", "[1]", "[1] does not fulfil count(?) > 1, which the type 'tSome' requires");
}

#[test]
fn the_item_or_entry_at_fault_is_told() {
    check(
        "tCols",
        "[\"red\", \"green\"]",
        "[\"red\", \"green\"] is not of the type 'tCols': at [2] the value \"green\" is none of \
         \"red\",\"blue\", which the type 'tCol' allows",
    );
    check(
        "tNums",
        "[1, null, \"a\"]",
        "[1, null, \"a\"] is not of the type 'tNums': at [3] the value \"a\" is no number as it is \
         declared",
    );
    check(
        "tP",
        "{c: \"red\", n: \"x\"}",
        "{c:\"red\", n:\"x\"} is not of the type 'tP': at .n the value \"x\" is no number as it is \
         declared",
    );
    check("tP", "{c: \"red\"}", "{c:\"red\"} has no entry 'n', which the type 'tP' requires");
    check(
        "tTeam",
        "{all: [{c: \"red\", n: 1}, {c: 5, n: 1}]}",
        "{all:[{c:\"red\", n:1}, {c:5, n:1}]} is not of the type 'tTeam': at .all[2].c the value 5 is no \
         string, which the type 'tCol' requires",
    );
    check(
        "tPs",
        "[{c: \"blue\", n: 1}, {c: \"blue\"}]",
        "[{c:\"blue\", n:1}, {c:\"blue\"}] is not of the type 'tPs': at [2] the value {c:\"blue\"} has no \
         entry 'n', which the type 'tP' requires",
    );
}

#[test]
fn of_a_single_value_for_a_list_the_entry_at_fault_is_told() {
    check(
        "tPs",
        "{c: \"red\", n: \"x\"}",
        "{c:\"red\", n:\"x\"} is not of the type 'tPs': at .n the value \"x\" is no number as it is \
         declared",
    );
    check(
        "tCols",
        "\"green\"",
        "[\"green\"] is not of the type 'tCols': at [1] the value \"green\" is none of \"red\",\"blue\", \
         which the type 'tCol' allows",
    );
}

#[test]
fn a_type_of_an_imported_model_is_called_as_it_is_there() {
    let library = definitions(TYPES).replace("urn:d", "urn:lib");
    let import = "<import name=\"lib\" namespace=\"urn:lib\" \
                  importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>";
    let main = definitions(&format!(
        "{import}<decision id=\"t\" name=\"t\"><variable name=\"t\" typeRef=\"lib.tCol\"/>\
         <literalExpression><text>\"green\"</text></literalExpression></decision>"
    ));
    let file = |bytes| dmn::File { resource_name: "test.dmn", bytes };
    let files = [file(library.as_bytes()), file(main.as_bytes())];
    let models = dmn::compile_all(&files).unwrap();
    let told = warnings_of(Edition::Refined, &models[1], "t", "{}");
    assert!(told.ends_with("which the type 'lib.tCol' allows; it becomes null\n"), "{told}");
}

/// The warnings of this kind alone: a null that follows from one gives others where it is used.
fn invalid_types(told: &str) -> String {
    told.split_inclusive('\n').filter(|it| it.starts_with("[INVALID_TYPE]")).collect()
}

/// A table with a typed input and output, behind a typed input of the model and a function.
fn model() -> String {
    let input =
        "<inputData id=\"i\" name=\"pct\"><variable name=\"pct\" typeRef=\"tPct\"/></inputData>";
    let knowledge = "<businessKnowledgeModel id=\"f\" name=\"f\"><variable name=\"f\"/>\
         <encapsulatedLogic typeRef=\"tCol\"><formalParameter name=\"n\" typeRef=\"tPct\"/>\
         <literalExpression><text>if n = 1 then \"green\" else \"red\"</text></literalExpression>\
         </encapsulatedLogic></businessKnowledgeModel>";
    let requires = "<informationRequirement><requiredInput href=\"#i\"/></informationRequirement>\
                    <knowledgeRequirement><requiredKnowledge href=\"#f\"/></knowledgeRequirement>";
    let rules = ["< 5 | \"red\"", ">= 5 | \"green\""];
    let columns = table("", &["pct"], "<output name=\"o\" typeRef=\"tCol\"/>", &rules);
    let columns = columns.replace("<inputExpression>", "<inputExpression typeRef=\"tPct\">");
    let label = columns
        .replace("<input id", "<input label=\"half\" id")
        .replace("<text>pct</text>", "<text>x / 2</text>")
        .replace("id=\"in", "id=\"labelled-in")
        .replace("id=\"rule", "id=\"labelled-rule");
    let decision = |id: &str, inside: &str| {
        format!("<decision id=\"{id}\" name=\"{id}\">{requires}{inside}</decision>")
    };
    let context = "<context><contextEntry><variable name=\"e\" typeRef=\"tCol\"/><literalExpression>\
                   <text>5</text></literalExpression></contextEntry></context>";
    let expression = "<literalExpression typeRef=\"tCol\"><text>5 + 1</text></literalExpression>";
    let service = "<decisionService id=\"s\" name=\"s\"><variable name=\"s\" typeRef=\"tCol\"/>\
                   <outputDecision href=\"#six\"/></decisionService>";
    let calls = "<decision id=\"sc\" name=\"sc\"><knowledgeRequirement><requiredKnowledge href=\"#s\"/>\
                 </knowledgeRequirement><literalExpression><text>s()</text></literalExpression></decision>";
    definitions(
        &[
            TYPES,
            input,
            knowledge,
            &decision("table", &columns),
            &decision("labelled", &label),
            &decision("context", context),
            &decision("expression", expression),
            &decision("call", "<literalExpression><text>[f(1), f(200)]</text></literalExpression>"),
            &literal("six", "6", &[]),
            service,
            calls,
        ]
        .concat(),
    )
}

#[test]
fn the_place_of_a_misfit_is_told_once() {
    let check = |decision: &str, json: &str, told: &[&str]| {
        let told: Vec<String> =
            told.iter().map(|it| format!("[INVALID_TYPE] {it}; it becomes null\n")).collect();
        let found = warnings(&model(), decision, json);
        assert_eq!(invalid_types(&found), told.concat(), "{decision}");
    };
    let green = "the value \"green\" is none of \"red\",\"blue\", which the type 'tCol' allows";
    let high = "the value 200 is none of [0..100], which the type 'tPct' allows";
    check("table", r#"{"pct": 200}"#, &[&format!("input 'pct': {high}")]);
    let rule = "decision 'table', rule 2, output 'o', expression '\"green\"'";
    check("table", r#"{"pct": 5}"#, &[&format!("{rule}: {green}")]);
    let input = "decision 'labelled', input 'half', expression 'x / 2'";
    check("labelled", r#"{"x": 400}"#, &[&format!("{input}: {high}")]);
    let five = "the value 5 is no string, which the type 'tCol' requires";
    check("context", "{}", &[&format!("decision 'context', entry 'e': {five}")]);
    let six = "the value 6 is no string, which the type 'tCol' requires";
    check("expression", "{}", &[&format!("decision 'expression', expression '5 + 1': {six}")]);
    let call = "decision 'call', expression '[f(1), f(200)]', function 'f'";
    check(
        "call",
        "{}",
        &[&format!("{call}, result: {green}"), &format!("{call}, parameter 'n': {high}")],
    );
    check("sc", "{}", &[&format!("decision 'sc', expression 's()', service 's': {six}")]);
}

#[test]
fn by_the_first_edition_the_texts_are_those_of_old_logs() {
    let check = |decision: &str, json: &str, told: &str| {
        let found = warnings_by(Edition::First, &model(), decision, json);
        assert_eq!(invalid_types(&found), format!("[INVALID_TYPE] {told}\n"), "{decision}");
    };
    check("table", r#"{"pct": 200}"#, "input 'pct': the value 200 is no number as it is declared");
    check(
        "table",
        r#"{"pct": 5}"#,
        "decision 'table', rule 2, output 'o', expression '\"green\"': output 'o': the value \"green\" \
         is no string as it is declared",
    );
    check(
        "labelled",
        r#"{"x": 400}"#,
        "decision 'labelled': input 'half', expression 'x / 2': the value 200 is no number as it is \
         declared",
    );
    check(
        "context",
        "{}",
        "decision 'context': entry 'e': the value 5 is no string as it is declared",
    );
    check(
        "expression",
        "{}",
        "decision 'expression': expression: the value 6 is no string as it is declared",
    );
    check(
        "sc",
        "{}",
        "decision 'sc', expression 's()', service 's': service 's': the value 6 is no string as it is \
         declared",
    );
    let found = warnings_by(Edition::First, &typed("tNums", "[1, \"a\"]"), "t", "{}");
    let told = "[INVALID_TYPE] decision 't': the value [1, \"a\"] is no list as it is declared\n";
    assert_eq!(found, told);
}
