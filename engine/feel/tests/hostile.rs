//! Inputs that want to break the evaluator: each must be refused or end in a failure, and no test
//! thread's stack may overflow.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fmt::Write;

use feel::{Budget, Edition, Env, Failure, Limits, NoVariables, Program, Resource, Value};
use jiff::tz::TimeZone;
use proptest::prelude::{Strategy, prop, proptest};

fn evaluate(program: &Program, limits: Limits) -> Result<Value, Failure> {
    let zone = TimeZone::UTC;
    let mut budget = Budget::new(limits);
    let mut env = Env::new(0, &zone, 0, &mut budget);
    let value = program.evaluate(&NoVariables, &mut env);
    // Warnings and texts are built from any value.
    for warning in &env.warnings {
        let _ = warning.to_string();
    }
    value
}

fn exceeds(expression: &str, resource: Resource) {
    let failure = evaluate(&Program::compile(expression).unwrap(), Limits::default());
    match failure {
        Err(Failure::Budget { resource: found, .. }) => assert_eq!(found, resource, "{expression}"),
        other => panic!("{expression} gives {other:?}"),
    }
}

#[test]
fn endless_work_ends_in_a_failure() {
    for expression in [
        "for i in 1..10**12 return i",
        "some i in 1..10**30 satisfies false",
        "for a in 1..1000, b in 1..1000, c in 1..1000 return 1 = 2",
        "every a in 1..1000, b in 1..1000, c in 1..1000 satisfies true",
        "count(for i in 1..2000 return distinct values(for j in 1..2000 return [j]))",
        "distinct values(for i in 1..2000 return [i])",
        "for i in 1..2000 return partial = partial",
    ] {
        exceeds(expression, Resource::Steps);
    }
}

#[test]
fn endless_memory_ends_in_a_failure() {
    let mut doubling = String::from("{a0: \"0123456789abcdef\"");
    for ix in 1..40 {
        write!(doubling, ", a{ix}: a{0} + a{0}", ix - 1).unwrap();
    }
    doubling.push('}');
    exceeds(&doubling, Resource::Bytes);
    let mut sharing_lists = String::from("{a0: [1]");
    for ix in 1..60 {
        write!(sharing_lists, ", a{ix}: [a{0}, a{0}]", ix - 1).unwrap();
    }
    sharing_lists.push('}');
    exceeds(&sharing_lists, Resource::Bytes);
    exceeds(
        "for i in 1..900 return string join(for j in 1..900 return \"0123456789\", \"0123456789\")",
        Resource::Bytes,
    );
    exceeds(
        "for i in 1..30 return replace(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"a\", string(for j in 1..9000 return j))",
        Resource::Bytes,
    );
}

/// One long match: each group that the replacement names is as long as the text, so the result
/// would have gigabytes. It must be refused before it is allocated.
#[test]
fn one_match_with_a_replacement_of_many_groups_ends_in_a_failure() {
    for (pattern, group) in [
        ("a+", "$0"),
        ("(a+)", "$1"),
        ("(?<all>a+)", "${all}"),
        ("(?<all>a+)", "\\$${all}"),
        ("(a)(a+)(?=$)", "$2"),
        ("^(a+)(a)$", "$1$2"),
    ] {
        exceeds(
            &format!(
                "{{s: string join(for i in 1..40000 return \"aaaaaaaaaa\"), \
                 r: string join(for i in 1..20000 return \"{group}\"), \
                 x: replace(s, \"{pattern}\", r)}}.x"
            ),
            Resource::Bytes,
        );
    }
}

/// Regular expressions whose work is many times the length of the text: what they cost is counted,
/// so each ends soon, with the budget or before. The bound is a guard against hanging: without the
/// count most of them take minutes.
#[test]
#[expect(clippy::disallowed_methods, reason = "the clock guards this test, not an evaluation")]
fn no_regular_expression_works_beyond_the_budget() {
    // A quarter of a million characters in no regular order.
    let text = "{n: for i in 1..1000 return string(i), p: string join(n), \
                q: replace(replace(p, \"[0-4]\", \"a\"), \"[5-9]\", \"b\"), \
                s: string join(for i in 1..64 return q)}.s";
    for expression in [
        r#"matches(S, "(a|b)*a(a|b){2000}c")"#,
        r#"matches(S, "a[ab]{3000}c")"#,
        r#"count(extract(S, "a[ab]{3000}c"))"#,
        r#"count(extract(S, "(?:a|b)*c|a"))"#,
        r#"count(split(S, "[ab]+c|b"))"#,
        r#"replace(S, "(?:[ab]*c|a)", "x")"#,
        r#"replace(S, "(((((((((([ab])))))))))){200}c", "$1")"#,
        r#"matches(S, "(a|aa)*(?=c)c")"#,
        r#"matches(S, "(?=[ab]*c)a")"#,
        r#"matches(S, "(?<=[ab]{0,10000})c|(?=x)y")"#,
        r#"matches(S, "([ab]*)\\1c")"#,
        r#"count(extract("a", string join(for i in 1..3000 return "()") + "[ab]"))"#,
        r#"count(for i in 1..4000 return matches("a", "\\w{60}" + string(i)))"#,
        r#"count(for i in 1..4000 return matches("a", "[\\p{L}\\p{N}]{60}" + string(i)))"#,
        r#"count(for i in 1..4000 return matches("a", "(?i)(?u)[à-ɏ]{60}" + string(i)))"#,
        r#"count(for i in 1..4000 return matches("a", "(?:a{1000}){32}" + string(i)))"#,
    ] {
        let program = Program::compile(&expression.replace('S', text)).unwrap();
        let start = std::time::Instant::now();
        let _ = evaluate(&program, Limits { steps: 150_000, ..Limits::default() });
        assert!(start.elapsed().as_secs() < 60, "{expression} takes {:?}", start.elapsed());
    }
}

/// What a search costs depends on the pattern and the text alone.
#[test]
fn a_search_costs_the_same_each_time() {
    let cost = |expression: &str| {
        let zone = TimeZone::UTC;
        let mut budget = Budget::default();
        let mut env = Env::new(0, &zone, 0, &mut budget);
        Program::compile(expression).unwrap().evaluate(&NoVariables, &mut env).unwrap();
        budget.steps_used()
    };
    let search = r#"count(extract(string join(for i in 1..2000 return "ab"), "(a|b){1,20}b"))"#;
    assert_eq!(cost(search), cost(search));
    // A pattern that is no literal is compiled once in an evaluation.
    let once = cost(r#"matches("a", "a{1000}" + "b")"#);
    let often = cost(r#"for i in 1..100 return matches("a", "a{1000}" + "b")"#);
    assert!(often < 10 * once, "{often} steps for a hundred, {once} for one");
}

#[test]
fn endless_depth_ends_in_a_failure() {
    exceeds("{f: function(n) f(n + 1)}.f(1)", Resource::Calls);
    exceeds("{f: function(g) g(g), r: f(f)}.r", Resource::Calls);
    exceeds("for i in 1..100000 return [partial[-1]]", Resource::Values);
    exceeds("for i in 1..100000 return {a: partial[-1]}", Resource::Values);
    // A function holds all it sees, so these double before they are deep.
    exceeds("for i in 1..100000 return function(x) partial[-1]", Resource::Bytes);
    // Two hundred invocations with a high body each.
    let high = format!("{{f: function(n) {}f(n + 1){}}}.f(1)", "(1 + ".repeat(90), ")".repeat(90));
    exceeds(&high, Resource::Operations);
    // Forms that take much stack.
    for (open, close) in [("string(", ")"), ("[1][", " = 1]"), ("1 in (", ")"), ("(", " = 1)")] {
        let (open, close) = (open.repeat(90), close.repeat(90));
        exceeds(&format!("{{f: function(n) {open}f(n + 1){close}}}.f(1)"), Resource::Operations);
    }
    let sorted = "sort([1, 2], function(a, b) f(n + 1))";
    exceeds(&format!("{{f: function(n) {sorted}}}.f(1)"), Resource::Calls);
}

#[test]
fn a_failure_of_depth_tells_the_limit_that_was_met() {
    let text = |expression: &str, depth, edition| {
        let work = {
            let expression = expression.to_owned();
            move || {
                let (zone, mut budget) =
                    (TimeZone::UTC, Budget::new(Limits { depth, ..Limits::default() }));
                let mut env = Env::new(0, &zone, 0, &mut budget);
                env.edition = edition;
                let program = Program::compile(&expression).unwrap();
                program.evaluate(&NoVariables, &mut env).unwrap_err().to_string()
            }
        };
        let thread = std::thread::Builder::new().stack_size(feel::STACK_BYTES);
        thread.spawn(work).unwrap().join().unwrap()
    };
    let calls = "{f: function(n) f(n + 1)}.f(1)";
    let values = "for i in 1..1000 return [partial[-1]]";
    let high = format!("{{f: function(n) {}f(n + 1){}}}.f(1)", "(1 + ".repeat(90), ")".repeat(90));
    for depth in [200, 600] {
        let limit = |what: &str, limit: u32| format!("The expression {what} {limit}");
        let refined = |expression| text(expression, depth, Edition::Refined);
        assert_eq!(refined(calls), limit("nests calls more than", depth) + " levels deep");
        assert_eq!(refined(values), limit("nests values more than", 200) + " levels deep");
        assert_eq!(
            refined(&high),
            limit("and the calls in it nest more than", 5 * depth) + " operations in each other"
        );
        // The first edition takes one limit for all.
        for expression in [calls, values, &high] {
            assert_eq!(
                text(expression, depth, Edition::First),
                limit("nests calls or values more than", depth) + " levels deep"
            );
        }
    }
}

#[test]
fn deep_texts_are_refused_and_long_chains_are_not() {
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a: ", "1", "}"),
        ("-", "1", ""),
        ("if true then ", "1", " else 2"),
        ("f(", "1", ")"),
        ("function(x) ", "1", ""),
        ("1 + (", "1", ")"),
        ("x[", "1", "]"),
        ("for i in ", "x", " return i"),
        ("x in ", "1", ""),
    ] {
        let text = format!("{}{middle}{}", open.repeat(2500), close.repeat(2500));
        let error = Program::compile(&text).unwrap_err();
        assert!(error.message.contains("200 levels"), "{open}: {}", error.message);
        let _ = Program::compile_unary_tests(&text);
    }
    let filters = format!("x{}", "[1]".repeat(5000));
    assert!(Program::compile(&filters).unwrap_err().message.contains("200 levels"));
    for (chain, expected) in [("1 + ", "5001"), ("true and ", "null"), ("\"a\" + ", "null")] {
        let program = Program::compile(&format!("{}1", chain.repeat(5000))).unwrap();
        assert_eq!(evaluate(&program, Limits::default()).unwrap().feel_text(), expected);
    }
    let path = format!("x{}", ".y".repeat(5000));
    assert!(evaluate(&Program::compile(&path).unwrap(), Limits::default()).unwrap().is_null());
    let iterators = vec!["a in [1]"; 5000].join(", ");
    let program = Program::compile(&format!("for {iterators} return 1")).unwrap();
    assert_eq!(evaluate(&program, Limits::default()).unwrap().feel_text(), "[1]");
}

#[test]
fn a_budget_is_shared_by_the_evaluations_of_one_work_item() {
    let program = Program::compile("for i in 1..1000 return i").unwrap();
    let zone = TimeZone::UTC;
    let mut budget = Budget::new(Limits { steps: 5000, ..Limits::default() });
    let mut results = Vec::new();
    for _ in 0..3 {
        let mut env = Env::new(0, &zone, 0, &mut budget);
        results.push(program.evaluate(&NoVariables, &mut env).is_ok());
    }
    assert_eq!(results, [true, true, false]);
}

#[test]
fn a_number_that_no_variable_can_hold_leaves_as_null_with_a_warning() {
    for (text, exported, warnings) in
        [("1e400", "null", 1), ("[1, {a: -1e400}]", "[1,{\"a\":null}]", 1), ("1e300", "1.0E300", 0)]
    {
        let zone = TimeZone::UTC;
        let mut budget = Budget::default();
        let mut env = Env::new(0, &zone, 0, &mut budget);
        let mut out = Vec::new();
        let program = Program::compile(text).unwrap();
        program.evaluate_to_msgpack(&NoVariables, &mut env, &mut out).unwrap();
        assert_eq!(value::json::value_to_json(&out), exported);
        let kinds: Vec<_> = env.warnings.iter().map(|it| it.kind().name()).collect();
        assert_eq!(kinds, vec!["UNKNOWN"; warnings], "{text}");
    }
}

#[test]
fn the_same_program_on_the_same_input_gives_the_same_bytes() {
    let program = Program::compile("[random number(), uuid(), now(), log(3), 2 ** 0.3]").unwrap();
    let run = |seed: u64| {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let mut budget = Budget::default();
        let mut env = Env::new(1_000, &zone, seed, &mut budget);
        let mut out = Vec::new();
        program.evaluate_to_msgpack(&NoVariables, &mut env, &mut out).unwrap();
        out
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

/// Pieces of which any text may be made.
const PIECES: &[&str] = &[
    "1",
    "0",
    "-",
    "2.5",
    "10**400",
    "\"a\"",
    "\"\\u\"",
    "null",
    "true",
    "false",
    "x",
    "item",
    "partial",
    "?",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "..",
    "+",
    "*",
    "/",
    "**",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
    "if",
    "then",
    "else",
    "for",
    "in",
    "return",
    "some",
    "every",
    "satisfies",
    "between",
    "instance of",
    "function",
    "number",
    "@\"P1D\"",
    "@\"2024-01-31\"",
    "@\"10:00:00Z\"",
    "@\"2024-01-01T00:00:00@Europe/Berlin\"",
    "date and time(",
    "not(",
    "count(",
    "sort(",
    "string(",
    "substring(",
    "replace(",
    "split(",
    "context put(",
    "get entries(",
    "duration(",
    "decimal(",
    "round up(",
    "`a b`",
    "a:",
    "//",
    "/*",
    "\u{1F40E}",
    "\\",
    "\"",
    "1..3",
    "[1..3]",
    "{a: 1}",
    "[1, 2]",
];

proptest! {
    #[test]
    fn no_text_makes_it_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)) {
        let text = pieces.join(" ");
        let limits = Limits { steps: 10_000, bytes: 100_000, depth: 50 };
        if let Ok(program) = Program::compile(&text)
            && let Ok(value) = evaluate(&program, limits)
        {
            let mut out = Vec::new();
            value.to_msgpack(&mut out);
            value::msgpack::validate(&out).unwrap();
            let _ = value.feel_text();
        }
        let _ = Program::compile_unary_tests(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(text in "\\PC{0,60}") {
        let _ = Program::compile(&text).map_err(|it| it.to_string());
    }

    #[test]
    fn whole_numbers_calculate_as_integers_do(a in -1000_i64..1000, b in 1_i64..1000) {
        let text = format!("[{a} + {b}, {a} - {b}, {a} * {b}, floor({a} / {b}), modulo({a}, {b})]");
        let value = evaluate(&Program::compile(&text).unwrap(), Limits::default()).unwrap();
        let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
        let expected = format!("[{}, {}, {}, {quotient}, {rest}]", a + b, a - b, a * b);
        assert_eq!(value.feel_text(), expected);
    }

    #[test]
    fn a_text_survives_as_literal(text in prop::collection::vec(
        prop::sample::select(vec!['a', ' ', 'ä', '\u{1F40E}', '\n', '{', '`', '\'']), 0..20)
        .prop_map(|it| it.into_iter().collect::<String>()))
    {
        let program = Program::compile(&format!("\"{text}\"")).unwrap();
        assert_eq!(evaluate(&program, Limits::default()).unwrap().as_str(), Some(&*text));
    }
}
