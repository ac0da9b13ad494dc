//! Signals and what waits for them.

use crate::Origin;
use value::{Doc, Str, wire_enum, wire_struct};

wire_enum! {
    /// What happened to a signal.
    pub enum SignalIntent {
        /// Everything that waits for it hears of it.
        0 => Broadcasted,
    }
}

wire_struct! {
    /// A signal. Its key is the record's key.
    pub struct SignalEvent {
        /// What happened.
        1 => pub intent: SignalIntent,
        /// Its name.
        2 => pub name: Str,
        /// What it brings.
        3 => pub variables: Doc,
        /// The event that threw it; empty if a client broadcast it.
        4 => pub origin: Origin,
    }
}

wire_enum! {
    /// What happened to a signal subscription.
    pub enum SignalSubscriptionIntent {
        /// It waits for signals.
        0 => Created,
        /// It is gone.
        1 => Deleted,
        /// It is the same, of another element now.
        2 => Migrated,
    }
}

wire_struct! {
    /// A change of a signal subscription. The record's key is the subscription's.
    pub struct SignalSubscriptionEvent {
        /// What happened.
        1 => pub intent: SignalSubscriptionIntent,
        /// Where: the catching element, and the element instance that waits; only the definition
        /// for a start event of a process.
        2 => pub origin: Origin,
        /// The signal name.
        3 => pub name: Str,
    }
}
