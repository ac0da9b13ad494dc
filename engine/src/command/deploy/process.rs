//! Deploying processes: the start events of the latest version wait.

use super::version;
use crate::ctx::Ctx;
use crate::process::starts;
use bpmn::timer::Plan;
use record::{DeployedResource, DeployedVersion, Event, Key, ProcessEvent, ProcessSummary};

/// Creates the next version.
pub(super) fn create(
    ctx: &mut Ctx<'_>,
    deployment: Key,
    file: &DeployedResource,
    summary: &ProcessSummary,
    plans: Vec<Plan>,
) -> DeployedVersion {
    let key = ctx.next_key();
    let process = version::next(&ctx.state.definitions, &summary.id, file, key);
    let event = ProcessEvent {
        process: process.clone(),
        deployment,
        resource: file.content.clone(),
        summary: summary.clone(),
        ..ProcessEvent::default()
    };
    if let Some(latest) = ctx.state.definitions.latest(&summary.id).cloned() {
        starts::close(ctx, &latest);
    }
    ctx.emit(key, Event::Process(event));
    let version = starts::Latest {
        definition: key,
        process_id: &process.id,
        version: process.version,
        summary,
    };
    starts::open(ctx, &version, plans.into_iter().map(Some).collect());
    process
}
