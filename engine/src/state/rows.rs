//! Rows: how the state is written to checkpoints and read back.
//!
//! A row's key is its kind in one byte, then the table's key in big-endian order or as text; its
//! value is one message of [`value::wire`], with the version of its encoding beside it.
//! Kinds and versions are never reused.

mod restore;

use super::State;
use super::decision::{Decision, Requirements};
use super::definition::{Definition, SignalStart, StartSubscription, StartTimer};
use super::file::File;
use super::idempotency::Asked;
use super::instance::Instance;
use super::message::{Message, MessageSubscription};
use super::meta::{Meta, Name, PendingWork};
use super::stream::{Gateway, GatewayKey, LastStream, RequestKey, Stream, StreamKey};
use super::versions::DeletedVersion;
use record::{Key, RememberedReply, StreamId};
use std::sync::Arc;
use value::wire::Message as _;

/// The version of every row's encoding so far.
const VERSION: u32 = 1;

const META: u8 = 1;
const INSTANCE: u8 = 2;
const DEFINITION: u8 = 3;
const START_SUBSCRIPTION: u8 = 4;
const MESSAGE: u8 = 5;
const SUBSCRIPTION: u8 = 6;
const STREAM: u8 = 7;
const LAST_STREAM: u8 = 8;
const REPLY: u8 = 9;
const GATEWAY: u8 = 10;
const PENDING: u8 = 11;
const SIGNAL_START: u8 = 12;
const START_TIMER: u8 = 13;
const DECISION: u8 = 14;
const REQUIREMENTS: u8 = 15;
const FORM: u8 = 16;
const RESOURCE: u8 = 17;
const DELETED_VERSION: u8 = 18;
const ASKED: u8 = 19;

/// One row as a checkpoint keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRow {
    /// Its key: the kind, then the table's key.
    pub key: Vec<u8>,
    /// The version of its encoding.
    pub version: u32,
    /// Its value.
    pub value: Vec<u8>,
}

/// Changed rows of a table: the new value, or `None` if deleted.
type Changes<K, V> = Vec<(K, Option<V>)>;

/// The changed rows of a checkpoint: shared values, encoded when they are asked for.
#[derive(Debug)]
pub struct Rows {
    meta: Meta,
    instances: Changes<Key, Arc<Instance>>,
    definitions: Changes<Key, Arc<Definition>>,
    start_subscriptions: Changes<Key, Arc<StartSubscription>>,
    signal_starts: Changes<Key, Arc<SignalStart>>,
    start_timers: Changes<Key, Arc<StartTimer>>,
    messages: Changes<Key, Arc<Message>>,
    subscriptions: Changes<Key, Arc<MessageSubscription>>,
    streams: Changes<StreamKey, Arc<Stream>>,
    last_streams: Changes<Name, StreamKey>,
    replies: Changes<RequestKey, Arc<RememberedReply>>,
    gateways: Changes<GatewayKey, Gateway>,
    pending: Changes<u64, Arc<PendingWork>>,
    forms: Changes<Key, Arc<File>>,
    resources: Changes<Key, Arc<File>>,
    asked: Changes<Key, Arc<Asked>>,
    /// A version of 0 is none.
    deleted_versions: Vec<DeletedVersion>,
    decisions: Changes<Key, Arc<Decision>>,
    requirements: Changes<Key, Arc<Requirements>>,
}

/// A row's key, and its version and bytes, or `None` if it is to be deleted.
pub type RowChange = (Vec<u8>, Option<(u32, Vec<u8>)>);

impl Rows {
    /// How many rows changed.
    pub fn len(&self) -> usize {
        1 + self.instances.len()
            + self.definitions.len()
            + self.start_subscriptions.len()
            + self.signal_starts.len()
            + self.start_timers.len()
            + self.messages.len()
            + self.subscriptions.len()
            + self.streams.len()
            + self.last_streams.len()
            + self.replies.len()
            + self.gateways.len()
            + self.pending.len()
            + self.forms.len()
            + self.resources.len()
            + self.deleted_versions.len()
            + self.asked.len()
            + self.decisions.len()
            + self.requirements.len()
    }

    /// Always false: there is one row at least.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The rows, encoded one by one.
    pub fn into_changes(self) -> impl Iterator<Item = RowChange> {
        let meta = std::iter::once((vec![META], Some((VERSION, self.meta.row()))));
        meta.chain(by_key(INSTANCE, self.instances))
            .chain(by_key(DEFINITION, self.definitions))
            .chain(by_key(START_SUBSCRIPTION, self.start_subscriptions))
            .chain(by_key(SIGNAL_START, self.signal_starts))
            .chain(by_key(START_TIMER, self.start_timers))
            .chain(by_key(MESSAGE, self.messages))
            .chain(by_key(SUBSCRIPTION, self.subscriptions))
            .chain(by_key(FORM, self.forms))
            .chain(by_key(RESOURCE, self.resources))
            .chain(by_key(ASKED, self.asked))
            .chain(self.deleted_versions.into_iter().map(|it| {
                let row = (it.version > 0).then(|| (VERSION, it.to_bytes()));
                (deleted_version(&it), row)
            }))
            .chain(by_key(DECISION, self.decisions))
            .chain(by_key(REQUIREMENTS, self.requirements))
            .chain(
                self.streams
                    .into_iter()
                    .map(|(key, it)| (triple(STREAM, key), it.map(|it| (VERSION, it.to_bytes())))),
            )
            .chain(self.last_streams.into_iter().map(|(key, it)| {
                let row = it.map(|it| (VERSION, last_stream(&key, it).to_bytes()));
                (hashed(LAST_STREAM, &key), row)
            }))
            .chain(
                self.replies
                    .into_iter()
                    .map(|(key, it)| (triple(REPLY, key), it.map(|it| (VERSION, it.to_bytes())))),
            )
            .chain(
                self.gateways
                    .into_iter()
                    .map(|(key, it)| (pair(GATEWAY, key), it.map(|it| (VERSION, it.to_bytes())))),
            )
            .chain(
                self.pending
                    .into_iter()
                    .map(|(key, it)| (number(PENDING, key), it.map(|it| (VERSION, it.to_bytes())))),
            )
    }
}

fn by_key<T: value::wire::Message>(
    kind: u8,
    rows: Changes<Key, Arc<T>>,
) -> impl Iterator<Item = RowChange> {
    rows.into_iter()
        .map(move |(key, it)| (number(kind, key.0), it.map(|it| (VERSION, it.to_bytes()))))
}

fn number(kind: u8, number: u64) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend_from_slice(&number.to_be_bytes());
    key
}

fn pair(kind: u8, (a, b): (u64, u64)) -> Vec<u8> {
    let mut key = number(kind, a);
    key.extend_from_slice(&b.to_be_bytes());
    key
}

fn triple(kind: u8, (a, b, c): (u64, u64, u64)) -> Vec<u8> {
    let mut key = pair(kind, (a, b));
    key.extend_from_slice(&c.to_be_bytes());
    key
}

/// A key for text of any length: the store limits keys, so the text stands in the value.
fn hashed(kind: u8, text: &str) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend_from_slice(&xxhash_rust::xxh3::xxh3_128(text.as_bytes()).to_be_bytes());
    key
}

fn deleted_version(it: &DeletedVersion) -> Vec<u8> {
    hashed(DELETED_VERSION, &format!("{:?} {}", it.kind, it.id))
}

fn last_stream(job_type: &Name, stream: (u64, u64, u64)) -> LastStream {
    LastStream { job_type: job_type.clone(), stream: stream_id(stream) }
}

fn stream_id((node, incarnation, number): (u64, u64, u64)) -> StreamId {
    StreamId { node, incarnation, number }
}

impl State {
    /// Takes the rows that changed since the last call.
    pub(crate) fn take_changes(&mut self) -> Rows {
        Rows {
            meta: self.meta.clone(),
            instances: self.instances.take_changes(),
            definitions: self.definitions.take_changes(),
            start_subscriptions: self.start_subscriptions.take_changes(),
            signal_starts: self.signal_starts.take_changes(),
            start_timers: self.start_timers.take_changes(),
            messages: self.messages.take_changes(),
            subscriptions: self.subscriptions.take_changes(),
            streams: self.streams.take_changes(),
            last_streams: self.last_streams.take_changes(),
            replies: self.replies.take_changes(),
            gateways: self.gateways.take_changes(),
            pending: self.pending.take_changes(),
            forms: self.forms.take_changes(),
            resources: self.resources.take_changes(),
            deleted_versions: self.take_deleted_versions(),
            asked: self.asked.take_changes(),
            decisions: self.decisions.take_changes(),
            requirements: self.requirements.take_changes(),
        }
    }

    fn take_deleted_versions(&mut self) -> Vec<DeletedVersion> {
        let mut all = self.definitions.take_deleted();
        all.extend(self.forms.take_deleted());
        all.extend(self.resources.take_deleted());
        all.extend(self.decisions.take_deleted());
        all.extend(self.requirements.take_deleted());
        all
    }

    fn deleted_versions(&self) -> impl Iterator<Item = DeletedVersion> {
        let of_files = self.forms.deleted().chain(self.resources.deleted());
        let of_decisions = self.decisions.deleted().chain(self.requirements.deleted());
        self.definitions.deleted().chain(of_files).chain(of_decisions)
    }

    /// Visits every row.
    pub(crate) fn each_row(&self, mut visit: impl FnMut(StateRow)) {
        let mut row = |key, value| visit(StateRow { key, version: VERSION, value });
        row(vec![META], self.meta.row());
        self.instances.iter().for_each(|(key, it)| row(number(INSTANCE, key.0), it.to_bytes()));
        self.definitions.iter().for_each(|(key, it)| row(number(DEFINITION, key.0), it.to_bytes()));
        self.start_subscriptions
            .iter()
            .for_each(|(key, it)| row(number(START_SUBSCRIPTION, key.0), it.to_bytes()));
        self.signal_starts
            .iter()
            .for_each(|(key, it)| row(number(SIGNAL_START, key.0), it.to_bytes()));
        self.start_timers
            .iter()
            .for_each(|(key, it)| row(number(START_TIMER, key.0), it.to_bytes()));
        self.messages.iter().for_each(|(key, it)| row(number(MESSAGE, key.0), it.to_bytes()));
        self.subscriptions
            .iter()
            .for_each(|(key, it)| row(number(SUBSCRIPTION, key.0), it.to_bytes()));
        self.streams.iter().for_each(|(key, it)| row(triple(STREAM, *key), it.to_bytes()));
        self.last_streams
            .iter()
            .for_each(|(key, it)| row(hashed(LAST_STREAM, key), last_stream(key, *it).to_bytes()));
        self.replies.iter().for_each(|(key, it)| row(triple(REPLY, *key), it.to_bytes()));
        self.gateways.iter().for_each(|(key, it)| row(pair(GATEWAY, *key), it.to_bytes()));
        self.pending.iter().for_each(|(key, it)| row(number(PENDING, *key), it.to_bytes()));
        self.forms.iter().for_each(|(key, it)| row(number(FORM, key.0), it.to_bytes()));
        self.resources.iter().for_each(|(key, it)| row(number(RESOURCE, key.0), it.to_bytes()));
        self.asked.iter().for_each(|(key, it)| row(number(ASKED, key.0), it.to_bytes()));
        self.deleted_versions().for_each(|it| row(deleted_version(&it), it.to_bytes()));
        self.decisions.iter().for_each(|(key, it)| row(number(DECISION, key.0), it.to_bytes()));
        self.requirements
            .iter()
            .for_each(|(key, it)| row(number(REQUIREMENTS, key.0), it.to_bytes()));
    }
}
