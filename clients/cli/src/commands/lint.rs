//! `baton lint`.

use std::path::PathBuf;

use serde_json::json;

use super::deploy;
use crate::failure::{Exit, Failure};
use crate::output::{Output, table};

/// Check files without a server; exit 4 if there is any problem
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton lint order.bpmn\n  baton lint order.bpmn payment.bpmn -o json"
)]
pub(crate) struct Lint {
    /// BPMN files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// A problem and its file.
struct Found {
    file: String,
    problem: bpmn::Problem,
}

impl Lint {
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let mut found = Vec::new();
        for path in &self.files {
            let file = path.display().to_string();
            let resource = deploy::read(path)?;
            let problems =
                bpmn::compile(&resource.name, &resource.content).err().unwrap_or_default();
            found.extend(problems.into_iter().map(|problem| Found { file: file.clone(), problem }));
        }
        output.answer(
            || {
                let problem = |it: &Found| {
                    json!({
                        "file": it.file,
                        "line": it.problem.line,
                        "column": it.problem.column,
                        "elementId": it.problem.element_id.as_deref(),
                        "path": it.problem.path,
                        "message": it.problem.message,
                    })
                };
                json!({"problems": found.iter().map(problem).collect::<Vec<_>>()})
            },
            || if found.is_empty() { String::new() } else { to_table(&found) },
        )?;
        match found.len() {
            0 => Ok(()),
            1 => Err(Failure::new(Exit::Refused, "There is 1 problem.")),
            count => Err(Failure::new(Exit::Refused, format!("There are {count} problems."))),
        }
    }
}

fn to_table(found: &[Found]) -> String {
    let rows = found.iter().map(|it| {
        [
            it.file.clone(),
            it.problem.line.to_string(),
            it.problem.element_id.as_deref().unwrap_or_default().to_owned(),
            it.problem.message.clone(),
        ]
    });
    table(["FILE", "LINE", "ELEMENT", "PROBLEM"], rows)
}

#[cfg(test)]
mod tests;
