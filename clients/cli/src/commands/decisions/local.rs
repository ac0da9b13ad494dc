//! Decisions of a file, evaluated without a server.

use std::path::Path;

use dmn::{Evaluation, Model};
use feel::{Budget, Env};
use jiff::tz::TimeZone;
use serde_json::Value;
use value::Doc;

use crate::commands::deploy;
use crate::failure::{Exit, Failure};

/// Variables of the command line or of an example.
struct Scope(Doc);

impl feel::Variables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// Reads and compiles a file.
pub(super) fn model(path: &Path) -> Result<Model, Failure> {
    let resource = deploy::read(path)?;
    dmn::compile(&resource.name, &resource.content).map_err(|problems| {
        let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::new(Exit::Refused, texts.join("\n"))
    })
}

/// Compiles a file that a server has accepted, perhaps with other rules than ours.
pub(super) fn accepted(name: &str, bytes: &[u8]) -> Result<Model, Failure> {
    let file = dmn::File { resource_name: name, bytes };
    let models = dmn::compile_all_accepted(&[file]);
    let model = models.map(|it| it.into_iter().next()).map_err(|problems| {
        let problem = problems.iter().flat_map(|it| &it.1).next();
        let text = problem.map(ToString::to_string).unwrap_or_default();
        Failure::new(Exit::Refused, text)
    })?;
    model.ok_or_else(|| Failure::new(Exit::Unexpected, "The file has no model."))
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

/// Evaluates a decision with the reasons of all rules. The inner failure is that of the decision.
pub(super) fn evaluate(
    model: &Model,
    id: &str,
    variables: &Value,
) -> Result<Result<Evaluation, String>, Failure> {
    let doc = match variables {
        Value::Null => Doc::empty(),
        document => Doc::from_json(&document.to_string())
            .map_err(|error| Failure::usage(format!("The variables cannot be used: {error}.")))?,
    };
    let decision = model
        .decision(id)
        .ok_or_else(|| Failure::new(Exit::NotFound, format!("The file has no decision '{id}'.")))?;
    let now_ms = jiff::Timestamp::now().as_millisecond();
    let zone = TimeZone::UTC;
    let mut budget = Budget::default();
    let mut env = Env::new(now_ms, &zone, 1, &mut budget);
    let found = model.explain(decision, usize::MAX, &Scope(doc), &mut env);
    Ok(found.map_err(|failure| format!("{}.", failure.message.trim_end_matches('.'))))
}

/// A value as workers would get it.
pub(super) fn as_json(value: &feel::Value) -> Value {
    serde_json::from_str(&as_text(value)).unwrap_or(Value::Null)
}

/// A value as JSON, with the entries of objects in the order of the model.
pub(super) fn as_text(value: &feel::Value) -> String {
    let mut bytes = Vec::new();
    value.to_msgpack(&mut bytes);
    value::json::value_to_json(&bytes)
}
