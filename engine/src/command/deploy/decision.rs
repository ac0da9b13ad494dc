//! Deploying decisions: a file is a requirements graph, and its decisions are versioned with it.

use super::version;
use crate::ctx::Ctx;
use record::{
    DecisionEvent, DecisionRequirementsEvent, DecisionSummary, Deployed, DeployedDecision,
    DeployedRequirements, DeployedResource, Event, Key, RequirementsImport, RequirementsSummary,
};
use std::collections::BTreeMap;
use value::Str;

/// A DMN file of a deployment.
#[derive(Clone, Copy)]
pub(super) struct Graph<'a> {
    resource: &'a DeployedResource,
    summary: &'a RequirementsSummary,
}

impl<'a> Graph<'a> {
    /// The DMN files among the resources.
    pub(super) fn of(resources: &'a [DeployedResource]) -> Vec<Self> {
        let graph = |resource: &'a DeployedResource| {
            let summary = resource.requirements.as_deref()?;
            Some(Self { resource, summary })
        };
        resources.iter().filter_map(graph).collect()
    }
}

/// True if the latest version of a graph came from the same file, still holds the latest version of
/// each of its decisions, and imports what is the latest.
pub(super) fn is_latest(ctx: &Ctx<'_>, graph: &Graph<'_>) -> bool {
    let state = &ctx.state;
    let Some(latest) = state.requirements.latest(&graph.summary.id) else { return false };
    let holds = |it: &DecisionSummary| {
        let decision = state.decisions.latest(&it.id);
        decision.is_some_and(|it| it.requirements == latest.key)
    };
    version::is_latest(&state.requirements, &graph.summary.id, graph.resource)
        && graph.summary.decisions.iter().all(holds)
        && latest.imports.iter().all(|it| is_latest_version(ctx, it.requirements))
}

fn is_latest_version(ctx: &Ctx<'_>, key: Key) -> bool {
    let found = ctx.state.requirements.get(&key);
    let latest = found.and_then(|it| ctx.state.requirements.latest(&it.id));
    latest.is_some_and(|it| it.key == key)
}

/// Lists the latest versions, which the files did not change.
pub(super) fn existing(ctx: &Ctx<'_>, graphs: &[Graph<'_>], deployed: &mut Deployed) {
    for graph in graphs {
        let decisions = graph.summary.decisions.iter();
        let latest = decisions.filter_map(|it| ctx.state.decisions.latest(&it.id));
        deployed
            .decisions
            .extend(latest.map(|it| DeployedDecision { duplicate: true, ..it.deployed() }));
        let latest = ctx.state.requirements.latest(&graph.summary.id);
        deployed
            .requirements
            .extend(latest.map(|it| DeployedRequirements { duplicate: true, ..it.deployed() }));
    }
}

/// Creates the next versions of graphs and their decisions.
pub(super) fn create(ctx: &mut Ctx<'_>, graphs: &[Graph<'_>], deployed: &mut Deployed) {
    // An imported graph may stand behind the one that imports it, so all keys come first.
    let keyed: Vec<(Key, Graph<'_>)> = graphs.iter().map(|it| (ctx.next_key(), *it)).collect();
    let keys: BTreeMap<&Str, Key> =
        keyed.iter().map(|(key, graph)| (&graph.summary.namespace, *key)).collect();
    for (key, graph) in &keyed {
        create_one(ctx, (*key, graph), &keys, deployed);
    }
}

fn create_one(
    ctx: &mut Ctx<'_>,
    (key, graph): (Key, &Graph<'_>),
    keys: &BTreeMap<&Str, Key>,
    deployed: &mut Deployed,
) {
    let Graph { resource, summary } = graph;
    let requirements = DeployedRequirements {
        id: summary.id.clone(),
        name: summary.name.clone(),
        version: ctx.state.requirements.next_version(&summary.id),
        key,
        namespace: summary.namespace.clone(),
        resource_name: resource.name.clone(),
        checksum: resource.checksum.clone(),
        duplicate: false,
    };
    let imports = summary.imports.iter().filter_map(|it| keys.get(it));
    let event = DecisionRequirementsEvent {
        requirements: requirements.clone(),
        deployment: deployed.key,
        resource: resource.content.clone(),
        imports: imports.map(|it| RequirementsImport { requirements: *it }).collect(),
        ..DecisionRequirementsEvent::default()
    };
    ctx.emit(key, Event::DecisionRequirements(event));
    deployed.requirements.push(requirements);
    for it in &summary.decisions {
        let decision = DeployedDecision {
            id: it.id.clone(),
            name: it.name.clone(),
            version: ctx.state.decisions.next_version(&it.id),
            key: ctx.next_key(),
            requirements_id: summary.id.clone(),
            requirements: key,
            duplicate: false,
        };
        let event = DecisionEvent {
            decision: decision.clone(),
            deployment: deployed.key,
            version_tag: it.version_tag.clone(),
            ..DecisionEvent::default()
        };
        ctx.emit(decision.key, Event::Decision(event));
        deployed.decisions.push(decision);
    }
}
