//! `baton decisions evaluate`.

use std::path::Path;

use client::DecisionEvaluation;
use dmn::{EvaluatedDecision, Evaluation, Model};
use feel::Warning;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::local::{self, Evaluated};
use super::marked::{self, Rules};
use crate::address::{Address, HttpAddress};
use crate::commands::block_on;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::http::Request;
use crate::output::{Format, Output, pairs, table, written};
use crate::rest;
use crate::variables::Variables;

/// Evaluate a decision of a file, or a deployed one by its id
///
/// The tables are shown with the rules that matched marked by `>`. For a file, the first cell that
/// did not hold is in brackets in each of the others.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton decisions evaluate discount.dmn --var amount=120\n  baton decisions evaluate discount --vars @order.json"
)]
pub(super) struct Evaluate {
    /// A DMN file, or the id of a deployed decision
    #[arg(value_name = "FILE|ID")]
    what: String,
    /// Which decision of the file
    #[arg(long, value_name = "ID")]
    decision: Option<String>,
    #[command(flatten)]
    variables: Variables,
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    http: HttpAddress,
}

impl Evaluate {
    pub(super) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let variables = self.variables.read()?;
        let path = Path::new(&self.what);
        let is_dmn = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("dmn"));
        if path.is_file() || is_dmn {
            let model = local::model(path)?;
            let id = local::decision(&model, self.decision.as_deref())?;
            let Evaluated { result, warnings } = local::evaluate(&model, &id, &variables)?;
            let found = result.map_err(|message| {
                let lines = warnings.iter().map(|it| format!("\n{}", warning_text(it)));
                Failure::new(Exit::Refused, message + &lines.collect::<String>())
            })?;
            output.answer_written(
                || file_json(&id, &found, &warnings),
                || file_text(&model, &id, &found, &warnings),
            )?;
            return Ok(());
        }
        let found = block_on(async {
            let client = self.address.connect(environment).await?;
            Ok(client.evaluate_decision(&self.what, &variables.for_client()).await?)
        })?;
        let model = match output.format {
            Format::Json => None,
            Format::Table => self.deployed_model(environment, &found),
        };
        output.answer(|| deployed_json(&found), || deployed_text(&found, model.as_ref()))?;
        match found.failure {
            Some(failure) => Err(Failure::new(Exit::Refused, failure)),
            None => Ok(()),
        }
    }

    /// What was evaluated, as it is written. Without it the result is still worth showing.
    fn deployed_model(
        &self,
        environment: &Environment,
        found: &DecisionEvaluation,
    ) -> Option<Model> {
        let line = format!("GET /v2/decision-requirements/{}/xml", found.requirements);
        let request = Request { line, ..Request::default() };
        let asked = block_on(rest::send(self.http.resolve(environment), &request));
        let model = asked.and_then(|it| local::accepted(&found.id, it.body.as_bytes()));
        let without = |failure: Failure| {
            eprintln!("The tables are not shown with their rules: {}", failure.message);
        };
        model.map_err(without).ok()
    }
}

/// What is shown to programs.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    decision_id: &'a str,
    decisions: Vec<ShownDecision<'a>>,
    output: Box<RawValue>,
    warnings: Vec<Value>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownDecision<'a> {
    decision_id: &'a str,
    inputs: Vec<ShownInput<'a>>,
    matched_rules: Vec<u32>,
    output: Box<RawValue>,
    unmatched_rules: Vec<Value>,
}

#[derive(serde::Serialize)]
struct ShownInput<'a> {
    name: &'a str,
    value: Box<RawValue>,
}

fn file_json(id: &str, found: &Evaluation, warnings: &[Warning]) -> String {
    fn decision(it: &EvaluatedDecision) -> ShownDecision<'_> {
        let inputs = it.inputs.iter();
        let unmatched = it.unmatched.iter();
        ShownDecision {
            decision_id: &it.id,
            inputs: inputs
                .map(|it| ShownInput { name: &it.name, value: local::as_raw(&it.value) })
                .collect(),
            matched_rules: it.matched.iter().map(|it| it.number).collect(),
            output: local::as_raw(&it.output),
            unmatched_rules: unmatched
                .map(|it| json!({"ruleIndex": it.number, "inputIndex": it.input}))
                .collect(),
        }
    }
    written(&Shown {
        decision_id: id,
        decisions: found.decisions.iter().map(decision).collect(),
        output: local::as_raw(&found.output),
        warnings: warnings
            .iter()
            .map(|it| json!({"kind": it.kind().name(), "message": it.text()}))
            .collect(),
    })
}

fn warning_text(warning: &Warning) -> String {
    format!("warning  {}: {}", warning.kind().name(), warning.text())
}

fn file_text(model: &Model, id: &str, found: &Evaluation, warnings: &[Warning]) -> String {
    let summary = pairs(&[("decision", id.to_owned()), ("output", local::as_text(&found.output))]);
    let lines = warnings.iter().map(|it| format!("\n{}", warning_text(it)));
    let mut parts = vec![summary + &lines.collect::<String>()];
    for it in &found.decisions {
        let inputs = it.inputs.iter().map(|it| it.value.feel_text()).collect();
        let matched = it.matched.iter().map(|it| it.number).collect();
        let failed = it.unmatched.iter().map(|it| (it.number, it.input)).collect();
        let rules = Rules { inputs, matched, failed };
        parts.push(decision(model, &it.id, &local::as_text(&it.output), &rules));
    }
    parts.join("\n\n")
}

/// A decision with its result, and with its rules if it is a table.
fn decision(model: &Model, id: &str, output: &str, rules: &Rules) -> String {
    let written = model.decision(id).and_then(dmn::Decision::table);
    let table = written.map(|it| format!("\n{}", marked::table(&it, rules)));
    format!("{id} = {output}{}", table.unwrap_or_default())
}

fn deployed_json(found: &DecisionEvaluation) -> Value {
    json!({
        "decisionEvaluationKey": found.key.to_string(),
        "decisionId": found.id,
        "version": found.version,
        "output": found.output,
        "failure": found.failure,
        "decisions": found.decisions.iter().map(|it| json!({
            "decisionId": it.id,
            "output": it.output,
            "inputs": it.inputs.iter().map(|(name, value)| json!({
                "name": name, "value": value,
            })).collect::<Vec<_>>(),
            "matchedRules": it.matched,
        })).collect::<Vec<_>>(),
    })
}

fn deployed_text(found: &DecisionEvaluation, model: Option<&Model>) -> String {
    let summary = pairs(&[
        ("evaluation", found.key.to_string()),
        ("decision", found.id.clone()),
        ("version", found.version.to_string()),
        ("output", found.output.to_string()),
    ]);
    let Some(model) = model else {
        return format!("{summary}\n\n{}", numbers(found));
    };
    let mut parts = vec![summary];
    for it in &found.decisions {
        let inputs = it.inputs.iter().map(|(_, value)| value.to_string()).collect();
        let matched = it.matched.iter().filter_map(|it| u32::try_from(*it).ok()).collect();
        let rules = Rules { inputs, matched, failed: Vec::new() };
        parts.push(decision(model, &it.id, &it.output.to_string(), &rules));
    }
    parts.join("\n\n")
}

/// The decisions with the numbers of their rules that matched.
fn numbers(found: &DecisionEvaluation) -> String {
    let rows = found.decisions.iter().map(|it| {
        let inputs = it.inputs.iter().map(|(name, value)| format!("{name} = {value}"));
        let matched: Vec<String> = it.matched.iter().map(ToString::to_string).collect();
        [
            it.id.clone(),
            inputs.collect::<Vec<_>>().join(", "),
            matched.join(", "),
            it.output.to_string(),
        ]
    });
    table(["DECISION", "INPUTS", "RULES", "OUTPUT"], rows)
}
