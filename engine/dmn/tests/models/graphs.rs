//! Requirement graphs: names, functions, services, imports.

use dmn::File;
use feel::Edition;

use super::support::{
    Scope, answer, answer_by, compiled, definitions, evaluate, for_camunda, literal,
};

#[test]
fn results_are_known_by_variable_name_name_and_id() {
    let base = "<decision id=\"base_id\" name=\"Base Name\"><variable name=\"the base\"/>\
                <literalExpression><text>7</text></literalExpression></decision>";
    for text in ["the base", "Base Name", "base_id"] {
        let xml = definitions(&format!("{base}{}", literal("t", text, &["base_id"])));
        assert_eq!(answer(&xml, "t", "{}"), "7", "{text}");
    }
}

#[test]
fn in_models_made_for_camunda_a_variable_hides_what_only_a_label_calls_so() {
    let model = |variable: &str, text: &str| {
        let base = format!(
            "<decision id=\"q1\" name=\"score\">{variable}<literalExpression><text>5</text>\
             </literalExpression></decision>"
        );
        definitions(&format!("{base}{}", literal("t", text, &["q1"])))
    };
    let (all, none) = (r#"{"score": "s", "q1": "q", "res": "r"}"#, "{}");
    let named = "<variable name=\"res\"/>";
    for (variable, text, of_variable) in [
        ("", "score", "\"s\""),
        ("", "q1", "5"),
        (named, "score", "\"s\""),
        (named, "q1", "\"q\""),
        (named, "res", "5"),
        ("", "[score, q1]", "[\"s\", 5]"),
    ] {
        let standard = model(variable, text);
        let camunda = for_camunda(&standard);
        let own = if text.starts_with('[') { "[5, 5]" } else { "5" };
        assert_eq!(answer(&camunda, "t", all), of_variable, "{text} {variable}");
        assert_eq!(answer(&camunda, "t", none), own, "{text} {variable}");
        assert_eq!(answer_by(Edition::First, &camunda, "t", all), own, "{text} {variable}");
        assert_eq!(answer(&standard, "t", all), own, "{text} {variable}");
    }
    let nothing = for_camunda(&model("", "score").replace("<text>5<", "<text>null<"));
    assert_eq!(answer(&nothing, "t", all), "\"s\"");
    assert_eq!(answer(&nothing, "t", r#"{"score": null}"#), "null");
    // Only what an expression names is read.
    for (text, read) in [("score", "score"), ("q1", ""), ("score + q1 + x", "score x")] {
        let model = compiled(&for_camunda(&model("", text)));
        assert_eq!(model.variables(model.decision("t").unwrap()).join(" "), read, "{text}");
    }
}

#[test]
fn the_longest_name_wins() {
    let input = |name: &str, id: &str| {
        format!("<inputData id=\"{id}\" name=\"{name}\"><variable name=\"{name}\"/></inputData>")
    };
    let decision = "<decision id=\"t\" name=\"t\">\
        <informationRequirement><requiredInput href=\"#a\"/></informationRequirement>\
        <informationRequirement><requiredInput href=\"#b\"/></informationRequirement>\
        <informationRequirement><requiredInput href=\"#c\"/></informationRequirement>\
        <literalExpression><text>[rate, rate limit, rate limit-max, rate + rate limit]</text>\
        </literalExpression></decision>";
    let inputs =
        [input("rate", "a"), input("rate limit", "b"), input("rate limit-max", "c")].concat();
    let xml = definitions(&format!("{inputs}{decision}"));
    let json = r#"{"rate": 1, "rate limit": 2, "rate limit-max": 3}"#;
    assert_eq!(answer(&xml, "t", json), "[1, 2, 3, 3]");
}

#[test]
fn a_deep_graph_is_evaluated_without_recursion() {
    let mut elements = literal("d0", "0", &[]);
    for ix in 1..3000 {
        let below = format!("d{}", ix - 1);
        elements += &literal(&format!("d{ix}"), &format!("{below} + 1"), &[&below]);
    }
    let model = compiled(&definitions(&elements));
    let evaluation = evaluate(&model, "d2999", "{}").unwrap();
    assert_eq!(evaluation.output.feel_text(), "2999");
    assert_eq!(evaluation.decisions.len(), 3000);
    assert_eq!(&*evaluation.decisions[0].id, "d0");
}

#[test]
fn a_shared_requirement_is_evaluated_once() {
    let xml = definitions(
        &[
            literal("base", "random number()", &[]),
            literal("a", "base", &["base"]),
            literal("b", "base", &["base"]),
            literal("t", "a = b", &["a", "b"]),
        ]
        .concat(),
    );
    let evaluation = evaluate(&compiled(&xml), "t", "{}").unwrap();
    assert_eq!(evaluation.output.feel_text(), "true");
    let ids: Vec<&str> = evaluation.decisions.iter().map(|it| &*it.id).collect();
    assert_eq!(ids, ["base", "a", "b", "t"]);
}

const KNOWLEDGE: &str = "<businessKnowledgeModel id=\"k\" name=\"add tax\">\
    <variable name=\"add tax\"/><encapsulatedLogic>\
    <formalParameter name=\"net price\"/><formalParameter name=\"rate\"/>\
    <literalExpression><text>net price * (1 + rate)</text></literalExpression>\
    </encapsulatedLogic></businessKnowledgeModel>";

fn with_knowledge(expression: &str) -> String {
    let decision = format!(
        "<decision id=\"t\" name=\"t\"><knowledgeRequirement><requiredKnowledge href=\"#k\"/>\
         </knowledgeRequirement>{expression}</decision>"
    );
    definitions(&format!("{KNOWLEDGE}{decision}"))
}

#[test]
fn a_knowledge_model_is_a_function() {
    for text in ["add tax(100, 0.19)", "add tax(rate: 0.19, net price: 100)"] {
        let text = format!("<literalExpression><text>{text}</text></literalExpression>");
        assert_eq!(answer(&with_knowledge(&text), "t", "{}"), "119", "{text}");
    }
}

#[test]
fn an_invocation_binds_parameters_by_name() {
    let xml = with_knowledge(
        "<invocation><literalExpression><text>add tax</text></literalExpression>\
         <binding><parameter name=\"rate\"/><literalExpression><text>0.5</text>\
         </literalExpression></binding><binding><parameter name=\"net price\"/>\
         <literalExpression><text>x</text></literalExpression></binding></invocation>",
    );
    assert_eq!(answer(&xml, "t", r#"{"x": 10}"#), "15");
}

#[test]
fn boxed_contexts_see_earlier_entries_and_answer_their_result() {
    let entry = |name: &str, text: &str| {
        format!(
            "<contextEntry><variable name=\"{name}\"/><literalExpression><text>{text}</text>\
             </literalExpression></contextEntry>"
        )
    };
    let entries = [entry("first part", "x + 1"), entry("second", "first part * 2")].concat();
    let result = "<contextEntry><literalExpression><text>second + first part</text>\
                  </literalExpression></contextEntry>";
    let model = |inner: &str| {
        definitions(&format!("<decision id=\"t\" name=\"t\"><context>{inner}</context></decision>"))
    };
    let json = r#"{"x": 1}"#;
    assert_eq!(answer(&model(&entries), "t", json), "{first part:2, second:4}");
    assert_eq!(answer(&model(&format!("{entries}{result}")), "t", json), "6");
}

#[test]
fn relations_and_lists_keep_their_order() {
    let cell = |text: &str| format!("<literalExpression><text>{text}</text></literalExpression>");
    let row = |a: &str, b: &str| format!("<row>{}{}</row>", cell(a), cell(b));
    let xml = definitions(&format!(
        "<decision id=\"t\" name=\"t\"><relation><column name=\"k\"/><column name=\"v\"/>{}{}\
         </relation></decision>",
        row("1", "x"),
        row("2", "\"b\"")
    ));
    assert_eq!(answer(&xml, "t", r#"{"x": "a"}"#), "[{k:1, v:\"a\"}, {k:2, v:\"b\"}]");
}

#[test]
fn a_service_is_called_with_its_input_decisions() {
    let service = "<decisionService id=\"s\" name=\"service\"><variable name=\"service\"/>\
                   <outputDecision href=\"#out\"/><inputDecision href=\"#given\"/></decisionService>";
    let caller = "<decision id=\"t\" name=\"t\"><knowledgeRequirement><requiredKnowledge \
                  href=\"#s\"/></knowledgeRequirement><literalExpression><text>[service(1), \
                  service(2)]</text></literalExpression></decision>";
    let xml = definitions(
        &[service, &literal("given", "99", &[]), &literal("out", "given * 10", &["given"]), caller]
            .concat(),
    );
    assert_eq!(answer(&xml, "t", "{}"), "[10, 20]");
    assert_eq!(answer(&xml, "out", "{}"), "990");
}

#[test]
fn models_of_one_deployment_import_each_other() {
    let library = definitions(&literal("base", "x * 2", &[])).replace("urn:d", "urn:lib");
    let main = definitions(
        "<import name=\"lib\" namespace=\"urn:lib\" \
         importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>\
         <decision id=\"t\" name=\"t\"><informationRequirement><requiredDecision \
         href=\"urn:lib#base\"/></informationRequirement><literalExpression><text>lib.base + 1\
         </text></literalExpression></decision>",
    );
    let files = [
        File { resource_name: "main.dmn", bytes: main.as_bytes() },
        File { resource_name: "lib.dmn", bytes: library.as_bytes() },
    ];
    let models = dmn::compile_all(&files).unwrap();
    assert_eq!(&*models[0].namespace, "urn:d");
    let evaluation = evaluate(&models[0], "t", r#"{"x": 4}"#).unwrap();
    assert_eq!(evaluation.output.feel_text(), "9");
    // Deployed alone it is refused.
    let problems = dmn::compile("main.dmn", main.as_bytes()).unwrap_err();
    assert!(problems[0].message.contains("'urn:lib' is imported, but not there"));
}

#[test]
fn a_file_that_imports_a_wrong_one_says_so_and_nothing_else() {
    let import = "<import name=\"lib\" namespace=\"urn:lib\" \
                  importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>";
    let library = definitions(&literal("base", "1 +", &[])).replace("urn:d", "urn:lib");
    let requires = "<informationRequirement><requiredDecision href=\"urn:lib#base\"/>\
                    </informationRequirement>";
    let main = definitions(&format!(
        "{import}<decision id=\"t\" name=\"t\">{requires}<literalExpression><text>lib.my base + 1\
         </text></literalExpression></decision>"
    ));
    let files = [&main, &library].map(|it| File { resource_name: "a.dmn", bytes: it.as_bytes() });
    let problems = dmn::compile_all(&files).unwrap_err();
    let told: Vec<(usize, Vec<&str>)> =
        problems.iter().map(|(ix, it)| (*ix, it.iter().map(|it| &*it.message).collect())).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    let refused = "The model with the namespace 'urn:lib' is imported, and has problems of its own. \
                   Mend them first.";
    assert_eq!(told[0], (0, vec![refused]));
    assert!(told[1].0 == 1 && told[1].1.len() == 1, "{told:?}");
    assert!(told[1].1[0].starts_with("The expression '1 +' is no FEEL"), "{told:?}");
}

#[test]
fn evaluation_is_the_same_every_time() {
    let xml = definitions(&literal("t", "[random number(), uuid(), now()]", &[]));
    let model = compiled(&xml);
    let once = evaluate(&model, "t", "{}").unwrap().output.feel_text();
    assert_eq!(evaluate(&model, "t", "{}").unwrap().output.feel_text(), once);
    let _ = Scope::of("{}");
}

#[test]
fn a_failure_inside_a_knowledge_model_names_it() {
    let xml = definitions(
        "<businessKnowledgeModel id=\"k\" name=\"Limit\"><encapsulatedLogic><formalParameter \
         name=\"x\"/><literalExpression><text>assert(x, x &lt; 5, \"too much\")</text>\
         </literalExpression></encapsulatedLogic></businessKnowledgeModel>\
         <decision id=\"e\" name=\"D\"><knowledgeRequirement><requiredKnowledge href=\"#k\"/>\
         </knowledgeRequirement><literalExpression><text>Limit(9)</text></literalExpression>\
         </decision>",
    );
    assert_eq!(
        answer(&xml, "e", "{}"),
        "failure: decision 'D', expression 'Limit(9)': function 'Limit', expression \
         'assert(x, x < 5, \"too much\")': too much"
    );
}

#[test]
fn a_knowledge_model_finds_models_and_services_of_another_file() {
    let model = |id: &str, text: &str, required: &str| {
        format!(
            "<businessKnowledgeModel id=\"{id}\" name=\"{id}\"><encapsulatedLogic>\
             <formalParameter name=\"x\"/><literalExpression><text>{text}</text>\
             </literalExpression></encapsulatedLogic>{required}</businessKnowledgeModel>"
        )
    };
    let required = |href: &str| {
        format!("<knowledgeRequirement><requiredKnowledge href=\"{href}\"/></knowledgeRequirement>")
    };
    let service = "<decisionService id=\"s\" name=\"s\"><outputDecision href=\"#five\"/>\
                   </decisionService>";
    let library = definitions(
        &[
            &model("double", "2 * x", ""),
            &model("more", "double(x) + s()", &(required("#double") + &required("#s"))),
            &literal("five", "5", &[]),
            service,
        ]
        .map(String::from)
        .concat(),
    )
    .replace("urn:d", "urn:lib");
    let decision = format!(
        "<decision id=\"t\" name=\"t\">{}<literalExpression><text>for i in 1..3 return own(i)</text>\
         </literalExpression></decision>",
        required("#own")
    );
    let both = required("urn:lib#more") + &required("urn:lib#double");
    let main = definitions(&format!(
        "<import name=\"lib\" namespace=\"urn:lib\" \
         importType=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>{}{decision}",
        model("own", "lib.more(x) * 10 + lib.double(x)", &both)
    ));
    let files = [
        File { resource_name: "main.dmn", bytes: main.as_bytes() },
        File { resource_name: "lib.dmn", bytes: library.as_bytes() },
    ];
    let models = dmn::compile_all(&files).unwrap();
    let evaluation = evaluate(&models[0], "t", "{}").unwrap();
    assert_eq!(evaluation.output.feel_text(), "[72, 94, 116]");
}

/// A model may require data, though the standard does not say so; then it keeps the values.
#[test]
fn a_knowledge_model_that_requires_a_decision_keeps_its_value() {
    let model = |id: &str, text: &str, required: &str| {
        format!(
            "<businessKnowledgeModel id=\"{id}\" name=\"{id}\"><encapsulatedLogic>\
             <literalExpression><text>{text}</text></literalExpression></encapsulatedLogic>\
             {required}</businessKnowledgeModel>"
        )
    };
    let needs = |id: &str| {
        format!("<knowledgeRequirement><requiredKnowledge href=\"#{id}\"/></knowledgeRequirement>")
    };
    let data =
        "<informationRequirement><requiredDecision href=\"#five\"/></informationRequirement>";
    let xml = definitions(
        &[
            literal("five", "5", &[]),
            model("inner", "five + 1", data),
            model("outer", "inner() * 2", &needs("inner")),
            format!(
                "<decision id=\"t\" name=\"t\">{}<literalExpression><text>outer()</text>\
                 </literalExpression></decision>",
                needs("outer")
            ),
        ]
        .concat(),
    );
    assert_eq!(answer(&xml, "t", "{}"), "12");
}
