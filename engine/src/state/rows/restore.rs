//! Reading the rows of a checkpoint, and rebuilding the indexes from them.

use super::{
    ASKED, DECISION, DEFINITION, DELETED_VERSION, FORM, GATEWAY, INSTANCE, LAST_STREAM, MESSAGE,
    META, PENDING, REPLY, REQUIREMENTS, RESOURCE, SIGNAL_START, START_SUBSCRIPTION, START_TIMER,
    STREAM, SUBSCRIPTION, StateRow, VERSION,
};
use crate::engine::RestoreError;
use crate::state::State;
use crate::state::decision::{Decision, Requirements};
use crate::state::definition::{Definition, SignalStart, StartSubscription, StartTimer};
use crate::state::due::DueKind;
use crate::state::file::File;
use crate::state::idempotency::Asked;
use crate::state::instance::Instance;
use crate::state::message::{Message, MessageSubscription};
use crate::state::meta::{Meta, PendingWork};
use crate::state::stream::{Gateway, LastStream, Stream, request_key, stream_key};
use crate::state::versions::{DeletedVersion, VersionedKind};
use record::{Key, RememberedReply};
use std::fmt::Write as _;
use std::sync::Arc;
use value::wire::{Message as _, WireError};

impl State {
    /// Takes a row of a checkpoint.
    pub(crate) fn restore_row(&mut self, row: &StateRow) -> Result<(), RestoreError> {
        let name = || hex(&row.key);
        let (&kind, key) = row.key.split_first().ok_or_else(|| RestoreError::Unreadable {
            row: name(),
            source: WireError::Malformed { what: "row key" },
        })?;
        if row.version > VERSION || !(META..=ASKED).contains(&kind) {
            return Err(RestoreError::Newer { row: name(), kind, version: row.version });
        }
        self.restore(kind, key, &row.value)
            .map_err(|source| RestoreError::Unreadable { row: name(), source })
    }

    fn restore(&mut self, kind: u8, key: &[u8], value: &[u8]) -> Result<(), WireError> {
        match kind {
            META => self.meta = Meta::from_bytes(value)?,
            INSTANCE => {
                self.instances
                    .restore(Key(number_of(key)?), Arc::new(Instance::from_bytes(value)?));
            }
            DEFINITION => self.definitions.restore(Definition::from_bytes(value)?),
            START_SUBSCRIPTION => {
                let row = StartSubscription::from_bytes(value)?;
                self.start_subscriptions.restore(Key(number_of(key)?), Arc::new(row));
            }
            SIGNAL_START => {
                let row = SignalStart::from_bytes(value)?;
                self.signal_starts.restore(Key(number_of(key)?), Arc::new(row));
            }
            START_TIMER => {
                let row = StartTimer::from_bytes(value)?;
                self.start_timers.restore(Key(number_of(key)?), Arc::new(row));
            }
            MESSAGE => {
                self.messages.restore(Key(number_of(key)?), Arc::new(Message::from_bytes(value)?));
            }
            SUBSCRIPTION => {
                let row = MessageSubscription::from_bytes(value)?;
                self.subscriptions.restore(Key(number_of(key)?), Arc::new(row));
            }
            STREAM => {
                let row = Stream::from_bytes(value)?;
                self.streams.restore(stream_key(&row.stream), Arc::new(row));
            }
            LAST_STREAM => {
                let row = LastStream::from_bytes(value)?;
                self.last_streams.restore(row.job_type, stream_key(&row.stream));
            }
            REPLY => {
                let row = RememberedReply::from_bytes(value)?;
                self.replies.restore(request_key(&row.request), Arc::new(row));
            }
            GATEWAY => {
                let (node, life) =
                    key.split_at_checked(8).ok_or(WireError::Malformed { what: "row key" })?;
                let key = (number_of(node)?, number_of(life)?);
                self.gateways.restore(key, Gateway::from_bytes(value)?);
            }
            PENDING => {
                self.pending.restore(number_of(key)?, Arc::new(PendingWork::from_bytes(value)?));
            }
            FORM => self.forms.restore(File::from_bytes(value)?),
            RESOURCE => self.resources.restore(File::from_bytes(value)?),
            DECISION => self.decisions.restore(Decision::from_bytes(value)?),
            REQUIREMENTS => self.requirements.restore(Requirements::from_bytes(value)?),
            ASKED => {
                self.asked.restore(Key(number_of(key)?), Arc::new(Asked::from_bytes(value)?));
            }
            DELETED_VERSION => self.restore_deleted(DeletedVersion::from_bytes(value)?),
            _ => return Err(WireError::Malformed { what: "row kind" }),
        }
        Ok(())
    }

    fn restore_deleted(&mut self, row: DeletedVersion) {
        match row.kind {
            VersionedKind::Process => self.definitions.restore_deleted(row),
            VersionedKind::Form => self.forms.restore_deleted(row),
            VersionedKind::Resource => self.resources.restore_deleted(row),
            VersionedKind::Decision => self.decisions.restore_deleted(row),
            VersionedKind::Requirements => self.requirements.restore_deleted(row),
        }
    }

    /// Rebuilds every index from the rows.
    pub(crate) fn restore_indexes(&mut self) {
        let instances: Vec<Arc<Instance>> =
            self.instances.iter().map(|(_, it)| it.clone()).collect();
        for instance in &instances {
            self.restore_of_instance(instance);
        }
        let definitions: Vec<_> = self.definitions.iter().map(|(_, it)| it.clone()).collect();
        for it in definitions.into_iter().filter(|it| it.summary.has_condition_starts) {
            self.condition_starts.restore(it.process_id.clone(), ());
        }
        let starts: Vec<_> = self.start_subscriptions.iter().map(|(_, it)| it.clone()).collect();
        for it in starts {
            let name = (it.message_name.clone(), it.process_id.clone(), it.key);
            self.start_subscriptions_by_name.restore(name, ());
        }
        self.restore_of_starts();
        self.restore_of_messages();
        self.restore_of_asked();
        let streams: Vec<_> = self.streams.iter().map(|(key, it)| (*key, it.clone())).collect();
        for (key, it) in streams.into_iter().filter(|(_, it)| it.credit > 0) {
            self.ready_streams.restore((it.job_type.clone(), key), ());
        }
        let gateways: Vec<_> = self.gateways.iter().map(|(key, it)| (*key, it.clone())).collect();
        for ((node, life), it) in gateways {
            let due = (it.checked_at, DueKind::GatewaySilence, Key(life));
            self.due.restore(due, Key(node));
        }
    }

    fn restore_of_instance(&mut self, instance: &Instance) {
        let key = instance.key;
        let running = self.running.get(&instance.definition).copied().unwrap_or_default();
        self.running.restore(instance.definition, running + 1);
        instance.elements.iter().for_each(|it| self.owners.restore(it.key, key));
        instance.jobs.iter().for_each(|it| self.owners.restore(it.key, key));
        instance.incidents.iter().for_each(|it| self.owners.restore(it.key, key));
        instance.user_tasks.iter().for_each(|it| self.owners.restore(it.key, key));
        for job in instance.jobs.iter().filter(|it| it.is_offered()) {
            self.activatable.restore(job.place(), ());
        }
        for it in instance.signals.iter() {
            self.signals_by_name.restore((it.name.clone(), it.key), key);
        }
        if !instance.start_lock.is_empty() {
            let lock = (instance.process_id.clone(), instance.start_lock.clone());
            self.start_locks.restore(lock, key);
        }
        if let Some(it) = instance.business_id() {
            self.business_ids.restore(it, ());
        }
        self.restore_attached(instance);
        self.restore_children(instance);
        self.restore_watched(instance);
        self.restore_due(instance);
    }

    fn restore_of_starts(&mut self) {
        let signals: Vec<_> = self.signal_starts.iter().map(|(_, it)| it.clone()).collect();
        for it in signals {
            self.signals_by_name.restore((it.name.clone(), it.key), Key::NONE);
        }
        let timers: Vec<_> = self.start_timers.iter().map(|(_, it)| it.clone()).collect();
        for it in timers {
            self.due.restore((it.due, DueKind::StartTimer, it.key), Key::NONE);
        }
    }

    fn restore_of_messages(&mut self) {
        let messages: Vec<_> = self.messages.iter().map(|(_, it)| it.clone()).collect();
        for it in messages.into_iter().filter(|it| it.time_to_live_ms > 0) {
            let name = (it.name.clone(), it.correlation_key.clone(), it.key);
            self.messages_by_name.restore(name, ());
            if let Some(place) = it.by_business_id() {
                self.messages_by_business_id.restore(place, ());
            }
            self.due.restore((it.deadline, DueKind::MessageExpiry, it.key), Key::NONE);
            if !it.message_id.is_empty() {
                let id = (it.name.clone(), it.correlation_key.clone(), it.message_id.clone());
                self.message_ids.restore(id, it.key);
            }
        }
        let subscriptions: Vec<_> = self.subscriptions.iter().map(|(_, it)| it.clone()).collect();
        for it in subscriptions {
            let of = &it.subscription;
            let name = (
                of.message_name.clone(),
                of.correlation_key.clone(),
                of.origin.process_id.clone(),
                it.key,
            );
            self.subscriptions_by_name.restore(name, ());
        }
    }
}

/// Bytes as hexadecimal digits, to name a row in messages.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to text cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn number_of(key: &[u8]) -> Result<u64, WireError> {
    let bytes = key.try_into().map_err(|_| WireError::Malformed { what: "row key" })?;
    Ok(u64::from_be_bytes(bytes))
}
