//! What starts instances of the latest version of a process: its start events wait from its
//! deployment until a newer version is deployed, or it is deleted.

use super::{signal, start_timer};
use crate::ctx::Ctx;
use crate::state::definition::Definition;
use bpmn::timer::Plan;
use record::{
    Event, Key, MessageStartSubscriptionEvent, Origin, ProcessSummary, StartSubscriptionIntent,
};
use value::Str;

/// Which version it is whose start events wait.
pub(crate) struct Latest<'a> {
    pub(crate) definition: Key,
    pub(crate) process_id: &'a Str,
    pub(crate) version: u32,
    pub(crate) summary: &'a ProcessSummary,
}

impl Latest<'_> {
    fn origin(&self, element: u32, element_id: &Str) -> Origin {
        Origin {
            definition: self.definition,
            process_id: self.process_id.clone(),
            version: self.version,
            element,
            element_id: element_id.clone(),
            ..Origin::default()
        }
    }
}

/// The start events of a version wait no longer.
pub(crate) fn close(ctx: &mut Ctx<'_>, latest: &Definition) {
    let (definition, process_id) = (latest.key, &latest.process_id);
    for start in &latest.summary.message_starts {
        let name = start.message_name.clone();
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
    if !latest.summary.signal_starts.is_empty() {
        signal::close_starts(ctx, definition);
    }
    if !latest.summary.timer_starts.is_empty() {
        start_timer::close(ctx, definition);
    }
}

/// The start events of a version wait from now on. A timer without plan is not set.
pub(crate) fn open(ctx: &mut Ctx<'_>, it: &Latest<'_>, plans: Vec<Option<Plan>>) {
    for start in &it.summary.message_starts {
        let key = ctx.next_key();
        let event = MessageStartSubscriptionEvent {
            intent: StartSubscriptionIntent::Created,
            origin: it.origin(start.element, &start.element_id),
            message_name: start.message_name.clone(),
            ..MessageStartSubscriptionEvent::default()
        };
        ctx.emit(key, Event::MessageStartSubscription(event));
    }
    for start in &it.summary.signal_starts {
        let origin = it.origin(start.element, &start.element_id);
        signal::open_start(ctx, origin, start.signal_name.clone());
    }
    for (start, plan) in it.summary.timer_starts.iter().zip(plans) {
        if let Some(plan) = plan {
            start_timer::open(ctx, it.origin(start.element, &start.element_id), plan);
        }
    }
}
