//! Deploying processes: versions, duplicates, and their start events.

use crate::ctx::Ctx;
use crate::process::{signal, start_timer};
use bpmn::timer::Plan;
use record::{
    DeployedProcess, DeployedResource, Event, Key, MessageStartSubscriptionEvent, Origin,
    ProcessEvent, ProcessSummary, StartSubscriptionIntent,
};

/// True if the latest version of a process came from the same file.
pub(super) fn is_latest(
    ctx: &Ctx<'_>,
    resource: &DeployedResource,
    process: &ProcessSummary,
) -> bool {
    ctx.state
        .latest(&process.id)
        .is_some_and(|it| it.checksum == resource.checksum && it.resource_name == resource.name)
}

/// The latest version, which the file did not change.
pub(super) fn existing(
    ctx: &Ctx<'_>,
    resource: &DeployedResource,
    process: &ProcessSummary,
) -> DeployedProcess {
    let latest = ctx.state.latest(&process.id);
    DeployedProcess {
        id: process.id.clone(),
        version: latest.map_or(0, |it| it.version),
        definition: latest.map_or(Key::NONE, |it| it.key),
        resource_name: resource.name.clone(),
        duplicate: true,
        checksum: resource.checksum.clone(),
    }
}

/// Creates the next version.
pub(super) fn create(
    ctx: &mut Ctx<'_>,
    deployment: Key,
    resource: &DeployedResource,
    summary: &ProcessSummary,
    plans: Vec<Plan>,
) -> DeployedProcess {
    let process = DeployedProcess {
        id: summary.id.clone(),
        version: ctx.state.latest(&summary.id).map_or(0, |it| it.version) + 1,
        definition: ctx.next_key(),
        resource_name: resource.name.clone(),
        duplicate: false,
        checksum: resource.checksum.clone(),
    };
    let event = ProcessEvent {
        process: process.clone(),
        deployment,
        resource: resource.content.clone(),
        summary: summary.clone(),
    };
    close_starts(ctx, &process.id);
    ctx.emit(process.definition, Event::Process(event));
    open_starts(ctx, &process, summary, plans);
    process
}

/// The start events of the version that was the latest wait no longer.
fn close_starts(ctx: &mut Ctx<'_>, process_id: &value::Str) {
    let Some(latest) = ctx.state.latest(process_id) else { return };
    let definition = latest.key;
    let has_signals = !latest.summary.signal_starts.is_empty();
    let has_timers = !latest.summary.timer_starts.is_empty();
    let names: Vec<_> =
        latest.summary.message_starts.iter().map(|it| it.message_name.clone()).collect();
    for name in names {
        let found = ctx
            .state
            .start_subscriptions_by_name
            .range((name.clone(), process_id.clone(), Key::NONE)..)
            .next()
            .and_then(|((_, _, key), ())| ctx.state.start_subscriptions.get(key))
            .filter(|it| it.definition == definition && it.message_name == name)
            .cloned();
        let Some(old) = found else { continue };
        let event = MessageStartSubscriptionEvent {
            intent: StartSubscriptionIntent::Deleted,
            origin: Origin {
                definition,
                process_id: process_id.clone(),
                version: old.version,
                element: old.element,
                element_id: old.element_id.clone(),
                ..Origin::default()
            },
            message_name: name,
            ..MessageStartSubscriptionEvent::default()
        };
        ctx.emit(old.key, Event::MessageStartSubscription(event));
    }
    if has_signals {
        signal::close_starts(ctx, definition);
    }
    if has_timers {
        start_timer::close(ctx, definition);
    }
}

fn open_starts(
    ctx: &mut Ctx<'_>,
    process: &DeployedProcess,
    summary: &ProcessSummary,
    plans: Vec<Plan>,
) {
    let origin = |element, element_id: &value::Str| Origin {
        definition: process.definition,
        process_id: process.id.clone(),
        version: process.version,
        element,
        element_id: element_id.clone(),
        ..Origin::default()
    };
    for start in &summary.message_starts {
        let key = ctx.next_key();
        let event = MessageStartSubscriptionEvent {
            intent: StartSubscriptionIntent::Created,
            origin: origin(start.element, &start.element_id),
            message_name: start.message_name.clone(),
            ..MessageStartSubscriptionEvent::default()
        };
        ctx.emit(key, Event::MessageStartSubscription(event));
    }
    for start in &summary.signal_starts {
        let origin = origin(start.element, &start.element_id);
        signal::open_start(ctx, origin, start.signal_name.clone());
    }
    for (start, plan) in summary.timer_starts.iter().zip(plans) {
        start_timer::open(ctx, origin(start.element, &start.element_id), plan);
    }
}
