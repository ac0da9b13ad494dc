//! The index of what waits at element instances.

use crate::state::State;
use record::{
    ConditionalIntent, Event, IncidentIntent, JobIntent, Key,
    ProcessMessageSubscriptionIntent as Message, SignalSubscriptionIntent, TimerIntent,
    UserTaskIntent,
};

/// What an event does to the index.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Attach,
    Detach,
}

/// Keeps the index up to date. Start events wait at no element instance.
pub(super) fn note(state: &mut State, key: Key, event: &Event) {
    let Some((element_instance, change)) = change(event) else { return };
    if element_instance.is_none() {
        return;
    }
    match change {
        Change::Attach => state.attach(element_instance, key),
        Change::Detach => state.detach(element_instance, key),
    }
}

fn change(event: &Event) -> Option<(Key, Change)> {
    let (origin, begins, ends) = if let Event::Job(it) = event {
        let is_over = matches!(it.intent, JobIntent::Completed | JobIntent::Canceled);
        let is_thrown = it.intent == JobIntent::ErrorThrown && it.is_caught;
        (&it.origin, it.intent == JobIntent::Created, is_over || is_thrown)
    } else if let Event::UserTask(it) = event {
        let is_over = matches!(it.intent, UserTaskIntent::Completed | UserTaskIntent::Canceled);
        (&it.origin, it.intent == UserTaskIntent::Creating, is_over)
    } else if let Event::Timer(it) = event {
        let is_over = matches!(it.intent, TimerIntent::Triggered | TimerIntent::Canceled);
        (&it.origin, it.intent == TimerIntent::Created, is_over)
    } else if let Event::SignalSubscription(it) = event {
        let is_over = it.intent == SignalSubscriptionIntent::Deleted;
        (&it.origin, it.intent == SignalSubscriptionIntent::Created, is_over)
    } else if let Event::ConditionalSubscription(it) = event {
        let is_over = it.intent == ConditionalIntent::Deleted;
        (&it.origin, it.intent == ConditionalIntent::Created, is_over)
    } else if let Event::Incident(it) = event {
        let is_over = it.intent == IncidentIntent::Resolved;
        (&it.origin, it.intent == IncidentIntent::Created, is_over)
    } else if let Event::ProcessMessageSubscription(it) = event {
        let is_taken = it.intent == Message::Correlated && it.subscription.interrupting;
        let is_over = matches!(it.intent, Message::Deleting | Message::Deleted);
        (&it.subscription.origin, it.intent == Message::Creating, is_taken || is_over)
    } else {
        return None;
    };
    let change = if begins {
        Change::Attach
    } else if ends {
        Change::Detach
    } else {
        return None;
    };
    Some((origin.element_instance, change))
}
