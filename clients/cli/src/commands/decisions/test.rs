//! `baton decisions test`.

use std::path::PathBuf;

use dmn::Model;
use serde_json::{Map, Value, json};

use super::{csv, local};
use crate::commands::deploy;
use crate::failure::{Exit, Failure};
use crate::output::{Output, table};

/// Check a decision of a file against a table of examples; exit 4 if one fails
///
/// The first line of the CSV file names the columns: the variables that the decision reads and,
/// with `=` in front, what it must answer: `=` for the whole output, `=NAME` for one of several
/// outputs. A JSON file is a list of objects with `given` and `expect`. A value that is no JSON is
/// text; an empty cell is a variable that is not there, or an output that may be anything.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton decisions test discount.dmn examples.csv\n  baton decisions test dinner.dmn examples.json --decision dish"
)]
pub(super) struct Test {
    /// The DMN file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The examples, as CSV or JSON
    #[arg(value_name = "EXAMPLES")]
    examples: PathBuf,
    /// Which decision of the file
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
}

/// One example.
struct Example {
    /// Where it stands in its file, from 1.
    number: usize,
    given: Value,
    /// What must be answered: the whole output under an empty name, or outputs by name.
    expected: Vec<(String, Value)>,
}

/// An example that did not hold.
struct Failed {
    number: usize,
    given: Value,
    what: String,
}

impl Test {
    pub(super) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let model = local::model(&self.file)?;
        let id = local::decision(&model, self.decision.as_deref())?;
        let examples = self.read()?;
        let mut failed = Vec::new();
        for example in &examples {
            if let Some(what) = difference(&model, &id, example)? {
                let (number, given) = (example.number, example.given.clone());
                failed.push(Failed { number, given, what });
            }
        }
        output.answer(
            || {
                let one = |it: &Failed| json!({"example": it.number, "given": it.given, "message": it.what});
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

    fn read(&self) -> Result<Vec<Example>, Failure> {
        let shown = self.examples.display();
        let content = deploy::read(&self.examples)?.content;
        let text = String::from_utf8(content)
            .map_err(|_| Failure::usage(format!("The file '{shown}' is no UTF-8 text.")))?;
        let is_json = self.examples.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
        let read = if is_json { from_json(&text) } else { from_csv(&text) };
        let examples = read.map_err(|what| {
            Failure::usage(format!("The examples in '{shown}' are wrong: {what}"))
        })?;
        if examples.is_empty() {
            return Err(Failure::usage(format!("There is no example in '{shown}'.")));
        }
        Ok(examples)
    }
}

fn from_json(text: &str) -> Result<Vec<Example>, String> {
    let list: Vec<Value> = serde_json::from_str(text).map_err(|it| format!("{it}."))?;
    (1..)
        .zip(list)
        .map(|(number, it)| {
            let expected = it.get("expect").ok_or(format!("Example {number} has no 'expect'."))?;
            let given = it.get("given").cloned().unwrap_or(Value::Null);
            Ok(Example { number, given, expected: vec![(String::new(), expected.clone())] })
        })
        .collect()
}

fn from_csv(text: &str) -> Result<Vec<Example>, String> {
    let rows = csv::rows(text)?;
    let Some((header, rows)) = rows.split_first() else { return Ok(Vec::new()) };
    if !header.iter().any(|it| it.trim().starts_with('=')) {
        return Err("No column says what is expected. Its name begins with '='.".to_owned());
    }
    let example = |(number, row): (usize, &Vec<String>)| {
        if row.len() > header.len() {
            return Err(format!(
                "Example {number} has more values than the first line has columns."
            ));
        }
        let mut given = Map::new();
        let mut expected = Vec::new();
        for (name, cell) in header.iter().map(|it| it.trim()).zip(row) {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            let value =
                serde_json::from_str(cell).unwrap_or_else(|_| Value::String(cell.to_owned()));
            match name.strip_prefix('=') {
                Some(output) => expected.push((output.trim().to_owned(), value)),
                None => drop(given.insert(name.to_owned(), value)),
            }
        }
        Ok(Example { number, given: Value::Object(given), expected })
    };
    (1..).zip(rows).map(example).collect()
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
    let row = |it: &Failed| [it.number.to_string(), it.given.to_string(), it.what.clone()];
    table(["EXAMPLE", "GIVEN", "DIFFERENCE"], failed.iter().map(row))
}

#[cfg(test)]
mod tests;
