//! `baton decisions test`.

use std::path::PathBuf;

use dmn::Model;
use serde_json::{Value, json};

use super::examples::{self, Example};
use super::local;
use crate::failure::{Exit, Failure};
use crate::output::{Output, table};

/// Check a decision of a file against a table of examples; exit 4 if one fails
///
/// The first line of the CSV file names the columns: the variables that the decision reads and,
/// with `=` in front, what it must answer: `=` for the whole output, `=NAME` for one of several
/// outputs. A value that is no JSON is text; an empty cell is a variable that is not there, or an
/// output that may be anything. A YAML or JSON file is a list of objects with `given` (variables)
/// and `expect` (the whole output).
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
}

/// An example that did not hold.
struct Failed {
    number: usize,
    line: Option<u64>,
    given: Value,
    what: String,
}

impl Test {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let model = local::model(&self.file)?;
        let id = local::decision(&model, self.decision.as_deref())?;
        let examples = examples::read(&self.examples)?;
        let mut failed = Vec::new();
        for example in &examples {
            if let Some(what) = difference(&model, &id, example)? {
                let given = example.given.clone();
                failed.push(Failed { number: example.number, line: example.line, given, what });
            }
        }
        output.answer(
            || {
                let one = |it: &Failed| {
                    json!({"example": it.number, "line": it.line, "given": it.given, "message": it.what})
                };
                json!({
                    "examples": examples.len(),
                    "failed": failed.iter().map(one).collect::<Vec<_>>(),
                })
            },
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

/// Where the answer is not what the example says.
fn difference(model: &Model, id: &str, example: &Example) -> Result<Option<String>, Failure> {
    let found = match local::evaluate(model, id, &example.given)? {
        Ok(evaluation) => local::as_json(&evaluation.output),
        Err(message) => return Ok(Some(message)),
    };
    Ok(example.expected.iter().find_map(|(name, expected)| {
        let answer = if name.is_empty() { Some(&found) } else { found.get(name) };
        let answer = answer.unwrap_or(&Value::Null);
        let of = if name.is_empty() { String::new() } else { format!("{name}: ") };
        (!equal(answer, expected)).then(|| format!("{of}expected {expected}, but it is {answer}"))
    }))
}

/// Equal as values: 1 is 1.0.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || x.as_f64() == y.as_f64(),
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

fn to_text(count: usize, failed: &[Failed]) -> String {
    if failed.is_empty() {
        return format!("All {count} examples hold.");
    }
    let example = |it: &Failed| match it.line {
        Some(line) => format!("{} (line {line})", it.number),
        None => it.number.to_string(),
    };
    let row = |it: &Failed| [example(it), it.given.to_string(), it.what.clone()];
    table(["EXAMPLE", "GIVEN", "DIFFERENCE"], failed.iter().map(row))
}

#[cfg(test)]
mod tests;
