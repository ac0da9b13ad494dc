//! Decisions of a file, evaluated without a server.

use std::path::Path;

use dmn::{EvaluatedDecision, Model};
use feel::{Budget, Env, Warning};
use jiff::tz::TimeZone;
use serde_json::Value;
use serde_json::value::RawValue;
use value::Doc;

use super::imports;
use crate::failure::{Exit, Failure};
use crate::variables::Document;

/// Variables of the command line or of an example.
struct Scope(Doc);

impl feel::Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// Reads and compiles a file, with what it imports.
pub(super) fn model(path: &Path) -> Result<Model, Failure> {
    let resources = imports::with_imports(path)?;
    let files: Vec<_> = resources
        .iter()
        .map(|it| dmn::File { resource_name: &it.name, bytes: &it.content })
        .collect();
    let models = dmn::compile_all(&files).map_err(|problems| {
        let mut texts = Vec::new();
        for (ix, found) in problems {
            let name = files.get(ix).map_or("", |it| it.resource_name);
            texts.extend(found.iter().map(|it| match ix {
                0 => it.to_string(),
                _ => format!("{name}: {it}"),
            }));
        }
        Failure::new(Exit::Refused, texts.join("\n"))
    })?;
    first(models)
}

fn first(models: Vec<Model>) -> Result<Model, Failure> {
    let first = models.into_iter().next();
    first.ok_or_else(|| Failure::new(Exit::Unexpected, "The file has no model."))
}

/// Compiles a file that a server has accepted, perhaps with other rules than ours, with those behind
/// it that it imports.
pub(super) fn accepted(files: &[String]) -> Result<Model, Failure> {
    let files = files.iter().map(|it| dmn::File { resource_name: "", bytes: it.as_bytes() });
    let models = dmn::compile_all_accepted(&files.collect::<Vec<_>>());
    let models = models.map_err(|problems| {
        let problem = problems.iter().flat_map(|it| &it.1).next();
        let text = problem.map(ToString::to_string).unwrap_or_default();
        Failure::new(Exit::Refused, text)
    })?;
    first(models)
}

/// The decision that is meant: the one with the id, or the only one.
pub(super) fn decision(model: &Model, id: Option<&str>) -> Result<String, Failure> {
    let ids: Vec<String> = model.decisions().map(|it| it.id().to_string()).collect();
    match (id, ids.as_slice()) {
        (Some(id), _) if ids.iter().any(|it| it == id) => Ok(id.to_owned()),
        (Some(id), _) => Err(Failure::new(
            Exit::NotFound,
            format!("The file has no decision '{id}'. It has: {}.", ids.join(", ")),
        )),
        (None, [only]) => Ok(only.clone()),
        (None, []) => Err(Failure::new(Exit::NotFound, "The file has no decision.")),
        (None, _) => Err(Failure::usage("The file has several decisions.")
            .hint(format!("Choose one with --decision: {}.", ids.join(", ")))),
    }
}

/// What an evaluation gave, or why it failed, and what happened on the way.
pub(super) struct Evaluated {
    pub(super) output: Result<feel::Value, String>,
    /// Required ones first; when the evaluation failed, the one that did is the last.
    pub(super) decisions: Vec<EvaluatedDecision>,
    pub(super) warnings: Vec<Warning>,
}

/// Evaluates a decision with the reasons of all rules.
pub(super) fn evaluate(
    model: &Model,
    id: &str,
    variables: &Document,
    zone: &TimeZone,
) -> Result<Evaluated, Failure> {
    let doc = variables.doc()?;
    let decision = model
        .decision(id)
        .ok_or_else(|| Failure::new(Exit::NotFound, format!("The file has no decision '{id}'.")))?;
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let mut budget = Budget::default();
    let mut env = Env::new(now_ms, zone, 1, &mut budget);
    env.tells_undeclared = true;
    env.reads_written_names = true;
    let (output, decisions) = match model.explain(decision, usize::MAX, &Scope(doc), &mut env) {
        Ok(found) => (Ok(found.output), found.decisions),
        Err(failed) => {
            (Err(format!("{}.", failed.message.trim_end_matches('.'))), failed.decisions)
        }
    };
    // A number that no process could get is told as well.
    for it in &decisions {
        let first = env.warnings.len();
        env.export(&it.output, &mut Vec::new());
        env.place_warnings(first, || format!("decision '{}'", it.name));
    }
    Ok(Evaluated { output, decisions, warnings: env.warnings })
}

/// A value as workers would get it, to be compared.
pub(super) fn as_json(value: &feel::Value) -> Value {
    serde_json::from_str(&as_text(value)).unwrap_or(Value::Null)
}

/// A value as JSON, with all digits and the order of the model.
pub(super) fn as_raw(value: &feel::Value) -> Box<RawValue> {
    RawValue::from_string(as_text(value)).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// A value as JSON, with the entries of objects in the order of the model.
pub(super) fn as_text(value: &feel::Value) -> String {
    let mut bytes = Vec::new();
    value.to_msgpack(&mut bytes);
    value::json::value_to_json(&bytes)
}
