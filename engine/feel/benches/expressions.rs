//! Compiling and evaluating what models are made of.

#![expect(clippy::unwrap_used, reason = "a broken benchmark must stop")]

mod support;

use std::fmt::Write;

use divan::{Bencher, black_box};
use feel::{Budget, Env, Program};
use jiff::tz::TimeZone;

use self::support::Scope;

const EXPRESSIONS: &[&str] = &[
    "amount > 100",
    "order.total * 1.19",
    "orderId",
    "for i in items return i.price",
    "items[price > 10][1].name",
    "items[price > 10]",
    "now() + duration(\"P14D\")",
    "string join([name, email, country], \", \")",
    "{a: amount, b: orderId}",
    "amount > 100 and country = \"DE\"",
    "sum(items.price)",
];

fn main() {
    divan::main();
}

/// Twenty variables, as a process instance of some size has.
fn scope() -> Scope {
    let mut json = String::from(
        r#"{"amount":150,"order":{"id":"o-1","total":99.9,"currency":"EUR"},"orderId":"o-1","#,
    );
    for ix in 0..13 {
        write!(json, "\"variable{ix}\":\"value {ix}\",").unwrap();
    }
    json.push_str(
        r#""items":[{"name":"a","price":5},{"name":"b","price":15},{"name":"c","price":25},{"name":"d","price":8.5},{"name":"e","price":12}],"name":"Ada","email":"ada@example.org","country":"DE"}"#,
    );
    Scope::of(&json)
}

#[divan::bench(args = EXPRESSIONS, sample_size = 200)]
fn compile(bencher: Bencher<'_, '_>, expression: &str) {
    bencher.bench(|| Program::compile(black_box(expression)).unwrap());
}

#[divan::bench(args = EXPRESSIONS, sample_size = 200)]
fn evaluate(bencher: Bencher<'_, '_>, expression: &str) {
    let program = Program::compile(expression).unwrap();
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let scope = scope();
    bencher.bench_local(|| {
        let mut budget = Budget::default();
        let mut env = Env::new(1_710_498_600_000, &zone, 7, &mut budget);
        program.evaluate(black_box(&scope), &mut env).unwrap()
    });
}

#[divan::bench(args = ["orderId", "order.total", "items"], sample_size = 200)]
fn evaluate_to_msgpack(bencher: Bencher<'_, '_>, expression: &str) {
    let program = Program::compile(expression).unwrap();
    let scope = scope();
    let zone = TimeZone::UTC;
    let mut out = Vec::new();
    bencher.bench_local(|| {
        out.clear();
        let mut budget = Budget::default();
        let mut env = Env::new(0, &zone, 7, &mut budget);
        program.evaluate_to_msgpack(black_box(&scope), &mut env, &mut out).unwrap();
    });
}

const LISTS: &[&str] = &[
    "for i in numbers return i * 2",
    "numbers[item > 500]",
    "sort(numbers, function(x, y) x < y)",
];

/// Lists of a hundred, a thousand and ten thousand numbers in no order.
#[divan::bench(args = LISTS, consts = [100, 1_000, 10_000], sample_size = 1, sample_count = 20)]
fn lists<const LENGTH: u64>(bencher: Bencher<'_, '_>, expression: &str) {
    let program = Program::compile(expression).unwrap();
    let numbers: Vec<String> = (0..LENGTH).map(|it| (it * 7_919 % LENGTH).to_string()).collect();
    let document = format!("{{\"numbers\": [{}]}}", numbers.join(","));
    let scope = Scope::of(&document);
    let zone = TimeZone::UTC;
    bencher.bench_local(|| {
        let mut budget = Budget::default();
        let mut env = Env::new(0, &zone, 7, &mut budget);
        program.evaluate(black_box(&scope), &mut env).unwrap()
    });
}
