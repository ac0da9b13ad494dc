//! Evaluations of decisions as people and programs see them: of files and of deployed ones alike.

use client::DecisionEvaluation;
use dmn::{EvaluatedDecision, Model};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::local::{self, Evaluated};
use super::marked::{self, Rules};
use super::warned;
use crate::output::{pairs, table, written};

/// What is shown to programs.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    decision_id: &'a str,
    decisions: Vec<ShownDecision<'a>>,
    failure: Option<&'a str>,
    output: Option<Box<RawValue>>,
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

pub(super) fn file_json(id: &str, found: &Evaluated) -> String {
    fn decision(it: &EvaluatedDecision) -> ShownDecision<'_> {
        let inputs = it.inputs.iter();
        ShownDecision {
            decision_id: &it.id,
            inputs: inputs
                .map(|it| ShownInput { name: &it.name, value: local::as_raw(&it.value) })
                .collect(),
            matched_rules: it.matched.iter().map(|it| it.number).collect(),
            output: local::as_raw(&it.output),
            unmatched_rules: unmatched(it),
        }
    }
    written(&Shown {
        decision_id: id,
        decisions: found.decisions.iter().map(decision).collect(),
        failure: found.output.as_ref().err().map(String::as_str),
        output: found.output.as_ref().ok().map(local::as_raw),
        warnings: warned::listed(&warned::here(found)),
    })
}

fn unmatched(decision: &EvaluatedDecision) -> Vec<Value> {
    let rules = decision.unmatched();
    rules.map(|it| json!({"ruleIndex": it.number, "inputIndex": it.input})).collect()
}

pub(super) fn file_text(model: &Model, id: &str, found: &Evaluated) -> String {
    let mut summary = vec![("decision", id.to_owned())];
    if let Ok(output) = &found.output {
        summary.push(("output", local::as_text(output)));
    }
    let mut parts = vec![pairs(&summary)];
    for (ix, it) in found.decisions.iter().enumerate() {
        let inputs = it.inputs.iter().map(|it| it.value.readable_text()).collect();
        let matched = it.matched.iter().map(|it| it.number).collect();
        let rules = Rules { inputs, matched, failed: failed(it) };
        let is_failed = found.output.is_err() && ix + 1 == found.decisions.len();
        let output = (!is_failed).then(|| local::as_text(&it.output));
        parts.push(decision(model, &it.id, output.as_deref(), &rules));
    }
    parts.extend(warned::lines(&warned::here(found), 0));
    parts.join("\n\n")
}

/// The rules that did not match with the first input that did not hold.
fn failed(decision: &EvaluatedDecision) -> Vec<(u32, u32)> {
    decision.unmatched().map(|it| (it.number, it.input)).collect()
}

/// A decision with its result, if it has one, and with its rules if it is a table.
fn decision(model: &Model, id: &str, output: Option<&str>, rules: &Rules) -> String {
    let table = model.table(id).map(|it| format!("\n{}", marked::table(&it, rules)));
    let result = output.map_or_else(|| "has no result".to_owned(), |it| format!("= {it}"));
    format!("{id} {result}{}", table.unwrap_or_default())
}

/// `again` is the same evaluation here, with what the server does not answer.
///
/// Warnings are null where nobody could tell of any.
pub(super) fn deployed_json(found: &DecisionEvaluation, again: Option<&Evaluated>) -> String {
    let decision = |(ix, it): (usize, &client::EvaluatedDecision)| {
        json!({
            "decisionId": it.id,
            "output": it.output,
            "inputs": it.inputs.iter().map(|(name, value)| json!({
                "name": name, "value": value,
            })).collect::<Vec<_>>(),
            "matchedRules": it.matched,
            "unmatchedRules": again.and_then(|it| it.decisions.get(ix)).map(unmatched),
        })
    };
    let warned = warned::deployed(found, again);
    let is_known = again.is_some() || !warned.is_empty();
    json!({
        "decisionEvaluationKey": found.key.to_string(),
        "decisionId": found.id,
        "version": found.version,
        "output": found.output,
        "failure": found.failure,
        "decisions": found.decisions.iter().enumerate().map(decision).collect::<Vec<_>>(),
        "warnings": is_known.then(|| warned::listed(&warned)),
        "warningsLeftOut": found.warnings_left_out,
    })
    .to_string()
}

pub(super) fn deployed_text(
    found: &DecisionEvaluation,
    model: Option<&Model>,
    again: Option<&Evaluated>,
) -> String {
    let mut summary = vec![
        ("evaluation", found.key.to_string()),
        ("decision", found.id.clone()),
        ("version", found.version.to_string()),
    ];
    if found.failure.is_none() {
        summary.push(("output", found.output.to_string()));
    }
    let mut parts = vec![pairs(&summary)];
    // The failure of the server tells its warnings itself.
    let warned = if found.failure.is_none() { warned::deployed(found, again) } else { Vec::new() };
    let warned = warned::lines(&warned, found.warnings_left_out);
    let Some(model) = model else {
        parts.push(numbers(found));
        parts.extend(warned);
        return parts.join("\n\n");
    };
    for (ix, it) in found.decisions.iter().enumerate() {
        let inputs = it.inputs.iter().map(|(_, value)| value.to_string()).collect();
        let matched = it.matched.iter().filter_map(|it| u32::try_from(*it).ok()).collect();
        let failed = again.and_then(|it| it.decisions.get(ix)).map(failed).unwrap_or_default();
        let rules = Rules { inputs, matched, failed };
        let is_failed = found.failure.is_some() && ix + 1 == found.decisions.len();
        let output = (!is_failed).then(|| it.output.to_string());
        parts.push(decision(model, &it.id, output.as_deref(), &rules));
    }
    parts.extend(warned);
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
