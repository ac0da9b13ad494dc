//! Nothing is created or ended twice, and what was created and has not ended is there.

use std::collections::BTreeMap;

use record::{
    ElementType, Event, IncidentIntent, Key, ProcessInstanceEvent, ProcessInstanceIntent,
    ProcessMessageSubscriptionIntent, Record,
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

/// What lives, by the records alone.
#[derive(Debug, Default)]
pub struct Instances {
    /// Element instances with their process instance.
    pub elements: BTreeMap<Key, Key>,
    /// Process instances with their definition's id.
    pub roots: BTreeMap<Key, Str>,
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
            ProcessInstanceIntent::ElementActivating => {
                if self.elements.insert(key, event.origin.instance).is_some() {
                    return Err(format!("element instance {key} began twice"));
                }
                if is_root {
                    self.roots.insert(key, event.origin.process_id.clone());
                }
            }
            ProcessInstanceIntent::ElementCompleted | ProcessInstanceIntent::ElementTerminated => {
                if self.elements.remove(&key).is_none() {
                    return Err(format!("element instance {key} ended without living"));
                }
                self.roots.remove(&key);
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
            | ProcessInstanceIntent::SequenceFlowTaken
            | ProcessInstanceIntent::ElementActivated
            | ProcessInstanceIntent::ElementCompleting
            | ProcessInstanceIntent::ElementTerminating => {}
        }
        Ok(())
    }
}
