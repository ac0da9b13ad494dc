//! What holds in models that are written for the standard, and not in those made for Camunda.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use feel::{Budget, Env, NoVariables, Program, Scope};
use jiff::tz::TimeZone;

/// The result as FEEL writes it, and the kinds of the warnings.
fn evaluate(text: &str, scope: &Scope) -> String {
    let program = Program::compile_in(text, scope).unwrap();
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(0, &zone, 0, &mut budget);
    let value = program.evaluate(&NoVariables, &mut env).unwrap();
    let kinds: Vec<&str> = env.warnings.iter().map(|it| it.kind().name()).collect();
    format!("{} {}", value.feel_text(), kinds.join(" ")).trim().to_owned()
}

#[track_caller]
fn check(text: &str, standard: &str, camunda: &str) {
    assert_eq!(evaluate(text, &Scope::new()), standard, "{text} by the standard");
    assert_eq!(evaluate(text, &Scope::for_camunda()), camunda, "{text} for Camunda");
}

#[test]
fn the_standard_counts_times_in_seconds_where_they_are_equal_or_not() {
    check(r#"@"10:30:00.1" = @"10:30:00.2""#, "true", "false");
    check(r#"@"10:30:00.1Z" != @"11:30:00.2+01:00""#, "false", "true");
    check(r#"[@"2024-01-01T00:00:00.1"] = [@"2024-01-01T00:00:00"]"#, "true", "false");
    check(r#"@"1969-12-31T23:59:59.5Z" = @"1970-01-01T00:00:00.5Z""#, "false", "false");
    check(r#"@"10:30:00.1" < @"10:30:00.2""#, "true", "true");
    check(r#"is(@"10:30:00.1", @"10:30:00.2")"#, "false", "false");
    check(r#"@"PT0.1S" = @"PT0.2S""#, "false", "false");
}

#[test]
fn a_built_in_function_is_a_value_in_models_of_the_standard() {
    check("{f: function(g) g(-5), r: f(abs)}.r", "5", "null NO_VARIABLE_FOUND NO_FUNCTION_FOUND");
    check(
        "{f: function(g) g([1, 2]) + g(3, 4), r: f(sum)}.r",
        "10",
        "null NO_VARIABLE_FOUND NO_FUNCTION_FOUND NO_FUNCTION_FOUND INVALID_TYPE",
    );
    check("(matches)(\"ab\", \"a.\")", "true", "null NO_VARIABLE_FOUND INVALID_TYPE");
    check(
        "(substring)(string: \"abc\", `start position`: 2)",
        "\"bc\"",
        "null NO_VARIABLE_FOUND INVALID_TYPE",
    );
    check("(abs)(1, 2)", "null NO_FUNCTION_FOUND", "null NO_VARIABLE_FOUND INVALID_TYPE");
    check("abs instance of function", "true", "false NO_VARIABLE_FOUND");
    check("foo", "null NO_VARIABLE_FOUND", "null NO_VARIABLE_FOUND");
}

#[test]
fn a_name_that_a_model_gives_is_no_built_in_function() {
    let mut scope = Scope::new();
    scope.know("count");
    assert_eq!(evaluate("count", &scope), "null NO_VARIABLE_FOUND");
}

#[test]
fn camundas_names_of_parameters_are_not_those_of_the_standard() {
    check("abs(number: -1)", "null NO_FUNCTION_FOUND", "1");
    check("abs(n: -1)", "1", "1");
}

#[test]
fn a_budget_that_runs_out_in_a_converted_call_ends_the_evaluation() {
    let text = r#"matches(["aaaaaaaaaaaaaaaaaaaaaaaaaaaa!"], "^(a|aa)+(?=b)$")"#;
    let program = Program::compile_in(text, &Scope::new()).unwrap();
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(0, &zone, 0, &mut budget);
    assert!(program.evaluate(&NoVariables, &mut env).is_err());
}

#[test]
fn a_key_that_is_there_twice_is_a_mistake_by_the_standard() {
    check(
        r#"context([{key: "a", value: 1}, {key: "a", value: 2}])"#,
        "null FUNCTION_INVOCATION_FAILURE",
        "{a:2}",
    );
    check("{a: 1, b: 2, a: 3}", "null UNKNOWN", "null UNKNOWN");
    check("{a: 1, b: 2}", "{a:1, b:2}", "{a:1, b:2}");
}

#[test]
fn flags_that_are_not_known_are_ignored_in_models_made_for_camunda() {
    check(r#"matches("A", "a", "iq")"#, "null FUNCTION_INVOCATION_FAILURE", "true");
    check(r#"matches("A", "a", "q")"#, "null FUNCTION_INVOCATION_FAILURE", "false");
    check(r#"replace("Aa", "a", "b", "gi")"#, "null FUNCTION_INVOCATION_FAILURE", "\"bb\"");
    check(r#"matches("A", "a" + "", "iq")"#, "null FUNCTION_INVOCATION_FAILURE", "true");
    check(r#"matches("A", "a", "i" + "q")"#, "null FUNCTION_INVOCATION_FAILURE", "true");
}
