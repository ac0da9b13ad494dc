//! How deep knowledge models and services may call each other, and that the stack suffices for it.

use std::fmt::Write;

use dmn::Model;
use feel::{Budget, Edition, Env, Limits, NoVariables, Resource};
use jiff::tz::TimeZone;

use super::support::{answer_by, compiled, definitions, table};

/// A body with a call in it.
type Body = fn(&str) -> String;

fn expression(text: &str) -> String {
    format!("<literalExpression><text>{text}</text></literalExpression>")
}

/// Bodies of each kind: most add one to what the call answers, and the input of a table is only
/// looked at.
const BODIES: [(&str, Body); 6] = [
    ("literal", |call| expression(&format!("{call} + 1"))),
    ("context", |call| {
        format!(
            "<context><contextEntry><variable name=\"y\"/>{}</contextEntry><contextEntry>{}\
             </contextEntry></context>",
            expression(call),
            expression("y + 1")
        )
    }),
    ("table", |call| table("", &["x"], "<output name=\"r\"/>", &[&format!("- | {call} + 1")])),
    ("input of a table", |call| table("", &[call], "<output name=\"r\"/>", &["[1..190] | 190"])),
    ("conditional", |call| {
        format!(
            "<conditional><if>{}</if><then>{}</then><else>{}</else></conditional>",
            expression("true"),
            expression(&format!("{call} + 1")),
            expression("0")
        )
    }),
    ("for", |call| {
        format!(
            "<context><contextEntry><variable name=\"y\"/><for iteratorVariable=\"i\"><in>{}</in>\
             <return>{}</return></for></contextEntry><contextEntry>{}</contextEntry></context>",
            expression("[1]"),
            expression(call),
            expression("y[1] + 1")
        )
    }),
];

fn required(kind: &str, id: &str) -> String {
    format!(
        "<{kind}Requirement><required{} href=\"#{id}\"/></{kind}Requirement>",
        match kind {
            "knowledge" => "Knowledge",
            _ => "Decision",
        }
    )
}

/// A decision `t` that calls the first of so many knowledge models, each of which calls the next.
fn chain_of_knowledge(levels: usize, body: Body) -> String {
    chain_below("k1(1)", levels, body)
}

/// A decision `t` with this expression, which requires the first of so many knowledge models.
fn chain_below(text: &str, levels: usize, body: Body) -> String {
    let mut elements = String::new();
    for level in 1..=levels {
        let (logic, next) = if level < levels {
            let next = format!("k{}", level + 1);
            (body(&format!("{next}(x)")), required("knowledge", &next))
        } else {
            (expression("x"), String::new())
        };
        // Each table has ids of its own.
        let logic = logic.replace("id=\"", &format!("id=\"at{level}"));
        write!(
            elements,
            "<businessKnowledgeModel id=\"k{level}\" name=\"k{level}\"><encapsulatedLogic>\
             <formalParameter name=\"x\"/>{logic}</encapsulatedLogic>{next}\
             </businessKnowledgeModel>"
        )
        .unwrap();
    }
    write!(
        elements,
        "<decision id=\"t\" name=\"t\">{}{}</decision>",
        required("knowledge", "k1"),
        expression(text)
    )
    .unwrap();
    definitions(&elements)
}

/// A decision `t` that calls the first of so many services, each with a decision that calls the
/// next.
fn chain_of_services(levels: usize) -> String {
    let mut elements = String::new();
    for level in 1..=levels {
        let (text, next) = if level < levels {
            let next = format!("s{}", level + 1);
            (format!("{next}() + 1"), required("knowledge", &next))
        } else {
            ("1".to_owned(), String::new())
        };
        write!(
            elements,
            "<decision id=\"d{level}\" name=\"d{level}\">{next}{}</decision><decisionService \
             id=\"s{level}\" name=\"s{level}\"><outputDecision href=\"#d{level}\"/>\
             </decisionService>",
            expression(&text)
        )
        .unwrap();
    }
    write!(
        elements,
        "<decision id=\"t\" name=\"t\">{}{}</decision>",
        required("knowledge", "s1"),
        expression("s1()")
    )
    .unwrap();
    definitions(&elements)
}

#[test]
fn a_hundred_and_ninety_knowledge_models_call_each_other() {
    for (kind, body) in BODIES {
        let found = answer_by(Edition::Refined, &chain_of_knowledge(190, body), "t", "{}");
        assert_eq!(found, "190", "{kind}");
    }
}

#[test]
fn a_hundred_and_ninety_services_call_each_other() {
    let found = answer_by(Edition::Refined, &chain_of_services(190), "t", "{}");
    assert_eq!(found, "190");
}

#[test]
fn more_calls_than_the_depth_end_in_a_failure() {
    let found = answer_by(Edition::Refined, &chain_of_services(250), "t", "{}");
    assert!(found.starts_with("failure: "), "{found}");
    assert!(found.ends_with("nests calls more than 200 levels deep"), "{found}");
}

#[test]
fn too_many_calls_are_told_with_decision_and_model() {
    let (_, literal) = BODIES[0];
    let found = answer_by(Edition::Refined, &chain_of_knowledge(250, literal), "t", "{}");
    let start = "failure: decision 't', expression 'k1(1)', function 'k1', expression 'k2(x) + 1'";
    assert!(found.starts_with(start), "{found}");
    assert!(found.ends_with(": The expression nests calls more than 200 levels deep"), "{found}");
}

/// What nobody calls has no depth, however long its requirements are.
#[test]
fn required_models_are_no_calls() {
    let (_, literal) = BODIES[0];
    for text in ["1", "if false then k1(1) else 1"] {
        for levels in [201, 5_000] {
            let xml = chain_below(text, levels, literal);
            assert_eq!(answer_by(Edition::Refined, &xml, "t", "{}"), "1", "{text}, {levels}");
        }
        // The first edition holds one in the other.
        let found = answer_by(Edition::First, &chain_below(text, 201, literal), "t", "{}");
        assert_eq!(
            found,
            "failure: The expression nests calls or values more than 200 levels deep"
        );
    }
    // A model in the middle is called, and answers with a function that nobody calls.
    let xml = chain_below("1", 5_000, |call| expression(call.split_once('(').unwrap().0));
    assert_eq!(answer_by(Edition::Refined, &xml, "t", "{}"), "1");
}

/// The failure of a budget outside of every expression names the decision, too.
#[test]
fn a_budget_that_ends_before_the_decision_begins_is_told_with_it() {
    let (_, literal) = BODIES[0];
    let model = compiled(&chain_below("1", 50, literal));
    let told = |steps, edition| {
        let (zone, mut budget) =
            (TimeZone::UTC, Budget::new(Limits { steps, ..Limits::default() }));
        let mut env = Env::new(0, &zone, 1, &mut budget);
        env.edition = edition;
        model.evaluate(model.decision("t").unwrap(), &NoVariables, &mut env).unwrap_err().message
    };
    let end = "The expression takes more than 20 steps";
    assert_eq!(told(20, Edition::Refined), format!("decision 't', function 'k20': {end}"));
    assert_eq!(told(20, Edition::First), end);
}

#[test]
fn the_setting_governs_how_deep_models_call_each_other() {
    let work = || {
        let (_, literal) = BODIES[0];
        let told = |levels, depth| {
            let model = compiled(&chain_of_knowledge(levels, literal));
            let (zone, mut budget) =
                (TimeZone::UTC, Budget::new(Limits { depth, ..Limits::default() }));
            let mut env = Env::new(0, &zone, 1, &mut budget);
            let found = model.evaluate(model.decision("t").unwrap(), &NoVariables, &mut env);
            found.map_or_else(|it| it.message, |it| it.output.feel_text())
        };
        assert_eq!(told(500, 600), "500");
        assert!(told(700, 600).ends_with("nests calls more than 600 levels deep"));
    };
    std::thread::Builder::new().stack_size(feel::STACK_BYTES).spawn(work).unwrap().join().unwrap();
}

/// What an old log decided stays: there a call counted for many nodes.
#[test]
fn by_the_first_edition_about_forty_call_each_other() {
    let (_, literal) = BODIES[0];
    let found = answer_by(Edition::First, &chain_of_knowledge(40, literal), "t", "{}");
    assert_eq!(found, "40");
    for xml in [chain_of_knowledge(50, literal), chain_of_services(50)] {
        let found = answer_by(Edition::First, &xml, "t", "{}");
        assert!(found.ends_with("more than 200 levels deep"), "{found}");
    }
}

/// Evaluates by the largest depth that a setting allows, on a thread with the stack that the engine
/// has; an overflow would end the process.
fn ends_with_the_depth(model: Model, edition: Edition) {
    let work = move || {
        let limits = Limits { steps: 10_000_000, bytes: 1 << 28, depth: Limits::DEPTH_MAX };
        let (zone, mut budget) = (TimeZone::UTC, Budget::new(limits));
        let mut env = Env::new(0, &zone, 1, &mut budget);
        env.edition = edition;
        let failure = model.evaluate(model.decision("t").unwrap(), &NoVariables, &mut env);
        match failure.map_err(|it| it.failure) {
            Err(feel::Failure::Budget { resource, .. }) => {
                let is_first = edition == Edition::First;
                assert_eq!(resource == Resource::Depth, is_first, "{resource:?}");
                let is_depth = matches!(resource, Resource::Calls | Resource::Operations);
                assert!(is_first || is_depth, "{resource:?}");
            }
            other => panic!("{other:?}"),
        }
    };
    std::thread::Builder::new().stack_size(feel::STACK_BYTES).spawn(work).unwrap().join().unwrap();
}

#[test]
fn the_stack_suffices_for_the_deepest_evaluation() {
    let bodies: [Body; 4] = [
        |call| expression(&format!("1 in (1 in (1 in ({call})))")),
        |call| expression(&format!("sort([1, 2], function(a, b) {call})")),
        |call| expression(&format!("string(string(string({call})))")),
        |call| expression(&format!("[1][[1][{call} = 1] = 1]")),
    ];
    for body in BODIES.into_iter().map(|it| it.1).chain(bodies) {
        // A function gets itself as argument, so there is no end.
        let logic = body("x(x)");
        let xml = definitions(&format!(
            "<businessKnowledgeModel id=\"k\" name=\"k\"><encapsulatedLogic><formalParameter \
             name=\"x\"/>{logic}</encapsulatedLogic></businessKnowledgeModel><decision id=\"t\" \
             name=\"t\">{}{}</decision>",
            required("knowledge", "k"),
            expression("k(k)")
        ));
        for edition in [Edition::First, Edition::Refined] {
            ends_with_the_depth(compiled(&xml), edition);
        }
    }
}
