//! What an evaluation leaves for records and explanations.

use dmn::{DecisionType, Model, UnmatchedRule};
use feel::{Budget, Edition, Env};
use jiff::tz::TimeZone;

use super::support::{
    Scope, compiled, definitions, evaluate, explained, literal, table, table_model, warnings,
};

#[test]
fn a_table_leaves_inputs_matches_and_why_others_did_not_match() {
    let outputs = "<output id=\"o1\" name=\"a\"/><output id=\"o2\" label=\"B\" name=\"b\"/>";
    let rules = ["> 5 | \"p\" | 1 | 2", "- | \"q\" | 3 | 4", "< 3 | - | 5 | 6"];
    let xml = table_model("hitPolicy=\"COLLECT\"", &["x", "y"], outputs, &rules);
    let model = compiled(&xml);
    let evaluation = evaluate(&model, "t", r#"{"x": 4, "y": "q"}"#).unwrap();
    let [decision] = &evaluation.decisions[..] else { panic!("one decision") };
    assert_eq!((&*decision.id, &*decision.name), ("t", "T"));
    assert_eq!(decision.kind, DecisionType::DecisionTable);
    let inputs: Vec<_> =
        decision.inputs.iter().map(|it| (&*it.id, &*it.name, it.value.feel_text())).collect();
    assert_eq!(inputs, [("in0", "x", "4".to_owned()), ("in1", "y", "\"q\"".to_owned())]);
    let [matched] = &decision.matched[..] else { panic!("one rule") };
    assert_eq!((&*matched.id, matched.number), ("rule1", 2));
    let outputs: Vec<_> =
        matched.outputs.iter().map(|it| (&*it.id, &*it.name, it.value.feel_text())).collect();
    assert_eq!(outputs, [("o1", "a", "3".to_owned()), ("o2", "b", "4".to_owned())]);
    assert_eq!(
        decision.unmatched().collect::<Vec<_>>(),
        [UnmatchedRule { number: 1, input: 1 }, UnmatchedRule { number: 3, input: 1 }]
    );
}

#[test]
fn a_table_with_more_rules_than_asked_for_says_that_it_is_not_explained() {
    let xml = table_model("", &["x"], "<output name=\"a\"/>", &["1 | 1", "2 | 2", "3 | 3"]);
    let model = compiled(&xml);
    for (rules_max, unmatched, left_out) in [(3, 2, false), (2, 0, true), (0, 0, false)] {
        let evaluation = explained(&model, "t", rules_max, r#"{"x": 2}"#).unwrap();
        let decision = &evaluation.decisions[0];
        let found = (decision.unmatched().count(), decision.unmatched_left_out);
        assert_eq!(found, (unmatched, left_out));
        assert_eq!(decision.output.feel_text(), "2");
    }
}

#[test]
fn a_large_table_is_explained_without_paying_for_each_rule() {
    let rules: Vec<String> = (0..10_000).map(|it| format!("\"a\" | {} | {it}", it % 7)).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let xml = table_model("hitPolicy=\"COLLECT\"", &["x", "y"], "<output name=\"r\"/>", &rules);
    let model = compiled(&xml);
    for (json, inputs) in [(r#"{"x": "b", "y": 1}"#, [1, 1]), (r#"{"x": "a", "y": 7}"#, [2, 2])] {
        let evaluation = explained(&model, "t", usize::MAX, json).unwrap();
        let decision = &evaluation.decisions[0];
        assert_eq!(decision.unmatched().count(), 10_000, "{json}");
        assert_eq!([decision.failing_inputs[0], decision.failing_inputs[9_999]], inputs, "{json}");
        assert!(steps_of(&model, json, Edition::Refined) < 200, "{json}");
        assert!(steps_of(&model, json, Edition::First) > 10_000, "{json}");
    }
    let evaluation = explained(&model, "t", usize::MAX, r#"{"x": "a", "y": 6}"#).unwrap();
    let decision = &evaluation.decisions[0];
    let matched: Vec<u32> = decision.matched.iter().map(|it| it.number).collect();
    assert_eq!((matched.len(), matched[0], matched[1]), (1_428, 7, 14));
    assert!(decision.unmatched().all(|it| it.input == 2 && it.number % 7 != 0));
    assert_eq!(decision.unmatched().count(), 10_000 - 1_428);
}

/// What it costs to explain the decision `t`.
fn steps_of(model: &Model, json: &str, edition: Edition) -> u64 {
    let mut budget = Budget::default();
    let zone = TimeZone::UTC;
    let mut env = Env::new(0, &zone, 1, &mut budget);
    env.edition = edition;
    let decision = model.decision("t").unwrap();
    model.explain(decision, usize::MAX, &Scope::of(json), &mut env).unwrap();
    budget.steps_used()
}

#[test]
fn a_failure_keeps_what_was_evaluated_before_it() {
    let table = table("", &["base"], "<output name=\"r\"/>", &["- | 1", "> 0 | 2"]);
    let required = "<informationRequirement><requiredDecision href=\"#base\"/>\
                    </informationRequirement>";
    let xml = definitions(&format!(
        "{}<decision id=\"t\" name=\"T\">{required}{table}</decision>{}",
        literal("base", "5", &[]),
        literal("top", "t", &["t"])
    ));
    let failure = evaluate(&compiled(&xml), "top", "{}").unwrap_err();
    assert_eq!(failure.decision_id.as_deref(), Some("t"));
    let ids: Vec<&str> = failure.decisions.iter().map(|it| &*it.id).collect();
    assert_eq!(ids, ["base", "t"]);
    assert_eq!(failure.decisions[1].matched.len(), 2);
    assert_eq!(failure.decisions[1].inputs[0].value.feel_text(), "5");
}

/// What a failure of the decision `t` tells by an edition: inputs, rules with their outputs, and
/// the first failing input of each rule that was tried.
fn told(edition: Edition, xml: &str, json: &str) -> String {
    let (model, zone, mut budget) = (compiled(xml), TimeZone::UTC, Budget::default());
    let mut env = Env::new(0, &zone, 1, &mut budget);
    env.edition = edition;
    let decision = model.decision("t").unwrap();
    let failure = model.explain(decision, usize::MAX, &Scope::of(json), &mut env).unwrap_err();
    let found = failure.decisions.last().expect("it is the one that failed");
    let inputs: Vec<String> = found.inputs.iter().map(|it| it.value.feel_text()).collect();
    let outputs = |it: &dmn::MatchedRule| {
        it.outputs.iter().map(|it| it.value.feel_text()).collect::<Vec<_>>().join(", ")
    };
    let rules = found.matched.iter().map(|it| format!("{}: {}", it.number, outputs(it)));
    let rules: Vec<String> = rules.collect();
    format!("{} [{}] {:?}", inputs.join(", "), rules.join("; "), found.failing_inputs)
}

#[test]
fn a_rule_whose_output_fails_has_matched() {
    let outputs = "<output id=\"o1\" name=\"a\"/><output id=\"o2\" name=\"b\"/>";
    let rules = ["- | > 9 | 1 | 2", "- | > 3 | x | assert(y, y > 9)", "- | - | 5 | 6"];
    let xml = table_model("hitPolicy=\"FIRST\"", &["x", "y"], outputs, &rules);
    let given = r#"{"x": 1, "y": 5}"#;
    assert_eq!(told(Edition::Refined, &xml, given), "1, 5 [2: 1] [2, 0]");
    assert_eq!(told(Edition::First, &xml, given), "1, 5 [] [2]");
    let outputs = "<output name=\"a\"><outputValues><text>1, 2</text></outputValues></output>";
    let xml = table_model("hitPolicy=\"COLLECT\"", &["x"], outputs, &["- | 2", "1 | x + 2"]);
    assert_eq!(told(Edition::Refined, &xml, r#"{"x": 1}"#), "1 [1: 2; 2: ] [0, 0]");
    assert_eq!(told(Edition::First, &xml, r#"{"x": 1}"#), "1 [1: 2] [0]");
}

#[test]
fn an_input_that_is_none_of_its_values_is_kept() {
    let values = "</inputExpression><inputValues><text>[0..9]</text></inputValues>";
    let xml = table_model("", &["x", "y"], "<output name=\"a\"/>", &["- | - | 1"]);
    let xml = xml.replace("</inputExpression>", values);
    let given = r#"{"x": 1, "y": 10}"#;
    assert_eq!(told(Edition::Refined, &xml, given), "1, 10 [] []");
    assert_eq!(told(Edition::First, &xml, given), "1 [] []");
    assert_eq!(told(Edition::Refined, &xml, r#"{"x": 11, "y": 1}"#), "11 [] []");
}

#[test]
fn decisions_say_how_they_are_written_and_their_version_tag() {
    let xml = definitions(
        "<decision id=\"a\" name=\"a\"><extensionElements><zeebe:versionTag \
         xmlns:zeebe=\"http://camunda.org/schema/zeebe/1.0\" value=\"v1.0\"/></extensionElements>\
         <literalExpression><text>1</text></literalExpression></decision>\
         <decision id=\"b\" name=\"b\"/>",
    );
    let model = compiled(&xml);
    let kinds: Vec<_> = model
        .decisions()
        .map(|it| (it.id().to_string(), it.kind(), it.version_tag().map(ToString::to_string)))
        .collect();
    assert_eq!(
        kinds,
        [
            ("a".to_owned(), DecisionType::LiteralExpression, Some("v1.0".to_owned())),
            ("b".to_owned(), DecisionType::Empty, None)
        ]
    );
}

#[test]
fn a_warning_says_where_it_arose() {
    let outputs = "<output name=\"a\"/><output name=\"b\"><defaultOutputEntry><text>no + 1\
                   </text></defaultOutputEntry></output>";
    let rules = ["> none | 1 | 2", "-3 | 1 / 0 | 2"];
    let xml = table_model("", &["x"], outputs, &rules);
    assert_eq!(
        warnings(&xml, "t", r#"{"x": -3}"#),
        "[NO_VARIABLE_FOUND] decision 'T', rule 1, input 'x', expression '> none': No variable \
         found with name 'none'\n\
         [NOT_COMPARABLE] decision 'T', rule 1, input 'x', expression '> none': Can't compare '-3' \
         with 'null'\n\
         [INVALID_TYPE] decision 'T', rule 2, output 'a', expression '1 / 0': Can't divide '1' by \
         '0'\n"
    );
    let told = warnings(&xml, "t", "{}");
    assert!(told.starts_with("[NO_VARIABLE_FOUND] decision 'T', input 'x': No variable"), "{told}");
    let default =
        "[NO_VARIABLE_FOUND] decision 'T', the default of output 'b', expression 'no + 1'";
    assert!(told.contains(default), "{told}");
}

#[test]
fn a_warning_of_a_required_decision_or_function_names_it() {
    let knowledge = "<businessKnowledgeModel id=\"f\" name=\"f\"><variable name=\"f\"/>\
         <encapsulatedLogic><formalParameter name=\"n\"/><context><contextEntry><variable \
         name=\"e\"/><literalExpression><text>n + nothing</text></literalExpression></contextEntry>\
         </context></encapsulatedLogic></businessKnowledgeModel>";
    let uses = "<decision id=\"u\" name=\"u\"><variable name=\"u\"/><knowledgeRequirement>\
         <requiredKnowledge href=\"#f\"/></knowledgeRequirement><literalExpression><text>f(1)</text>\
         </literalExpression></decision>";
    let xml = definitions(&format!("{knowledge}{uses}{}", literal("top", "u.e + gone", &["u"])));
    let place =
        "decision 'u', expression 'f(1)', function 'f', entry 'e', expression 'n + nothing'";
    assert_eq!(
        warnings(&xml, "top", "{}"),
        format!(
            "[NO_VARIABLE_FOUND] {place}: No variable found with name 'nothing'\n\
             [INVALID_TYPE] {place}: Can't add 'null' to '1'\n\
             [NO_VARIABLE_FOUND] decision 'top', expression 'u.e + gone': No variable found with \
             name 'gone'\n\
             [INVALID_TYPE] decision 'top', expression 'u.e + gone': Can't add 'null' to 'null'\n"
        )
    );
}

#[test]
fn a_decision_tells_the_variables_it_reads_with_those_of_what_it_requires() {
    let table = table("", &["base + x"], "<output name=\"r\"/>", &["> low | y.z", "- | 1"]);
    let required = "<informationRequirement><requiredDecision href=\"#base\"/>\
                    </informationRequirement>";
    let xml = definitions(&format!(
        "{}<decision id=\"t\" name=\"T\">{required}{table}</decision>{}",
        literal("base", "for i in items return i + w", &[]),
        literal("other", "unrelated", &[])
    ));
    let model = compiled(&xml);
    let names = |id: &str| model.variables(model.decision(id).unwrap()).join(" ");
    assert_eq!(names("t"), "items low w x y");
    assert_eq!(names("other"), "unrelated");
}
