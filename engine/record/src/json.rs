//! Records as JSON lines, in the shape that exporters and their readers know from Zeebe.
//!
//! ```text
//!   Record ──names──▶ valueType, intent ─┐
//!          ──value──▶ value {…}          ├─▶ one object, one line
//!          ──extra──▶ baton {…}          ┘   (only when there is something to explain)
//! ```
//!
//! All fields of the envelope are always there: what is unset is -1, an empty text or an empty
//! list. The one field that is Baton's own is `baton`.

mod base64;
mod extra;
pub mod names;
mod object;
mod value;

use crate::{DEFAULT_TENANT, Event, PartitionId, Record};
use object::{Object, object};

/// The version of Zeebe whose record format this is, as `brokerVersion` says it.
pub const FORMAT_VERSION: &str = "8.10.0";

/// Appends a record as one JSON object, without a line break.
pub fn line(record: &Record, partition: PartitionId, out: &mut String) {
    object(out, |o| {
        envelope(record, partition, o);
        o.object("value", |o| value::write(record, o));
        if extra::has_any(record) {
            o.object("baton", |o| extra::write(record, o));
        }
    });
}

fn envelope(record: &Record, partition: PartitionId, o: &mut Object<'_>) {
    let (value_type, intent) = names::of(&record.event);
    let (record_type, rejection_type, reason) = if let Event::Rejection(rejection) = &record.event {
        ("COMMAND_REJECTION", names::rejection_type(rejection.kind), &*rejection.reason)
    } else {
        ("EVENT", "NULL_VAL", "")
    };
    o.number("partitionId", partition);
    o.number("position", record.position);
    o.position("sourceRecordPosition", record.source);
    o.key("key", record.key);
    o.number("timestamp", record.timestamp);
    o.text("recordType", record_type);
    o.text("valueType", value_type);
    o.text("intent", intent);
    o.text("rejectionType", rejection_type);
    o.text("rejectionReason", reason);
    o.text("brokerVersion", FORMAT_VERSION);
    o.number("recordVersion", 1);
    o.object("authorizations", |o| {
        o.texts("authorized_tenants", [DEFAULT_TENANT]);
    });
    let reference = i64::try_from(record.operation_reference).unwrap_or(i64::MAX);
    o.number("operationReference", if reference == 0 { -1 } else { reference });
    o.number("batchOperationReference", -1);
}

#[cfg(test)]
mod tests;
