//! Deploy: versions and duplicates. The resources were validated and compiled before the log.

mod decision;
mod form;
mod process;

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::start_timer;
use bpmn::timer::Plan;
use record::{
    CommandIntent, Deploy, Deployed, DeployedResource, DeploymentEvent, Event, FormSummary,
    ProcessSummary, RejectionType, Reply,
};

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &Deploy) -> Result<Answer, Refused> {
    let found: Vec<(&DeployedResource, &ProcessSummary)> = command
        .resources
        .iter()
        .flat_map(|resource| resource.processes.iter().map(move |process| (resource, process)))
        .collect();
    let graphs = decision::Graph::of(&command.resources);
    let forms: Vec<(&DeployedResource, &FormSummary)> = command
        .resources
        .iter()
        .filter_map(|resource| resource.form.as_deref().map(|form| (resource, form)))
        .collect();
    if found.is_empty() && graphs.is_empty() && forms.is_empty() {
        return Err(refuse(
            RejectionType::InvalidArgument,
            CommandIntent::DeploymentCreate,
            "Expected to deploy at least one resource, but none given.",
        ));
    }
    // Resources of one deployment are versioned together: one change renews all.
    let is_unchanged =
        found.iter().all(|(resource, process)| process::is_latest(ctx, resource, process))
            && graphs.iter().all(|it| decision::is_latest(ctx, it))
            && forms.iter().all(|(resource, form)| form::is_latest(ctx, resource, form));
    let plans = if is_unchanged { Vec::new() } else { plans(ctx, &found)? };
    let key = ctx.next_key();
    let mut plans = plans.into_iter();
    let mut deployed = Deployed { key, ..Deployed::default() };
    for (resource, process) in found {
        deployed.processes.push(if is_unchanged {
            process::existing(ctx, resource, process)
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
    for (resource, form) in forms {
        deployed.forms.push(if is_unchanged {
            form::existing(ctx, resource, form)
        } else {
            form::create(ctx, key, resource, form)
        });
    }
    let event = DeploymentEvent {
        processes: deployed.processes.clone(),
        decisions: deployed.decisions.clone(),
        requirements: deployed.requirements.clone(),
        forms: deployed.forms.clone(),
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
