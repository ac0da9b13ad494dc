//! What must hold for every input.

use crate::random::Random;
use crate::{feel_text, long_text, model, usage};
use feel::{Budget, Env, Limits, Program, Value, Variables};
use jiff::tz::TimeZone;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use value::Doc;

/// What is fuzzed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Expressions and unary tests: the parser, the compiler and the evaluator.
    Feel,
    /// Regular expressions on long texts.
    Long,
    /// Files of decisions.
    Dmn,
}

/// An input that broke something.
#[derive(Debug)]
pub struct Fault {
    /// What does not hold.
    pub what: String,
    /// The input.
    pub input: String,
}

/// Far more than these budgets take on a slow machine, optimized or not.
const TIME_MAX: Duration = Duration::from_secs(4);

/// Far more than these budgets allow, in KiB, with what the process has anyway.
const MEMORY_MAX: u64 = 512 * 1_024;

const LIMITS: Limits = Limits { steps: 100_000, bytes: 4 * 1_024 * 1_024, depth: 200 };

const VARIABLES: &str = r#"{"x": 3, "list": [1, 2.5, "a", null, [4]], "name": "Ann",
    "order": {"total": 119.5, "lines": [{"price": 1}, {"price": 2, "tax": null}]},
    "a b": true, "nested": {"a": {"b": {"c": [1, {"d": "2024-01-31"}]}}}}"#;

struct Scope(Doc);

impl Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// The input with a number in the sequence of a seed.
pub fn input(target: Target, seed: u64, number: u64, corpus: &[String]) -> String {
    let mut random = Random::new(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
    // The first numbers of similar seeds are alike.
    for _ in 0..4 {
        random.next();
    }
    match target {
        Target::Feel if corpus.is_empty() || random.once_in(2) => feel_text::text(&mut random),
        Target::Feel => {
            let mut text = random.pick(corpus).clone();
            while !random.once_in(3) {
                feel_text::spoil(&mut random, &mut text);
            }
            text
        }
        Target::Long => long_text::text(&mut random),
        Target::Dmn => model::xml(&mut random, corpus),
    }
}

/// Compiles and evaluates an input and checks what must hold.
///
/// # Errors
/// The input with what does not hold for it.
pub fn check(target: Target, input: &str) -> Result<(), Fault> {
    let fault = |what: String| Fault { what, input: input.to_owned() };
    if target == Target::Long {
        usage::forget_peak();
    }
    let (started, used) = (Instant::now(), usage::processor_time());
    let checked = catch_unwind(AssertUnwindSafe(|| match target {
        Target::Feel | Target::Long => check_feel(input),
        Target::Dmn => check_dmn(input),
    }));
    // On a busy machine the clock tells more of the others.
    let used = usage::processor_time().zip(used).map(|(now, before)| now.saturating_sub(before));
    let took = used.unwrap_or_else(|| started.elapsed());
    let peak = if target == Target::Long { usage::peak() } else { None };
    match checked {
        Ok(Ok(())) if peak.is_some_and(|it| it > MEMORY_MAX) => {
            Err(fault(format!("it took {} KiB of memory", peak.unwrap_or_default())))
        }
        Ok(Ok(())) if took > TIME_MAX => Err(fault(format!("it took {took:?}"))),
        Ok(result) => result.map_err(fault),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
            Err(fault(format!("it panics: {}", text.unwrap_or_default())))
        }
    }
}

fn check_feel(input: &str) -> Result<(), String> {
    let scope = Scope(Doc::from_json(VARIABLES).map_err(|it| it.to_string())?);
    if let Ok(program) = Program::compile(input) {
        let first = evaluated(|env| program.evaluate(&scope, env).map_err(|it| it.to_string()))?;
        let second = evaluated(|env| program.evaluate(&scope, env).map_err(|it| it.to_string()))?;
        same("evaluations", &first, &second)?;
    }
    if let Ok(program) = Program::compile_unary_tests(input) {
        for value in [Value::from(true), Value::from("a"), Value::Null] {
            // That it has no result is fine.
            let _ = evaluated(|env| {
                program
                    .evaluate_unary_tests(value.clone(), &scope, env)
                    .map_err(|it| it.to_string())
            })?;
        }
    }
    Ok(())
}

/// What an evaluation gives as JSON, or why it gives nothing.
fn evaluated(
    evaluate: impl Fn(&mut Env<'_>) -> Result<Value, String>,
) -> Result<Result<String, String>, String> {
    let zone = TimeZone::UTC;
    let mut budget = Budget::new(LIMITS);
    let mut env = Env::new(1_700_000_000_000, &zone, 7, &mut budget);
    let result = evaluate(&mut env);
    // The texts of warnings are only built when somebody asks.
    env.warnings.iter().for_each(|it| drop(it.text()));
    let Ok(found) = result else { return Ok(result.map(|_| String::new())) };
    drop((found.feel_text(), found.shown(50)));
    let mut bytes = Vec::new();
    found.to_msgpack(&mut bytes);
    let json = value::json::value_to_json(&bytes);
    match value::json::to_msgpack(&json) {
        Ok(_) => Ok(Ok(json)),
        Err(error) => Err(format!("its value leaves as no JSON: {error}: {json}")),
    }
}

fn same(
    what: &str,
    first: &Result<String, String>,
    second: &Result<String, String>,
) -> Result<(), String> {
    if first == second { Ok(()) } else { Err(format!("two {what} differ: {first:?}, {second:?}")) }
}

fn check_dmn(input: &str) -> Result<(), String> {
    let scope = Scope(Doc::from_json(VARIABLES).map_err(|it| it.to_string())?);
    let model = match dmn::compile("f.dmn", input.as_bytes()) {
        Ok(model) => model,
        Err(problems) => {
            for it in &problems {
                drop(it.to_string());
            }
            return if problems.is_empty() {
                Err("refused without a problem".into())
            } else {
                Ok(())
            };
        }
    };
    for decision in model.decisions() {
        let plain = evaluated(|env| {
            let found = model.evaluate(decision, &scope, env);
            found.map(|it| it.output).map_err(|it| outcome(&it))
        })?;
        let explained = evaluated(|env| {
            let found = model.explain(decision, usize::MAX, &scope, env);
            found.map(|it| it.output).map_err(|it| outcome(&it))
        })?;
        // Trying every rule takes more of the budget than asking the index.
        let is_spent = |it: &Result<String, String>| it.as_ref().is_err_and(|it| it == SPENT);
        if !is_spent(&plain) && !is_spent(&explained) {
            same("ways through the rules", &plain, &explained)?;
        }
    }
    Ok(())
}

const SPENT: &str = "the budget is spent";

/// Why a decision has no result, without what depends on the way through the rules.
fn outcome(failure: &dmn::DecisionFailure) -> String {
    if matches!(failure.failure, feel::Failure::Budget { .. }) {
        SPENT.to_owned()
    } else {
        failure.message.clone()
    }
}
