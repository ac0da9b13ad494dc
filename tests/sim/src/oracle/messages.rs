//! A message reaches each process once at most, and its id is taken while it is kept.

use std::collections::{BTreeMap, BTreeSet};

use record::{
    Event, Key, MessageIntent, ProcessMessageSubscriptionIntent, Record, StartSubscriptionIntent,
};
use value::Str;

/// All messages, by the records alone.
#[derive(Debug, Default)]
pub struct Messages {
    /// Messages that are kept, with name, correlation key and publisher's id.
    pub live: BTreeMap<Key, (Str, Str, Str)>,
    /// Ids that are taken, by whom: only messages that are kept take theirs.
    ids: BTreeMap<(Str, Str, Str), Key>,
    taken: BTreeSet<(Key, Str)>,
}

impl Messages {
    /// Looks at a record.
    ///
    /// # Errors
    /// A message is taken twice by a process, or published twice under one id.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        match &record.event {
            Event::Message(event) => {
                let name = event.name.clone();
                let id = (name, event.correlation_key.clone(), event.message_id.clone());
                match event.intent {
                    MessageIntent::Published => {
                        let takes = !id.2.is_empty() && event.time_to_live_ms > 0;
                        if takes && self.ids.insert(id.clone(), record.key).is_some() {
                            return Err(format!("message id '{}' was taken twice", id.2));
                        }
                        self.live.insert(record.key, id);
                    }
                    MessageIntent::Expired => {
                        if self.live.remove(&record.key).is_none() {
                            return Err(format!("message {} expired twice", record.key));
                        }
                        if self.ids.get(&id) == Some(&record.key) {
                            self.ids.remove(&id);
                        }
                    }
                    MessageIntent::AlreadyPublished => {
                        if !self.ids.contains_key(&id) {
                            return Err(format!("message id '{}' is not taken", id.2));
                        }
                    }
                }
                Ok(())
            }
            Event::ProcessMessageSubscription(event)
                if event.intent == ProcessMessageSubscriptionIntent::Correlated =>
            {
                self.takes(event.message, &event.subscription.origin.process_id)
            }
            Event::MessageStartSubscription(event)
                if event.intent == StartSubscriptionIntent::Correlated =>
            {
                self.takes(event.message, &event.origin.process_id)
            }
            _ => Ok(()),
        }
    }

    fn takes(&mut self, message: Key, process_id: &Str) -> Result<(), String> {
        if self.taken.insert((message, process_id.clone())) {
            return Ok(());
        }
        Err(format!("process '{process_id}' took message {message} twice"))
    }
}
