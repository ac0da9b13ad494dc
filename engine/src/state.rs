//! The state of a partition: process instances as owned values, and tables that find them.
//!
//! ```text
//! rows (checkpointed)                indexes (rebuilt from rows)
//! instances ───────────────────────▶ running, owners, children, attached, watched, activatable, due,
//!                                     start_locks, signals_by_name
//! definitions ─────────────────────▶ condition_starts
//! definitions, forms, resources, decisions, requirements, with indexes of their own (`versions`)
//! messages ────────────────────────▶ messages_by_name, message_ids, due
//! subscriptions, start_subscriptions ▶ …_by_name
//! signal_starts, start_timers ─────▶ signals_by_name, due
//! asked ───────────────────────────▶ asked_by_name, asked_by_request, due
//! streams, replies, gateways, pending, meta
//! ```
//!
//! Only `evolve` writes here.

pub(crate) mod ad_hoc;
pub(crate) mod attached;
pub(crate) mod children;
pub(crate) mod conditional;
pub(crate) mod decision;
pub(crate) mod definition;
pub(crate) mod due;
pub(crate) mod file;
pub(crate) mod idempotency;
pub(crate) mod instance;
pub(crate) mod invariants;
pub(crate) mod message;
pub(crate) mod meta;
pub(crate) mod multi_instance;
pub(crate) mod outputs;
pub(crate) mod paged;
pub(crate) mod rows;
pub(crate) mod stream;
pub(crate) mod table;
pub(crate) mod tokens;
pub(crate) mod user_task;
pub(crate) mod variables;
pub(crate) mod versions;

use conditional::WatchKey;
use decision::{Decision, Requirements};
use definition::{Definition, SignalStart, StartSubscription, StartTimer};
use due::DueKey;
use file::File;
use idempotency::Asked;
use instance::{ElementInstance, Instance, Turn};
use message::{Message, MessageSubscription};
use meta::{Meta, Name, PendingWork};
use record::{Key, Labels, PartitionId, RememberedReply};
use std::sync::Arc;
use stream::{Gateway, GatewayKey, RequestKey, Stream, StreamKey};
use table::Table;
use versions::{VersionedKind, Versions};

/// The state of a partition.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) meta: Meta,
    /// The pre-image of `meta` for the current work item.
    meta_before: Option<Meta>,

    pub(crate) instances: Table<Key, Arc<Instance>>,
    /// How many instances run of each definition that has some.
    pub(crate) running: Table<Key, u64>,
    /// The instance of each element instance, job and incident.
    pub(crate) owners: Table<Key, Key>,
    /// Element instances inside a scope that is not the process, by that scope.
    pub(crate) children: Table<(Key, Key), ()>,
    /// What waits at an element instance, by that.
    pub(crate) attached: Table<(Key, Key), ()>,
    /// What waits for conditions inside a scope, by that: outermost first, then oldest first.
    pub(crate) watched: Table<WatchKey, ()>,
    /// Jobs that can be handed out, by type, in their turn.
    pub(crate) activatable: Table<(Name, Turn, Key), ()>,
    /// What happens at a time; the value is the instance, if there is one.
    pub(crate) due: Table<DueKey, Key>,
    /// The instance that blocks a second start, by process id and correlation key.
    pub(crate) start_locks: Table<(Name, Name), Key>,
    /// Instances that nothing called, by process id and business id.
    pub(crate) business_ids: Table<(Name, Name, Key), ()>,

    pub(crate) definitions: Versions<Definition>,
    /// The processes of which some version has conditional start events.
    pub(crate) condition_starts: Table<Name, ()>,
    pub(crate) start_subscriptions: Table<Key, Arc<StartSubscription>>,
    /// Message start events by message name and process id.
    pub(crate) start_subscriptions_by_name: Table<(Name, Name, Key), ()>,
    pub(crate) signal_starts: Table<Key, Arc<SignalStart>>,
    pub(crate) start_timers: Table<Key, Arc<StartTimer>>,
    /// What waits for signals, by name, oldest first; the value is the instance, none for a start
    /// event of a process.
    pub(crate) signals_by_name: Table<(Name, Key), Key>,

    pub(crate) forms: Versions<File>,
    /// Files that are only kept, for workers.
    pub(crate) resources: Versions<File>,
    pub(crate) decisions: Versions<Decision>,
    /// Decision requirements graphs.
    pub(crate) requirements: Versions<Requirements>,

    pub(crate) messages: Table<Key, Arc<Message>>,
    /// Buffered messages by name and correlation key, oldest first.
    pub(crate) messages_by_name: Table<(Name, Name, Key), ()>,
    /// Those with a business id by that and name, oldest first.
    pub(crate) messages_by_business_id: Table<(Name, Name, Key), ()>,
    /// Buffered messages by name, correlation key and publisher's id.
    pub(crate) message_ids: Table<(Name, Name, Name), Key>,
    pub(crate) subscriptions: Table<Key, Arc<MessageSubscription>>,
    /// Open subscriptions by message name, correlation key and process id, oldest first.
    pub(crate) subscriptions_by_name: Table<(Name, Name, Name, Key), ()>,

    pub(crate) streams: Table<StreamKey, Arc<Stream>>,
    /// Streams with credit, by job type.
    pub(crate) ready_streams: Table<(Name, StreamKey), ()>,
    /// The stream that got the last job of a type, so that the next one gets the next.
    pub(crate) last_streams: Table<Name, StreamKey>,

    pub(crate) replies: Table<RequestKey, Arc<RememberedReply>>,
    pub(crate) gateways: Table<GatewayKey, Gateway>,
    /// Requests with an idempotency key.
    pub(crate) asked: Table<Key, Arc<Asked>>,
    /// The same by whose key it is and the key.
    pub(crate) asked_by_name: Table<(Name, Name), Key>,
    /// Those that are answered, oldest first.
    pub(crate) asked_answered: Table<Key, ()>,
    /// Those that are not answered yet, by the requests that wait.
    pub(crate) asked_by_request: Table<RequestKey, Key>,
    /// Work that did not fit its entry, oldest first.
    pub(crate) pending: Table<u64, Arc<PendingWork>>,
}

/// Calls a method of every table.
macro_rules! each_table {
    ($state:ident, $method:ident) => {
        $state.instances.$method();
        $state.running.$method();
        $state.owners.$method();
        $state.children.$method();
        $state.attached.$method();
        $state.watched.$method();
        $state.activatable.$method();
        $state.due.$method();
        $state.start_locks.$method();
        $state.business_ids.$method();
        $state.definitions.$method();
        $state.condition_starts.$method();
        $state.start_subscriptions.$method();
        $state.start_subscriptions_by_name.$method();
        $state.signal_starts.$method();
        $state.start_timers.$method();
        $state.signals_by_name.$method();
        $state.forms.$method();
        $state.resources.$method();
        $state.decisions.$method();
        $state.requirements.$method();
        $state.messages.$method();
        $state.messages_by_name.$method();
        $state.messages_by_business_id.$method();
        $state.message_ids.$method();
        $state.subscriptions.$method();
        $state.subscriptions_by_name.$method();
        $state.streams.$method();
        $state.ready_streams.$method();
        $state.last_streams.$method();
        $state.replies.$method();
        $state.gateways.$method();
        $state.asked.$method();
        $state.asked_by_name.$method();
        $state.asked_answered.$method();
        $state.asked_by_request.$method();
        $state.pending.$method();
    };
}

impl State {
    /// The state of a partition that has seen nothing.
    pub(crate) fn new(partition: PartitionId) -> Self {
        Self {
            meta: Meta::new(partition),
            meta_before: None,
            instances: Table::of_rows(),
            running: Table::index(),
            owners: Table::index(),
            children: Table::index(),
            attached: Table::index(),
            watched: Table::index(),
            activatable: Table::index(),
            due: Table::index(),
            start_locks: Table::index(),
            business_ids: Table::index(),
            definitions: Versions::new(VersionedKind::Process),
            condition_starts: Table::index(),
            start_subscriptions: Table::of_rows(),
            start_subscriptions_by_name: Table::index(),
            signal_starts: Table::of_rows(),
            start_timers: Table::of_rows(),
            signals_by_name: Table::index(),
            forms: Versions::new(VersionedKind::Form),
            resources: Versions::new(VersionedKind::Resource),
            decisions: Versions::new(VersionedKind::Decision),
            requirements: Versions::new(VersionedKind::Requirements),
            messages: Table::of_rows(),
            messages_by_name: Table::index(),
            messages_by_business_id: Table::index(),
            message_ids: Table::index(),
            subscriptions: Table::of_rows(),
            subscriptions_by_name: Table::index(),
            streams: Table::of_rows(),
            ready_streams: Table::index(),
            last_streams: Table::of_rows(),
            replies: Table::of_rows(),
            gateways: Table::of_rows(),
            asked: Table::of_rows(),
            asked_by_name: Table::index(),
            asked_answered: Table::index(),
            asked_by_request: Table::index(),
            pending: Table::of_rows(),
        }
    }

    /// Begins a work item: what follows can be undone.
    pub(crate) fn begin(&mut self) {
        self.meta_before = Some(self.meta.clone());
    }

    /// Ends a work item and keeps what it did.
    pub(crate) fn commit(&mut self) {
        self.meta_before = None;
        each_table!(self, commit);
    }

    /// Ends a work item and takes back what it did.
    pub(crate) fn rollback(&mut self) {
        if let Some(meta) = self.meta_before.take() {
            self.meta = meta;
        }
        each_table!(self, rollback);
    }

    /// A process instance that has not ended.
    pub(crate) fn instance(&self, key: Key) -> Option<&Instance> {
        self.instances.get(&key).map(|it| &**it)
    }

    /// A process instance to be changed. Copied on its first write per work item.
    pub(crate) fn instance_mut(&mut self, key: Key) -> Option<&mut Instance> {
        self.instances.get_mut(&key).map(Arc::make_mut)
    }

    /// The instance that owns a job, an incident or an element instance.
    pub(crate) fn owner(&self, key: Key) -> Option<&Instance> {
        self.instance(*self.owners.get(&key)?)
    }

    /// An element instance of an instance.
    pub(crate) fn element(&self, instance: Key, element_instance: Key) -> Option<&ElementInstance> {
        self.instance(instance)?.element(element_instance)
    }

    /// What the caller calls an instance.
    pub(crate) fn labels(&self, instance: Key) -> Labels {
        self.instance(instance).map(|it| it.labels.clone()).unwrap_or_default()
    }

    /// The deployment that a definition came with.
    pub(crate) fn deployment_of(&self, definition: Key) -> Key {
        self.definitions.get(&definition).map(|it| it.deployment).unwrap_or_default()
    }

    /// The next job of a type that can be handed out, after a given one: the most urgent, of
    /// those the oldest.
    pub(crate) fn next_activatable(
        &self,
        job_type: &Name,
        after: Option<(Turn, Key)>,
    ) -> Option<(Turn, Key)> {
        let (turn, key) = after.unwrap_or((Turn::FIRST, Key::NONE));
        let from = (job_type.clone(), turn, Key(key.0 + 1));
        let ((found, turn, key), ()) = self.activatable.range(from..).next()?;
        (found == job_type).then_some((*turn, *key))
    }
}
