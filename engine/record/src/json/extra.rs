//! The one field that Zeebe's records do not have: `baton`, what Explain needs.

mod decision;

use super::names;
use super::object::Object;
use crate::{
    Caller, Cause, ConditionEvaluation, Event, JobBatchEvent, JobEvent, MessageEvent, Origin,
    ProcessInstanceEvent, Record, SignalEvent, TimerEvent, VariableRead,
};

/// True if a record has something to explain.
pub(super) fn has_any(record: &Record) -> bool {
    record.caller.is_some() || event_has_any(&record.event)
}

fn event_has_any(event: &Event) -> bool {
    match event {
        Event::ProcessInstance(it) => {
            it.cause.is_some() || !it.conditions.is_empty() || !it.start_lock.is_empty()
        }
        Event::ProcessEvent(_) | Event::AdHocInstruction(_) => true,
        Event::Job(it) => it.activation > 0,
        Event::JobBatch(it) => it.stream.is_some() || !it.jobs.is_empty(),
        Event::Timer(it) => !it.interval.is_empty(),
        Event::Incident(it) => !it.conditions.is_empty(),
        Event::ConditionalSubscription(it) => !it.conditions.is_empty(),
        Event::ComplexGateway(it) => !it.conditions.is_empty(),
        Event::Signal(it) => !it.origin.instance.is_none(),
        Event::Message(it) => !it.origin.instance.is_none(),
        Event::DecisionEvaluation(it) => decision::has_any(it),
        Event::Deployment(_)
        | Event::Process(_)
        | Event::ProcessInstanceCreation(_)
        | Event::ProcessInstanceResult(_)
        | Event::Variable(_)
        | Event::VariableDocument(_)
        | Event::MessageSubscription(_)
        | Event::ProcessMessageSubscription(_)
        | Event::MessageStartSubscription(_)
        | Event::Error(_)
        | Event::Clock(_)
        | Event::Escalation(_)
        | Event::UserTask(_)
        | Event::Form(_)
        | Event::Resource(_)
        | Event::ResourceDeletion(_)
        | Event::SignalSubscription(_)
        | Event::MultiInstance(_)
        | Event::Modification(_)
        | Event::Migration(_)
        | Event::CompensationSubscription(_)
        | Event::Settings(_)
        | Event::Decision(_)
        | Event::DecisionRequirements(_)
        | Event::Logic(_)
        | Event::Rejection(_)
        | Event::ReplyRemembered(_)
        | Event::RequestsSettled(_)
        | Event::StreamOpened(_)
        | Event::StreamCredited(_)
        | Event::StreamClosed(_)
        | Event::TermStarted(_)
        | Event::WorkParked(_)
        | Event::WorkResumed(_)
        | Event::KeysSkipped(_)
        | Event::Idempotency(_)
        | Event::StepHeld(_)
        | Event::JobHeld(_) => false,
    }
}

/// Writes the fields of `baton`.
pub(super) fn write(record: &Record, o: &mut Object<'_>) {
    if let Some(it) = &record.caller {
        o.object("caller", |o| caller(it, o));
    }
    let event = &record.event;
    if let Event::ProcessInstance(it) = event {
        process_instance(it, o);
    } else if let Event::ProcessEvent(it) = event {
        o.object("cause", |o| cause(&it.cause, o));
        if it.part_of > 0 {
            o.object("part", |o| {
                o.number("definition", it.origin.element);
                o.number("of", it.part_of);
                o.number("left", it.parts_left);
            });
        }
    } else if let Event::AdHocInstruction(it) = event {
        o.object("cause", |o| cause(&it.cause, o));
    } else if let Event::Job(it) = event {
        job(it, o);
    } else if let Event::JobBatch(it) = event {
        job_batch(it, o);
    } else if let Event::Timer(it) = event {
        timer(it, o);
    } else if let Event::Incident(it) = event {
        conditions(&it.conditions, o);
    } else if let Event::ComplexGateway(it) = event {
        conditions(&it.conditions, o);
    } else if let Event::ConditionalSubscription(it) = event {
        conditions(&it.conditions, o);
    } else if let Event::DecisionEvaluation(it) = event {
        decision::write(it, o);
    } else if let Event::Signal(SignalEvent { origin, .. })
    | Event::Message(MessageEvent { origin, .. }) = event
        && !origin.instance.is_none()
    {
        o.object("thrownBy", |o| thrower(origin, o));
    }
}

/// The element that threw a signal or a message.
fn thrower(origin: &Origin, o: &mut Object<'_>) {
    o.key("processInstanceKey", origin.instance);
    o.text("elementId", &origin.element_id);
    o.key("elementInstanceKey", origin.element_instance);
}

/// Only what the caller said.
fn caller(caller: &Caller, o: &mut Object<'_>) {
    for (name, text) in
        [("principal", &caller.principal), ("reason", &caller.reason), ("trace", &caller.trace)]
    {
        if !text.is_empty() {
            o.text(name, text);
        }
    }
}

fn process_instance(event: &ProcessInstanceEvent, o: &mut Object<'_>) {
    if let Some(it) = &event.cause {
        o.object("cause", |o| cause(it, o));
    }
    conditions(&event.conditions, o);
    if !event.start_lock.is_empty() {
        o.text("startCorrelationKey", &event.start_lock);
    }
}

fn cause(cause: &Cause, o: &mut Object<'_>) {
    o.text("kind", names::cause_kind(cause.kind));
    o.key("key", cause.key);
    if !cause.principal.is_empty() {
        o.text("principal", &cause.principal);
    }
    if !cause.reason.is_empty() {
        o.text("reason", &cause.reason);
    }
}

fn conditions(conditions: &[ConditionEvaluation], o: &mut Object<'_>) {
    if !conditions.is_empty() {
        o.objects("conditions", conditions, condition);
    }
}

fn condition(condition: &ConditionEvaluation, o: &mut Object<'_>) {
    o.text("flowId", &condition.flow_id);
    o.text("expression", &condition.expression);
    o.text("result", names::condition_result(condition.result));
    o.flag("taken", condition.taken);
    o.objects("reads", &condition.reads, read);
    o.flag("readsTruncated", condition.reads_truncated);
}

/// A value that is absent has no `value` field, because null is a value.
fn read(read: &VariableRead, o: &mut Object<'_>) {
    o.text("name", &read.name);
    if !read.value.is_empty() {
        o.value("value", &read.value);
    }
    o.flag("truncated", read.truncated);
}

fn job(event: &JobEvent, o: &mut Object<'_>) {
    o.number("activation", event.activation);
}

fn job_batch(event: &JobBatchEvent, o: &mut Object<'_>) {
    o.list("activations", &event.jobs, |job, out| out.push_str(&job.activation.to_string()));
    if let Some(stream) = &event.stream {
        o.object("stream", |o| {
            o.number("node", stream.node);
            o.number("incarnation", stream.incarnation);
            o.number("number", stream.number);
        });
    }
}

fn timer(event: &TimerEvent, o: &mut Object<'_>) {
    o.text("interval", &event.interval);
}
