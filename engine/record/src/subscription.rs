//! Events of messages, subscriptions and timers.

use crate::{Key, Millis, Origin};
use value::{Doc, Str, wire_enum, wire_struct};

wire_enum! {
    /// What happened to a message.
    pub enum MessageIntent {
        /// It was accepted.
        0 => Published,
        /// It is gone.
        1 => Expired,
        /// It was to be published by an element, and one with its id is still kept.
        2 => AlreadyPublished,
    }
}

wire_struct! {
    /// A change of a message. Its key is the record's key.
    pub struct MessageEvent {
        /// What happened.
        1 => pub intent: MessageIntent,
        /// The message name.
        2 => pub name: Str,
        /// The correlation key.
        3 => pub correlation_key: Str,
        /// The publisher's id.
        4 => pub message_id: Str,
        /// How long it is buffered.
        5 => pub time_to_live_ms: i64,
        /// When it expires.
        6 => pub deadline: Millis,
        /// What it brings.
        7 => pub variables: Doc,
        /// The business id of the instance that it starts; empty for none.
        8 => pub business_id: Str,
        /// The element that published it, or was to; empty if a client did.
        9 => pub origin: Origin,
    }
}

wire_enum! {
    /// What happened to a message's side of a subscription.
    pub enum MessageSubscriptionIntent {
        /// It waits for messages.
        0 => Created,
        /// A message was offered to the instance.
        1 => Correlating,
        /// The instance took it.
        2 => Correlated,
        /// The instance could not take it.
        3 => Rejected,
        /// It is gone.
        4 => Deleted,
        /// It is the same, of another element now.
        5 => Migrated,
    }
}

wire_struct! {
    /// The subscription that an instance holds and the message partition knows.
    pub struct Subscription {
        /// Where: the catching element, and the element instance that waits.
        1 => pub origin: Origin,
        /// The message name.
        2 => pub message_name: Str,
        /// The correlation key.
        3 => pub correlation_key: Str,
        /// Whether the first message ends it.
        4 => pub interrupting: bool,
    }
}

wire_struct! {
    /// A change on the message's side. The record's key is the subscription's.
    pub struct MessageSubscriptionEvent {
        /// What happened.
        1 => pub intent: MessageSubscriptionIntent,
        /// The subscription.
        2 => pub subscription: Subscription,
        /// The message, when there is one.
        3 => pub message: Key,
        /// What the message brings.
        4 => pub variables: Doc,
    }
}

wire_enum! {
    /// What happened to an instance's side of a subscription.
    pub enum ProcessMessageSubscriptionIntent {
        /// It was asked for.
        0 => Creating,
        /// The message's side knows it.
        1 => Created,
        /// A message was taken.
        2 => Correlated,
        /// Its end was asked for.
        3 => Deleting,
        /// The message's side forgot it.
        4 => Deleted,
        /// It is the same, of another element now.
        5 => Migrated,
    }
}

wire_struct! {
    /// A change on the instance's side. The record's key is the subscription's.
    pub struct ProcessMessageSubscriptionEvent {
        /// What happened.
        1 => pub intent: ProcessMessageSubscriptionIntent,
        /// The subscription.
        2 => pub subscription: Subscription,
        /// The message, when there is one.
        3 => pub message: Key,
        /// What the message brings.
        4 => pub variables: Doc,
    }
}

wire_enum! {
    /// What happened to a message start event's subscription.
    pub enum StartSubscriptionIntent {
        /// Messages start instances from now on.
        0 => Created,
        /// A message started an instance.
        1 => Correlated,
        /// A newer version took over.
        2 => Deleted,
    }
}

wire_struct! {
    /// A change of a message start event's subscription. The record's key is the subscription's.
    pub struct MessageStartSubscriptionEvent {
        /// What happened.
        1 => pub intent: StartSubscriptionIntent,
        /// The definition and start event; the instance when one was started.
        2 => pub origin: Origin,
        /// The message name.
        3 => pub message_name: Str,
        /// The message, when there is one.
        4 => pub message: Key,
        /// Its correlation key.
        5 => pub correlation_key: Str,
        /// What it brings.
        6 => pub variables: Doc,
    }
}

wire_enum! {
    /// What happened to a timer.
    pub enum TimerIntent {
        /// It runs.
        0 => Created,
        /// It fired.
        1 => Triggered,
        /// Its element ended.
        2 => Canceled,
        /// It runs on, of another element now.
        3 => Migrated,
    }
}

wire_struct! {
    /// A change of a timer. Its key is the record's key.
    pub struct TimerEvent {
        /// What happened.
        1 => pub intent: TimerIntent,
        /// Where: the target element, and the element instance that waits.
        2 => pub origin: Origin,
        /// When it fires.
        3 => pub due: Millis,
        /// How often it fires from now on; -1 for ever.
        4 => pub repetitions: i32,
        /// The interval of a cycle as ISO 8601 text; empty for one that fires once.
        5 => pub interval: Str,
    }
}
