//! The script that wrote the third log: what the second logic version decides otherwise, decided by
//! the first one, then by the second.

use record::{
    CommandBody, CompleteJob, CreateInstance, Event, IncidentIntent, Key, LOGIC_REFINED,
    ProcessInstanceIntent, RaiseLogic, ResolveIncident, SetVariables, StartTerm, ThrowError,
};

use super::script::{HOUR, Log, deploy, doc};

const MODEL: &str = include_str!("refined.bpmn");

/// Writes the log.
pub(crate) fn write() -> Vec<Vec<u8>> {
    let mut log = Log::new();
    log.put(CommandBody::StartTerm(StartTerm {}));
    log.put(deploy("refined.bpmn", MODEL));
    decide(&mut log);
    log.put(CommandBody::RaiseLogic(RaiseLogic { to: LOGIC_REFINED }));
    decide(&mut log);
    log.entries
}

/// Everything that the two versions decide differently.
fn decide(log: &mut Log) {
    create(log, "rethrow", "{}");
    let job = log.activate("throws", HOUR);
    let code = "E".into();
    log.put(CommandBody::ThrowError(ThrowError { job, code, ..ThrowError::default() }));

    let instance = create(log, "condition", r#"{"answer": "yes"}"#);
    answer_and_resolve(log, instance);
    let instance = create(log, "many", r#"{"answer": "yes"}"#);
    answer_and_resolve(log, instance);
    create(log, "cycle", r#"{"answer": "R2/2030-01-01T00:00:00[Europe/Berlin]/PT1H"}"#);

    create(log, "people", "{}");
    let element_instance = activated(log, "pt");
    let variables = doc(r#"{"answer": true}"#);
    let set = SetVariables { element_instance, variables, local: true };
    log.put(CommandBody::SetVariables(set));
    let job = log.activate("hears", HOUR);
    log.put(CommandBody::CompleteJob(CompleteJob { job, ..CompleteJob::default() }));
}

fn create(log: &mut Log, process_id: &str, variables: &str) -> Key {
    log.put(CommandBody::CreateInstance(CreateInstance {
        process_id: process_id.into(),
        version: -1,
        variables: doc(variables),
        ..CreateInstance::default()
    }));
    activated(log, process_id)
}

/// The instance of an element that the last command began.
fn activated(log: &Log, id: &str) -> Key {
    let is_it = |event: &Event| {
        matches!(event, Event::ProcessInstance(it)
            if it.intent == ProcessInstanceIntent::ElementActivated && &*it.origin.element_id == id)
    };
    log.out.records.iter().find(|it| is_it(&it.event)).unwrap().key
}

/// Mends what the condition read, and resolves the incidents that it led to.
fn answer_and_resolve(log: &mut Log, element_instance: Key) {
    let is_new = |event: &Event| matches!(event, Event::Incident(it) if it.intent == IncidentIntent::Created);
    let new = log.out.records.iter().filter(|it| is_new(&it.event));
    let incidents: Vec<Key> = new.map(|it| it.key).collect();
    assert!(!incidents.is_empty());
    let variables = doc(r#"{"answer": true}"#);
    let set = SetVariables { element_instance, variables, local: true };
    log.put(CommandBody::SetVariables(set));
    for incident in incidents {
        log.put(CommandBody::ResolveIncident(ResolveIncident { incident }));
    }
}
