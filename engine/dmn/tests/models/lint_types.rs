//! What lint makes of types: references to none, and the values of a variable that an input reads.

use dmn::FindingKind;
use feel::Edition;

use super::support::{
    answer, answer_by, compiled, definitions, for_camunda, literal, table, warnings, warnings_by,
};

const OUTPUT: &str = "<output name=\"o\"/>";

const PERCENT: &str = "<itemDefinition name=\"tPct\"><typeRef>number</typeRef><allowedValues>\
                       <text>[0..100]</text></allowedValues></itemDefinition>";

fn messages(xml: &str) -> Vec<String> {
    compiled(xml).findings().into_iter().map(|it| it.message).collect()
}

/// A table over `input` behind an input `p` of a type.
fn over(input: &str, type_ref: &str, rules: &[&str]) -> String {
    let requires = "<informationRequirement><requiredInput href=\"#p\"/></informationRequirement>";
    let table = table("", &[input], OUTPUT, rules);
    definitions(&format!(
        "{PERCENT}<inputData id=\"p\" name=\"p\"><variable name=\"p\" typeRef=\"{type_ref}\"/>\
         </inputData><decision id=\"t\" name=\"t\">{requires}{table}</decision>"
    ))
}

#[test]
fn an_input_without_a_type_has_the_values_of_the_variable_that_it_names() {
    let rules = ["[0..50] | 1", "(50..100] | 2"];
    let none: [&str; 0] = [];
    assert_eq!(messages(&over("p", "tPct", &rules)), none);
    let gaps = ["No rule matches p = -1.", "No rule matches p = 101."];
    assert_eq!(messages(&over("p", "number", &rules)), gaps);
    // What reads it otherwise has other values.
    let sum = ["No rule matches p + 1 = -1.", "No rule matches p + 1 = 101."];
    assert_eq!(messages(&over("p + 1", "tPct", &rules)), sum);
    // A type of the input that says less does not take away what the variable's says.
    let typed = over("p", "tPct", &rules)
        .replace("<inputExpression>", "<inputExpression typeRef=\"number\">");
    assert_eq!(messages(&typed), none);
    // What the variable cannot hold is a gap no more, but what it can is.
    assert_eq!(messages(&over("p", "tPct", &rules[..1])), ["No rule matches p = 75."]);
    let whole = ["<= 9 | 1", ">= 10 | 2"];
    assert_eq!(messages(&over("p", "integer", &whole)), none);
    assert_eq!(messages(&over("p", "number", &whole)), ["No rule matches p = 9.5."]);
}

#[test]
fn a_name_that_is_declared_again_has_the_type_of_there() {
    let table = table("", &["p"], OUTPUT, &["[0..50] | 1", "(50..100] | 2"]);
    let knowledge = |parameter: &str| {
        definitions(&format!(
            "{PERCENT}<businessKnowledgeModel id=\"k\" name=\"k\"><encapsulatedLogic>\
             <formalParameter name=\"p\"{parameter}/>{table}</encapsulatedLogic>\
             </businessKnowledgeModel>"
        ))
    };
    assert!(messages(&knowledge(" typeRef=\"tPct\"")).is_empty());
    assert_eq!(messages(&knowledge("")).len(), 2);
    let inside = definitions(&format!(
        "{PERCENT}<inputData id=\"p\" name=\"p\"><variable name=\"p\" typeRef=\"tPct\"/></inputData>\
         <decision id=\"t\" name=\"t\"><informationRequirement><requiredInput href=\"#p\"/>\
         </informationRequirement><functionDefinition><formalParameter name=\"p\"/>{table}\
         </functionDefinition></decision>"
    ));
    assert_eq!(messages(&inside).len(), 2);
}

#[test]
fn a_type_that_nothing_defines_is_told_and_a_label() {
    let table = table("", &["x"], "<output name=\"o\" typeRef=\"String\"/>", &["- | 1"])
        .replace("<inputExpression>", "<inputExpression typeRef=\"feel:tNope\">");
    let context = "<context><contextEntry><variable name=\"e\" typeRef=\"tE\"/><literalExpression>\
                   <text>5</text></literalExpression></contextEntry></context>";
    let xml = definitions(&format!(
        "<itemDefinition id=\"i\" name=\"tP\"><itemComponent name=\"n\"><typeRef>tN</typeRef>\
         </itemComponent></itemDefinition><decision id=\"t\" name=\"T\"><variable name=\"T\" \
         typeRef=\"tNope\"/>{table}</decision><decision id=\"c\" name=\"c\"><variable name=\"c\" \
         typeRef=\"tP\"/>{context}</decision>"
    ));
    let define = "Define it in the model, or name a type of FEEL.";
    for xml in [xml.clone(), for_camunda(&xml)] {
        let found: Vec<_> = compiled(&xml).findings();
        assert!(found.iter().all(|it| it.kind == FindingKind::UnknownType), "{found:?}");
        let found: Vec<_> = found
            .iter()
            .map(|it| {
                let message = it.message.split_once(", so that no value is checked against it. ");
                let (what, way_out) = message.unwrap();
                (&*it.decision_id, &*it.place, what, way_out)
            })
            .collect();
        assert_eq!(
            found,
            [
                ("i", "component 'n'", "No type is named 'tN'", define),
                ("t", "variable 'T'", "No type is named 'tNope'", define),
                ("t", "input 'x', expression", "No type is named 'feel:tNope'", define),
                ("t", "output 'o'", "No type is named 'String'", "FEEL writes it 'string'."),
                ("c", "entry 'e', variable 'e'", "No type is named 'tE'", define),
            ]
        );
        // The value stays, whatever it is.
        assert_eq!(answer(&xml, "t", "{}"), "1");
        assert_eq!(warnings(&literal_of("tNope"), "t", "{}"), "");
    }
}

fn literal_of(type_ref: &str) -> String {
    let xml = definitions(&literal("t", "5", &[]));
    xml.replace("<variable name=\"t\"/>", &format!("<variable name=\"t\" typeRef=\"{type_ref}\"/>"))
}

#[test]
fn types_of_the_language_and_of_tools_are_not_told() {
    for known in [
        "string",
        "feel:number",
        "Any",
        "dateTime",
        "date and time",
        "yearMonthDuration",
        "list",
        "integer",
        "long",
        "double",
        "xsd:decimal",
        "Undefined",
        "<Undefined>",
    ] {
        let xml = literal_of(&super::support::escaped(known));
        assert!(compiled(&xml).findings().is_empty(), "{known}");
    }
    assert_eq!(compiled(&literal_of("strnig")).findings().len(), 1);
}

#[test]
fn of_many_references_to_nothing_the_rest_is_counted() {
    let decisions: Vec<String> = (0..25)
        .map(|it| {
            format!(
                "<decision id=\"d{it}\" name=\"d{it}\"><variable name=\"d{it}\" typeRef=\"t{it}\"/>\
                 <literalExpression><text>1</text></literalExpression></decision>"
            )
        })
        .collect();
    let found = messages(&definitions(&decisions.concat()));
    assert_eq!(found.len(), 20);
    assert!(
        found[19].ends_with(" 5 more references to unknown types are not listed."),
        "{found:?}"
    );
}

#[test]
fn what_nothing_reads_in_a_model_made_for_camunda_is_told_and_refuses_nothing() {
    let types = "<itemDefinition name=\"tRec\"><itemComponent name=\"kids\" isCollection=\"true\">\
                 <typeRef>tRec</typeRef></itemComponent></itemDefinition>\
                 <itemDefinition name=\"tWord\"><typeRef>string</typeRef><allowedValues>\
                 <text>foo bar, baz</text></allowedValues></itemDefinition>";
    let output =
        "<output name=\"o\"><outputValues><text>foo bar, baz</text></outputValues></output>";
    let table = table("", &["x"], output, &["1 | \"foo bar\"", "2 | \"baz\""]).replace(
        "</inputExpression>",
        "</inputExpression><inputValues><text>one two</text></inputValues>",
    );
    let xml = definitions(&format!("{types}<decision id=\"t\" name=\"t\">{table}</decision>"));
    let problems = dmn::compile("t.dmn", xml.as_bytes()).expect_err("the standard reads them");
    assert_eq!(problems.len(), 4, "{problems:?}");
    let model = compiled(&for_camunda(&xml));
    assert_eq!(answer(&for_camunda(&xml), "t", r#"{"x": 1}"#), "\"foo bar\"");
    let ignored: Vec<String> = model
        .findings()
        .into_iter()
        .filter(|it| it.kind == FindingKind::Ignored)
        .map(|it| format!("{} {}: {}", it.decision_id, it.place, it.message))
        .collect();
    assert_eq!(ignored.len(), 4, "{ignored:#?}");
    for (at, part) in [
        (0, "tRec : The type 'tRec' needs itself"),
        (1, "tWord : The values 'foo bar, baz' are no FEEL: "),
        (2, "t input 'x', allowed values: The values 'one two' are no FEEL: "),
        (3, "t output 'o', allowed values: The values 'foo bar, baz' are no FEEL: "),
    ] {
        assert!(ignored[at].starts_with(part), "{part}: {ignored:#?}");
    }
}

#[test]
fn names_among_the_values_that_order_the_answers_are_told() {
    let model = |values: &str| {
        let output = format!(
            "<output name=\"o\"><outputValues><text>{values}</text></outputValues></output>"
        );
        let rules = ["- | \"lo\"", "- | \"hi\""];
        let table = table("hitPolicy=\"PRIORITY\"", &["x"], &output, &rules);
        for_camunda(&definitions(&format!("<decision id=\"t\" name=\"t\">{table}</decision>")))
    };
    assert!(messages(&model("\"hi\", \"lo\"")).is_empty());
    let told = "The values of the output 'o' are not all constants of FEEL, so they are read as words \
                between commas, as in Camunda. Write texts in double quotes.";
    for values in ["hi, lo", "'hi', 'lo'", "very hi, hi, lo", "hi,lo", "\"hi\", lo, 3"] {
        let xml = model(values);
        assert!(messages(&xml).contains(&told.to_owned()), "{:?}", messages(&xml));
        assert_eq!(answer(&xml, "t", "{}"), "\"hi\"", "{values}");
        // What is one of the words is declared; the first edition read names.
        assert_eq!(warnings(&xml, "t", r#"{"x": 1}"#), "", "{values}");
        let xml = xml.replace("PRIORITY", "OUTPUT ORDER");
        assert_eq!(answer(&xml, "t", "{}"), "[\"hi\", \"lo\"]", "{values}");
    }
    // The first edition read names, which are no values.
    assert_eq!(answer_by(Edition::First, &model("hi, lo"), "t", "{}"), "\"lo\"");
    assert_eq!(answer_by(Edition::First, &model("hi, lo"), "t", r#"{"hi": "hi"}"#), "\"hi\"");
    let named = warnings_by(Edition::First, &model("hi, lo"), "t", r#"{"x": 1}"#);
    assert!(named.contains("which the model declares"), "{named}");
    let other = model("hi, lo").replace("\"lo\"", "\"low\"");
    let told = "the value \"low\" is none of hi, lo, which the model declares";
    assert!(warnings(&other, "t", "{}").contains(told), "{}", warnings(&other, "t", "{}"));
    assert_eq!(answer(&model("lo, hi"), "t", r#"{"hi": "lo", "lo": "hi"}"#), "\"lo\"");
    // By the standard they are FEEL.
    let standard = model("hi, lo").replace("Camunda Cloud", "");
    let told = "Among the values of the output 'o' are names, which have no order. Write texts in \
                double quotes.";
    assert!(messages(&standard).contains(&told.to_owned()), "{:?}", messages(&standard));
    assert!(dmn::compile("t.dmn", model("'hi'").replace("Camunda Cloud", "").as_bytes()).is_err());
}

#[test]
fn numbers_among_words_order_numbers() {
    let output =
        "<output name=\"o\"><outputValues><text>high, 2, 1.5</text></outputValues></output>";
    let table =
        table("hitPolicy=\"OUTPUT ORDER\"", &["x"], output, &["- | 1.5", "- | 2", "- | \"high\""]);
    let xml =
        for_camunda(&definitions(&format!("<decision id=\"t\" name=\"t\">{table}</decision>")));
    assert_eq!(answer(&xml, "t", "{}"), "[\"high\", 2, 1.5]");
}

#[test]
fn types_and_components_that_are_named_twice_are_told() {
    let component =
        |of: &str| format!("<itemComponent name=\"age\"><typeRef>{of}</typeRef></itemComponent>");
    let xml = definitions(&format!(
        "<itemDefinition name=\"tCol\"><typeRef>number</typeRef></itemDefinition>\
         <itemDefinition id=\"again\" name=\"tCol\"><typeRef>string</typeRef></itemDefinition>\
         <itemDefinition name=\"tPerson\">{}{}</itemDefinition>\
         <inputData id=\"i\" name=\"x\"><variable name=\"x\" typeRef=\"tCol\"/></inputData>\
         <decision id=\"e\" name=\"e\"><informationRequirement><requiredInput href=\"#i\"/>\
         </informationRequirement><literalExpression><text>x</text></literalExpression></decision>",
        component("number"),
        component("string"),
    ));
    let found = compiled(&xml).findings();
    let told: Vec<_> = found.iter().map(|it| (it.kind, &*it.decision_id, &*it.message)).collect();
    let types = "Two types are named 'tCol', and only the last one is read. Give one of them another \
                 name.";
    let components = "Two components are named 'age', and a value has to be of both types. Give one \
                      of them another name.";
    let kind = FindingKind::NamedTwice;
    assert_eq!(told, [(kind, "again", types), (kind, "tPerson", components)]);
    // It is as told.
    assert_eq!(answer(&xml, "e", r#"{"x": "red"}"#), "\"red\"");
    assert_eq!(answer(&xml, "e", r#"{"x": 1}"#), "null");
}

#[test]
fn an_empty_list_is_a_value_and_booleans_have_no_order() {
    let judged = |rules: &[&str]| {
        let table = table("hitPolicy=\"UNIQUE\"", &["n"], OUTPUT, rules);
        let xml = definitions(&format!("<decision id=\"t\" name=\"t\">{table}</decision>"));
        (messages(&xml), answer(&xml, "t", r#"{"n": []}"#), answer(&xml, "t", r#"{"n": false}"#))
    };
    let (found, for_list, _) = judged(&["[] | 1", "1 | 2"]);
    assert_eq!(for_list, "1");
    let left_out = "Rule 1 was not judged, because its cell '[]' of input 'n' is no test of constants. \
                    Gaps are looked for only where all rules are judged.";
    assert_eq!(found, [left_out]);
    for cell in ["not([])", "? in []", "not(< true)", "not(? >= false)"] {
        let (found, ..) = judged(&[&format!("{cell} | 1"), "false | 2"]);
        assert_eq!(found, [left_out.replace("[]", cell)]);
    }
    for cell in ["< true", "? < true", "true > ?", "<= false", "? >= false and ? = true"] {
        let (found, _, for_false) = judged(&[&format!("{cell} | 1"), "false | 2", "true | 3"]);
        assert_eq!(for_false, "2", "{cell}");
        let never = "Rule 1 never matches: its cell '<>' holds for no value of the input 'n'.";
        assert_eq!(found, [never.replace("<>", cell)]);
    }
    let (found, _, for_false) = judged(&["? > true or ? = false | 1", "true | 3"]);
    assert_eq!((found.len(), &*for_false), (0, "1"), "{found:?}");
}

#[test]
fn an_entry_of_a_variable_has_the_values_that_its_type_says() {
    let model = |of: &str, input: &str, rules: &[&str]| {
        let table = table("", &[input], OUTPUT, rules);
        definitions(&format!(
            "{PERCENT}<itemDefinition name=\"tP\"><itemComponent name=\"c\"><typeRef>tPct</typeRef>\
             </itemComponent></itemDefinition><itemDefinition name=\"tQ\"><itemComponent \
             name=\"p\"><typeRef>tP</typeRef></itemComponent></itemDefinition><itemDefinition \
             name=\"tPs\" isCollection=\"true\"><typeRef>tP</typeRef></itemDefinition><inputData \
             id=\"p\" name=\"p\"><variable name=\"p\" typeRef=\"{of}\"/></inputData><decision \
             id=\"t\" name=\"t\"><informationRequirement><requiredInput href=\"#p\"/>\
             </informationRequirement>{table}</decision>"
        ))
    };
    let rules = ["[0..50] | 1", "(50..100] | 2"];
    let none: [&str; 0] = [];
    assert_eq!(messages(&model("tP", "p.c", &rules)), none);
    assert_eq!(messages(&model("tQ", "p . p.c", &rules)), none);
    let never = "Rule 3 never matches: its cell '200' holds for none of the values declared for the \
                 input 'p.c'.";
    let with_never = [&rules[..], &["200 | 3"]].concat();
    assert_eq!(messages(&model("tP", "p.c", &with_never)), [never]);
    // What says nothing of the entry.
    for (of, input) in [("tP", "p.d"), ("tPs", "p.c"), ("number", "p.c"), ("tQ", "p.c")] {
        assert_eq!(messages(&model(of, input, &rules)).len(), 2, "{of} {input}");
    }
    assert_eq!(messages(&for_camunda(&model("tP", "p.c", &rules))).len(), 2);
}

#[test]
fn requirements_of_one_name_are_told() {
    let decision = |id: &str, name: &str| {
        literal(id, "1", &[]).replace(&format!("name=\"{id}\""), &format!("name=\"{name}\""))
    };
    let xml = definitions(&format!(
        "{}{}{}",
        decision("a", "N"),
        decision("b", "N"),
        literal("t", "N", &["a", "b"])
    ));
    let found = compiled(&xml).findings();
    let told: Vec<_> = found.iter().map(|it| (it.kind, &*it.decision_id, &*it.message)).collect();
    let message = "Two requirements, 'a' and 'b', are named 'N', and by this name only the last one is \
                   read. Give one of them another name.";
    assert_eq!(told, [(FindingKind::NamedTwice, "t", message)]);
    assert_eq!(messages(&for_camunda(&xml)), [message]);
    // The same one twice, and inputs, which are one variable.
    let none: [&str; 0] = [];
    let twice = format!("{}{}", decision("a", "N"), literal("t", "N", &["a", "a"]));
    assert_eq!(messages(&definitions(&twice)), none);
    let input = |id: &str| format!("<inputData id=\"{id}\" name=\"N\"/>");
    let requires = literal("t", "N", &["a", "b"]).replace("requiredDecision", "requiredInput");
    let inputs = format!("{}{}{requires}", input("a"), input("b"));
    assert_eq!(messages(&definitions(&inputs)), none);
    let mixed = literal("t", "N", &["a", "b"]).replacen("requiredDecision", "requiredInput", 1);
    let mixed = format!("{}{}{mixed}", input("a"), decision("b", "N"));
    assert_eq!(messages(&definitions(&mixed)), [message]);
}
