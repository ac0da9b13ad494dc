//! Validation and compilation of resources, away from the engine and before the log.

use super::worker::Task;
use crate::platform::Platform;
use broker_api::{Refusal, Resource};
use record::{CommandBody, Deploy, DeployedResource};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use tokio::sync::mpsc;
use value::Str;

/// Validates and compiles resources; the compiled ones are offered to the engine.
///
/// # Errors
/// [`Refusal::InvalidResources`] lists all problems of all resources.
pub(crate) async fn prepare<P: Platform>(
    platform: &P,
    resources: Vec<Resource>,
    tasks: &mpsc::Sender<Task>,
) -> Result<CommandBody, Refusal> {
    if resources.is_empty() {
        return Err(Refusal::InvalidArgument {
            reason: "Expected to deploy at least one resource, but none given.".to_owned(),
        });
    }
    let prepared = platform.compute(move || compile_all(resources)).await;
    let (deploy, compiled) = prepared.ok_or(Refusal::Stopping)??;
    for resource in compiled {
        tasks.send(Task::Offer(resource)).await.map_err(|_| Refusal::Stopping)?;
    }
    Ok(CommandBody::Deploy(deploy))
}

type Compiled = (Deploy, Vec<Arc<bpmn::Resource>>);

fn compile_all(resources: Vec<Resource>) -> Result<Compiled, Refusal> {
    let mut deploy = Deploy::default();
    let mut compiled = Vec::new();
    let mut problems = String::new();
    for resource in resources {
        match compile(&resource) {
            Ok(found) => {
                deploy.resources.push(summary(&resource, &found));
                compiled.push(Arc::new(found));
            }
            Err(found) => {
                let _ = write!(problems, "\n'{}':", resource.name);
                for problem in found {
                    let _ = write!(problems, "\n- {problem}");
                }
            }
        }
    }
    repeated_ids(&deploy, &mut problems);
    if problems.is_empty() {
        return Ok((deploy, compiled));
    }
    let text = format!(
        "Expected to deploy new resources, but encountered the following errors:{problems}"
    );
    Err(Refusal::InvalidResources { text })
}

fn compile(resource: &Resource) -> Result<bpmn::Resource, Vec<String>> {
    let name = &resource.name;
    let is_bpmn = [".bpmn", ".xml"].iter().any(|it| name.to_ascii_lowercase().ends_with(it));
    if !is_bpmn {
        let kind = name.rsplit_once('.').map_or("of this kind", |(_, extension)| extension);
        return Err(vec![format!(
            "Baton deploys BPMN files, with the extension '.bpmn' or '.xml'; it does not deploy \
             '{kind}' files yet."
        )]);
    }
    bpmn::compile(name, &resource.content)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn summary(resource: &Resource, compiled: &bpmn::Resource) -> DeployedResource {
    DeployedResource {
        name: resource.name.clone(),
        content: resource.content.clone(),
        checksum: compiled.checksum.as_slice().into(),
        processes: compiled.processes.iter().map(|it| engine::summary(it)).collect(),
    }
}

/// A process id may stand in one resource of a deployment only.
fn repeated_ids(deploy: &Deploy, problems: &mut String) {
    let mut seen: BTreeMap<&Str, &Str> = BTreeMap::new();
    for resource in &deploy.resources {
        for process in &resource.processes {
            if let Some(other) = seen.insert(&process.id, &resource.name) {
                let _ = write!(
                    problems,
                    "\n'{}':\n- The process id '{}' stands in '{other}' too. Give each process of a \
                     deployment its own id.",
                    resource.name, process.id
                );
            }
        }
    }
}
