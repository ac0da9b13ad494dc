//! What looks wrong with a table.

use dmn::FindingKind;

use super::support::{compiled, definitions, table, table_model, warnings};

const OUTPUT: &str = "<output name=\"r\"/>";

fn findings(policy: &str, inputs: &[&str], rules: &[&str]) -> Vec<String> {
    let model = compiled(&table_model(&format!("hitPolicy=\"{policy}\""), inputs, OUTPUT, rules));
    model.findings().into_iter().map(|it| it.message).collect()
}

#[test]
fn a_number_that_no_rule_matches_is_a_gap() {
    assert_eq!(findings("UNIQUE", &["x"], &["< 3 | 1", "> 3 | 2"]), ["No rule matches x = 3."]);
    assert_eq!(findings("FIRST", &["x"], &["< 3 | 1", "> 5 | 2"]), ["No rule matches x = 3."]);
    assert_eq!(findings("UNIQUE", &["x"], &["<= 3 | 1", "> 5 | 2"]), ["No rule matches x = 4."]);
    assert_eq!(findings("UNIQUE", &["x"], &["[0..1] | 1", "> 1 | 2"]), ["No rule matches x = -1."]);
    assert!(findings("UNIQUE", &["x"], &["<= 3 | 1", "> 3 | 2"]).is_empty());
}

#[test]
fn a_combination_of_inputs_is_a_gap() {
    let rules =
        ["\"a\" | < 5 | 1", "\"a\" | >= 5 | 2", "\"b\" | - | 3", "not(\"a\", \"b\") | - | 4"];
    assert!(findings("UNIQUE", &["k", "x"], &rules).is_empty());
    let rules = ["\"a\" | < 5 | 1", "\"b\" | - | 3"];
    assert_eq!(
        findings("UNIQUE", &["k", "x"], &rules),
        ["No rule matches k = \"other\", x = 4.", "No rule matches k = \"a\", x = 5."]
    );
    let rules = ["\"a\" | < 5 | 1", "- | >= 5 | 3", "\"b\" | < 5 | 1"];
    assert_eq!(findings("FIRST", &["k", "x"], &rules), ["No rule matches k = \"other\", x = 4."]);
}

#[test]
fn negated_constants_and_comparisons_with_the_input_are_judged() {
    assert!(findings("UNIQUE", &["k"], &["not(\"b\") | 1", "\"b\" | 2"]).is_empty());
    assert!(findings("UNIQUE", &["x"], &["not([0..4)) | 1", "[0..4) | 2"]).is_empty());
    assert_eq!(
        findings("UNIQUE", &["x"], &["not([0..4), 7) | 1", "[0..4) | 2"]),
        ["No rule matches x = 7."]
    );
    assert!(
        findings("UNIQUE", &["x"], &["not([1..3]) | 1", "? >= 1 | 2"])
            .iter()
            .all(|it| it.starts_with("The rules 1 and 2 both match x = "))
    );
    assert_eq!(
        findings("UNIQUE", &["x"], &["not(3, 5) | 1", "? = 3 | 2"]),
        ["No rule matches x = 5."]
    );
    assert_eq!(findings("UNIQUE", &["x"], &["? > 5 | 1", "5 > ? | 2"]), ["No rule matches x = 5."]);
    assert_eq!(findings("UNIQUE", &["x"], &["!= 5 | 1"]), ["No rule matches x = 5."]);
    assert_eq!(
        findings("UNIQUE", &["x"], &["not(3) | 1", "< 3 | 2", "3 | 3"]),
        ["The rules 1 and 2 both match x = 2. The hit policy UNIQUE allows only one."]
    );
}

#[test]
fn conditions_on_the_input_are_judged_whatever_their_form() {
    // The other rule of each matches all but what the condition matches.
    for (condition, other) in [
        ("? > 2 and ? < 8", "<= 2, >= 8"),
        ("? > 2 and ? < 8", "not((2..8))"),
        ("? in [0..4)", "< 0, >= 4"),
        ("? in (1, 3, > 5)", "? != 1 and ? != 3 and ? <= 5"),
        ("? in [1, 3]", "not(1, 3)"),
        ("[1, [5..7], 3]", "? not in them"),
        ("? between 1 and 3", "< 1, > 3"),
        ("? < 4 or ? > 7", "[4..7]"),
        ("(? < 4 or ? > 7) and ? != 9", "[4..7], 9"),
        ("not(? < 4 or ? > 7)", "< 4, > 7"),
        ("not(? = 4) and not(? in [6..7])", "4, [6..7]"),
        ("? > 2 and (? < 5 or ? in (7..9]), 20", "<= 2, [5..7], (9..20), > 20"),
        ("3 < ? and 8 >= ?", "<= 3, > 8"),
    ] {
        let other = match other {
            "? not in them" => "not(1, 3, [5..7])",
            other => other,
        };
        let rules = [format!("{condition} | 1"), format!("{other} | 2")];
        let rules = [rules[0].as_str(), &rules[1]];
        assert!(findings("UNIQUE", &["x"], &rules).is_empty(), "{condition}");
        let found = findings("UNIQUE", &["x"], &rules[..1]);
        assert!(!found.is_empty(), "{condition}");
        assert!(found.iter().all(|it| it.starts_with("No rule matches x = ")), "{found:?}");
    }
    assert_eq!(
        findings("UNIQUE", &["x"], &["? > 2 and ? < 8 | 1", "? in [7..9] | 2", "<= 2, > 9 | 3"]),
        ["The rules 1 and 2 both match x = 7. The hit policy UNIQUE allows only one."]
    );
    assert_eq!(
        findings("FIRST", &["x"], &["? in [0..9] | 1", "? between 2 and 3 | 2", "- | 3"]),
        ["Rule 2 is never reached: rules before it match everything that it matches. For \
             example, rule 1 matches x = 2."]
    );
    assert!(
        findings("UNIQUE", &["k"], &["? = \"a\" or ? = \"b\" | 1", "not(\"a\", \"b\") | 2"])
            .is_empty()
    );
}

#[test]
fn calls_that_make_a_date_of_constants_are_constants() {
    assert_eq!(
        findings("UNIQUE", &["d"], &["> date(2024,1,1) | 1", "< @\"2024-01-01\" | 2"]),
        ["No rule matches d = 2024-01-01."]
    );
    let rules = ["? < date and time(@\"2024-01-01\", @\"10:00:00Z\") | 1", "- | 2"];
    assert!(findings("FIRST", &["d"], &rules).is_empty());
    let rules = ["> duration(\"P1D\") | 1", "<= duration(\"PT24H\") | 2"];
    assert!(findings("UNIQUE", &["d"], &rules).is_empty());
    // What depends on the clock or the zone is none.
    for cell in ["> today()", "> date(now())", "> time(10, 30, 0) + duration(x)"] {
        let found = findings("FIRST", &["d"], &[&format!("{cell} | 1")]);
        assert!(found[0].contains("is no test of constants"), "{found:?}");
    }
}

#[test]
fn a_rule_that_can_never_match_is_told_whatever_the_hit_policy() {
    for (cell, inputs) in [
        ("[5..1]", "no value of"),
        ("(3..3)", "no value of"),
        ("? > 3 and ? < 2", "no value of"),
        ("not(<= 3, > 3)", "no value of"),
    ] {
        for policy in ["UNIQUE", "FIRST", "COLLECT", "ANY", "RULE ORDER"] {
            let rules = [format!("- | {cell} | 1"), "- | - | 2".to_owned()];
            let rules = [rules[0].as_str(), &rules[1]];
            let found = findings(policy, &["k", "x"], &rules);
            let wanted = format!(
                "Rule 1 never matches: its cell '{cell}' holds for {inputs} the input 'x'."
            );
            assert_eq!(found, [wanted], "{policy}");
        }
    }
    assert!(findings("COLLECT", &["x"], &["[5..5] | 1", "null | 2", "not(3) | 3"]).is_empty());
    assert!(findings("COLLECT", &["x"], &["true | 1", "false | 2"]).is_empty());
    assert_eq!(
        findings("COLLECT", &["x"], &["not(true, false) | 1"]),
        ["Rule 1 never matches: its cell 'not(true, false)' holds for no value of the input 'x'."]
    );
    // A cell that cannot be judged hides no other.
    assert_eq!(
        findings("COLLECT", &["x", "y"], &["odd(?) | [5..1] | 1"]),
        ["Rule 1 never matches: its cell '[5..1]' holds for no value of the input 'y'."]
    );
    let rules = ["\"a\" | 1", "\"z\" | 2"];
    let xml = table_model("hitPolicy=\"COLLECT\"", &["k"], OUTPUT, &rules);
    let declared = "</inputExpression><inputValues><text>\"a\",\"b\"</text></inputValues>";
    let found = compiled(&xml.replace("</inputExpression>", declared)).findings();
    assert_eq!((found.len(), found[0].kind), (1, FindingKind::NeverMatches));
    assert_eq!(
        found[0].message,
        "Rule 2 never matches: its cell '\"z\"' holds for none of the values declared for the \
         input 'k'."
    );
    let many: Vec<String> = (0..23).map(|it| format!("[{}..{it}] | 1", it + 1)).collect();
    let found = findings("COLLECT", &["x"], &many.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(found.len(), 21);
    assert_eq!(found[20], "Never matching, and not listed, are the rules 21 to 23.");
}

#[test]
fn several_gaps_are_shown_and_the_rest_is_counted() {
    assert_eq!(
        findings("UNIQUE", &["x"], &["< 3 | 1", "[5..6] | 2", "> 9 | 3"]),
        ["No rule matches x = 3.", "No rule matches x = 7."]
    );
    let rules: Vec<String> = (0..20).map(|it| format!("{} | 1", 10 * it)).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let found = findings("FIRST", &["x"], &rules);
    assert_eq!(found.len(), 6, "{found:?}");
    assert_eq!(found[0], "No rule matches x = -1.");
    assert_eq!(found[5], "No rule matches 16 more such inputs.");
}

#[test]
fn a_text_that_no_rule_names_is_made_up() {
    assert_eq!(
        findings("UNIQUE", &["k"], &["\"a\" | 1", "\"other\" | 2"]),
        ["No rule matches k = \"another\"."]
    );
    assert_eq!(
        findings("UNIQUE", &["k"], &["> \"m\" | 1", "\"a\" | 2"]),
        ["No rule matches k = \"AAA\".", "No rule matches k = \"another\".",]
    );
}

#[test]
fn what_cannot_be_judged_is_said() {
    assert_eq!(
        findings("UNIQUE", &["x"], &["< 3 | 1", "odd(?) | 2", "[1..5] | 3"]),
        [
            "The rules 1 and 3 both match x = 1. The hit policy UNIQUE allows only one.",
            "Rule 2 was not judged, because its cell 'odd(?)' of input 'x' is no test of \
             constants. Gaps are looked for only where all rules are judged.",
        ]
    );
    assert_eq!(
        findings("FIRST", &["x"], &["odd(?) | 1", "even(?) | 2"]),
        ["2 rules were not judged; rule 1 because its cell 'odd(?)' of input 'x' is no test of \
          constants. Gaps are looked for only where all rules are judged."]
    );
    assert_eq!(
        findings("UNIQUE", &["x"], &["1 | 1", "\"a\" | 2"]),
        ["The table was not judged, because the constants of input 'x' are of types that do not \
          compare."]
    );
}

#[test]
fn values_that_the_model_declares_are_all_there_are_also_for_camunda() {
    let rules = ["\"a\" | 1", "\"b\" | 2"];
    let xml = table_model("", &["k"], OUTPUT, &rules);
    let declared = "</inputExpression><inputValues><text>\"a\",\"b\"</text></inputValues>";
    let declared = xml.replace("</inputExpression>", declared);
    let camunda = declared.replace(
        "<definitions ",
        "<definitions xmlns:modeler=\"http://camunda.org/schema/modeler/1.0\" \
         modeler:executionPlatform=\"Camunda Cloud\" ",
    );
    assert_eq!(compiled(&xml).findings().len(), 1);
    for xml in [&declared, &camunda] {
        assert!(compiled(xml).findings().is_empty(), "{xml}");
    }
    let three =
        camunda.replace("\"b\"</text></inputValues>", "\"b\",\"c\",\"d\"</text></inputValues>");
    let found: Vec<_> = compiled(&three).findings().into_iter().map(|it| it.message).collect();
    assert_eq!(found, ["No rule matches k = \"c\".", "No rule matches k = \"d\"."]);
}

#[test]
fn values_of_an_item_definition_are_all_there_are() {
    let xml = table_model("", &["k"], OUTPUT, &["\"a\" | 1"]);
    let xml = xml.replace("<inputExpression>", "<inputExpression typeRef=\"tK\">").replace(
        "<decision ",
        "<itemDefinition name=\"tK\"><typeRef>string</typeRef><allowedValues><text>\"a\", \"b\"\
         </text></allowedValues></itemDefinition><decision ",
    );
    let found: Vec<_> = compiled(&xml).findings().into_iter().map(|it| it.message).collect();
    assert_eq!(found, ["No rule matches k = \"b\"."]);
}

#[test]
fn two_rules_that_match_the_same_overlap_where_only_one_may() {
    let rules =
        ["[1..5] | - | 1", "[5..9] | \"a\" | 2", "< 1 | - | 3", "> 9 | - | 4", "(5..9] | - | 5"];
    assert_eq!(
        findings("UNIQUE", &["x", "k"], &rules),
        [
            "The rules 1 and 2 both match x = 5, k = \"a\". The hit policy UNIQUE allows only one.",
            "The rules 2 and 5 both match x = 7, k = \"a\". The hit policy UNIQUE allows only one.",
        ]
    );
    assert!(findings("COLLECT", &["x", "k"], &rules).is_empty());
}

#[test]
fn a_rule_behind_one_that_matches_everything_is_never_reached() {
    assert_eq!(
        findings("FIRST", &["x"], &["< 3 | 1", "- | 2", "5 | 3"]),
        ["Rule 3 is never reached: rules before it match everything that it matches. For \
             example, rule 2 matches x = 5."]
    );
    // Two rules together leave nothing for the third.
    assert_eq!(
        findings("FIRST", &["x"], &["< 3 | 1", ">= 3 | 2", "[1..9] | 3"]),
        ["Rule 3 is never reached: rules before it match everything that it matches. For \
             example, rule 1 matches x = 1."]
    );
    assert!(findings("FIRST", &["x"], &["< 3 | 1", "[1..9] | 2", "- | 3"]).is_empty());
}

#[test]
fn a_table_with_a_default_output_has_no_gap() {
    let output =
        "<output name=\"r\"><defaultOutputEntry><text>0</text></defaultOutputEntry></output>";
    let model = compiled(&table_model("", &["x"], output, &["< 3 | 1"]));
    assert!(model.findings().is_empty());
}

#[test]
fn a_gap_that_takes_all_inputs_is_found_in_a_wide_table() {
    let inputs: Vec<String> = (0..30).map(|it| format!("x{it}")).collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let rules: Vec<String> = (0..30)
        .map(|rule| {
            let cells = (0..30).map(|it| if it == rule { format!("< {rule}") } else { "-".into() });
            format!("{} | 1", cells.collect::<Vec<_>>().join(" | "))
        })
        .collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let found = findings("FIRST", &inputs, &rules);
    let gap: Vec<String> = (0..30).map(|it| format!("x{it} = {it}")).collect();
    assert_eq!(found, [format!("No rule matches {}.", gap.join(", "))]);
}

#[test]
fn a_search_that_would_take_too_long_claims_nothing() {
    // Each rule tests three of sixty booleans: whether something is left is as hard as puzzles are.
    let mut state = 7_u64;
    let mut random = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from((state >> 33) % below).unwrap()
    };
    let inputs: Vec<String> = (0..60).map(|it| format!("x{it}")).collect();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let rules: Vec<String> = (0..255)
        .map(|_| {
            let mut cells = vec!["-"; 60];
            for _ in 0..3 {
                cells[random(60)] = ["true", "false"][random(2)];
            }
            format!("{} | 1", cells.join(" | "))
        })
        .collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let found = findings("FIRST", &inputs, &rules);
    assert_eq!(
        found,
        ["The table was not judged to the end, because its inputs have too many combinations."]
    );
}

/// The model as Camunda's modeler exports it.
fn for_camunda(xml: &str) -> String {
    xml.replace(
        "<definitions ",
        "<definitions xmlns:modeler=\"http://camunda.org/schema/modeler/1.0\" \
         modeler:executionPlatform=\"Camunda Cloud\" ",
    )
}

const DECLARED: &str =
    "<output name=\"r\"><outputValues><text>\"p\",\"q\"</text></outputValues></output>";

#[test]
fn constant_outputs_that_are_not_declared_are_told_whatever_the_hit_policy() {
    let rules = ["< 3 | \"p\"", ">= 3 | \"z\"", "- | x", "- | \"q\"", "- | "];
    for xml in [
        table_model("hitPolicy=\"COLLECT\"", &["x"], DECLARED, &rules),
        for_camunda(&table_model("hitPolicy=\"COLLECT\"", &["x"], DECLARED, &rules)),
    ] {
        let found = compiled(&xml).findings();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].kind, &*found[0].rules), (FindingKind::UndeclaredOutput, &[2][..]));
        assert_eq!(
            found[0].message,
            "Rule 2 answers \"z\" for the output 'r', which is none of the declared values \
             \"p\",\"q\"."
        );
    }
}

#[test]
fn a_default_and_the_values_of_a_type_are_compared_too() {
    let output = "<output name=\"r\"><outputValues><text>[1..9]</text></outputValues>\
                  <defaultOutputEntry><text>2 * 5</text></defaultOutputEntry></output>";
    let found = compiled(&table_model("hitPolicy=\"ANY\"", &["x"], output, &["1 | 9"])).findings();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.starts_with("The default answers 10 for the output 'r'"), "{found:?}");
    let xml = table_model(
        "hitPolicy=\"ANY\"",
        &["x"],
        "<output name=\"r\" typeRef=\"tK\"/>",
        &["1 | \"z\""],
    )
    .replace(
        "<decision ",
        "<itemDefinition name=\"tK\"><typeRef>string</typeRef><allowedValues><text>\"a\"</text>\
             </allowedValues></itemDefinition><decision ",
    );
    let found = compiled(&xml).findings();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.ends_with("none of the declared values \"a\"."), "{found:?}");
}

#[test]
fn in_models_for_camunda_values_that_are_not_declared_are_warned_of_and_stay() {
    let xml = for_camunda(&table_model("", &["k"], DECLARED, &["\"a\" | k + \"z\"", "- | \"p\""]));
    let declared = "</inputExpression><inputValues><text>\"a\",\"b\"</text></inputValues>";
    let xml = xml.replace("</inputExpression>", declared);
    let first = xml.replace("<decisionTable ", "<decisionTable hitPolicy=\"FIRST\" ");
    assert_eq!(
        warnings(&first, "t", r#"{"k": "a"}"#),
        "[INVALID_TYPE] decision 'T', rule 1, output 'r', expression 'k + \"z\"': the value \"az\" is \
         none of \"p\",\"q\", which the model declares; it stays, because the model is made for \
         Camunda\n"
    );
    assert_eq!(
        warnings(&first, "t", r#"{"k": "c"}"#),
        "[INVALID_TYPE] decision 'T', input 'k': the value \"c\" is none of \"a\",\"b\", which the model \
         declares; it stays, because the model is made for Camunda\n"
    );
    assert_eq!(warnings(&first, "t", r#"{"k": "b"}"#), "");
    // The same model without the mark fails instead.
    let answer =
        super::support::answer(&first.replace("Camunda Cloud", "Other"), "t", r#"{"k": "c"}"#);
    assert!(answer.starts_with("failure: decision 'T', input 'k': the value \"c\""), "{answer}");
}

#[test]
fn what_is_only_declared_costs_no_budget_and_tells_nothing_unless_asked() {
    let declared = "? in [\"p\", \"q\"] or count(for i in 1..1000 return i) < ?";
    let output = format!(
        "<output name=\"r\"><outputValues><text>{}</text></outputValues></output>",
        super::support::escaped(declared)
    );
    let xml = for_camunda(&table_model("", &["k"], &output, &["- | \"z\""]));
    let (quiet, asked) = (steps_and_warnings(&xml, false), steps_and_warnings(&xml, true));
    assert_eq!((quiet.0, quiet.1, asked.1), (asked.0, 0, 1));
}

fn steps_and_warnings(xml: &str, tells_undeclared: bool) -> (u64, usize) {
    let (model, zone) = (compiled(xml), jiff::tz::TimeZone::UTC);
    let mut budget = feel::Budget::default();
    let mut env = feel::Env::new(0, &zone, 1, &mut budget);
    env.tells_undeclared = tells_undeclared;
    let decision = model.decision("t").unwrap();
    let answer =
        model.evaluate(decision, &super::support::Scope::of(r#"{"k": 1}"#), &mut env).unwrap();
    assert_eq!(answer.output.feel_text(), "\"z\"");
    let told = env.warnings.len();
    (budget.steps_used(), told)
}

#[test]
fn tables_inside_of_knowledge_models_contexts_and_functions_are_judged() {
    let inner = table("", &["x"], OUTPUT, &["< 10 | 1"]);
    let inner = inner.replace(" id=\"in0\"", "").replace(" id=\"rule0\"", "");
    let model = compiled(&definitions(&format!(
        "<businessKnowledgeModel id=\"k\" name=\"k\"><encapsulatedLogic><formalParameter name=\"x\"/>\
         {inner}</encapsulatedLogic></businessKnowledgeModel>\
         <decision id=\"c\" name=\"c\"><context><contextEntry><variable name=\"fee\"/>{inner}\
         </contextEntry><contextEntry><variable name=\"f\"/><functionDefinition><formalParameter \
         name=\"x\"/><list>{inner}{inner}</list></functionDefinition></contextEntry></context></decision>"
    )));
    let found = model.findings();
    let found: Vec<_> =
        found.iter().map(|it| (&*it.decision_id, &*it.place, &*it.message)).collect();
    let gap = "No rule matches x = 10.";
    assert_eq!(
        found,
        [
            ("k", "", gap),
            ("c", "entry 'fee'", gap),
            ("c", "entry 'f', function, item 1", gap),
            ("c", "entry 'f', function, item 2", gap),
        ]
    );
}

#[test]
fn findings_that_are_not_listed_are_counted_with_their_rules() {
    let rules: Vec<String> = (1..100).map(|it| format!("< {it} | {it}")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let found = findings("UNIQUE", &["x"], &rules);
    assert_eq!(found.len(), 22, "{found:?}");
    assert_eq!(found[0], "No rule matches x = 99.");
    assert!(found[20].starts_with("The rules 5 and 7 both match x = "), "{}", found[20]);
    // 99 * 98 / 2 pairs.
    assert_eq!(
        found[21],
        "4831 more pairs of rules match the same input and are not listed, of the rules 1 to 99."
    );
    let found = findings("FIRST", &["x"], &[&["- | 0"][..], &rules[..30]].concat());
    assert_eq!(found.len(), 21, "{found:?}");
    assert_eq!(found[20], "Never reached, and not listed, are the rules 22 to 31.");
    let rules: Vec<String> = (0..30).map(|it| format!("{it} | \"z\"")).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let found = compiled(&table_model("hitPolicy=\"ANY\"", &["x"], DECLARED, &rules)).findings();
    assert_eq!(found.len(), 21);
    assert_eq!(found[20].rules, (21..=30).collect::<Vec<u32>>());
}

/// The findings of a table whose input has this type.
fn typed(of: &str, definitions: &str, rules: &[&str]) -> Vec<String> {
    let xml = table_model("", &["x"], OUTPUT, rules)
        .replace("<inputExpression>", &format!("<inputExpression typeRef=\"{of}\">"))
        .replace("<decision ", &format!("{definitions}<decision "));
    let camunda = compiled(&for_camunda(&xml)).findings();
    let found: Vec<String> = compiled(&xml).findings().into_iter().map(|it| it.message).collect();
    assert_eq!(camunda.into_iter().map(|it| it.message).collect::<Vec<_>>(), found);
    found
}

#[test]
fn between_two_whole_numbers_there_is_no_gap_where_there_are_only_whole_numbers() {
    let rules = ["<= 9 | 1", ">= 10 | 2"];
    assert_eq!(typed("number", "", &rules), ["No rule matches x = 9.5."]);
    for of in ["integer", "long", "feel:integer"] {
        assert!(typed(of, "", &rules).is_empty(), "{of}");
    }
    let definition = "<itemDefinition name=\"tCount\"><typeRef>integer</typeRef></itemDefinition>\
                      <itemDefinition name=\"tAge\"><typeRef>tCount</typeRef></itemDefinition>\
                      <itemDefinition name=\"tLoop\"><typeRef>tLoop2</typeRef></itemDefinition>";
    assert_eq!(
        typed("tAge", definition, &rules),
        [
            "No type is named 'tLoop2', so that no value is checked against it. Define it in the model, \
          or name a type of FEEL."
        ]
    );
    // What is no gap of whole numbers is one where two whole numbers leave room for a third.
    assert_eq!(typed("integer", "", &["<= 9 | 1", "> 10 | 2"]), ["No rule matches x = 10."]);
    assert_eq!(typed("integer", "", &["<= 9.5 | 1", ">= 10.5 | 2"]), ["No rule matches x = 10."]);
    assert_eq!(
        typed("integer", "", &["< 9 | 1", "(9..10) | 3", ">= 10 | 2"]),
        [
            "Rule 2 never matches: its cell '(9..10)' holds for no whole number of the input 'x'.",
            "No rule matches x = 9."
        ]
    );
    // Nor do two rules overlap between them.
    assert!(typed("integer", "", &["< 10 | 1", "> 9 | 2"]).is_empty());
}

#[test]
fn expressions_of_constants_are_worked_out() {
    assert_eq!(
        findings("UNIQUE", &["x"], &["> 2 * 5 | 1", "< -(3 + 4) | 2"]),
        ["No rule matches x = -7."]
    );
    assert_eq!(
        findings(
            "UNIQUE",
            &["d"],
            &["< date(\"2024-01-01\") + duration(\"P1D\") | 1", "> @\"2024-01-02\" | 2"]
        ),
        ["No rule matches d = 2024-01-02."]
    );
    assert_eq!(
        findings("UNIQUE", &["x"], &["> y * 5 | 1", "<= 7 | 2"]),
        [
            "Rule 1 was not judged, because its cell '> y * 5' of input 'x' is no test of constants. \
          Gaps are looked for only where all rules are judged."
        ]
    );
}

#[test]
fn null_is_a_value_where_a_rule_asks_for_it() {
    assert!(findings("UNIQUE", &["x"], &["null | 0", "< 3 | 1", ">= 3 | 2"]).is_empty());
    assert_eq!(
        findings("UNIQUE", &["x"], &["null | 0", "- | 1"]),
        ["The rules 1 and 2 both match x = null. The hit policy UNIQUE allows only one."]
    );
    assert_eq!(
        findings("UNIQUE", &["x"], &["not(null) | 0", "not(3) | 1"]),
        ["The rules 1 and 2 both match x = 2. The hit policy UNIQUE allows only one."]
    );
    assert_eq!(
        findings("UNIQUE", &["x", "y"], &["null | < 1 | 0", "!= null | - | 1"]),
        ["No rule matches x = null, y = 1."]
    );
    assert_eq!(
        findings("FIRST", &["x"], &["< 3 | 1", ">= 3 | 2", "? = null | 3", "null | 4"]),
        [
            "Rule 4 is never reached: rules before it match everything that it matches. For example, \
          rule 3 matches x = null."
        ]
    );
}

/// Such a model is deployed, because the standard answers null; `lint` tells that it was not meant.
#[test]
fn a_regular_expression_that_cannot_be_compiled_is_told_with_its_place() {
    let rules = ["matches(?, \"[\") | 1", "matches(?, \"[a-z]\") | matches(x, \"(\")"];
    for policy in ["FIRST", "COLLECT"] {
        let xml = table_model(&format!("hitPolicy=\"{policy}\""), &["x"], OUTPUT, &rules);
        for xml in [xml.clone(), super::support::for_camunda(&xml)] {
            let found = compiled(&xml).findings();
            let told = found.iter().filter(|it| it.kind == FindingKind::Pattern);
            let told: Vec<_> = told.map(|it| (it.rules[0], it.message.as_str())).collect();
            let [(1, cell), (2, output)] = told.as_slice() else { panic!("{found:?}") };
            assert!(cell.starts_with("Rule 1, input 'x': "), "{cell}");
            assert!(output.starts_with("Rule 2, output 'r': "), "{output}");
            assert!(cell.ends_with("always gives null. Mend the regular expression."), "{cell}");
        }
    }
    let many: Vec<String> = (0..30).map(|it| format!("matches(?, \"[{it}\") | 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let told = findings("COLLECT", &["x"], &many);
    assert_eq!(told.len(), 21, "{told:?}");
    assert!(told[20].ends_with("have the rules 21 to 30."), "{}", told[20]);
}
