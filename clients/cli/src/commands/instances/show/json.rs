//! An instance for programs.

use record::{ConditionEvaluation, Key, ListenerEventType, Origin, VariableRead};
use serde_json::{Value, json};
use value::json::value_to_json;

use crate::history::instance::{Instance, Migration, Step};
use crate::history::models::Names;
use crate::history::waits::{JobState, Wait, What};
use crate::time;

/// The whole document.
pub(super) fn instance(instance: &Instance, names: &Names) -> Value {
    let labels = &instance.labels;
    json!({
        "processInstanceKey": instance.key.to_string(),
        "processId": instance.origin.process_id.to_string(),
        "version": instance.origin.version,
        "processDefinitionKey": instance.origin.definition.to_string(),
        "businessId": (!labels.business_id.is_empty()).then(|| labels.business_id.to_string()),
        "tags": labels.tags.iter().map(ToString::to_string).collect::<Value>(),
        "state": instance.state.name(),
        "started": time::iso(instance.started),
        "ended": instance.ended.map(time::iso),
        "places": instance.places().map(|it| place(it, names)).collect::<Value>(),
        "waits": instance.waits.iter().map(|(key, it)| wait(key, it, names)).collect::<Value>(),
        "incidents": incidents(instance),
        "variables": variables(instance),
        "migrations": instance.migrations.iter().map(migration).collect::<Value>(),
        "path": instance.path.iter().map(|it| step(it, names)).collect::<Value>(),
    })
}

fn migration(migration: &Migration) -> Value {
    let definition = |it: &Origin| {
        json!({
            "processId": it.process_id.to_string(),
            "version": it.version,
            "processDefinitionKey": it.definition.to_string(),
        })
    };
    json!({
        "key": migration.cause.key.to_string(),
        "at": time::iso(migration.at),
        "from": definition(&migration.from),
        "to": definition(&migration.to),
        "principal": migration.cause.principal.to_string(),
        "reason": migration.cause.reason.to_string(),
    })
}

fn place(place: &Step, names: &Names) -> Value {
    json!({
        "elementId": place.element_id.to_string(),
        "name": names.get(&place.element_id),
        "elementInstanceKey": place.key.to_string(),
        "since": time::iso(place.began),
    })
}

fn wait(key: Key, wait: &Wait, names: &Names) -> Value {
    let mut json = json!({
        "key": key.to_string(),
        "since": time::iso(wait.since),
        "elementId": wait.origin.element_id.to_string(),
        "name": names.get(&wait.origin.element_id),
        "elementInstanceKey": wait.origin.element_instance.to_string(),
    });
    let details = match &wait.what {
        What::Job { job_type, listener, retries, priority, state } => {
            let listens = *listener != ListenerEventType::Unspecified;
            let (state, worker, until, message) = match state {
                JobState::Activatable => ("activatable", None, None, None),
                JobState::Activated { worker, deadline } => {
                    ("activated", Some(worker), Some(*deadline), None)
                }
                JobState::BackingOff { until, message } => {
                    ("backing-off", None, Some(*until), Some(message))
                }
                JobState::OutOfRetries { message } => ("out-of-retries", None, None, Some(message)),
                JobState::ErrorNotCaught { code } => ("error-not-caught", None, None, Some(code)),
            };
            json!({
                "kind": "job",
                "type": job_type.to_string(),
                "listenerEventType":
                    listens.then(|| record::json::names::listener_event_type(*listener)),
                "retries": retries,
                "priority": priority,
                "state": state,
                "worker": worker.map(ToString::to_string),
                "until": until.map(time::iso),
                "message": message.map(ToString::to_string),
            })
        }
        What::UserTask { assignee, candidates } => json!({
            "kind": "user-task",
            "assignee": (!assignee.is_empty()).then(|| assignee.to_string()),
            "candidates": candidates.iter().map(ToString::to_string).collect::<Value>(),
        }),
        What::Message { name, correlation_key } => json!({
            "kind": "message",
            "messageName": name.to_string(),
            "correlationKey": correlation_key.to_string(),
        }),
        What::Signal { name } => json!({
            "kind": "signal",
            "signalName": name.to_string(),
        }),
        What::Condition { condition } => json!({
            "kind": "condition",
            "condition": condition.to_string(),
        }),
        What::Timer { due, repetitions } => json!({
            "kind": "timer",
            "due": time::iso(*due),
            "repetitions": repetitions,
        }),
    };
    if let (Value::Object(json), Value::Object(details)) = (&mut json, details) {
        json.extend(details);
    }
    json
}

fn incidents(instance: &Instance) -> Value {
    let incidents = instance.incidents.iter().map(|(key, (since, event))| {
        json!({
            "incidentKey": key.to_string(),
            "since": time::iso(*since),
            "type": record::json::names::incident_type(event.kind),
            "message": event.message.to_string(),
            "elementId": event.origin.element_id.to_string(),
            "elementInstanceKey": event.origin.element_instance.to_string(),
            "jobKey": (!event.job.is_none()).then(|| event.job.to_string()),
        })
    });
    incidents.collect()
}

fn variables(instance: &Instance) -> Value {
    let variables = instance.variables.iter().map(|((scope, name), value)| {
        json!({
            "scopeKey": scope.to_string(),
            "name": name.to_string(),
            "value": parsed(value),
        })
    });
    variables.collect()
}

fn step(step: &Step, names: &Names) -> Value {
    json!({
        "key": step.key.to_string(),
        "elementId": step.element_id.to_string(),
        "name": names.get(&step.element_id),
        "elementType": record::json::names::element_type(step.element_type),
        "flowScopeKey": (!step.flow_scope.is_none()).then(|| step.flow_scope.to_string()),
        "state": step.state.name(),
        "began": time::iso(step.began),
        "ended": step.ended.map(time::iso),
        "cause": step.cause.as_ref().map(|cause| json!({
            "kind": record::json::names::cause_kind(cause.kind),
            "key": cause.key.to_string(),
            "principal": cause.principal.to_string(),
            "reason": cause.reason.to_string(),
        })),
        "conditions": step.conditions.iter().map(condition).collect::<Value>(),
    })
}

fn condition(condition: &ConditionEvaluation) -> Value {
    json!({
        "flowId": condition.flow_id.to_string(),
        "expression": condition.expression.to_string(),
        "result": record::json::names::condition_result(condition.result),
        "taken": condition.taken,
        "reads": condition.reads.iter().map(read).collect::<Value>(),
        "readsTruncated": condition.reads_truncated,
    })
}

/// A value that is absent has no `value` field, because null is a value.
fn read(read: &VariableRead) -> Value {
    let mut json = json!({"name": read.name.to_string(), "truncated": read.truncated});
    if !read.value.is_empty() {
        json["value"] = parsed(&read.value);
    }
    json
}

fn parsed(raw: &[u8]) -> Value {
    let text = value_to_json(raw);
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
