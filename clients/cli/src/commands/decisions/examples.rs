//! Examples of a decision: what is given, and what must be answered.

use std::path::Path;

use serde_json::{Map, Value};
use serde_saphyr::{Spanned, UserMessageFormatter};
use value::Dec;

use super::csv;
use crate::commands::deploy;
use crate::failure::Failure;
use crate::variables::{Document, json_or_text};

/// One example.
pub(super) struct Example {
    /// Which one of its file it is, from 1.
    pub(super) number: usize,
    /// The line where it begins, if the format tells.
    pub(super) line: Option<u64>,
    pub(super) given: Document,
    /// What must be answered: the whole output under an empty name, or outputs by name.
    pub(super) expected: Vec<(String, Value)>,
}

/// An example as YAML and JSON have it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    given: Map<String, Value>,
    expect: Value,
}

/// Reads the examples of a file, by its extension: YAML, JSON, or else CSV.
///
/// # Errors
/// A sentence that names the file, and the example or line at fault.
pub(super) fn read(path: &Path) -> Result<Vec<Example>, Failure> {
    let shown = path.display();
    let content = deploy::read(path)?.content;
    let text = String::from_utf8(content)
        .map_err(|_| Failure::usage(format!("The file '{shown}' is no UTF-8 text.")))?;
    let extension = path.extension().map(|it| it.to_string_lossy().to_ascii_lowercase());
    let read = match extension.as_deref() {
        Some("json") => from_json(&text),
        Some("yaml" | "yml") => from_yaml(&text),
        Some(_) | None => from_csv(&text),
    };
    let examples = read
        .map_err(|what| Failure::usage(format!("The examples in '{shown}' are wrong: {what}")))?;
    if examples.is_empty() {
        return Err(Failure::usage(format!("There is no example in '{shown}'.")));
    }
    Ok(examples)
}

fn written(number: usize, line: Option<u64>, it: Value) -> Result<Example, String> {
    let Written { given, expect } = serde_json::from_value(it).map_err(|it| format!("{it}."))?;
    let expected = vec![(String::new(), expect)];
    Ok(Example { number, line, given: Document(Some(given)), expected })
}

fn from_json(text: &str) -> Result<Vec<Example>, String> {
    let list: Vec<Value> = serde_json::from_str(text).map_err(|it| format!("{it}."))?;
    let example =
        |(number, it)| written(number, None, it).map_err(|it| format!("Example {number}: {it}"));
    (1..).zip(list).map(example).collect()
}

fn from_yaml(text: &str) -> Result<Vec<Example>, String> {
    // First only where the examples are, so that what is wrong in one can name it.
    let list: Vec<Spanned<Value>> =
        serde_saphyr::from_str(text).map_err(|it| sentence(text, &it))?;
    let example = |(number, it): (usize, Spanned<Value>)| {
        let line = it.referenced.line();
        written(number, Some(line), it.value)
            .map_err(|it| format!("Example {number}, line {line}: {it}"))
    };
    (1..).zip(list).map(example).collect()
}

/// What is wrong with a YAML text, with its line, as one sentence.
fn sentence(text: &str, error: &serde_saphyr::Error) -> String {
    if serde_saphyr::from_str::<Value>(text).is_ok() {
        return "The file is no list. Each example begins with '- given:'.".to_owned();
    }
    let text = error.without_snippet().render_with_formatter(&UserMessageFormatter);
    format!("{}.", text.trim_end_matches('.'))
}

fn from_csv(text: &str) -> Result<Vec<Example>, String> {
    let separator = csv::separator(text);
    let rows = csv::rows(text, separator)?;
    let Some((header, rows)) = rows.split_first() else { return Ok(Vec::new()) };
    let header: Vec<&str> = header.iter().map(|it| it.trim()).collect();
    if let Some(at) = header.iter().position(|it| it.is_empty()) {
        return Err(format!("Column {} has no name.", at + 1));
    }
    let is_there_twice =
        |at: &usize| !is_comment(header[*at]) && header[..*at].contains(&header[*at]);
    if let Some(twice) = (1..header.len()).find(is_there_twice) {
        return Err(format!("The column '{}' is there twice.", header[twice]));
    }
    if !header.iter().any(|it| it.starts_with('=')) {
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
        for (name, cell) in header.iter().zip(row) {
            let cell = cell.trim();
            if cell.is_empty() || is_comment(name) {
                continue;
            }
            if separator == ';' && has_decimal_comma(cell) {
                return Err(format!(
                    "Example {number} has '{cell}' in the column '{name}'. Write numbers with a \
                     point, such as 1.5; or in quotes as JSON, such as \"\"\"1,5\"\"\", if it is text."
                ));
            }
            let value = whole(cell).unwrap_or_else(|| json_or_text(cell));
            match name.strip_prefix('=') {
                Some(output) => expected.push((output.trim().to_owned(), value)),
                None => give(&mut given, name, value)?,
            }
        }
        if expected.is_empty() {
            return Err(format!("Example {number} says nothing that is expected."));
        }
        Ok(Example { number, line: None, given: Document(Some(given)), expected })
    };
    (1..).zip(rows).map(example).collect()
}

/// A whole number that is written with a point or an exponent, with all its digits: as a double it
/// would lose those beyond 2^53.
fn whole(cell: &str) -> Option<Value> {
    let is_number = cell.starts_with(|it: char| it == '-' || it.is_ascii_digit());
    let number = if is_number { cell.parse::<serde_json::Number>().ok()? } else { return None };
    let plain = if number.is_f64() { Dec::parse(cell)?.to_string() } else { return None };
    let whole: serde_json::Number = plain.parse().ok()?;
    (whole.is_i64() || whole.is_u64()).then_some(Value::Number(whole))
}

/// Whether a column is for those who read the examples: no variable and no output is meant.
fn is_comment(column: &str) -> bool {
    column.starts_with('#')
}

/// Whether a value looks like a number as it is written where the point separates thousands.
fn has_decimal_comma(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let is_number = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit());
    digits
        .split_once(',')
        .is_some_and(|(whole, rest)| whole.split('.').all(is_number) && is_number(rest))
}

/// Sets a variable, or an entry of one for a column with points.
fn give(given: &mut Map<String, Value>, column: &str, value: Value) -> Result<(), String> {
    let mut at = given;
    let mut names = column.split('.').map(str::trim).peekable();
    while let Some(name) = names.next() {
        if name.is_empty() {
            return Err(format!("The column '{column}' has nothing before or behind a point."));
        }
        if names.peek().is_none() {
            return match at.insert(name.to_owned(), value) {
                None => Ok(()),
                Some(_) => Err(twice(column)),
            };
        }
        let inner = at.entry(name).or_insert_with(|| Value::Object(Map::new()));
        at = inner.as_object_mut().ok_or_else(|| twice(column))?;
    }
    Ok(())
}

fn twice(column: &str) -> String {
    format!("The column '{column}' and another one say both what the same variable is.")
}
