//! Types of variables, parameters and results.

use feel::Edition;

use super::support::{answer, answer_by, definitions, for_camunda, warnings, warnings_by};

fn typed(type_ref: &str, definitions_xml: &str, text: &str) -> String {
    definitions(&format!(
        "{definitions_xml}<decision id=\"t\" name=\"t\"><variable name=\"t\" \
         typeRef=\"{type_ref}\"/><literalExpression><text>{text}</text></literalExpression>\
         </decision>"
    ))
}

#[test]
fn a_result_of_another_type_is_null() {
    assert_eq!(answer(&typed("string", "", "1"), "t", "{}"), "null");
    assert_eq!(answer(&typed("number", "", "1"), "t", "{}"), "1");
    assert_eq!(answer(&typed("integer", "", "\"label\""), "t", "{}"), "\"label\"");
}

#[test]
fn in_models_made_for_camunda_a_result_of_another_type_is_told_and_stays() {
    for (type_ref, text, name) in [
        ("number", "\"x\"", "number"),
        ("string", "5", "string"),
        ("boolean", "5", "boolean"),
        ("number", "[1]", "number"),
        ("dateTime", "@\"2024-01-01\"", "date and time"),
        ("yearMonthDuration", "@\"P1D\"", "years and months duration"),
    ] {
        let xml = for_camunda(&typed(type_ref, "", text));
        assert_ne!(answer(&xml, "t", "{}"), "null", "{type_ref}");
        let told = warnings(&xml, "t", "{}");
        let place = "[INVALID_TYPE] decision 't'";
        assert!(told.starts_with(place) && told.lines().count() == 1, "{told}");
        let why = format!("is no {name} as it is declared; it stays, because the model is made");
        assert!(told.contains(&why), "{told}");
        assert_eq!(warnings_by(Edition::First, &xml, "t", "{}"), "");
    }
    for (type_ref, text) in [
        ("number", "5"),
        ("number", "null"),
        ("integer", "\"x\""),
        ("Any", "5"),
        ("date", "@\"2024-01-01\""),
        ("dayTimeDuration", "@\"P1D\""),
    ] {
        assert_eq!(warnings(&for_camunda(&typed(type_ref, "", text)), "t", "{}"), "", "{type_ref}");
    }
}

#[test]
fn single_values_and_lists_of_one_are_converted() {
    let list = "<itemDefinition name=\"numbers\" isCollection=\"true\"><typeRef>number</typeRef>\
                </itemDefinition>";
    assert_eq!(answer(&typed("numbers", list, "1"), "t", "{}"), "[1]");
    assert_eq!(answer(&typed("number", "", "[1]"), "t", "{}"), "1");
    assert_eq!(answer(&typed("numbers", list, "[1, \"a\"]"), "t", "{}"), "null");
}

#[test]
fn allowed_values_are_checked_in_every_part() {
    let defined = "<itemDefinition name=\"color\"><typeRef>string</typeRef><allowedValues>\
                   <text>\"red\", \"green\"</text></allowedValues></itemDefinition>\
                   <itemDefinition name=\"car\"><itemComponent name=\"paint\"><typeRef>color\
                   </typeRef></itemComponent></itemDefinition>";
    let red = "{paint: \"red\"}";
    assert_eq!(answer(&typed("car", defined, red), "t", "{}"), "{paint:\"red\"}");
    assert_eq!(answer(&typed("car", defined, "{paint: \"blue\"}"), "t", "{}"), "null");
    assert_eq!(answer(&typed("color", defined, "\"blue\""), "t", "{}"), "null");
}

#[test]
fn texts_become_the_temporal_values_that_an_input_declares() {
    let xml = definitions(
        "<inputData id=\"i\" name=\"born\"><variable name=\"born\" typeRef=\"date\"/></inputData>\
         <decision id=\"t\" name=\"t\"><informationRequirement><requiredInput href=\"#i\"/>\
         </informationRequirement><literalExpression><text>born.year</text></literalExpression>\
         </decision>",
    );
    assert_eq!(answer(&xml, "t", r#"{"born": "2001-02-03"}"#), "2001");
    assert_eq!(answer(&xml, "t", r#"{"born": "soon"}"#), "null");
}

#[test]
fn texts_are_read_in_what_is_a_list_of_one_or_its_item() {
    let types = "<itemDefinition name=\"tDs\" isCollection=\"true\"><typeRef>date</typeRef>\
                 </itemDefinition><itemDefinition name=\"tP\"><itemComponent name=\"born\">\
                 <typeRef>date</typeRef></itemComponent></itemDefinition><itemDefinition \
                 name=\"tPs\" isCollection=\"true\"><typeRef>tP</typeRef></itemDefinition>";
    let model = |type_ref: &str| {
        definitions(&format!(
            "{types}<inputData id=\"i\" name=\"in\"><variable name=\"in\" \
             typeRef=\"{type_ref}\"/></inputData><decision id=\"t\" name=\"t\">\
             <informationRequirement><requiredInput href=\"#i\"/></informationRequirement>\
             <literalExpression><text>string(in)</text></literalExpression></decision>"
        ))
    };
    for (type_ref, json, expected) in [
        ("tDs", r#""2020-01-02""#, "\"[2020-01-02]\""),
        ("tDs", r#"["2020-01-02"]"#, "\"[2020-01-02]\""),
        ("date", r#"["2020-01-02"]"#, "\"2020-01-02\""),
        ("date", r#"["2020-01-02", "2020-01-03"]"#, "null"),
        ("tPs", r#"{"born": "2020-01-02"}"#, "\"[{born:2020-01-02}]\""),
        ("tP", r#"[{"born": "2020-01-02"}]"#, "\"{born:2020-01-02}\""),
        ("tDs", r#""soon""#, "null"),
        ("date", "[]", "null"),
    ] {
        let (xml, json) = (model(type_ref), format!("{{\"in\": {json}}}"));
        assert_eq!(answer_by(Edition::Refined, &xml, "t", &json), expected, "{type_ref} {json}");
        let is_plain = type_ref == "tDs" && json.contains('[');
        let first = if is_plain { expected } else { "null" };
        assert_eq!(answer_by(Edition::First, &xml, "t", &json), first, "{type_ref} {json}");
    }
}

#[test]
fn zones_of_texts_are_read_as_in_expressions_of_the_same_edition() {
    let xml = definitions(
        "<inputData id=\"i\" name=\"at\"><variable name=\"at\" typeRef=\"dateTime\"/></inputData>\
         <decision id=\"t\" name=\"t\"><informationRequirement><requiredInput href=\"#i\"/>\
         </informationRequirement><literalExpression><text>string(at)</text></literalExpression>\
         </decision>",
    );
    let json = r#"{"at": "2026-07-02T10:00:00@GMT+1"}"#;
    let refined = "\"2026-07-02T10:00:00@GMT+01:00\"";
    assert_eq!(answer_by(Edition::Refined, &xml, "t", json), refined);
    assert_eq!(answer_by(Edition::First, &xml, "t", json), "null");
}

#[test]
fn instance_of_knows_the_types_of_the_model() {
    let defined = "<itemDefinition name=\"my point\"><itemComponent name=\"x\"><typeRef>number\
                   </typeRef></itemComponent></itemDefinition>";
    let text = "[{x: 1} instance of my point, {x: \"a\"} instance of my point, 1 instance of \
                my point]";
    assert_eq!(answer(&typed("Any", defined, text), "t", "{}"), "[true, false, false]");
}
