//! An index of constant cells changes no answer and no explanation.

use dmn::{Evaluation, Model};
use feel::{Edition, Program};
use proptest::prelude::{Strategy, prop, prop_oneof, proptest};
use proptest::test_runner::Config;

use super::support::{answer_by, compiled, evaluate, quickly, table_model};

/// A cell as constants, and the same as an expression.
type Cell = (String, String);

fn number_cell() -> impl Strategy<Value = Cell> {
    let number = 0..12_i32;
    prop_oneof![
        proptest::strategy::Just(("-".to_owned(), "-".to_owned())),
        number.clone().prop_map(|it| (format!("{it}"), format!("? = {it}"))),
        number.clone().prop_map(|it| (format!("< {it}"), format!("? < {it}"))),
        number.clone().prop_map(|it| (format!(">= {it}"), format!("? >= {it}"))),
        (number.clone(), number.clone())
            .prop_map(|(a, b)| (format!("{a}, > {b}"), format!("? = {a} or ? > {b}"))),
        (number.clone(), 0..5_i32, prop::bool::ANY, prop::bool::ANY).prop_map(|(a, l, i, o)| {
            let (open, close) = (if i { '[' } else { '(' }, if o { ']' } else { ')' });
            let range = format!("{open}{a}..{}{close}", a + l);
            (range.clone(), format!("? in {range}"))
        }),
        number.clone().prop_map(|it| (format!("not({it})"), format!("? != {it}"))),
        number.clone().prop_map(|it| {
            // By the first edition it is no negation.
            let range = format!("[{it}..{})", it + 3);
            (format!("not({range}, 11)"), format!("not(? in ({range}, 11))"))
        }),
        number.clone().prop_map(|it| (format!("!= {it}"), format!("? != {it}"))),
        number.prop_map(|it| (format!("? + 0 = {it}"), format!("? = {it}"))),
    ]
}

fn text_cell() -> impl Strategy<Value = Cell> {
    let word = proptest::sample::select(vec!["a", "b", "c", "d"]);
    prop_oneof![
        proptest::strategy::Just(("-".to_owned(), "-".to_owned())),
        word.clone().prop_map(|it| (format!("\"{it}\""), format!("? = \"{it}\""))),
        word.clone().prop_map(|it| (format!("not(\"{it}\")"), format!("? != \"{it}\""))),
        (word.clone(), word).prop_map(|(a, b)| (
            format!("\"{a}\", \"{b}\""),
            format!("? = \"{a}\" or ? = \"{b}\"")
        )),
    ]
}

fn truth_cell() -> impl Strategy<Value = Cell> {
    let cells = [("-", "-"), ("true", "? = true"), ("false", "? = false"), ("not(true)", "not(?)")];
    proptest::sample::select(cells.to_vec()).prop_map(|it| (it.0.to_owned(), it.1.to_owned()))
}

fn model(policy: &str, rules: &[(Cell, Cell, Cell)], constants: bool) -> Model {
    // With a second operand it is no test against constants, so that no index reads it.
    let text = |cell: &Cell| match (constants, &*cell.1) {
        (true, _) => cell.0.clone(),
        (false, "-") => "true or ? = 1".to_owned(),
        (false, expression) => format!("({expression}) and true"),
    };
    let lines: Vec<String> = rules
        .iter()
        .enumerate()
        .map(|(ix, (x, y, z))| format!("{} | {} | {} | {ix}", text(x), text(y), text(z)))
        .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let attributes = format!("hitPolicy=\"{policy}\"");
    compiled(&table_model(&attributes, &["x", "y", "z"], "<output name=\"r\"/>", &lines))
}

fn told(evaluation: &Evaluation) -> String {
    let decision = &evaluation.decisions[0];
    let matched: Vec<u32> = decision.matched.iter().map(|it| it.number).collect();
    format!("{} {matched:?}", evaluation.output.feel_text())
}

proptest! {
    #![proptest_config(Config::with_cases(64))]
    #[test]
    fn indexed_tables_answer_and_explain_like_plain_ones(
        rules in prop::collection::vec((number_cell(), text_cell(), truth_cell()), 32..150),
        x in prop_oneof![8 => (0..28).prop_map(|it| (f64::from(it) / 2.0).to_string()),
                         1 => proptest::strategy::Just("null".to_owned())],
        y in proptest::sample::select(vec!["\"a\"", "\"b\"", "\"c\"", "\"z\"", "null"]),
        z in prop::bool::ANY,
    ) {
        let json = format!("{{\"x\": {x}, \"y\": {y}, \"z\": {z}}}");
        for policy in ["COLLECT", "FIRST"] {
            let (indexed, plain) = (model(policy, &rules, true), model(policy, &rules, false));
            let explained = evaluate(&plain, "t", &json).unwrap();
            assert_eq!(told(&quickly(&indexed, "t", &json).unwrap()), told(&explained), "{json}");
            let again = evaluate(&indexed, "t", &json).unwrap();
            assert_eq!(told(&again), told(&explained), "{json}");
            assert_eq!(
                again.decisions[0].failing_inputs,
                explained.decisions[0].failing_inputs,
                "{json}"
            );
        }
    }
}

#[test]
fn inputs_of_other_types_are_left_to_the_programs() {
    let any = ("-".to_owned(), "-".to_owned());
    let rules: Vec<(Cell, Cell, Cell)> = (0..40)
        .map(|it| ((format!("{it}"), format!("? = {it}")), any.clone(), any.clone()))
        .collect();
    let indexed = model("COLLECT", &rules, true);
    for (json, answer) in [
        (r#"{"x": "a", "y": 1}"#, "null"),
        (r#"{"x": null, "y": 1}"#, "null"),
        (r#"{"x": [7], "y": 1}"#, "null"),
        (r#"{"x": 7, "y": 1}"#, "[7]"),
    ] {
        assert_eq!(quickly(&indexed, "t", json).unwrap().output.feel_text(), answer, "{json}");
    }
}

#[test]
fn a_negation_that_the_first_edition_reads_otherwise_is_constant_for_the_newest() {
    let program = |text: &str| Program::compile_unary_tests_in(text, &feel::Scope::new()).unwrap();
    for (text, count, since) in [
        ("not([0..4))", 1, Edition::Refined),
        ("not([0..4), 7)", 2, Edition::Refined),
        ("not([0..4])", 1, Edition::First),
    ] {
        let tests = program(text).constant_tests().expect(text);
        assert_eq!(
            (tests.is_negated, tests.tests.len(), tests.since),
            (true, count, since),
            "{text}"
        );
    }
    let rules: Vec<String> = (0..40).map(|it| format!("not([{it}..{})) | {it}", it + 2)).collect();
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let xml = table_model("hitPolicy=\"COLLECT\"", &["x"], "<output name=\"r\"/>", &rules);
    let all_but = |missing: &[i32]| {
        let kept = (0..40).filter(|it| !missing.contains(it)).map(|it| it.to_string());
        format!("[{}]", kept.collect::<Vec<_>>().join(", "))
    };
    let model = compiled(&xml);
    for (x, missing) in [("0", vec![0]), ("1.5", vec![0, 1]), ("41", vec![])] {
        let json = format!("{{\"x\": {x}}}");
        let found = quickly(&model, "t", &json).unwrap().output.feel_text();
        assert_eq!(found, all_but(&missing), "{x}");
        assert_eq!(answer_by(Edition::First, &xml, "t", &json), "null", "{x}");
    }
}
