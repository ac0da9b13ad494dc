//! Regular expressions: everyday ones on short and long texts, and the worst that were found.

#![expect(clippy::unwrap_used, reason = "a broken benchmark must stop")]

mod support;

use divan::{Bencher, black_box};
use feel::{Budget, Env, Program};
use jiff::tz::TimeZone;

use self::support::Scope;

/// Text of about a hundred kilobytes in words, a thousand of 156 blanks, and names for the rest.
const EVERYDAY: &[&str] = &[
    r#"matches(order, "order-\d+")"#,
    r#"matches(address, "^[\w.+-]+@[\w-]+\.[\w.]+$")"#,
    r#"replace(line, "\s", "_")"#,
    r#"split(csv, ",")"#,
    r#"matches(words, "nowhere")"#,
    r#"count(extract(words, "\w+"))"#,
    "matches(order, pattern)",
];

const WORST: &[&str] = &[
    r#"matches(s, "(a|b)*a(a|b){2000}c")"#,
    r#"matches(s, "a[ab]{3000}c")"#,
    r#"count(extract(s, "a[ab]{3000}c"))"#,
    r#"count(for i in 1..4000 return matches("x", "\w{60}" + string(i)))"#,
];

fn main() {
    divan::main();
}

fn scope(long: &str) -> Scope {
    let words: Vec<String> = (0..15_215).map(|it| format!("w{}", it % 90_000 + 10_000)).collect();
    let line: Vec<String> = (0..157).map(|it| format!("w{}", 1_000 + it)).collect();
    let csv: Vec<String> = (0..10).map(|it| format!("field {it}")).collect();
    let json = format!(
        r#"{{"order": "order-12345", "address": "grace.brewster.murray.hopper@mail.example.org", "line": "{}", "csv": "{}", "words": "{}", "pattern": "order-\\d+", "s": "{long}"}}"#,
        line.join(" "),
        csv.join(","),
        words.join(" ")
    );
    Scope::of(&json)
}

fn run(bencher: Bencher<'_, '_>, expression: &str, scope: &Scope) {
    let program = Program::compile(expression).unwrap();
    let zone = TimeZone::UTC;
    bencher.bench_local(|| {
        let mut budget = Budget::default();
        let mut env = Env::new(0, &zone, 7, &mut budget);
        // The worst ones end with their budget.
        program.evaluate(black_box(scope), &mut env)
    });
}

#[divan::bench(args = EVERYDAY, sample_size = 20)]
fn everyday(bencher: Bencher<'_, '_>, expression: &str) {
    run(bencher, expression, &scope(""));
}

/// A text of a megabyte.
#[divan::bench(args = WORST, sample_size = 1, sample_count = 5)]
fn worst(bencher: Bencher<'_, '_>, expression: &str) {
    let long: String = (0..1_000_000).map(|it| if it % 7 == 3 { 'b' } else { 'a' }).collect();
    run(bencher, expression, &scope(&long));
}

#[divan::bench(sample_size = 200)]
fn compile_the_address(bencher: Bencher<'_, '_>) {
    let text = r#"matches(address, "^[\w.+-]+@[\w-]+\.[\w.]+$")"#;
    bencher.bench(|| Program::compile(black_box(text)).unwrap());
}
