//! What longer lists cost, in the steps and bytes of the budget: linear for loops, filters and
//! quantifiers, n log n for sorting.

#![expect(clippy::unwrap_used, reason = "a failed expectation is a failed test")]

use feel::{Budget, Env, Limits, Program, Variables};
use jiff::tz::TimeZone;
use value::Doc;

struct Scope(Doc);

impl Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// A list of so many numbers in no order, and so many contexts.
fn scope(length: u64) -> Scope {
    let numbers: Vec<String> = (0..length).map(|it| (it * 7_919 % length).to_string()).collect();
    let orders: Vec<String> = numbers.iter().map(|it| format!("{{\"total\": {it}}}")).collect();
    let (numbers, orders) = (numbers.join(","), orders.join(","));
    let document = format!("{{\"numbers\": [{numbers}], \"orders\": [{orders}]}}");
    Scope(Doc::from_json(&document).unwrap())
}

/// The steps and bytes of an expression over a list of so many items.
fn cost(expression: &str, length: u64) -> (u64, u64) {
    let program = Program::compile(expression).unwrap();
    let limits = Limits { steps: 1 << 40, bytes: 1 << 40, ..Limits::default() };
    let mut budget = Budget::new(limits);
    let zone = TimeZone::UTC;
    let mut env = Env::new(0, &zone, 7, &mut budget);
    let value = program.evaluate(&scope(length), &mut env).unwrap();
    assert!(!value.is_null(), "{expression} has a value");
    (budget.steps_used(), budget.bytes_used())
}

#[test]
fn twice_as_long_a_list_costs_twice_as_much() {
    for expression in [
        "for i in numbers return i * 2",
        "for i in orders return i.total",
        "for i in 1..count(numbers) return i",
        "numbers[item > 500]",
        "orders[total > 500]",
        "orders[total > 500].total",
        "some i in numbers satisfies i < 0",
        "every i in orders satisfies i.total >= 0",
        "sum(orders.total)",
        "concatenate(numbers, numbers)",
        "append(numbers, 1)",
        "for i in numbers return count(partial)",
        "index of(numbers, 3)",
        "distinct values(numbers)",
        "distinct values(for i in numbers return string(i))",
        "distinct values(for i in numbers return @\"2024-01-01\" + duration(\"P\" + string(i) + \"D\"))",
        "distinct values(orders.total)",
        "union(numbers, numbers)",
        "duplicate values(numbers)",
        "duplicate values(concatenate(numbers, numbers))",
    ] {
        let (steps, bytes) = cost(expression, 4_000);
        let (more_steps, more_bytes) = cost(expression, 8_000);
        assert!(more_steps <= steps * 21 / 10, "{expression}: {steps} and {more_steps} steps");
        assert!(more_bytes <= bytes * 21 / 10, "{expression}: {bytes} and {more_bytes} bytes");
    }
}

#[test]
fn sorting_costs_n_log_n() {
    for expression in
        ["sort(numbers, function(x, y) x < y)", "sort(orders, function(x, y) x.total < y.total)"]
    {
        let (steps, _) = cost(expression, 1_024);
        let (more_steps, _) = cost(expression, 8_192);
        // Eight times as many items, each compared 13 times instead of 10.
        let expected = steps * 8 * 13 / 10;
        assert!(more_steps <= expected * 11 / 10, "{expression}: {steps} and {more_steps} steps");
    }
}
