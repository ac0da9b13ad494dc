//! Keys as small names: `order.1` for the first instance of process `order`, `job2`, `timer1`.
//!
//! Names are given in the order in which records mention keys for the first time, so the same
//! script always gets the same names.

use record::{
    CauseKind, ConditionalIntent, Event, Key, Origin, ProcessInstanceEvent, ProcessInstanceIntent,
    Record,
};
use std::collections::BTreeMap;

/// The names given so far.
#[derive(Default)]
pub(crate) struct Names {
    by_key: BTreeMap<Key, String>,
    by_name: BTreeMap<String, Key>,
    counts: BTreeMap<String, u32>,
}

impl Names {
    /// The key that a script means.
    pub(crate) fn key(&self, name: &str) -> Key {
        match name {
            "none" => Key::NONE,
            "unknown" => Key::new(1, 999_999),
            _ => *self.by_name.get(name).unwrap_or_else(|| {
                panic!("the script names '{name}', but no record did: {:?}", self.by_name.keys())
            }),
        }
    }

    /// True if a script can mean something by this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        matches!(name, "none" | "unknown") || self.by_name.contains_key(name)
    }

    /// The name of a key.
    pub(crate) fn of(&self, key: Key) -> String {
        if key.is_none() {
            return "none".to_owned();
        }
        self.by_key.get(&key).cloned().unwrap_or_else(|| "unknown".to_owned())
    }

    /// Replaces keys in a text by their names.
    pub(crate) fn in_text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (key, name) in self.by_key.iter().rev() {
            text = text.replace(&key.to_string(), name);
        }
        text.replace(&Key::new(1, 999_999).to_string(), "unknown")
    }

    /// Names what a record mentions for the first time.
    pub(crate) fn learn(&mut self, record: &Record) {
        let key = record.key;
        match &record.event {
            Event::ProcessInstance(it) => self.learn_element(key, it),
            Event::ProcessInstanceCreation(it) => self.learn_origin(&it.origin),
            Event::Variable(it) => self.learn_origin(&it.origin),
            Event::Process(it) => {
                let name = format!("{}:{}", it.process.id, it.process.version);
                self.put(key, name);
            }
            Event::Decision(it) => {
                self.put(key, format!("{}:{}", it.decision.id, it.decision.version));
            }
            Event::DecisionRequirements(it) => {
                let graph = &it.requirements;
                self.put(key, format!("{}-graph:{}", graph.id, graph.version));
            }
            Event::DecisionEvaluation(_) => self.give(key, "evaluation", ""),
            Event::Deployment(_) => self.give(key, "deployment", ""),
            Event::Job(_) => self.give(key, "job", ""),
            Event::Form(it) => self.put(key, format!("form-{}:{}", it.file.id, it.file.version)),
            Event::Resource(it) => {
                self.put(key, format!("resource-{}:{}", it.file.id, it.file.version));
            }
            Event::ResourceDeletion(_) => self.give(key, "deletion", ""),
            Event::UserTask(_) => self.give(key, "task", ""),
            Event::AdHocInstruction(_) => self.give(key, "instruction", ""),
            Event::Incident(_) => self.give(key, "incident", ""),
            Event::Timer(it) => self.give_at(key, "timer", &it.origin),
            Event::Message(_) => self.give(key, "message", ""),
            Event::Signal(_) => self.give(key, "signal", ""),
            Event::ConditionalSubscription(it) if it.intent == ConditionalIntent::Evaluated => {
                self.give(key, "evaluation", "");
            }
            Event::ConditionalSubscription(_) => self.give(key, "condition", ""),
            Event::SignalSubscription(_) => self.give(key, "signal-subscription", ""),
            Event::CompensationSubscription(_) => self.give(key, "compensation", ""),
            Event::MessageSubscription(_) | Event::ProcessMessageSubscription(_) => {
                self.give(key, "subscription", "");
            }
            Event::MessageStartSubscription(it) => {
                self.give_at(key, "start-subscription", &it.origin);
            }
            Event::ProcessInstanceResult(_)
            | Event::ProcessEvent(_)
            | Event::JobBatch(_)
            | Event::VariableDocument(_)
            | Event::Error(_)
            | Event::Clock(_)
            | Event::Logic(_)
            | Event::KeysSkipped(_)
            | Event::Escalation(_)
            | Event::MultiInstance(_)
            | Event::ComplexGateway(_)
            | Event::Modification(_)
            | Event::Migration(_)
            | Event::Settings(_)
            | Event::Rejection(_)
            | Event::ReplyRemembered(_)
            | Event::RequestsSettled(_)
            | Event::Idempotency(_)
            | Event::StreamOpened(_)
            | Event::StreamCredited(_)
            | Event::StreamClosed(_)
            | Event::TermStarted(_)
            | Event::WorkParked(_)
            | Event::WorkResumed(_)
            | Event::StepHeld(_)
            | Event::JobHeld(_) => {}
        }
    }

    fn give_at(&mut self, key: Key, kind: &str, origin: &Origin) {
        self.give(key, kind, "");
        self.learn_origin(origin);
    }

    fn learn_element(&mut self, key: Key, event: &ProcessInstanceEvent) {
        self.learn_origin(&event.origin);
        let is_flow = matches!(
            event.intent,
            ProcessInstanceIntent::SequenceFlowTaken | ProcessInstanceIntent::SequenceFlowDeleted
        );
        let id = &event.origin.element_id;
        match event.cause.as_ref().map(|it| (it.kind, it.key)) {
            Some((CauseKind::Modification, key)) => self.give(key, "modification", ""),
            Some((CauseKind::Migration, key)) => self.give(key, "migration", ""),
            _ => {}
        }
        let stem = if is_flow { format!("({id})") } else { id.to_string() };
        self.give(key, &stem, ".");
    }

    fn learn_origin(&mut self, origin: &Origin) {
        if !origin.instance.is_none() {
            self.give(origin.instance, &origin.process_id, ".");
        }
    }

    fn give(&mut self, key: Key, stem: &str, separator: &str) {
        if self.by_key.contains_key(&key) {
            return;
        }
        let count = self.counts.entry(stem.to_owned()).or_default();
        *count += 1;
        let name = format!("{stem}{separator}{count}");
        self.put(key, name);
    }

    /// Names a key; scripts mean this one by the name from now on.
    pub(crate) fn put(&mut self, key: Key, name: String) {
        self.by_key.insert(key, name.clone());
        self.by_name.insert(name, key);
    }
}
