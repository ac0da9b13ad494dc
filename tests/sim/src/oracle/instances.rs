//! Nothing is created or ended twice, and what was created and has not ended is there.

use std::collections::{BTreeMap, BTreeSet};

use record::{
    ConditionalIntent, DeployedIntent, ElementType, Event, EventType, IncidentIntent, Key,
    ProcessInstanceEvent, ProcessInstanceIntent, ProcessMessageSubscriptionIntent, Record,
};
use value::Str;

/// An open incident.
#[derive(Debug, Clone, Copy)]
pub struct Incident {
    /// Where variables have to be set.
    pub element_instance: Key,
    /// The job, if it is one's.
    pub job: Key,
}

/// An element instance that has not ended.
#[derive(Debug, Clone)]
pub struct Element {
    /// Its process instance.
    pub instance: Key,
    /// The element's id.
    pub id: Str,
    /// Its kind.
    pub kind: ElementType,
    /// What encloses it; none for a process.
    pub scope: Key,
    /// How many element instances are directly inside it.
    inside: u32,
    /// The instance that it called and that has not ended.
    calls: Key,
    /// A token came to a gateway in it that joins it with others, which may never come.
    pub has_joins: bool,
}

/// What lives, by the records alone.
#[derive(Debug, Default)]
pub struct Instances {
    /// Element instances.
    pub elements: BTreeMap<Key, Element>,
    /// Process instances with their definition's id.
    pub roots: BTreeMap<Key, Str>,
    /// Of these, the ones that were called, with the call activity.
    pub called: BTreeMap<Key, Key>,
    /// The definitions of each process, by its id.
    pub definitions: BTreeMap<Str, Vec<Key>>,
    /// The files of decisions.
    pub requirements: Vec<Key>,
    /// What waits for conditions.
    pub conditions: BTreeSet<Key>,
    /// How often elements of each kind began.
    pub begun: BTreeMap<(ElementType, EventType), u64>,
    /// Open incidents.
    pub incidents: BTreeMap<Key, Incident>,
    /// Open subscriptions: message name, correlation key and process instance.
    pub subscriptions: BTreeMap<Key, (Str, Str, Key)>,
}

impl Instances {
    /// Looks at a record.
    ///
    /// # Errors
    /// Something begins twice, or ends without living.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        let key = record.key;
        match &record.event {
            Event::ProcessInstance(event) => self.see_element(key, event)?,
            Event::Process(event) if event.intent == DeployedIntent::Created => {
                self.definitions.entry(event.process.id.clone()).or_default().push(key);
            }
            Event::Process(event) if event.intent == DeployedIntent::Deleted => {
                self.definitions
                    .entry(event.process.id.clone())
                    .or_default()
                    .retain(|it| *it != key);
            }
            Event::DecisionRequirements(event) => match event.intent {
                DeployedIntent::Created => self.requirements.push(key),
                DeployedIntent::Deleting | DeployedIntent::Deleted => {
                    self.requirements.retain(|it| *it != key);
                }
            },
            Event::Incident(event) => match event.intent {
                IncidentIntent::Created => {
                    let element_instance = event.origin.element_instance;
                    self.incidents.insert(key, Incident { element_instance, job: event.job });
                }
                IncidentIntent::Resolved => {
                    if self.incidents.remove(&key).is_none() {
                        return Err(format!("incident {key} was resolved twice"));
                    }
                }
                IncidentIntent::Migrated => {}
            },
            Event::ConditionalSubscription(event) => match event.intent {
                ConditionalIntent::Created => drop(self.conditions.insert(key)),
                ConditionalIntent::Deleted => drop(self.conditions.remove(&key)),
                ConditionalIntent::Triggered
                | ConditionalIntent::Evaluated
                | ConditionalIntent::Migrated => {}
            },
            Event::ProcessMessageSubscription(event) => match event.intent {
                ProcessMessageSubscriptionIntent::Created => {
                    let it = &event.subscription;
                    let (name, correlation_key) = (&it.message_name, &it.correlation_key);
                    let instance = it.origin.instance;
                    let waits = (name.clone(), correlation_key.clone(), instance);
                    self.subscriptions.insert(key, waits);
                }
                ProcessMessageSubscriptionIntent::Deleted => {
                    self.subscriptions.remove(&key);
                }
                ProcessMessageSubscriptionIntent::Correlated => {
                    if event.subscription.interrupting {
                        self.subscriptions.remove(&key);
                    }
                }
                ProcessMessageSubscriptionIntent::Creating
                | ProcessMessageSubscriptionIntent::Migrated
                | ProcessMessageSubscriptionIntent::Deleting => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn see_element(&mut self, key: Key, event: &ProcessInstanceEvent) -> Result<(), String> {
        let is_root = event.element_type == ElementType::Process;
        match event.intent {
            ProcessInstanceIntent::ElementActivating => self.begins(key, event)?,
            ProcessInstanceIntent::ElementCompleted | ProcessInstanceIntent::ElementTerminated => {
                self.ends(key, event)?;
            }
            ProcessInstanceIntent::SequenceFlowTaken => {
                let scope = self.elements.get_mut(&event.flow_scope);
                if let Some(scope) = scope.filter(|_| event.joined_by != 0) {
                    scope.has_joins = true;
                }
            }
            ProcessInstanceIntent::ElementMigrated => {
                if is_root {
                    self.roots.insert(key, event.origin.process_id.clone());
                }
            }
            ProcessInstanceIntent::Unspecified
            | ProcessInstanceIntent::Suspended
            | ProcessInstanceIntent::Resumed
            | ProcessInstanceIntent::SequenceFlowDeleted
            | ProcessInstanceIntent::BusinessIdAssigned
            | ProcessInstanceIntent::ElementActivated
            | ProcessInstanceIntent::ElementCompleting
            | ProcessInstanceIntent::ElementTerminating => {}
        }
        Ok(())
    }

    fn begins(&mut self, key: Key, event: &ProcessInstanceEvent) -> Result<(), String> {
        let element = Element {
            instance: event.origin.instance,
            id: event.origin.element_id.clone(),
            kind: event.element_type,
            scope: event.flow_scope,
            inside: 0,
            calls: Key::NONE,
            has_joins: false,
        };
        if self.elements.insert(key, element).is_some() {
            return Err(format!("element instance {key} began twice"));
        }
        *self.begun.entry((event.element_type, event.event_type)).or_default() += 1;
        if event.element_type == ElementType::Process {
            self.roots.insert(key, event.origin.process_id.clone());
            return self.is_called(key, event.parent_element);
        }
        let Some(scope) = self.elements.get_mut(&event.flow_scope) else {
            return Err(format!("element instance {key} began in a scope that is gone"));
        };
        scope.inside += 1;
        Ok(())
    }

    fn is_called(&mut self, instance: Key, by: Key) -> Result<(), String> {
        if by.is_none() {
            return Ok(());
        }
        self.called.insert(instance, by);
        match self.elements.get_mut(&by) {
            Some(caller) if caller.calls.is_none() => caller.calls = instance,
            caller => return Err(format!("instance {instance} was called by {caller:?}")),
        }
        Ok(())
    }

    fn ends(&mut self, key: Key, event: &ProcessInstanceEvent) -> Result<(), String> {
        let Some(element) = self.elements.remove(&key) else {
            return Err(format!("element instance {key} ended without living"));
        };
        if element.inside > 0 || !element.calls.is_none() {
            return Err(format!(
                "{} ended before what it began: {element:?}",
                event.origin.element_id
            ));
        }
        self.roots.remove(&key);
        if let Some(caller) = self.called.remove(&key).and_then(|it| self.elements.get_mut(&it)) {
            caller.calls = Key::NONE;
        }
        if let Some(scope) = self.elements.get_mut(&element.scope) {
            scope.inside -= 1;
        }
        Ok(())
    }
}
