//! What is asked for twice with one idempotency key is done once, and answered alike.

use std::collections::{BTreeMap, BTreeSet};

use record::{Event, IdempotencyIntent, Key, Record, Reply};
use value::Str;

/// All idempotency keys, by the records alone.
#[derive(Debug, Default)]
pub struct Idempotency {
    kept: BTreeMap<Key, Str>,
    names: BTreeSet<Str>,
    forgotten: BTreeSet<Str>,
    answers: BTreeMap<Str, Reply>,
}

impl Idempotency {
    /// Looks at a record.
    ///
    /// # Errors
    /// A request is carried out again, or answered again.
    pub fn see(&mut self, record: &Record) -> Result<(), String> {
        let Event::Idempotency(event) = &record.event else { return Ok(()) };
        let name = match event.intent {
            IdempotencyIntent::Remembered => {
                let name = event.idempotency_key.clone();
                self.kept.insert(record.key, name.clone());
                if self.names.insert(name.clone()) {
                    return Ok(());
                }
                return Err(format!("what '{name}' asks for is done again"));
            }
            IdempotencyIntent::Followed | IdempotencyIntent::Answered => self.kept.get(&record.key),
            IdempotencyIntent::Forgotten => {
                let name = self.kept.remove(&record.key);
                self.names.retain(|it| Some(it) != name.as_ref());
                self.forgotten.extend(name.clone());
                return name.map(drop).ok_or_else(|| "a key was forgotten twice".to_owned());
            }
        };
        let Some(name) = name.cloned() else {
            return Err(format!("a key was {:?}, but is not kept", event.intent));
        };
        match &event.reply {
            Some(reply) => self.answered(&name, reply),
            None => Ok(()),
        }
    }

    /// A request with this key had this answer.
    ///
    /// # Errors
    /// Another one had another answer.
    pub fn answered(&mut self, name: &Str, reply: &Reply) -> Result<(), String> {
        if self.forgotten.contains(name) {
            return Ok(());
        }
        let before = self.answers.entry(name.clone()).or_insert_with(|| reply.clone());
        if before == reply {
            return Ok(());
        }
        Err(format!("'{name}' was answered with {before:?} and with {reply:?}"))
    }
}
