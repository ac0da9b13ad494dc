//! Idempotency keys that are kept, with what was asked and what was answered.

use super::State;
use super::due::{DueKey, DueKind};
use super::meta::Name;
use super::stream::request_key;
use record::{Key, Millis, Reply, RequestId};
use std::sync::Arc;
use value::wire::Message as _;
use value::{Str, wire_struct};

/// What a key costs besides its own bytes and those of its answer.
const BYTES_EACH: u64 = 256;
/// What a request that waits costs.
const BYTES_EACH_WAITING: usize = 64;

wire_struct! {
    /// A request with an idempotency key that was carried out, or is being.
    pub(crate) struct Asked {
        1 => pub(crate) key: Key,
        2 => pub(crate) principal: Str,
        3 => pub(crate) idempotency_key: Str,
        4 => pub(crate) fingerprint: Arc<[u8]>,
        /// Absent while it is still to come.
        5 => pub(crate) reply: Option<Box<Reply>>,
        /// The requests that wait for it.
        6 => pub(crate) waiting: Vec<RequestId>,
        /// Until when it is kept, once it is answered.
        7 => pub(crate) expires_at: Millis,
        /// What it costs.
        8 => pub(crate) bytes: u64,
    }
}

impl Asked {
    /// What it costs, roughly.
    pub(crate) fn measure(&self) -> u64 {
        let reply = self.reply.as_ref().map_or(0, |it| it.to_bytes().len());
        let waiting = self.waiting.len() * BYTES_EACH_WAITING;
        BYTES_EACH + (self.principal.len() + self.idempotency_key.len() + waiting + reply) as u64
    }

    /// When it is forgotten, once it is answered.
    fn due(&self) -> DueKey {
        (self.expires_at, DueKind::Idempotency, self.key)
    }

    /// Whose key it is, and the key.
    pub(crate) fn name(&self) -> (Name, Name) {
        (self.principal.clone(), self.idempotency_key.clone())
    }
}

impl State {
    /// Keeps what changed of a request with a key.
    pub(crate) fn put_asked(&mut self, mut asked: Asked) {
        self.drop_asked(asked.key);
        asked.bytes = asked.measure();
        self.meta.idempotency_bytes += asked.bytes;
        self.asked_by_name.put(asked.name(), asked.key);
        if asked.reply.is_some() {
            self.asked_answered.put(asked.key, ());
            self.due.put(asked.due(), Key::NONE);
        }
        for request in &asked.waiting {
            self.asked_by_request.put(request_key(request), asked.key);
        }
        self.asked.put(asked.key, Arc::new(asked));
    }

    /// Forgets a request with a key.
    pub(crate) fn drop_asked(&mut self, key: Key) {
        let Some(asked) = self.asked.get(&key).cloned() else { return };
        self.meta.idempotency_bytes -= asked.bytes;
        self.asked_by_name.delete(&asked.name());
        if asked.reply.is_some() {
            self.asked_answered.delete(&key);
            self.due.delete(&asked.due());
        }
        for request in &asked.waiting {
            self.asked_by_request.delete(&request_key(request));
        }
        self.asked.delete(&key);
    }

    /// Rebuilds the indexes of a request with a key that comes from a checkpoint.
    pub(crate) fn restore_of_asked(&mut self) {
        let all: Vec<_> = self.asked.iter().map(|(_, it)| it.clone()).collect();
        for asked in all {
            self.asked_by_name.restore(asked.name(), asked.key);
            if asked.reply.is_some() {
                self.asked_answered.restore(asked.key, ());
                self.due.restore(asked.due(), Key::NONE);
            }
            for request in &asked.waiting {
                self.asked_by_request.restore(request_key(request), asked.key);
            }
        }
    }

    /// Checks what must hold between the keys and their indexes.
    pub(crate) fn check_asked(&self) -> Result<(), String> {
        let (mut bytes, mut waiting, mut answered) = (0, 0, 0);
        for (key, asked) in self.asked.iter() {
            let is_answered = asked.reply.is_some();
            let is_found = self.asked_by_name.get(&asked.name()) == Some(key)
                && self.asked_answered.contains(key) == is_answered
                && self.due.contains(&asked.due()) == is_answered
                && (asked.waiting.is_empty() || !is_answered);
            if !is_found {
                return Err(format!("idempotency key '{}' is misindexed", asked.idempotency_key));
            }
            bytes += asked.bytes;
            waiting += asked.waiting.len();
            answered += usize::from(is_answered);
        }
        let is_counted = bytes == self.meta.idempotency_bytes
            && self.asked_by_name.len() == self.asked.len()
            && self.asked_answered.len() == answered
            && self.asked_by_request.len() == waiting;
        if is_counted { Ok(()) } else { Err("idempotency keys are miscounted".to_owned()) }
    }
}
