//! Records in the small form that oracles read: a run has a million of them.

use baton_e2e::Record;
use serde_json::Value;

use super::history::TAG;
use crate::log_oracle::fingerprint;

/// A record, as far as oracles look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its number.
    pub position: u64,
    /// The number of the first record of the work item that caused it.
    pub source: u64,
    /// What it is about.
    pub key: i64,
    /// Log time, in milliseconds.
    pub timestamp: i64,
    /// A hash of all that the record says.
    pub fingerprint: u64,
    /// What it says.
    pub what: What,
}

/// What a reader saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The record's number.
    pub position: u64,
    /// A hash of all that it said.
    pub fingerprint: u64,
}

/// A job in an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activated {
    /// The job.
    pub job: i64,
    /// Until when the worker has it, in log time.
    pub deadline: i64,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A file was deployed.
    Deployed { file: String },
    /// A process of a file is there, whose deployment follows.
    ProcessCreated,
    /// A variable was created.
    VariableCreated,
    /// An instance was created, with this tag.
    InstanceCreated { tag: String },
    /// An instance begins.
    InstanceActivated,
    /// An instance has completed.
    InstanceCompleted,
    /// An instance is being terminated.
    InstanceTerminating,
    /// An instance was terminated.
    InstanceTerminated,
    /// An element instance begins in this instance.
    ElementActivating { instance: i64 },
    /// An element instance has completed or was terminated.
    ElementEnded { instance: i64 },
    /// A job was created.
    JobCreated,
    /// Jobs were given to this worker.
    JobsActivated { tag: String, jobs: Vec<Activated> },
    /// A job was completed, with this tag.
    JobCompleted { tag: String },
    /// A job failed, with this message; workers get it again at once, or after a while, or never.
    JobFailed { tag: String, retries: i64, back_off: i64 },
    /// A job that had failed is offered again.
    JobRecurred,
    /// A job's worker lost it.
    JobTimedOut,
    /// A job's worker has it until this time.
    JobTimeoutUpdated { deadline: i64 },
    /// A job was given back.
    JobYielded,
    /// A job was taken away because its element ended.
    JobCanceled,
    /// A timer is set, for this element instance, and comes so often.
    TimerCreated { due: i64, element: i64, repetitions: i64 },
    /// A timer fired.
    TimerTriggered { due: i64 },
    /// A timer is no longer needed.
    TimerCanceled,
    /// A message was published, with this correlation key.
    MessagePublished { name: String, tag: String, deadline: i64 },
    /// A message's time is over.
    MessageExpired,
    /// A subscription waits for messages.
    SubscriptionOpened { name: String, tag: String, process: String },
    /// A message was given to a subscription.
    Correlating { message: i64, process: String },
    /// A subscription no longer waits.
    SubscriptionClosed,
    /// An incident was created.
    IncidentCreated { job: i64, instance: i64 },
    /// An incident was resolved.
    IncidentResolved { job: i64 },
    /// The clock was moved.
    ClockChanged,
    /// A command was rejected.
    Rejected { value_type: String, intent: String },
    /// A log was begun with the newest rules.
    LogicRaised,
    /// Anything else.
    Other,
}

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

impl Fact {
    /// What a reader saw when it saw this.
    pub fn seen(&self) -> Seen {
        Seen { position: self.position, fingerprint: self.fingerprint }
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
        ("JOB", "CREATED") => What::JobCreated,
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
        _ => What::Other,
    }
}

fn tag(record: &Record) -> String {
    record.0["value"]["variables"][TAG].as_str().unwrap_or_default().to_owned()
}

/// The file of a deployment: each has one here.
fn file(record: &Record) -> String {
    let name = &record.0["value"]["processesMetadata"][0]["resourceName"];
    name.as_str().unwrap_or_default().to_owned()
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
    match (intent, is_instance) {
        ("ELEMENT_ACTIVATED", true) => What::InstanceActivated,
        ("ELEMENT_COMPLETED", true) => What::InstanceCompleted,
        ("ELEMENT_TERMINATING", true) => What::InstanceTerminating,
        ("ELEMENT_TERMINATED", true) => What::InstanceTerminated,
        ("ELEMENT_ACTIVATING", false) => What::ElementActivating { instance },
        ("ELEMENT_COMPLETED" | "ELEMENT_TERMINATED", false) => What::ElementEnded { instance },
        _ => What::Other,
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
