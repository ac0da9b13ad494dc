//! Validation and compilation of resources, away from the engine and before the log.

mod decisions;
mod files;
mod processes;

use super::worker::Task;
use crate::platform::Platform;
use broker_api::{Refusal, Resource};
use engine::{Compiled, Source};
use record::{CommandBody, Deploy, DeployedResource};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use tokio::sync::mpsc;
use value::Str;

/// Validates and compiles resources; the compiled ones are offered to the engine. `logic` is the
/// logic version in force, which must know all that they ask for.
///
/// # Errors
/// [`Refusal::InvalidResources`] lists all problems of all resources.
pub(crate) async fn prepare<P: Platform>(
    platform: &P,
    resources: Vec<Resource>,
    logic: u32,
    tasks: &mpsc::Sender<Task>,
) -> Result<CommandBody, Refusal> {
    if resources.is_empty() {
        return Err(Refusal::InvalidArgument {
            reason: "Expected to deploy at least one resource, but none given.".to_owned(),
        });
    }
    let prepared = platform.compute(move || compile_all(&resources, logic)).await;
    let (deploy, compiled) = prepared.ok_or(Refusal::Stopping)??;
    for resource in compiled {
        tasks.send(Task::Offer(resource)).await.map_err(|_| Refusal::Stopping)?;
    }
    Ok(CommandBody::Deploy(deploy))
}

fn compile_all(resources: &[Resource], logic: u32) -> Result<(Deploy, Vec<Compiled>), Refusal> {
    let mut problems = Problems::default();
    let mut summaries: Vec<DeployedResource> = Vec::new();
    let mut compiled = Vec::new();
    // Files that import each other are compiled together.
    let mut decisions = decisions::compile(resources, &mut problems);
    let mut sources = decisions::sources(resources, &decisions);
    for (ix, resource) in resources.iter().enumerate() {
        match Kind::of(&resource.name) {
            Kind::Processes => match bpmn::compile(&resource.name, &resource.content) {
                Ok(found) => {
                    problems.of(ix, processes::too_new(&found, logic));
                    summaries.push(processes::summary(resource, &found));
                    let source = Source::new((found.checksum, resource.content.len()), []);
                    compiled.push(Compiled::Processes(source, Arc::new(found)));
                }
                Err(found) => problems.of(ix, found.iter().map(ToString::to_string)),
            },
            Kind::Decisions => {
                if let (Some(model), Some(source)) = (decisions.remove(&ix), sources.remove(&ix)) {
                    summaries.push(decisions::summary(resource, &model));
                    compiled.push(Compiled::Decisions(source, Arc::new(model)));
                }
            }
            Kind::Form => kept(ix, files::form(resource), (&mut summaries, &mut problems)),
            Kind::Robot => kept(ix, files::robot(resource), (&mut summaries, &mut problems)),
            Kind::Other => kept(ix, files::other(resource), (&mut summaries, &mut problems)),
        }
    }
    if problems.is_empty() {
        // Ids are compared when every file could be read.
        repeated_ids(resources, &summaries, &mut problems);
    }
    if problems.is_empty() {
        return Ok((Deploy { resources: summaries }, compiled));
    }
    Err(Refusal::InvalidResources { text: problems.text(resources) })
}

/// What a file is, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Processes,
    Decisions,
    Form,
    /// The script of a robot.
    Robot,
    /// It is only kept.
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        let extension = name.rsplit_once('.').map(|(_, it)| it.to_ascii_lowercase());
        match extension.as_deref() {
            Some("bpmn" | "xml") => Self::Processes,
            Some("dmn") => Self::Decisions,
            Some("form") => Self::Form,
            Some("rpa") => Self::Robot,
            Some(_) | None => Self::Other,
        }
    }
}

/// Takes a file that is kept as it is, or what is wrong with it.
fn kept(
    ix: usize,
    read: Result<DeployedResource, String>,
    (summaries, problems): (&mut Vec<DeployedResource>, &mut Problems),
) {
    match read {
        Ok(found) => summaries.push(found),
        Err(problem) => problems.of(ix, [problem]),
    }
}

/// What is wrong, by the place of the resource in the request.
#[derive(Debug, Default)]
struct Problems(BTreeMap<usize, Vec<String>>);

impl Problems {
    fn of(&mut self, resource: usize, texts: impl IntoIterator<Item = String>) {
        let mut texts = texts.into_iter().peekable();
        if texts.peek().is_some() {
            self.0.entry(resource).or_default().extend(texts);
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn text(&self, resources: &[Resource]) -> String {
        let mut text =
            "Expected to deploy new resources, but encountered the following errors:".to_owned();
        for (resource, problems) in &self.0 {
            let name = resources.get(*resource).map_or("", |it| &it.name);
            let _ = write!(text, "\n'{name}':");
            for problem in problems {
                let _ = write!(text, "\n- {problem}");
            }
        }
        text
    }
}

/// Ids name one thing of a deployment: each may stand in one place only.
fn repeated_ids(resources: &[Resource], summaries: &[DeployedResource], problems: &mut Problems) {
    let mut seen: BTreeMap<(&str, &Str), &Str> = BTreeMap::new();
    for (ix, summary) in summaries.iter().enumerate() {
        let processes = summary.processes.iter().map(|it| ("process", &it.id));
        let graph = summary.requirements.iter().map(|it| ("decision requirements graph", &it.id));
        let decisions = summary.requirements.iter().flat_map(|it| &it.decisions);
        let decisions = decisions.map(|it| ("decision", &it.id));
        let form = summary.form.iter().map(|it| ("form", &it.id));
        let other = summary.other.iter().map(|it| ("resource", &it.id));
        for (what, id) in processes.chain(graph).chain(decisions).chain(form).chain(other) {
            let name = resources.get(ix).map_or(&summary.name, |it| &it.name);
            if let Some(other) = seen.insert((what, id), name) {
                let text = format!(
                    "The {what} id '{id}' stands in '{other}' too. Give each {what} of a \
                     deployment its own id."
                );
                problems.of(ix, [text]);
            }
        }
    }
}
