//! Files that want to break the compiler or the evaluator.

use std::fmt::Write;

use feel::Resource;
use proptest::prelude::{Strategy, any, prop, proptest};

use super::support::{compile, compiled, definitions, evaluate, literal, table, table_model};

#[test]
fn nesting_beyond_the_limit_is_refused() {
    for (open, close) in
        [("<list>", "</list>"), ("<context><contextEntry>", "</contextEntry></context>")]
    {
        for depth in [40, 200, 5000] {
            let inner = format!("{}{}", open.repeat(depth), close.repeat(depth));
            let xml = definitions(&format!("<decision id=\"t\" name=\"t\">{inner}</decision>"));
            assert!(compile(&xml).is_err(), "{open} {depth}");
        }
    }
}

#[test]
fn a_chain_of_types_beyond_the_limit_is_refused() {
    let mut elements = literal("t", "1", &[]);
    for ix in 0..500 {
        write!(
            elements,
            "<itemDefinition name=\"t{ix:04}\"><typeRef>t{:04}</typeRef></itemDefinition>",
            ix + 1
        )
        .unwrap();
    }
    assert!(compile(&definitions(&elements)).is_err());
}

#[test]
fn a_knowledge_model_that_calls_itself_is_a_cycle() {
    let xml = definitions(
        "<businessKnowledgeModel id=\"k\" name=\"k\"><encapsulatedLogic><formalParameter \
         name=\"n\"/><literalExpression><text>k(n + 1)</text></literalExpression>\
         </encapsulatedLogic><knowledgeRequirement><requiredKnowledge href=\"#k\"/>\
         </knowledgeRequirement></businessKnowledgeModel>",
    );
    let problems = compile(&xml).unwrap_err();
    assert!(problems[0].message.contains("requires itself"), "{problems:?}");
}

#[test]
fn functions_that_call_each_other_forever_end_in_a_failure() {
    // A function gets itself as argument, through boxed bodies and a literal one.
    for body in [
        "<literalExpression><text>f(f)</text></literalExpression>",
        "<list><literalExpression><text>f(f)</text></literalExpression></list>",
        "<conditional><if><literalExpression><text>true</text></literalExpression></if><then>\
         <list><context><contextEntry><variable name=\"x\"/><list><literalExpression><text>f(f)\
         </text></literalExpression></list></contextEntry></context></list></then><else>\
         <literalExpression><text>1</text></literalExpression></else></conditional>",
    ] {
        let xml = definitions(&format!(
            "<businessKnowledgeModel id=\"k\" name=\"k\"><encapsulatedLogic><formalParameter \
             name=\"f\"/>{body}</encapsulatedLogic></businessKnowledgeModel>\
             <decision id=\"t\" name=\"t\"><knowledgeRequirement><requiredKnowledge href=\"#k\"/>\
             </knowledgeRequirement><literalExpression><text>k(k)</text></literalExpression>\
             </decision>"
        ));
        let failure = evaluate(&compiled(&xml), "t", "{}").unwrap_err();
        let feel::Failure::Budget { resource, .. } = failure.failure else { panic!("{failure}") };
        assert!(matches!(resource, Resource::Calls | Resource::Operations), "{failure}");
    }
}

#[test]
fn endless_work_ends_in_a_failure() {
    let rules: Vec<String> =
        (0..200).map(|ix| format!("count(for i in 1..20000 return i) = {ix} | 1")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let xml = table_model("hitPolicy=\"COLLECT\"", &["x"], "<output name=\"r\"/>", &rules);
    let failure = evaluate(&compiled(&xml), "t", r#"{"x": 1}"#).unwrap_err();
    assert!(failure.message.starts_with("decision 'T', rule "), "{failure}");
    assert!(failure.message.contains("input 'x', expression 'count("), "{failure}");
    assert!(failure.message.contains("more than 1000000 steps"), "{failure}");
}

/// A decision that calls a business knowledge model with this logic.
fn calling(logic: &str, expression: &str) -> String {
    definitions(&format!(
        "<businessKnowledgeModel id=\"k\" name=\"add tax\"><encapsulatedLogic><formalParameter \
         name=\"x\"/>{logic}</encapsulatedLogic></businessKnowledgeModel><decision id=\"t\" \
         name=\"Price\"><knowledgeRequirement><requiredKnowledge href=\"#k\"/>\
         </knowledgeRequirement>{expression}</decision>"
    ))
}

fn expression(text: &str) -> String {
    format!("<literalExpression><text>{text}</text></literalExpression>")
}

#[test]
fn a_budget_spent_in_a_knowledge_model_names_the_way_to_it() {
    let endless = expression("count(for i in 1..10000000 return i) + x");
    let table = table(
        "",
        &["x"],
        "<output name=\"r\"/>",
        &["count(for i in 1..10000000 return i) > ? | 1"],
    );
    let by_name = format!(
        "<invocation>{}<binding><parameter name=\"x\"/>{}</binding></invocation>",
        expression("add tax"),
        expression("1")
    );
    for (logic, caller, told) in [
        (
            &endless,
            &expression("add tax(1)"),
            "decision 'Price', expression 'add tax(1)', function 'add tax', expression \
             'count(for i in 1..10000000 return i) + x': The expression ",
        ),
        (
            &endless,
            &by_name,
            "decision 'Price', function 'add tax', expression 'count(for i in 1..10000000 return \
             i) + x': The expression ",
        ),
        (
            &table,
            &expression("add tax(1)"),
            "decision 'Price', expression 'add tax(1)', function 'add tax', rule 1, input 'x', \
             expression 'count(for i in 1..10000000 return i) > ?': The expression ",
        ),
    ] {
        let failure = evaluate(&compiled(&calling(logic, caller)), "t", "{}").unwrap_err();
        assert!(failure.message.starts_with(told), "{failure}");
        assert!(matches!(failure.failure, feel::Failure::Budget { .. }), "{failure}");
    }
}

#[test]
fn a_model_that_calls_itself_too_deep_is_told_briefly() {
    let logic = expression("x(x) + 1 - 1 + 1 - 1 + 1 - 1 + 1 - 1 + 1 - 1");
    let model = compiled(&calling(&logic, &expression("add tax(add tax)")));
    let failure = evaluate(&model, "t", "{}").unwrap_err();
    let start = "decision 'Price', expression 'add tax(add tax)', function 'add tax', expression";
    assert!(failure.message.starts_with(start), "{failure}");
    assert!(failure.message.contains(", …: The expression nests calls"), "{failure}");
    assert!(failure.message.len() < 2_000, "{failure}");
}

/// A model with every kind of element, to be damaged.
fn rich() -> String {
    definitions(
        &[
            "<itemDefinition name=\"n\" isCollection=\"true\"><typeRef>number</typeRef>\
             <allowedValues><text>[0..9]</text></allowedValues></itemDefinition>\
             <inputData id=\"x\" name=\"x\"><variable name=\"x\" typeRef=\"number\"/></inputData>\
             <businessKnowledgeModel id=\"k\" name=\"k\"><encapsulatedLogic><formalParameter \
             name=\"a b\" typeRef=\"n\"/><relation><column name=\"c\"/><row><literalExpression>\
             <text>a b[1]</text></literalExpression></row></relation></encapsulatedLogic>\
             </businessKnowledgeModel><decisionService id=\"s\" name=\"s\"><outputDecision \
             href=\"#l\"/></decisionService><decision id=\"t\" name=\"t\">\
             <informationRequirement><requiredInput href=\"#x\"/></informationRequirement>\
             <knowledgeRequirement><requiredKnowledge href=\"#k\"/></knowledgeRequirement>\
             <decisionTable hitPolicy=\"COLLECT\" aggregation=\"MAX\"><input id=\"i\">\
             <inputExpression><text>x</text></inputExpression></input><output id=\"o\"/>\
             <rule id=\"r\"><inputEntry><text>[1..5], not(3)</text></inputEntry><outputEntry>\
             <text>k([x])[1].c</text></outputEntry></rule></decisionTable></decision>",
            &literal("l", "for i in [1, 2] return i + 1", &[]),
        ]
        .concat(),
    )
}

fn run_all(xml: &str) {
    if let Ok(model) = compile(xml) {
        for decision in model.decisions() {
            let _ = evaluate(&model, decision.id(), r#"{"x": 2}"#);
        }
    }
}

#[test]
fn the_rich_model_works_before_it_is_damaged() {
    let evaluation = evaluate(&compiled(&rich()), "t", r#"{"x": 2}"#).unwrap();
    assert_eq!(evaluation.output.feel_text(), "2");
}

/// Positions and characters to put there.
fn damage() -> impl Strategy<Value = Vec<(usize, String)>> {
    let piece = proptest::prop_oneof![
        any::<char>().prop_map(|it| it.to_string()),
        proptest::sample::select(vec![
            "<", ">", "/>", "\"", "</text>", "<text>", "<list>", "[", "(", "#t", "name=\"", "-",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec((0_usize..4000, piece), 1..6)
}

proptest! {
    #[test]
    fn a_damaged_file_is_refused_or_runs(damage in damage()) {
        let mut characters: Vec<char> = rich().chars().collect();
        for (at, piece) in damage {
            let at = at % characters.len();
            let end = (at + piece.len() % 3).min(characters.len());
            characters.splice(at..end, piece.chars());
        }
        run_all(&characters.into_iter().collect::<String>());
    }
}
