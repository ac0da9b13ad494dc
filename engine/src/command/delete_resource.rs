//! Delete something deployed. Nothing new begins with it; what runs goes on to its end.

use super::answer::{Answer, accepted};
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::{deletion, start_timer, starts};
use crate::state::decision::Requirements;
use crate::state::definition::Definition;
use crate::state::file::File;
use bpmn::timer::Plan;
use record::{
    CommandIntent, DecisionEvent, DecisionRequirementsEvent, DeleteResource, DeployedIntent,
    DeployedVersion, Event, FileEvent, Key, RejectionType, ResourceDeletionEvent,
    ResourceDeletionIntent, TimerKind,
};
use std::sync::Arc;

const INTENT: CommandIntent = CommandIntent::ResourceDeletionDelete;

pub(super) fn handle(ctx: &mut Ctx<'_>, command: &DeleteResource) -> Result<Answer, Refused> {
    let resource = command.resource;
    let deletion = ctx.next_key();
    emit(ctx, deletion, resource, ResourceDeletionIntent::Deleting);
    if let Some(found) = ctx.state.definitions.current(&resource).cloned() {
        process(ctx, &found)?;
    } else if let Some(found) = ctx.state.requirements.get(&resource).cloned() {
        decisions(ctx, &found)?;
    } else if let Some(found) = ctx.state.forms.get(&resource).cloned() {
        ctx.emit(resource, Event::Form(file(&found)));
    } else if let Some(found) = ctx.state.resources.get(&resource).cloned() {
        ctx.emit(resource, Event::Resource(file(&found)));
    } else {
        let reason = format!(
            "Expected to delete resource but no resource found with key '{resource}'. Use the key \
             of a process, a decision requirements graph, a form or another file that is deployed."
        );
        return Err(refuse(RejectionType::NotFound, INTENT, reason));
    }
    emit(ctx, deletion, resource, ResourceDeletionIntent::Deleted);
    accepted()
}

fn emit(ctx: &mut Ctx<'_>, key: Key, resource: Key, intent: ResourceDeletionIntent) {
    ctx.emit(key, Event::ResourceDeletion(ResourceDeletionEvent { intent, resource }));
}

/// The start events of the version before wait again if this was the latest.
fn process(ctx: &mut Ctx<'_>, found: &Definition) -> Result<(), Refused> {
    let definitions = &ctx.state.definitions;
    let is_latest = definitions.latest(&found.process_id).is_some_and(|it| it.key == found.key);
    let before = definitions.before(&found.process_id, found.version).filter(|_| is_latest);
    let next = match before.cloned() {
        Some(before) => Some((plans(ctx, found, &before)?, before)),
        None => None,
    };
    if is_latest {
        starts::close(ctx, found);
    }
    deletion::begin(ctx, found);
    if let Some((plans, before)) = next {
        let version = starts::Latest {
            definition: before.key,
            process_id: &before.process_id,
            version: before.version,
            summary: &before.summary,
        };
        starts::open(ctx, &version, plans);
    }
    Ok(())
}

/// When the timers of the version before are due. A date that has passed does not come again.
fn plans(
    ctx: &mut Ctx<'_>,
    deleted: &Definition,
    before: &Definition,
) -> Result<Vec<Option<Plan>>, Refused> {
    let mut plans = Vec::new();
    for start in &before.summary.timer_starts {
        let plan = start_timer::arm(ctx, start).map_err(|why| {
            let reason = format!(
                "Expected to delete version {} of process '{}', but then version {} is the latest, \
                 and it cannot start: {why} Delete that version first, or deploy a newer one.",
                deleted.version, deleted.process_id, before.version
            );
            refuse(RejectionType::InvalidState, INTENT, reason)
        })?;
        let is_past = start.kind == TimerKind::Date && plan.due_ms <= ctx.now;
        plans.push((!is_past).then_some(plan));
    }
    Ok(plans)
}

/// A graph goes with its decisions, unless another one needs it.
fn decisions(ctx: &mut Ctx<'_>, found: &Arc<Requirements>) -> Result<(), Refused> {
    let imports = |it: &Requirements| it.imports.iter().any(|it| it.requirements == found.key);
    let importer = ctx.state.requirements.iter().map(|(_, it)| it).find(|it| imports(it));
    if let Some(importer) = importer {
        let reason = format!(
            "Expected to delete version {} of the decision requirements graph '{}', but version {} \
             of '{}' with key '{}' imports it. Delete that first.",
            found.version, found.id, importer.version, importer.id, importer.key
        );
        return Err(refuse(RejectionType::InvalidState, INTENT, reason));
    }
    let all = ctx.state.decisions.iter().map(|(_, it)| it);
    let inside: Vec<_> = all.filter(|it| it.requirements == found.key).cloned().collect();
    for it in inside {
        let event = DecisionEvent {
            decision: it.deployed(),
            deployment: it.deployment,
            version_tag: it.version_tag.clone(),
            intent: DeployedIntent::Deleted,
        };
        ctx.emit(it.key, Event::Decision(event));
    }
    let event = DecisionRequirementsEvent {
        requirements: found.deployed(),
        deployment: found.deployment,
        intent: DeployedIntent::Deleted,
        ..DecisionRequirementsEvent::default()
    };
    ctx.emit(found.key, Event::DecisionRequirements(event));
    Ok(())
}

fn file(it: &File) -> FileEvent {
    FileEvent {
        file: DeployedVersion {
            id: it.id.clone(),
            version: it.version,
            key: it.key,
            resource_name: it.resource_name.clone(),
            duplicate: false,
            checksum: it.checksum.clone(),
        },
        deployment: it.deployment,
        version_tag: it.version_tag.clone(),
        intent: DeployedIntent::Deleted,
        ..FileEvent::default()
    }
}
