//! `baton decisions test`.

use std::path::PathBuf;

use dmn::Model;
use jiff::tz::TimeZone;
use serde_json::Value;
use serde_json::value::RawValue;
use value::Dec;

use super::examples::{self, Example};
use super::local::{self, Evaluated};
use super::warned::Warned;
use crate::commands::zone::Zone;
use crate::failure::{Exit, Failure};
use crate::output::{Output, table, written};

/// Check a decision of a file against a table of examples; exit 4 if one fails
///
/// The first line of the CSV file names the columns: the variables that the decision reads and,
/// with `=` in front, what it must answer: `=` for the whole output, `=NAME` for one of several
/// outputs. A column `order.total` is the entry `total` of the variable `order`. Values are separated
/// by commas, or by semicolons where the first line has no comma. A value that is no JSON is text;
/// an empty cell is a variable that is not there, or an output that may be anything. A column whose
/// name begins with `#` is a comment. Each example must say something that is expected. A YAML or JSON file is a list of objects with `given`
/// (variables) and `expect` (the whole output).
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton decisions test discount.dmn examples.csv\n  baton decisions test dinner.dmn examples.yaml --decision dish"
)]
pub(super) struct Test {
    /// The DMN file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The examples, as CSV, YAML or JSON
    #[arg(value_name = "EXAMPLES")]
    examples: PathBuf,
    /// Which decision of the file
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
    #[command(flatten)]
    zone: Zone,
}

/// An example that did not hold.
struct Failed {
    number: usize,
    line: Option<u64>,
    given: String,
    what: String,
}

impl Test {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let zone = self.zone.resolve()?;
        let model = local::model(&self.file)?;
        let id = local::decision(&model, self.decision.as_deref())?;
        let examples = examples::read(&self.examples)?;
        check_names(&model, &id, &examples)?;
        check_variables(&model, &id, &examples)?;
        let mut failed = Vec::new();
        for example in &examples {
            if let Some(what) = difference(&model, &id, example, &zone)? {
                let given = example.given.text();
                failed.push(Failed { number: example.number, line: example.line, given, what });
            }
        }
        output.answer_written(
            || to_json(examples.len(), &failed),
            || to_text(examples.len(), &failed),
        )?;
        match failed.len() {
            0 => Ok(()),
            count => Err(Failure::new(
                Exit::Refused,
                format!("{count} of {} examples failed.", examples.len()),
            )),
        }
    }
}

/// Refuses outputs by name that the decision's table does not have.
fn check_names(model: &Model, id: &str, examples: &[Example]) -> Result<(), Failure> {
    let Some(table) = model.decision(id).and_then(dmn::Decision::table) else { return Ok(()) };
    let names = examples.iter().flat_map(|it| &it.expected).map(|it| &it.0);
    for name in names.filter(|it| !it.is_empty()) {
        let outputs = &table.outputs;
        if outputs.len() == 1 {
            return Err(Failure::usage(format!(
                "The column '={name}' names an output, but the decision '{id}' has only one: its \
                 value is the whole answer."
            ))
            .hint("Call the column '='."));
        }
        if !outputs.iter().any(|it| **it == **name) {
            return Err(Failure::usage(format!(
                "The decision '{id}' has no output '{name}'. It has: {}.",
                outputs.join(", ")
            )));
        }
    }
    Ok(())
}

/// Refuses variables that nothing reads: what an example says of them would not be checked.
fn check_variables(model: &Model, id: &str, examples: &[Example]) -> Result<(), Failure> {
    let Some(decision) = model.decision(id) else { return Ok(()) };
    let read = model.variables(decision);
    for example in examples {
        let mut given = example.given.0.iter().flat_map(serde_json::Map::keys);
        let Some(name) = given.find(|name| !read.iter().any(|it| **it == ***name)) else {
            continue;
        };
        let place = match example.line {
            Some(line) => format!("Example {}, line {line}", example.number),
            None => format!("Example {}", example.number),
        };
        let reads = if read.is_empty() {
            "It reads none at all.".to_owned()
        } else {
            format!("It reads: {}.", read.join(", "))
        };
        return Err(Failure::usage(format!(
            "{place} gives the variable '{name}', which the decision '{id}' does not read. {reads}"
        )));
    }
    Ok(())
}

/// Where the answer is not what the example says, with the warnings, which may be the reason.
fn difference(
    model: &Model,
    id: &str,
    example: &Example,
    zone: &TimeZone,
) -> Result<Option<String>, Failure> {
    let Evaluated { output, warnings, .. } = local::evaluate(model, id, &example.given, zone)?;
    let what = match output {
        Ok(output) => compared(&local::as_json(&output), &example.expected),
        Err(message) => Some(message),
    };
    let Some(mut what) = what else { return Ok(None) };
    for warning in &warnings {
        what = format!("{}; warning {}", what.trim_end_matches('.'), Warned::of(warning));
    }
    Ok(Some(what))
}

/// The first difference between the answer and what is expected.
fn compared(found: &Value, expected: &[(String, Value)]) -> Option<String> {
    expected.iter().find_map(|(name, expected)| {
        if name.is_empty() {
            let is_equal = equal(found, expected);
            return (!is_equal).then(|| format!("expected {expected}, but it is {found}"));
        }
        match (found.get(name), found) {
            (Some(answer), _) => (!equal(answer, expected))
                .then(|| format!("{name}: expected {expected}, but it is {answer}")),
            // Without a matching rule there is no answer at all, and so no output.
            (None, Value::Null) => (!expected.is_null())
                .then(|| format!("{name}: expected {expected}, but there is no answer")),
            (None, Value::Object(_)) => Some(format!(
                "{name}: expected {expected}, but the answer has no '{name}': {found}"
            )),
            (None, _) => Some(format!(
                "{name}: expected {expected}, but the answer is no context with names: {found}"
            )),
        }
    })
}

/// Equal as values: 1 is 1.0. Two doubles are compared as such, which is what a variable holds of
/// what is no whole number; everything else by all its digits.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => {
            let digits = |it: &serde_json::Number| Dec::parse(&it.to_string());
            x == y || digits(x).is_some_and(|x| digits(y) == Some(x))
        }
        (Value::Array(x), Value::Array(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y))
        }
        (Value::Object(x), Value::Object(y)) => {
            let is_in = |(name, x): (&String, &Value)| y.get(name).is_some_and(|y| equal(x, y));
            x.len() == y.len() && x.iter().all(is_in)
        }
        _ => a == b,
    }
}

fn to_json(count: usize, failed: &[Failed]) -> String {
    #[derive(serde::Serialize)]
    struct Shown<'a> {
        examples: usize,
        failed: Vec<ShownExample<'a>>,
    }
    #[derive(serde::Serialize)]
    struct ShownExample<'a> {
        example: usize,
        given: Option<Box<RawValue>>,
        line: Option<u64>,
        message: &'a str,
    }
    let failed = failed.iter().map(|it| ShownExample {
        example: it.number,
        given: RawValue::from_string(it.given.clone()).ok(),
        line: it.line,
        message: &it.what,
    });
    written(&Shown { examples: count, failed: failed.collect() })
}

fn to_text(count: usize, failed: &[Failed]) -> String {
    if failed.is_empty() {
        return format!("All {count} examples hold.");
    }
    let example = |it: &Failed| match it.line {
        Some(line) => format!("{} (line {line})", it.number),
        None => it.number.to_string(),
    };
    let row = |it: &Failed| [example(it), it.given.clone(), it.what.clone()];
    table(["EXAMPLE", "GIVEN", "DIFFERENCE"], failed.iter().map(row))
}

#[cfg(test)]
mod tests;
