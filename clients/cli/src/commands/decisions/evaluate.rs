//! `baton decisions evaluate`.

use std::path::Path;

use client::DecisionEvaluation;
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use dmn::{EvaluatedDecision, Evaluation, Model};
use serde_json::{Value, json};

use super::local;
use crate::address::Address;
use crate::commands::block_on;
use crate::environment::Environment;
use crate::failure::{Exit, Failure};
use crate::output::{Output, pairs, table};
use crate::variables::Variables;

/// Evaluate a decision of a file, or a deployed one by its id
///
/// For a file, the tables are shown with the rules that matched marked by `>`, and for the others
/// the first cell that did not hold in brackets.
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
            let found = local::evaluate(&model, &id, &variables)?;
            let found = found.map_err(|message| Failure::new(Exit::Refused, message))?;
            output.answer(|| file_json(&id, &found), || file_text(&model, &id, &found))?;
            return Ok(());
        }
        let found = block_on(async {
            let client = self.address.connect(environment).await?;
            Ok(client.evaluate_decision(&self.what, &variables).await?)
        })?;
        output.answer(|| deployed_json(&found), || deployed_text(&found))?;
        match found.failure {
            Some(failure) => Err(Failure::new(Exit::Refused, failure)),
            None => Ok(()),
        }
    }
}

fn file_json(id: &str, found: &Evaluation) -> Value {
    let decision = |it: &EvaluatedDecision| {
        let unmatched = it.unmatched.iter();
        json!({
            "decisionId": &*it.id,
            "output": local::as_json(&it.output),
            "inputs": it.inputs.iter().map(|it| json!({
                "name": &*it.name, "value": local::as_json(&it.value),
            })).collect::<Vec<_>>(),
            "matchedRules": it.matched.iter().map(|it| it.number).collect::<Vec<_>>(),
            "unmatchedRules": unmatched.map(|it| json!({
                "ruleIndex": it.number, "inputIndex": it.input,
            })).collect::<Vec<_>>(),
        })
    };
    json!({
        "decisionId": id,
        "output": local::as_json(&found.output),
        "decisions": found.decisions.iter().map(decision).collect::<Vec<_>>(),
    })
}

fn file_text(model: &Model, id: &str, found: &Evaluation) -> String {
    let mut parts =
        vec![pairs(&[("decision", id.to_owned()), ("output", local::as_text(&found.output))])];
    for it in &found.decisions {
        let mut lines = format!("{} = {}", it.id, local::as_text(&it.output));
        if let Some(table) = rules(model, it) {
            lines = format!("{lines}\n{table}");
        }
        parts.push(lines);
    }
    parts.join("\n\n")
}

/// The table of a decision with what became of each rule.
fn rules(model: &Model, evaluated: &EvaluatedDecision) -> Option<String> {
    let written = model.decision(&evaluated.id)?.table()?;
    let inputs = written.inputs.iter().zip(&evaluated.inputs);
    let inputs = inputs.map(|(name, it)| format!("{name} = {}", it.value.feel_text()));
    let mut headings = vec![written.policy.to_owned()];
    headings.extend(inputs);
    headings.extend(written.outputs.iter().map(ToString::to_string));
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(headings);
    for (rule, cells) in (1_u32..).zip(&written.rules) {
        let mark = if evaluated.matched.iter().any(|it| it.number == rule) { ">" } else { " " };
        let failed = evaluated.unmatched.iter().find(|it| it.number == rule);
        let mut row = vec![format!("{mark} {rule}")];
        for (column, cell) in (1_u32..).zip(cells) {
            let is_why = failed.is_some_and(|it| it.input == column);
            let cell = cell.replace('\n', " ");
            row.push(if is_why { format!("[{cell}]") } else { cell });
        }
        table.add_row(row);
    }
    for at in 0..=written.inputs.len() + written.outputs.len() {
        if let Some(column) = table.column_mut(at) {
            column.set_padding((0, 2));
        }
    }
    Some(table.trim_fmt())
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

fn deployed_text(found: &DecisionEvaluation) -> String {
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
    let summary = pairs(&[
        ("evaluation", found.key.to_string()),
        ("decision", found.id.clone()),
        ("version", found.version.to_string()),
        ("output", found.output.to_string()),
    ]);
    format!("{summary}\n\n{}", table(["DECISION", "INPUTS", "RULES", "OUTPUT"], rows))
}
