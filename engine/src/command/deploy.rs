//! Deploy: versions and duplicates. The resources were validated and compiled before the log.

mod decision;
mod file;
mod process;
mod version;

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::start_timer;
use bpmn::timer::Plan;
use file::{Kept, Kind};
use record::{
    CommandIntent, Deploy, Deployed, DeployedResource, DeploymentEvent, Event, ProcessSummary,
    RejectionType, Reply,
};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &Deploy) -> Result<Answer, Refused> {
    let found: Vec<(&DeployedResource, &ProcessSummary)> = command
        .resources
        .iter()
        .flat_map(|resource| resource.processes.iter().map(move |process| (resource, process)))
        .collect();
    let graphs = decision::Graph::of(&command.resources);
    let files = Kept::of(&command.resources);
    if found.is_empty() && graphs.is_empty() && files.is_empty() {
        return Err(refuse(
            RejectionType::InvalidArgument,
            CommandIntent::DeploymentCreate,
            "Expected to deploy at least one resource, but none given.",
        ));
    }
    // Resources of one deployment are versioned together: one change renews all.
    let definitions = &ctx.state.definitions;
    let is_unchanged = found.iter().all(|(file, it)| version::is_latest(definitions, &it.id, file))
        && graphs.iter().all(|it| decision::is_latest(ctx, it))
        && files.iter().all(|it| it.is_latest(ctx.state));
    let plans = if is_unchanged { Vec::new() } else { plans(ctx, &found)? };
    let key = ctx.next_key();
    let mut plans = plans.into_iter();
    let mut deployed = Deployed { key, ..Deployed::default() };
    for (resource, process) in found {
        deployed.processes.push(if is_unchanged {
            version::existing(&ctx.state.definitions, &process.id, resource)
        } else {
            let plans = plans.by_ref().take(process.timer_starts.len()).collect();
            process::create(ctx, key, resource, process, plans)
        });
    }
    if is_unchanged {
        decision::existing(ctx, &graphs, &mut deployed);
    } else {
        decision::create(ctx, &graphs, &mut deployed);
    }
    for it in files {
        let file = if is_unchanged { it.existing(ctx.state) } else { it.create(ctx, key) };
        match it.kind {
            Kind::Form => deployed.forms.push(file),
            Kind::Resource => deployed.resources.push(file),
        }
    }
    let event = DeploymentEvent {
        processes: deployed.processes.clone(),
        decisions: deployed.decisions.clone(),
        requirements: deployed.requirements.clone(),
        forms: deployed.forms.clone(),
        resources: deployed.resources.clone(),
    };
    ctx.emit(key, Event::Deployment(event));
    Ok(Answer::Now(Reply::Deployed(deployed)))
}

/// When the timer start events of a deployment are due, in their order.
fn plans(
    ctx: &mut Ctx<'_>,
    found: &[(&DeployedResource, &ProcessSummary)],
) -> Result<Vec<Plan>, Refused> {
    let starts = found.iter().flat_map(|(_, process)| &process.timer_starts);
    let plan = |start| {
        start_timer::arm(ctx, start).map_err(|reason| {
            refuse(RejectionType::InvalidArgument, CommandIntent::DeploymentCreate, reason)
        })
    };
    starts.map(plan).collect()
}
