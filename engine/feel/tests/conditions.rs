//! What those who judge tests read of them is what the tests answer.

use feel::{Condition, Program, Scope, Value};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof, proptest};
use proptest::sample::select;

/// Whether a condition holds for a value, read without an evaluation.
fn holds(condition: &Condition, input: &Value) -> bool {
    match condition {
        Condition::Test(test) => test.holds(input).expect("both are numbers"),
        Condition::All(parts) => parts.iter().all(|it| holds(it, input)),
        Condition::Any(parts) => parts.iter().any(|it| holds(it, input)),
        Condition::Not(inner) => !holds(inner, input),
    }
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![(0..6_i64).prop_map(|it| it.to_string()), Just("2 * 2 - 1".to_owned())]
}

fn range() -> impl Strategy<Value = String> {
    let open = select(vec!["[", "(", "]"]);
    let close = select(vec!["]", ")", "["]);
    (open, 0..6, 0..6, close)
        .prop_map(|(open, low, high, close)| format!("{open}{low}..{high}{close}"))
}

/// A test that stands alone in a cell, or behind `in`.
fn test() -> impl Strategy<Value = String> {
    let relation = select(vec!["<", "<=", ">", ">=", "=", "!="]);
    prop_oneof![
        number(),
        range(),
        (relation, number()).prop_map(|(relation, it)| format!("{relation} {it}")),
        (number(), range()).prop_map(|(number, range)| format!("[{number}, {range}]")),
    ]
}

/// An expression with `?` that is a boolean.
fn condition() -> impl Strategy<Value = String> {
    let relation = || select(vec!["<", "<=", ">", ">=", "=", "!="]);
    let leaf = prop_oneof![
        (relation(), number()).prop_map(|(relation, it)| format!("? {relation} {it}")),
        (relation(), number()).prop_map(|(relation, it)| format!("{it} {relation} ?")),
        (number(), number()).prop_map(|(low, high)| format!("? between {low} and {high}")),
        test().prop_map(|it| format!("? in {it}")),
        (test(), test()).prop_map(|(one, other)| format!("? in ({one}, {other})")),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(one, other)| format!("({one}) and ({other})")),
            pair.prop_map(|(one, other)| format!("({one}) or ({other})")),
            inner.prop_map(|it| format!("not({it})")),
        ]
    })
}

/// A cell.
fn cell() -> impl Strategy<Value = String> {
    let one = || prop_oneof![test(), condition()];
    let list = || proptest::collection::vec(one(), 1..4).prop_map(|it| it.join(", "));
    prop_oneof![list(), list().prop_map(|it| format!("not({it})"))]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_condition_holds_where_its_tests_hold(text in cell()) {
        for scope in [Scope::new(), Scope::for_camunda()] {
            let program = Program::compile_unary_tests_in(&text, &scope).expect("it is a cell");
            let condition = program.condition().expect("nothing but constants stands beside the input");
            for halves in -1..13_i64 {
                let input = Program::compile(&format!("{halves} / 2")).expect("it is a number");
                let input = input.constant().expect("it is a constant");
                let (read, answered) = (holds(&condition, &input), program.holds_alone(&input));
                assert_eq!(read, answered, "{text} for {}", input.feel_text());
            }
        }
    }
}
