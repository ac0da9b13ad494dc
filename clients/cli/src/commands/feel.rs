//! `baton feel`.

mod parts;

use std::path::PathBuf;

use ::feel::{Budget, Env, Explanation, Program, Value as FeelValue, Variables as FeelVariables};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use value::Doc;

use crate::commands::zone::Zone;
use crate::failure::{Exit, Failure};
use crate::output::{Output, pairs, written};
use crate::variables::{self, Variables};

/// Evaluate a FEEL expression without a server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton feel 'amount > 100' --var amount=120\n  baton feel '=for i in items return i.price' --vars @order.json\n  baton feel -f discount.feel --vars @order.json --explain"
)]
pub(crate) struct Feel {
    /// The expression; a leading = as in models is fine
    #[arg(value_name = "EXPR", required_unless_present = "file", allow_hyphen_values = true)]
    expression: Option<String>,
    /// Read the expression from a file, or from stdin with -
    #[arg(short, long, value_name = "FILE|-", conflicts_with = "expression")]
    file: Option<PathBuf>,
    #[command(flatten)]
    variables: Variables,
    #[command(flatten)]
    zone: Zone,
    /// Show what each part of the expression gave
    #[arg(long)]
    explain: bool,
}

/// Variables of the command line.
struct Scope(Doc);

impl FeelVariables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// What an evaluation gave.
struct Answer {
    result: Result<FeelValue, ::feel::Failure>,
    warnings: Vec<(&'static str, String)>,
    /// How many of the warnings belong to parts of the expression: the first ones.
    of_parts: usize,
    explanation: Option<Explained>,
}

/// The parts of the expression.
struct Explained {
    parts: Vec<::feel::Part>,
    left_out: u64,
}

impl Feel {
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let answer = self.evaluate(jiff::Timestamp::now().as_millisecond())?;
        // Without a value there is something to show only when the parts were asked for.
        if answer.result.is_ok() || answer.explanation.is_some() {
            output.answer_written(|| to_json(&answer), || to_text(&answer))?;
        }
        match answer.result {
            Ok(_) => Ok(()),
            Err(failure) => Err(refused(&failure)),
        }
    }

    /// The text of the expression, without the sign that marks it in models.
    fn text(&self) -> Result<String, Failure> {
        let text = match (&self.file, &self.expression) {
            (Some(path), _) => variables::read_text(path, "The expression")?,
            (None, Some(text)) => text.clone(),
            (None, None) => String::new(),
        };
        let text = text.trim_start_matches('\u{feff}');
        Ok(text.trim_start().strip_prefix('=').unwrap_or(text).to_owned())
    }

    fn evaluate(&self, now_ms: i64) -> Result<Answer, Failure> {
        let text = self.text()?;
        let no_feel = |error: ::feel::SyntaxError| Failure::new(Exit::Refused, error.to_string());
        let zone = self.zone.resolve()?;
        let scope = Scope(self.variables.read()?.doc()?);
        let mut budget = Budget::default();
        let seed = u64::try_from(now_ms).unwrap_or_default();
        let mut env = Env::new(now_ms, &zone, seed, &mut budget);
        let (result, explanation) = if self.explain {
            let Explanation { result, parts, left_out } =
                Explanation::of(&text, &scope, &mut env).map_err(no_feel)?;
            (result, Some(Explained { parts, left_out }))
        } else {
            let program = Program::compile(&text).map_err(no_feel)?;
            (program.evaluate(&scope, &mut env), None)
        };
        let of_parts = env.warnings.len();
        // A number that no worker could get is told as well.
        if let Ok(value) = &result {
            env.export(value, &mut Vec::new());
        }
        let warnings = env.warnings.iter().map(|it| (it.kind().name(), it.text())).collect();
        Ok(Answer { result, warnings, of_parts, explanation })
    }
}

fn refused(failure: &::feel::Failure) -> Failure {
    Failure::new(Exit::Refused, format!("{}.", failure.to_string().trim_end_matches('.')))
}

/// The value as workers would get it, in JSON.
fn as_json(value: &FeelValue) -> Box<RawValue> {
    let mut bytes = Vec::new();
    value.to_msgpack(&mut bytes);
    RawValue::from_string(value::json::value_to_json(&bytes)).unwrap_or_else(|_| null())
}

fn null() -> Box<RawValue> {
    RawValue::NULL.to_owned()
}

fn warning_json(kind: &str, text: &str) -> Value {
    json!({"kind": kind, "message": text})
}

/// What is shown to programs.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    feel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Vec<parts::Shown>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts_left_out: Option<u64>,
    r#type: Option<&'static str>,
    value: Box<RawValue>,
    warnings: Vec<Value>,
}

fn to_json(answer: &Answer) -> String {
    let value = answer.result.as_ref().ok();
    let warnings = answer.warnings.iter();
    let explanation = answer.explanation.as_ref();
    let shown = Shown {
        feel: value.map(FeelValue::readable_text),
        parts: explanation.map(|it| parts::to_json(&it.parts)),
        parts_left_out: explanation.map(|it| it.left_out),
        r#type: value.map(FeelValue::feel_type),
        value: value.map_or_else(null, as_json),
        warnings: warnings.map(|(kind, text)| warning_json(kind, text)).collect(),
    };
    written(&shown)
}

fn to_text(answer: &Answer) -> String {
    let mut lines = Vec::new();
    if let Ok(value) = &answer.result {
        lines.push(pairs(&[
            ("value", value.readable_text()),
            ("type", value.feel_type().to_owned()),
        ]));
    }
    // In an explanation the warnings of parts stand there.
    let is_explained = answer.explanation.as_ref().is_some_and(|it| it.left_out == 0);
    let warnings = answer.warnings.iter().skip(if is_explained { answer.of_parts } else { 0 });
    lines.extend(warnings.map(|(kind, text)| format!("warning  {kind}: {text}")));
    if let Some(it) = &answer.explanation {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(parts::to_text(&it.parts));
        if it.left_out > 0 {
            lines.push(format!("… and {} more parts", it.left_out));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
