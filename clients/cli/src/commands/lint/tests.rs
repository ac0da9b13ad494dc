//! What people and programs see of problems.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use expect_test::expect;

use super::Lint;
use crate::output::{Format, Output};

const BROKEN: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
  <bpmn:process id="order" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f" sourceRef="start" targetRef="ship" />
    <bpmn:serviceTask id="ship"><bpmn:incoming>f</bpmn:incoming></bpmn:serviceTask>
  </bpmn:process>
</bpmn:definitions>
"#;

/// Collects what is written.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The output without the folder's name, and the exit code.
fn lint(format: Format, file: &str) -> (String, u8) {
    lint_as("order.bpmn", format, file)
}

fn lint_as(name: &str, format: Format, file: &str) -> (String, u8) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, file).expect("a file");
    let page = Page::default();
    let result = Lint { files: vec![path] }.run(&mut Output::to(format, page.clone()));
    let text = String::from_utf8(page.0.lock().expect("not poisoned").clone()).expect("text");
    let shown = text.replace(&format!("{}/", folder.path().display()), "");
    (shown, result.map_or_else(|failure| failure.exit.code(), |()| 0))
}

#[test]
fn problems_are_listed_with_line_and_element() {
    let (text, exit) = lint(Format::Json, BROKEN);
    assert_eq!(exit, 4);
    expect![[r#"
        {"problems":[{"file":"order.bpmn","line":6,"column":5,"elementId":"ship","path":"order > ship","message":"The element 'ship' has no zeebe:taskDefinition. It needs exactly one, with a job type."}],"warnings":[]}
    "#]].assert_eq(&text);
    let (text, exit) = lint(Format::Table, BROKEN);
    assert_eq!(exit, 4);
    let words: Vec<&str> = text.split_whitespace().take(7).collect();
    expect!["FILE LINE ELEMENT PROBLEM order.bpmn 6 ship"].assert_eq(&words.join(" "));
}

#[test]
fn a_sound_file_says_nothing() {
    let sound = BROKEN.replace(
        "<bpmn:incoming>f</bpmn:incoming></bpmn:serviceTask>",
        r#"<bpmn:extensionElements><zeebe:taskDefinition xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" type="ship"/></bpmn:extensionElements><bpmn:incoming>f</bpmn:incoming></bpmn:serviceTask>"#,
    );
    assert_eq!(lint(Format::Table, &sound), (String::new(), 0));
    assert_eq!(lint(Format::Json, &sound), ("{\"problems\":[],\"warnings\":[]}\n".into(), 0));
}

#[test]
fn what_has_no_effect_is_a_warning_and_no_failure() {
    let file = BROKEN.replace(
        "<bpmn:incoming>f</bpmn:incoming></bpmn:serviceTask>",
        r#"<bpmn:extensionElements xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><zeebe:taskDefinition type="ship"/><zeebe:taskHeaders><zeebe:header key="" value="v"/></zeebe:taskHeaders></bpmn:extensionElements><bpmn:incoming>f</bpmn:incoming></bpmn:serviceTask>"#,
    );
    let (text, exit) = lint(Format::Json, &file);
    assert_eq!(exit, 0);
    expect![[r#"
        {"problems":[],"warnings":[{"file":"order.bpmn","line":6,"column":161,"elementId":"ship","path":"order > ship","message":"A header of 'ship' has no key, so that no worker gets it. Fill it in, or remove it."}]}
    "#]].assert_eq(&text);
    let (text, exit) = lint(Format::Table, &file);
    assert_eq!(exit, 0);
    let words: Vec<&str> = text.split_whitespace().take(7).collect();
    expect!["FILE LINE ELEMENT WARNING order.bpmn 6 ship"].assert_eq(&words.join(" "));
}

#[test]
fn a_file_that_is_no_xml_has_one_problem() {
    assert_eq!(lint(Format::Table, "hello").1, 4);
}

#[test]
fn a_missing_file_is_a_mistake_of_usage() {
    let missing = Lint { files: vec![PathBuf::from("/nowhere/order.bpmn")] };
    let result = missing.run(&mut Output::to(Format::Table, Page::default()));
    let failure = result.expect_err("no file");
    assert_eq!(failure.exit.code(), 2);
    assert!(failure.message.contains("/nowhere/order.bpmn"));
}

const TABLES: &str = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
<businessKnowledgeModel id="k" name="k"><encapsulatedLogic><formalParameter name="x"/><context><contextEntry>
<variable name="fee"/><decisionTable><input><inputExpression><text>x</text></inputExpression></input>
<output name="r"><outputValues><text>"p","q"</text></outputValues></output>
<rule><inputEntry><text>&lt; 2 * 5</text></inputEntry><outputEntry><text>"z"</text></outputEntry></rule>
</decisionTable></contextEntry></context></encapsulatedLogic></businessKnowledgeModel></definitions>"#;

#[test]
fn tables_inside_of_knowledge_models_are_judged_with_their_place() {
    let (text, exit) = lint_as("k.dmn", Format::Json, TABLES);
    assert_eq!(exit, 0);
    expect![[r#"
        {"problems":[],"warnings":[{"file":"k.dmn","decisionId":"k","place":"entry 'fee'","kind":"UNDECLARED_OUTPUT","rules":[1],"message":"Rule 1 answers \"z\" for the output 'r', which is none of the declared values \"p\",\"q\"."},{"file":"k.dmn","decisionId":"k","place":"entry 'fee'","kind":"GAP","rules":[],"message":"No rule matches x = 10."}]}
    "#]]
    .assert_eq(&text);
    let named = TABLES.replace(r#"id="k" name="k""#, r#"id="k" name="Shipping fee""#);
    let (text, _) = lint_as("k.dmn", Format::Table, &named);
    assert!(text.contains("k.dmn  k 'Shipping fee'  entry 'fee': No rule"), "{text}");
    let (text, _) = lint_as("k.dmn", Format::Table, TABLES);
    assert!(text.contains("entry 'fee': No rule matches x = 10."), "{text}");
}

#[test]
fn problems_of_a_decision_name_it_by_id_and_name() {
    let rule = |id: &str| {
        let file = TABLES
            .replace("<rule>", &format!("<rule{id}>"))
            .replace("&lt; 2 * 5", "1 +")
            .replace(r#"id="k" name="k""#, r#"id="k" name="Shipping fee""#)
            .replace("<inputEntry>", &format!("<inputEntry{}>", id.replace('r', "cell")));
        let (text, exit) = lint_as("k.dmn", Format::Table, &file);
        assert_eq!(exit, 4);
        text.lines().nth(1).unwrap_or_default().to_owned()
    };
    let told = rule(r#" id="r""#);
    assert!(
        told.starts_with("k.dmn  5     k 'Shipping fee' > cell  Entry 'fee', rule 1"),
        "{told}"
    );
    let told = rule("");
    assert!(told.starts_with("k.dmn  5     k 'Shipping fee'  Entry 'fee', rule 1"), "{told}");
}
