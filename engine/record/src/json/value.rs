//! The `value` of a record, by the kind of thing it is about.
//!
//! Fields are those of Zeebe's records. Fields of features that Baton does not have yet are there
//! with the value that means "unset", because readers with strict schemas miss them otherwise.

use super::object::Object;
use crate::{
    ClockChange, ClockEvent, CompensationEvent, ComplexGatewayEvent, DEFAULT_TENANT,
    DeploymentEvent, ErrorEvent, EscalationEvent, Event, IncidentEvent, Key, Labels, MessageEvent,
    MessageStartSubscriptionEvent, Origin, ProcessEventEvent, ProcessInstanceCreationEvent,
    ProcessInstanceResultEvent, Record, ResourceDeletionEvent, SettingsEvent,
    SignalSubscriptionEvent, Subscription, TimerEvent, VariableDocumentEvent, VariableEvent,
};

mod ad_hoc;
mod condition;
mod decision;
mod job;
mod migration;
mod modification;
mod multi_instance;
mod process_instance;
mod resource;
mod user_task;

/// Writes the fields of `value`.
pub(super) fn write(record: &Record, o: &mut Object<'_>) {
    match &record.event {
        Event::ProcessInstance(it) => process_instance::write(it, o),
        Event::Deployment(it) => deployment(it, record.key, o),
        Event::Process(it) => resource::process(it, o),
        Event::ProcessInstanceCreation(it) => creation(it, o),
        Event::ProcessInstanceResult(it) => result(it, o),
        Event::ProcessEvent(it) => process_event(it, o),
        Event::Job(it) => job::write(it, o),
        Event::JobBatch(it) => job::batch(it, o),
        Event::Variable(it) => variable(it, o),
        Event::VariableDocument(it) => variable_document(it, o),
        Event::Incident(it) => incident(it, o),
        Event::Timer(it) => timer(it, o),
        Event::Message(it) => message(it, o),
        Event::MessageSubscription(it) => {
            subscription(&it.subscription, o);
            message_of_subscription(it.message, &it.variables, o);
        }
        Event::ProcessMessageSubscription(it) => {
            subscription(&it.subscription, o);
            message_of_subscription(it.message, &it.variables, o);
        }
        Event::MessageStartSubscription(it) => start_subscription(it, o),
        Event::Error(it) => error(it, record.source, o),
        Event::Clock(it) => clock(it, o),
        Event::Escalation(it) => escalation(it, o),
        Event::Form(it) => resource::file(it, &resource::FORM, o),
        Event::Resource(it) => resource::file(it, &resource::RESOURCE, o),
        Event::ResourceDeletion(it) => deletion(it, o),
        Event::UserTask(it) => user_task::write(it, record.key, o),
        Event::Signal(it) => {
            o.text("signalName", &it.name);
            o.document("variables", &it.variables);
            tenant(o);
        }
        Event::CompensationSubscription(it) => compensation(it, o),
        Event::ConditionalSubscription(it) => condition::write(it, o),
        Event::SignalSubscription(it) => signal_subscription(it, o),
        Event::Decision(it) => decision::created(it, o),
        Event::DecisionRequirements(it) => decision::requirements(it, o),
        Event::DecisionEvaluation(it) => decision::evaluation(it, o),
        Event::MultiInstance(it) => multi_instance::write(it, o),
        Event::Modification(it) => {
            modification::write(it, o);
            tenant(o);
        }
        Event::Migration(it) => {
            migration::write(it, o);
            tenant(o);
        }
        Event::AdHocInstruction(it) => ad_hoc::write(it, o),
        Event::ComplexGateway(it) => complex_gateway(it, o),
        Event::Settings(it) => settings(it, o),
        Event::Logic(it) => o.number("logicVersion", it.logic),
        // The refused command itself is not kept: intent and reason say what it was.
        Event::Rejection(_)
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
        | Event::JobHeld(_) => {}
    }
}

fn deletion(event: &ResourceDeletionEvent, o: &mut Object<'_>) {
    o.key("resourceKey", event.resource);
    tenant(o);
}

fn complex_gateway(event: &ComplexGatewayEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.text("elementId", &event.origin.element_id);
    o.key("elementInstanceKey", event.origin.element_instance);
    o.key("flowScopeKey", event.flow_scope);
    tenant(o);
}

/// The tenant, which every value has.
fn tenant(o: &mut Object<'_>) {
    o.text("tenantId", DEFAULT_TENANT);
}

/// What the caller calls the instance.
fn labels(labels: &Labels, o: &mut Object<'_>) {
    o.texts("tags", labels.tags.iter().map(|it| &**it));
    o.text("businessId", &labels.business_id);
}

/// Process id, definition and instance, which most values have.
fn ids(origin: &Origin, o: &mut Object<'_>) {
    o.text("bpmnProcessId", &origin.process_id);
    o.key("processDefinitionKey", origin.definition);
    o.key("processInstanceKey", origin.instance);
    o.key("rootProcessInstanceKey", origin.root_instance());
}

fn deployment(event: &DeploymentEvent, key: Key, o: &mut Object<'_>) {
    o.empty_list("resources");
    o.objects("processesMetadata", &event.processes, |it, o| {
        resource::deployed(it, key, &resource::PROCESS, o);
    });
    o.objects("decisionsMetadata", &event.decisions, |it, o| {
        decision::deployed(it, key, o);
    });
    o.objects("decisionRequirementsMetadata", &event.requirements, |it, o| {
        decision::deployed_requirements(it, o);
    });
    o.objects("formMetadata", &event.forms, |it, o| {
        resource::deployed(it, key, &resource::FORM, o);
    });
    o.objects("resourceMetadata", &event.resources, |it, o| {
        resource::deployed(it, key, &resource::RESOURCE, o);
    });
    o.key("deploymentKey", key);
    tenant(o);
}

fn creation(event: &ProcessInstanceCreationEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.number("version", event.origin.version);
    o.document("variables", &event.variables);
    match &event.awaits {
        Some(awaits) => {
            o.texts("fetchVariables", awaits.fetch_variables.iter().map(|name| &**name));
        }
        None => o.empty_list("fetchVariables"),
    }
    o.objects("startInstructions", &event.start_at, |id, o| o.text("elementId", id));
    o.objects("runtimeInstructions", &event.end_after, |id, o| {
        o.text("type", "TERMINATE_PROCESS_INSTANCE");
        o.text("afterElementId", id);
    });
    labels(&event.labels, o);
    tenant(o);
}

fn result(event: &ProcessInstanceResultEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.number("version", event.origin.version);
    o.document("variables", &event.variables);
    o.empty_list("tags");
    tenant(o);
}

fn process_event(event: &ProcessEventEvent, o: &mut Object<'_>) {
    o.key("scopeKey", event.scope);
    o.text("targetElementId", &event.origin.element_id);
    o.document("variables", &event.variables);
    o.key("processDefinitionKey", event.origin.definition);
    o.key("processInstanceKey", event.origin.instance);
    tenant(o);
}

fn variable(event: &VariableEvent, o: &mut Object<'_>) {
    o.key("scopeKey", event.origin.element_instance);
    ids(&event.origin, o);
    o.text("name", &event.name);
    o.value_as_text("value", &event.value);
    tenant(o);
}

fn variable_document(event: &VariableDocumentEvent, o: &mut Object<'_>) {
    o.key("scopeKey", event.origin.element_instance);
    o.text("updateSemantics", if event.local { "LOCAL" } else { "PROPAGATE" });
    o.document("variables", &event.variables);
    tenant(o);
}

fn incident(event: &IncidentEvent, o: &mut Object<'_>) {
    o.text("errorType", super::names::incident_type(event.kind));
    o.text("errorMessage", &event.message);
    ids(&event.origin, o);
    o.text("elementId", &event.origin.element_id);
    o.key("elementInstanceKey", event.origin.element_instance);
    o.key("jobKey", event.job);
    o.key("variableScopeKey", event.variable_scope);
    o.empty_list("elementInstancePath");
    o.empty_list("processDefinitionPath");
    o.empty_list("callingElementPath");
    tenant(o);
}

fn timer(event: &TimerEvent, o: &mut Object<'_>) {
    o.key("elementInstanceKey", event.origin.element_instance);
    o.key("processInstanceKey", event.origin.instance);
    o.key("processDefinitionKey", event.origin.definition);
    o.number("dueDate", event.due);
    o.number("repetitions", event.repetitions);
    o.text("targetElementId", &event.origin.element_id);
    tenant(o);
}

fn message(event: &MessageEvent, o: &mut Object<'_>) {
    o.text("name", &event.name);
    o.text("correlationKey", &event.correlation_key);
    o.text("messageId", &event.message_id);
    o.number("timeToLive", event.time_to_live_ms);
    o.time("deadline", event.deadline);
    o.document("variables", &event.variables);
    tenant(o);
}

fn subscription(subscription: &Subscription, o: &mut Object<'_>) {
    ids(&subscription.origin, o);
    o.text("elementId", &subscription.origin.element_id);
    o.key("elementInstanceKey", subscription.origin.element_instance);
    o.text("messageName", &subscription.message_name);
    o.text("correlationKey", &subscription.correlation_key);
    o.flag("interrupting", subscription.interrupting);
    tenant(o);
}

fn message_of_subscription(message: Key, variables: &::value::Doc, o: &mut Object<'_>) {
    o.key("messageKey", message);
    o.document("variables", variables);
}

fn start_subscription(event: &MessageStartSubscriptionEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.text("startEventId", &event.origin.element_id);
    o.text("messageName", &event.message_name);
    o.key("messageKey", event.message);
    o.text("correlationKey", &event.correlation_key);
    o.document("variables", &event.variables);
    tenant(o);
}

fn compensation(event: &CompensationEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.text("compensableActivityId", &event.origin.element_id);
    o.key("compensableActivityScopeKey", event.scope);
    o.key("compensableActivityInstanceKey", event.origin.element_instance);
    o.text("throwEventId", &event.thrower_id);
    o.key("throwEventInstanceKey", event.thrower);
    o.text("compensationHandlerId", &event.handler_id);
    o.key("compensationHandlerInstanceKey", event.handler_instance);
    o.document("variables", &event.variables);
    tenant(o);
}

fn signal_subscription(event: &SignalSubscriptionEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.text("signalName", &event.name);
    o.text("catchEventId", &event.origin.element_id);
    o.key("catchEventInstanceKey", event.origin.element_instance);
    tenant(o);
}

fn error(event: &ErrorEvent, source: u64, o: &mut Object<'_>) {
    o.text("exceptionMessage", &event.message);
    o.text("stacktrace", "");
    o.position("errorEventPosition", source);
    o.key("processInstanceKey", event.instance);
}

fn clock(event: &ClockEvent, o: &mut Object<'_>) {
    match event.change {
        ClockChange::Reset => o.number("time", -1),
        ClockChange::Pin => o.number("time", event.value),
        ClockChange::Add => {
            o.number("time", -1);
            o.number("offset", event.value);
        }
    }
}

fn settings(event: &SettingsEvent, o: &mut Object<'_>) {
    for (name, text) in event.settings.list() {
        match text.parse::<u64>() {
            Ok(number) => o.number(name, number),
            Err(_) => o.text(name, &text),
        }
    }
}

fn escalation(event: &EscalationEvent, o: &mut Object<'_>) {
    let origin = &event.origin;
    o.key("processInstanceKey", origin.instance);
    o.key("rootProcessInstanceKey", origin.root_instance());
    o.text("escalationCode", &event.code);
    o.text("throwElementId", &origin.element_id);
    o.text("catchElementId", &event.catch_element_id);
    tenant(o);
}
