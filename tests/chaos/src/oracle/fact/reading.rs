//! From a record as the server prints it to what oracles read.

use baton_e2e::Record;
use serde_json::Value;

use super::super::history::TAG;
use super::{Activated, Begun, Fact, Shape, What};
use crate::log_oracle::fingerprint;

impl From<&Record> for Fact {
    fn from(record: &Record) -> Self {
        Self {
            position: record.position(),
            source: record.0["sourceRecordPosition"].as_u64().unwrap_or_default(),
            key: record.key(),
            timestamp: record.timestamp(),
            fingerprint: fingerprint(record.0.to_string().as_bytes()),
            what: what(record),
        }
    }
}

fn what(record: &Record) -> What {
    let text = |field: &str| record.text(field).to_owned();
    let of = |field: &str| record.0[field].as_str().unwrap_or_default();
    let (value_type, intent) = (of("valueType"), of("intent"));
    if of("recordType") == "COMMAND_REJECTION" {
        return What::Rejected { value_type: value_type.to_owned(), intent: intent.to_owned() };
    }
    match (value_type, intent) {
        ("DEPLOYMENT", "CREATED") => What::Deployed { file: file(record) },
        ("PROCESS", "CREATED") => What::ProcessCreated,
        ("VARIABLE", "CREATED") => What::VariableCreated,
        ("PROCESS_INSTANCE_CREATION", "CREATED") => What::InstanceCreated { tag: tag(record) },
        ("LOGIC", "RAISED") => What::LogicRaised,
        ("PROCESS_INSTANCE", intent) => element(record, intent),
        ("PROCESS_INSTANCE_MODIFICATION", "MODIFIED") => {
            What::Modified { instance: record.number("processInstanceKey"), tag: moved(record) }
        }
        ("PROCESS_INSTANCE_MIGRATION", "MIGRATED") => {
            What::Migrated { instance: record.number("processInstanceKey") }
        }
        ("JOB", "CREATED") => What::JobCreated { instance: record.number("processInstanceKey") },
        ("JOB", "ERROR_THROWN") => What::JobThrown { tag: text("errorMessage") },
        ("JOB", "COMPLETED") => What::JobCompleted { tag: tag(record) },
        ("JOB", "FAILED") => What::JobFailed {
            tag: text("errorMessage"),
            retries: record.number("retries"),
            back_off: record.number("retryBackoff"),
        },
        ("JOB", "RECURRED_AFTER_BACKOFF") => What::JobRecurred,
        ("JOB", "TIMED_OUT") => What::JobTimedOut,
        ("JOB", "TIMEOUT_UPDATED") => {
            What::JobTimeoutUpdated { deadline: record.number("deadline") }
        }
        ("JOB", "YIELDED") => What::JobYielded,
        ("JOB", "CANCELED") => What::JobCanceled,
        ("JOB_BATCH", "ACTIVATED") => {
            What::JobsActivated { tag: text("worker"), jobs: activated(record) }
        }
        ("TIMER", "CREATED") => What::TimerCreated {
            due: record.number("dueDate"),
            element: record.number("elementInstanceKey"),
            repetitions: record.number("repetitions"),
        },
        ("TIMER", "TRIGGERED") => What::TimerTriggered { due: record.number("dueDate") },
        ("TIMER", "CANCELED") => What::TimerCanceled,
        ("MESSAGE", "PUBLISHED") => What::MessagePublished {
            name: text("name"),
            tag: text("correlationKey"),
            deadline: record.number("deadline"),
        },
        ("MESSAGE", "EXPIRED") => What::MessageExpired,
        ("MESSAGE_SUBSCRIPTION", "CREATED") => What::SubscriptionOpened {
            name: text("messageName"),
            tag: text("correlationKey"),
            process: text("bpmnProcessId"),
        },
        ("MESSAGE_SUBSCRIPTION", "CORRELATING") => What::Correlating {
            message: record.number("messageKey"),
            process: text("bpmnProcessId"),
        },
        ("MESSAGE_SUBSCRIPTION", "CORRELATED" | "DELETED") => What::SubscriptionClosed,
        ("INCIDENT", "CREATED") => What::IncidentCreated {
            job: record.number("jobKey"),
            instance: record.number("processInstanceKey"),
        },
        ("INCIDENT", "RESOLVED") => What::IncidentResolved { job: record.number("jobKey") },
        ("CLOCK", _) => What::ClockChanged,
        _ => of_element(record, value_type, intent),
    }
}

/// What only some elements or definitions have.
fn of_element(record: &Record, value_type: &str, intent: &str) -> What {
    let text = |field: &str| record.text(field).to_owned();
    match (value_type, intent) {
        ("USER_TASK", "CREATING") => {
            What::TaskCreating { element: record.number("elementInstanceKey") }
        }
        ("USER_TASK", "CREATED") => What::TaskCreated,
        ("USER_TASK", "ASSIGNING" | "CLAIMING") => What::TaskAssigning,
        ("USER_TASK", "COMPLETING") => What::TaskCompleting,
        ("USER_TASK", "ASSIGNED") => What::TaskAssigned { assignee: text("assignee") },
        ("USER_TASK", "COMPLETED") => What::TaskCompleted { tag: tag(record) },
        ("USER_TASK", "CANCELED") => What::TaskCanceled,
        ("SIGNAL", "BROADCASTED") => {
            What::SignalBroadcast { name: text("signalName"), tag: tag(record) }
        }
        ("SIGNAL_SUBSCRIPTION", intent) => signal_subscription(record, intent),
        ("CONDITIONAL_EVALUATION", "EVALUATED") => {
            What::Evaluated { tag: tag(record), started: started(record) }
        }
        ("COMPENSATION_SUBSCRIPTION", "CREATED") => {
            What::UndoNoted { activity: record.number("compensableActivityInstanceKey") }
        }
        ("COMPENSATION_SUBSCRIPTION", "TRIGGERED") => {
            What::UndoBegun { handler: record.number("compensationHandlerInstanceKey") }
        }
        ("COMPENSATION_SUBSCRIPTION", "COMPLETED") => What::UndoDone,
        ("COMPENSATION_SUBSCRIPTION", "DELETED") => What::UndoDropped,
        ("PROCESS", "DELETING") => What::ProcessDeleting,
        ("PROCESS", "DELETED") => What::ProcessDeleted,
        ("RESOURCE_DELETION", "DELETING") => {
            What::Deleting { resource: record.number("resourceKey") }
        }
        ("DECISION_EVALUATION", "EVALUATED") => {
            What::Decided { element: record.number("elementInstanceKey") }
        }
        _ => What::Other,
    }
}

/// The tag that a modification gives the variables of an element that it activates.
fn moved(record: &Record) -> String {
    let activated = &record.0["value"]["activateInstructions"][0]["variableInstructions"][0];
    activated["variables"][TAG].as_str().unwrap_or_default().to_owned()
}

fn tag(record: &Record) -> String {
    record.0["value"]["variables"][TAG].as_str().unwrap_or_default().to_owned()
}

/// The file of a deployment: each has one here.
fn file(record: &Record) -> String {
    let name = &record.0["value"]["processesMetadata"][0]["resourceName"];
    name.as_str().unwrap_or_default().to_owned()
}

/// A start event that waits for a signal has no element instance.
fn signal_subscription(record: &Record, intent: &str) -> What {
    let is_start = record.number("catchEventInstanceKey") <= 0;
    let name = record.text("signalName").to_owned();
    match (intent, is_start) {
        ("CREATED", false) => What::SignalAwaited { name },
        ("CREATED", true) => What::StartAwaited { name },
        ("DELETED", false) => What::SignalNotAwaited,
        ("DELETED", true) => What::StartNotAwaited,
        _ => What::Other,
    }
}

/// The instances that an evaluation of conditions started.
fn started(record: &Record) -> Vec<i64> {
    let all = record.0["value"]["startedProcessInstances"].as_array().into_iter().flatten();
    all.map(|it| it["processInstanceKey"].as_i64().unwrap_or_default()).collect()
}

fn activated(record: &Record) -> Vec<Activated> {
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    let keys = record.0["value"]["jobKeys"].as_array().into_iter().flatten();
    let jobs = record.0["value"]["jobs"].as_array().into_iter().flatten();
    let job = |(key, job): (&Value, &Value)| Activated {
        job: number(key),
        deadline: number(&job["deadline"]),
    };
    keys.zip(jobs).map(job).collect()
}

fn element(record: &Record, intent: &str) -> What {
    let is_instance = record.text("bpmnElementType") == "PROCESS";
    let instance = record.number("processInstanceKey");
    let definition = record.number("processDefinitionKey");
    let caller = record.number("parentElementInstanceKey");
    match (intent, is_instance) {
        ("ELEMENT_ACTIVATING", true) => What::InstanceBegun { definition, by: begun(record) },
        ("ELEMENT_TERMINATING", true) if caller > 0 => What::CalledTerminating,
        ("ELEMENT_MIGRATED", true) => What::InstanceMigrating { definition },
        ("SUSPENDED", true) => What::InstanceSuspended,
        ("RESUMED", true) => What::InstanceResumed,
        ("ELEMENT_ACTIVATED", true) => What::InstanceActivated,
        ("ELEMENT_COMPLETED", true) => What::InstanceCompleted,
        ("ELEMENT_TERMINATING", true) => What::InstanceTerminating,
        ("ELEMENT_TERMINATED", true) => What::InstanceTerminated,
        ("ELEMENT_ACTIVATING", false) => What::ElementActivating { instance, shape: shape(record) },
        ("ELEMENT_COMPLETED" | "ELEMENT_TERMINATED", false) => What::ElementEnded { instance },
        _ => What::Other,
    }
}

fn begun(record: &Record) -> Begun {
    let caller = record.number("parentElementInstanceKey");
    let cause = &record.0["baton"]["cause"];
    let key = cause["key"].as_i64().unwrap_or_default();
    match cause["kind"].as_str().unwrap_or_default() {
        _ if caller > 0 => Begun::Called(caller),
        "SIGNAL" => Begun::Signal(key),
        "CONDITION" => Begun::Condition(key),
        _ => Begun::Other,
    }
}

fn shape(record: &Record) -> Shape {
    match (record.text("bpmnElementType"), record.text("bpmnEventType")) {
        ("EVENT_SUB_PROCESS", _) => Shape::EventSubprocess,
        ("COMPLEX_GATEWAY", _) => Shape::ComplexGateway,
        (_, "MULTIPLE") => Shape::Multiple,
        (_, "PARALLEL_MULTIPLE") => Shape::ParallelMultiple,
        _ => Shape::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_becomes_what_it_says() {
        let record = Record(json!({
            "position": 7, "sourceRecordPosition": 5, "key": 3, "timestamp": 100,
            "recordType": "EVENT", "valueType": "JOB_BATCH", "intent": "ACTIVATED",
            "value": {"worker": "w-1", "jobKeys": [9], "jobs": [{"deadline": 150}]},
        }));
        let fact = Fact::from(&record);
        let jobs = vec![Activated { job: 9, deadline: 150 }];
        assert_eq!(fact.what, What::JobsActivated { tag: "w-1".to_owned(), jobs });
        assert_eq!((fact.position, fact.source, fact.key, fact.timestamp), (7, 5, 3, 100));
    }

    #[test]
    fn what_a_deployment_and_a_failure_say_is_kept() {
        let of = |value_type: &str, intent: &str, value: Value| {
            let record = json!({"recordType": "EVENT", "valueType": value_type, "intent": intent,
                "value": value});
            Fact::from(&Record(record)).what
        };
        let deployed = json!({"processesMetadata": [{"resourceName": "job-1.bpmn"}]});
        let file = "job-1.bpmn".to_owned();
        assert_eq!(of("DEPLOYMENT", "CREATED", deployed), What::Deployed { file });
        let failed = json!({"errorMessage": "f", "retries": 3, "retryBackoff": 50});
        let what = What::JobFailed { tag: "f".to_owned(), retries: 3, back_off: 50 };
        assert_eq!(of("JOB", "FAILED", failed), what);
    }

    #[test]
    fn any_change_of_a_record_changes_its_fingerprint() {
        let one = Record(json!({"position": 1, "value": {"a": 1}}));
        let other = Record(json!({"position": 1, "value": {"a": 2}}));
        assert_ne!(Fact::from(&one).fingerprint, Fact::from(&other).fingerprint);
    }
}
