//! Parts, values, warnings at their place, and the same answers and costs as without.

use std::fmt::Write;

use expect_test::{Expect, expect};
use jiff::tz::TimeZone;

use super::{Explanation, PARTS_MAX};
use crate::{Budget, Env, Limits, Program, Variables};

struct Scope(::value::Doc);

impl Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

fn scope() -> Scope {
    let json = r#"{"order": {"total": 99.9}, "items": [{"price": 5}, {"price": 15}], "n": 2}"#;
    Scope(::value::Doc::from_json(json).unwrap())
}

fn explained<T>(text: &str, then: impl FnOnce(Explanation, &Env<'_>) -> T) -> T {
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(0, &zone, 1, &mut budget);
    let explanation = Explanation::of(text, &scope(), &mut env).unwrap();
    then(explanation, &env)
}

fn check(text: &str, expected: &Expect) {
    let shown = explained(text, |explanation, _| {
        let mut shown = String::new();
        for part in &explanation.parts {
            let value = part.value.as_ref().map_or("-".to_owned(), |it| it.shown(60));
            write!(shown, "{}{} = {value}", "  ".repeat(part.depth), part.text).unwrap();
            for it in &part.warnings {
                write!(shown, " ! {}", it.kind().name()).unwrap();
            }
            shown.push('\n');
        }
        if explanation.left_out > 0 {
            writeln!(shown, "{} left out", explanation.left_out).unwrap();
        }
        if let Err(failure) = explanation.result {
            writeln!(shown, "{failure}").unwrap();
        }
        shown
    });
    expected.assert_eq(&shown);
}

#[test]
fn each_part_shows_its_value_and_literals_show_themselves() {
    check(
        "(order.total + 0.1) * -n > 100 or duration(\"P1D\") = @\"PT24H\"",
        &expect![[r#"
            (order.total + 0.1) * -n > 100 or duration("P1D") = @"PT24H" = true
              (order.total + 0.1) * -n > 100 = false
                (order.total + 0.1) * -n = -200
                  (order.total + 0.1) = 100
                    order.total = 99.9
                  -n = -2
                    n = 2
              duration("P1D") = @"PT24H" = true
                duration("P1D") = P1D
        "#]],
    );
}

#[test]
fn warnings_stand_at_the_part_that_caused_them() {
    check(
        "if missing.name = 1 and \"a\" then 1 + \"b\" else [null + n, n]",
        &expect![[r#"
        if missing.name = 1 and "a" then 1 + "b" else [null + n, n] = [null, 2]
          missing.name = 1 and "a" = false
            missing.name = 1 = false
              missing.name = null ! NO_VARIABLE_FOUND ! NO_CONTEXT_ENTRY_FOUND
          [null + n, n] = [null, 2]
            null + n = null ! INVALID_TYPE
              n = 2
            n = 2
    "#]],
    );
}

#[test]
fn loops_filters_and_functions_show_their_parts_for_each_item() {
    check(
        "for i in items return i.price * n",
        &expect![[r"
        for i in items return i.price * n = [10, 30]
          items = [{price:5}, {price:15}]
          i.price * n = 10
            i.price = 5
            n = 2
          i.price * n = 30
            i.price = 15
            n = 2
    "]],
    );
    check(
        "items[price > 10][n - 1].price",
        &expect![[r"
        items[price > 10][n - 1].price = 15
          items[price > 10][n - 1] = {price:15}
            items[price > 10] = [{price:15}]
              items = [{price:5}, {price:15}]
              price > 10 = false
                price = 5
              price > 10 = true
                price = 15
            n - 1 = 1
              n = 2
    "]],
    );
    check(
        "{double: function(x) x * 2, four: double(n)}.four",
        &expect![[r"
        {double: function(x) x * 2, four: double(n)}.four = 4
          {double: function(x) x * 2, four: double(n)} = {double:function(x), four:4}
            double(n) = 4
              n = 2
              x * 2 = 4
                x = 2
    "]],
    );
    check(
        "n in (< 1, [2..3])",
        &expect![[r"
        n in (< 1, [2..3]) = true
          n = 2
          < 1 = false
          [2..3] = true
    "]],
    );
}

#[test]
fn an_evaluation_that_fails_shows_how_far_it_came() {
    check(
        "[n, assert(n + 1, n > 5, \"too small\"), items]",
        &expect![[r#"
        [n, assert(n + 1, n > 5, "too small"), items] = -
          n = 2
          assert(n + 1, n > 5, "too small") = -
            n + 1 = 3
              n = 2
            n > 5 = false
              n = 2
        too small
    "#]],
    );
}

#[test]
fn a_literal_has_no_parts_and_what_is_no_feel_has_no_explanation() {
    check("-1", &expect![""]);
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(0, &zone, 1, &mut budget);
    assert!(Explanation::of("1 +", &scope(), &mut env).is_err());
}

#[test]
fn many_parts_are_counted_and_not_kept() {
    explained("for i in 1..600 return i + n", |explanation, _| {
        assert_eq!(explanation.parts.len(), PARTS_MAX);
        assert_eq!(explanation.left_out, 1 + 3 * 600 - PARTS_MAX as u64);
    });
}

/// Every case of the tables, as far as it compiles.
fn cases() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let files = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    let files = files.filter(|it| it.extension().is_some_and(|it| it == "feel"));
    let texts = files.map(|it| std::fs::read_to_string(it).unwrap());
    let lines: Vec<String> =
        texts.flat_map(|it| it.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let first = |it: String| it.split(" | ").next().map(str::to_owned);
    lines.into_iter().filter(|it| !it.starts_with(['#', '?'])).filter_map(first).collect()
}

#[test]
fn explaining_changes_neither_the_result_nor_the_warnings() {
    let mut count = 0;
    for text in cases() {
        let Ok(program) = Program::compile(&text) else { continue };
        let zone = TimeZone::UTC;
        // Enough for each case, and what a fuller budget would spend is not waited for.
        let limits = Limits { steps: 100_000, ..Limits::default() };
        let mut budget = Budget::new(limits);
        let mut env = Env::new(0, &zone, 1, &mut budget);
        let plain = program.evaluate(&scope(), &mut env).map(|it| it.feel_text());
        let warnings: Vec<String> = env.warnings.iter().map(ToString::to_string).collect();
        let mut budget = Budget::new(limits);
        let mut env = Env::new(0, &zone, 1, &mut budget);
        let explanation = Explanation::of(&text, &scope(), &mut env).unwrap();
        assert_eq!(explanation.result.map(|it| it.feel_text()), plain, "{text}");
        let again: Vec<String> = env.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(again, warnings, "{text}");
        let placed: usize = explanation.parts.iter().map(|it| it.warnings.len()).sum();
        if explanation.left_out == 0 {
            assert_eq!(placed, warnings.len(), "{text}");
        }
        count += 1;
    }
    assert!(count > 1_000, "only {count} cases were explained");
}
