//! What a log used, to be held against what there is.

use std::collections::BTreeSet;

use record::{
    CommandBody, Event, IncidentIntent, JobIntent, MessageIntent, ProcessInstanceIntent, Record,
    TimerIntent,
};

/// All that the logs have to use.
const EXPECTED: &[&str] = &[
    "command ActivateJobs",
    "command AddCredit",
    "command CancelInstance",
    "command ChangeClock",
    "command ChangeSettings",
    "command CloseStream",
    "command CompleteJob",
    "command Continue",
    "command CreateInstance",
    "command Deploy",
    "command FailJob",
    "command OpenStream",
    "command PublishMessage",
    "command RaiseLogic",
    "command ResolveIncident",
    "command SetVariables",
    "command SkipKeys",
    "command StartTerm",
    "command ThrowError",
    "command Tick",
    "command UpdateJobRetries",
    "command UpdateJobTimeout",
    "command YieldJobs",
    "element BoundaryEvent Error",
    "element BoundaryEvent Message",
    "element BoundaryEvent Timer",
    "element EndEvent Error",
    "element EndEvent None",
    "element EventSubProcess Unspecified",
    "element ExclusiveGateway Unspecified",
    "element IntermediateCatchEvent Message",
    "element IntermediateCatchEvent Timer",
    "element MultiInstanceBody Unspecified",
    "element Process Unspecified",
    "element ServiceTask Unspecified",
    "element StartEvent Error",
    "element StartEvent Message",
    "element StartEvent None",
    "element SubProcess Unspecified",
    "element Task Unspecified",
    "element UserTask Unspecified",
    "incident Created",
    "incident Resolved",
    "rejection",
    "work back-off",
    "work continuation",
    "work due timer",
    "work job time-out",
    "work message expiry",
];

/// Names of what was used.
#[derive(Debug, Default)]
pub(crate) struct Seen(BTreeSet<String>);

impl Seen {
    /// Takes an entry and its records into account.
    pub(crate) fn note(&mut self, command: &CommandBody, had_pending: bool, records: &[Record]) {
        let text = format!("{command:?}");
        let name = text.split(['(', ' ', '{']).next().unwrap_or_default();
        self.0.insert(format!("command {name}"));
        if had_pending && matches!(command, CommandBody::Continue(_)) {
            self.0.insert("work continuation".to_owned());
        }
        let used = records.iter().filter_map(|record| used(&record.event));
        self.0.extend(used);
    }

    /// Takes what another log used.
    pub(crate) fn add(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Fails unless all that there is was used.
    pub(crate) fn check(&self) {
        let found: Vec<&str> = self.0.iter().map(String::as_str).collect();
        assert_eq!(found, EXPECTED);
    }
}

/// What an event shows to have been used.
fn used(event: &Event) -> Option<String> {
    let work = |it: &str| Some(format!("work {it}"));
    if let Event::ProcessInstance(it) = event
        && it.intent == ProcessInstanceIntent::ElementActivated
    {
        return Some(format!("element {:?} {:?}", it.element_type, it.event_type));
    }
    if let Event::Incident(it) = event {
        return match it.intent {
            IncidentIntent::Created => Some("incident Created".to_owned()),
            IncidentIntent::Resolved => Some("incident Resolved".to_owned()),
            IncidentIntent::Migrated => None,
        };
    }
    if let Event::Rejection(_) = event {
        return Some("rejection".to_owned());
    }
    // These have no other cause than that their time came.
    if matches!(event, Event::Timer(it) if it.intent == TimerIntent::Triggered) {
        return work("due timer");
    }
    if matches!(event, Event::Job(it) if it.intent == JobIntent::TimedOut) {
        return work("job time-out");
    }
    if matches!(event, Event::Job(it) if it.intent == JobIntent::RecurredAfterBackoff) {
        return work("back-off");
    }
    if matches!(event, Event::Message(it) if it.intent == MessageIntent::Expired) {
        return work("message expiry");
    }
    None
}
