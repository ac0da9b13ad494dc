//! `baton deploy`.

use std::path::{Path, PathBuf};

use client::{Deployment, Resource};
use serde_json::json;

use super::block_on;
use crate::address::Address;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::output::{Output, table};

/// Deploy files together: all or none
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton deploy order.bpmn\n  baton deploy order.bpmn discount.dmn -o json"
)]
pub(crate) struct Deploy {
    /// BPMN, DMN and form files, and any other file that workers need
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    address: Address,
}

impl Deploy {
    pub(crate) fn run(
        &self,
        environment: &Environment,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let resources = self.files.iter().map(|it| read(it)).collect::<Result<Vec<_>, _>>()?;
        let deployment = block_on(async {
            Ok(self.address.connect(environment).await?.deploy(resources).await?)
        })?;
        output.answer(|| to_json(&deployment), || to_table(&deployment))?;
        Ok(())
    }
}

/// Reads a file; its last name is the resource's.
pub(super) fn read(path: &Path) -> Result<Resource, Failure> {
    let shown = path.display();
    let content = std::fs::read(path).map_err(|error| {
        let failure = Failure::usage(format!("The file '{shown}' cannot be read: {error}."));
        match path.to_str() {
            Some("resource" | "process") => failure.hint("did you mean `baton deploy FILE...`"),
            _ => failure,
        }
    })?;
    let name = path.file_name().map_or_else(|| shown.to_string(), |it| it.to_string_lossy().into());
    Ok(Resource { name, content })
}

fn to_json(deployment: &Deployment) -> serde_json::Value {
    json!({
        "deploymentKey": deployment.key.to_string(),
        "processes": deployment.processes.iter().map(|it| json!({
            "processId": it.id,
            "version": it.version,
            "processDefinitionKey": it.definition.to_string(),
            "resourceName": it.resource_name,
        })).collect::<Vec<_>>(),
        "decisions": deployment.decisions.iter().map(|it| json!({
            "decisionId": it.id,
            "version": it.version,
            "decisionKey": it.key.to_string(),
            "resourceName": it.resource_name,
        })).collect::<Vec<_>>(),
        "forms": deployment.forms.iter().map(|it| json!({
            "formId": it.id,
            "version": it.version,
            "formKey": it.key.to_string(),
            "resourceName": it.resource_name,
        })).collect::<Vec<_>>(),
    })
}

fn to_table(deployment: &Deployment) -> String {
    let row = |what: &str, id: &str, version: i32, key: client::Key, file: &str| {
        [what.to_owned(), id.to_owned(), version.to_string(), key.to_string(), file.to_owned()]
    };
    let processes = deployment
        .processes
        .iter()
        .map(|it| row("process", &it.id, it.version, it.definition, &it.resource_name));
    let decisions = deployment
        .decisions
        .iter()
        .map(|it| row("decision", &it.id, it.version, it.key, &it.resource_name));
    let forms = deployment
        .forms
        .iter()
        .map(|it| row("form", &it.id, it.version, it.key, &it.resource_name));
    table(["WHAT", "ID", "VERSION", "KEY", "FILE"], processes.chain(decisions).chain(forms))
}
