//! Compensation: activities that have completed and can be undone.

use crate::{Key, Origin};
use value::{Doc, Str, wire_enum, wire_struct};

wire_enum! {
    /// What happened to a compensation subscription.
    pub enum CompensationIntent {
        /// The activity has completed and can be undone.
        0 => Created,
        /// It is being undone.
        1 => Triggered,
        /// It has been undone.
        2 => Completed,
        /// It can be undone no longer.
        3 => Deleted,
        /// It is the same, of another activity now.
        4 => Migrated,
    }
}

wire_struct! {
    /// A change of a compensation subscription. The record's key is the subscription's.
    pub struct CompensationEvent {
        /// What happened.
        1 => pub intent: CompensationIntent,
        /// The activity that can be undone, and the element instance that completed.
        2 => pub origin: Origin,
        /// The scope of that element instance.
        3 => pub scope: Key,
        /// The activity that undoes it, by its ordinal; 0 if only what is inside is undone.
        4 => pub handler: u32,
        /// The id of that activity.
        5 => pub handler_id: Str,
        /// The element instance that undoes it.
        6 => pub handler_instance: Key,
        /// The element instance that threw the compensation.
        7 => pub thrower: Key,
        /// The id of the event that threw it.
        8 => pub thrower_id: Str,
        /// When it can be undone by an event subprocess inside it: its local variables, as they were
        /// when it completed.
        9 => pub variables: Doc,
    }
}
