//! `baton lint`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;
use value::Str;

use super::deploy;
use crate::failure::{Exit, Failure};
use crate::output::{Output, table};

/// Check files without a server; exit 4 if there is any problem
///
/// Warnings do not change the exit code: about what has no effect in a process, and about decision
/// tables (gaps, overlaps, rules that are never reached, outputs that the model does not declare,
/// regular expressions that cannot be compiled), and about types that nothing defines, names that are
/// given twice and expressions that are empty.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton lint order.bpmn\n  baton lint order.bpmn discount.dmn -o json"
)]
pub(crate) struct Lint {
    /// BPMN and DMN files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// A problem or a warning and its file.
struct Found {
    file: String,
    /// The element as people see it.
    element: String,
    problem: dmn::Problem,
}

/// A remark on a decision table that can be deployed all the same.
struct Remark {
    file: String,
    /// The decision or knowledge model as people see it.
    decision: String,
    finding: dmn::Finding,
}

/// What is told besides problems.
#[derive(Default)]
struct Warnings {
    /// What has no effect in a process.
    elements: Vec<Found>,
    tables: Vec<Remark>,
}

impl Lint {
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let resources =
            self.files.iter().map(|it| deploy::read(it)).collect::<Result<Vec<_>, _>>()?;
        let files: Vec<String> = self.files.iter().map(|it| it.display().to_string()).collect();
        let mut found = Vec::new();
        let mut warnings = Warnings::default();
        let is_dmn = |name: &str| name.to_ascii_lowercase().ends_with(".dmn");
        for (file, resource) in files.iter().zip(&resources).filter(|it| !is_dmn(&it.1.name)) {
            let problems =
                bpmn::compile(&resource.name, &resource.content).err().unwrap_or_default();
            let in_file = |problem: dmn::Problem| {
                let element = problem.element_id.as_deref().unwrap_or_default().to_owned();
                Found { file: file.clone(), element, problem }
            };
            found.extend(problems.into_iter().map(in_file));
            warnings.elements.extend(bpmn::warnings(&resource.content).into_iter().map(in_file));
        }
        let decisions: Vec<_> =
            files.iter().zip(&resources).filter(|it| is_dmn(&it.1.name)).collect();
        warnings.tables = decisions_of(&decisions, &mut found);
        output.answer(
            || {
                json!({
                    "problems": found.iter().map(problem).collect::<Vec<_>>(),
                    "warnings": warnings
                        .elements
                        .iter()
                        .map(problem)
                        .chain(warnings.tables.iter().map(remark))
                        .collect::<Vec<_>>(),
                })
            },
            || to_text(&found, &warnings),
        )?;
        match found.len() {
            0 => Ok(()),
            1 => Err(Failure::new(Exit::Refused, "There is 1 problem.")),
            count => Err(Failure::new(Exit::Refused, format!("There are {count} problems."))),
        }
    }
}

/// Compiles decision files, which may import each other, and judges their tables.
fn decisions_of(files: &[(&String, &client::Resource)], found: &mut Vec<Found>) -> Vec<Remark> {
    let read: Vec<_> = files
        .iter()
        .map(|(_, it)| dmn::File { resource_name: &it.name, bytes: &it.content })
        .collect();
    match dmn::compile_all(&read) {
        Ok(models) => files
            .iter()
            .zip(models)
            .flat_map(|((file, resource), model)| {
                let names = dmn::element_names(&resource.content);
                let remark = |finding: dmn::Finding| {
                    let decision = called(&finding.decision_id, &names);
                    Remark { file: (*file).clone(), decision, finding }
                };
                model.findings().into_iter().map(remark).collect::<Vec<_>>()
            })
            .collect(),
        Err(problems) => {
            for (ix, problems) in problems {
                let Some((file, resource)) = files.get(ix) else { continue };
                let names = dmn::element_names(&resource.content);
                found.extend(problems.into_iter().map(|problem| {
                    let element = called(&problem.path, &names);
                    Found { file: (*file).clone(), element, problem }
                }));
            }
            Vec::new()
        }
    }
}

/// A path that begins with the id of a decision or another element of a file, with the name of it
/// behind, if it has another one: `fee 'Shipping fee' > rule-1`.
fn called(path: &str, names: &BTreeMap<Str, Str>) -> String {
    let (id, inside) = path.split_once(" > ").unwrap_or((path, ""));
    let name = names.get(id).filter(|it| ***it != *id);
    let name = name.map(|it| format!(" '{it}'")).unwrap_or_default();
    let inside = if inside.is_empty() { String::new() } else { format!(" > {inside}") };
    format!("{id}{name}{inside}")
}

fn problem(it: &Found) -> serde_json::Value {
    json!({
        "file": it.file,
        "line": it.problem.line,
        "column": it.problem.column,
        "elementId": it.problem.element_id.as_deref(),
        "path": it.problem.path,
        "message": it.problem.message,
    })
}

fn remark(it: &Remark) -> serde_json::Value {
    json!({
        "file": it.file,
        "decisionId": &*it.finding.decision_id,
        "place": it.finding.place,
        "kind": match it.finding.kind {
            dmn::FindingKind::Gap => "GAP",
            dmn::FindingKind::Overlap => "OVERLAP",
            dmn::FindingKind::Shadowed => "SHADOWED",
            dmn::FindingKind::NeverMatches => "NEVER_MATCHES",
            dmn::FindingKind::UndeclaredOutput => "UNDECLARED_OUTPUT",
            dmn::FindingKind::Unordered => "UNORDERED",
            dmn::FindingKind::Pattern => "PATTERN",
            dmn::FindingKind::UnknownType => "UNKNOWN_TYPE",
            dmn::FindingKind::Ignored => "IGNORED",
            dmn::FindingKind::NamedTwice => "NAMED_TWICE",
            dmn::FindingKind::Empty => "EMPTY",
            dmn::FindingKind::NotJudged => "NOT_JUDGED",
        },
        "rules": it.finding.rules,
        "message": it.finding.message,
    })
}

fn to_text(found: &[Found], warnings: &Warnings) -> String {
    let mut parts = Vec::new();
    if !found.is_empty() {
        parts.push(to_table(found, "PROBLEM"));
    }
    if !warnings.elements.is_empty() {
        parts.push(to_table(&warnings.elements, "WARNING"));
    }
    if !warnings.tables.is_empty() {
        let row = |it: &Remark| {
            let finding = &it.finding;
            let place = &finding.place;
            let separator = if place.is_empty() { "" } else { ": " };
            let message = format!("{place}{separator}{}", finding.message);
            [it.file.clone(), it.decision.clone(), message]
        };
        parts.push(table(["FILE", "DECISION", "WARNING"], warnings.tables.iter().map(row)));
    }
    parts.join("\n")
}

fn to_table(found: &[Found], what: &'static str) -> String {
    let rows = found.iter().map(|it| {
        [
            it.file.clone(),
            it.problem.line.to_string(),
            it.element.clone(),
            it.problem.message.clone(),
        ]
    });
    table(["FILE", "LINE", "ELEMENT", what], rows)
}

#[cfg(test)]
mod tests;
