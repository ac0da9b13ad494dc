//! The message's side: buffered messages and the subscriptions that wait for them.

use record::{Key, Millis, Subscription};
use value::{Doc, Str, wire_struct};

wire_struct! {
    /// A message that was published and is still offered, or buffered until its deadline.
    #[expect(clippy::struct_field_names, reason = "a message's id is its message id everywhere")]
    pub(crate) struct Message {
        1 => pub(crate) key: Key,
        2 => pub(crate) name: Str,
        3 => pub(crate) correlation_key: Str,
        4 => pub(crate) message_id: Str,
        5 => pub(crate) deadline: Millis,
        6 => pub(crate) variables: Doc,
        /// The process ids that took it: each takes it at most once.
        7 => pub(crate) taken_by: Vec<Str>,
        8 => pub(crate) time_to_live_ms: i64,
        /// The business id of the instance that it starts; empty for none.
        9 => pub(crate) business_id: Str,
    }
}

impl Message {
    /// Its place among the buffered messages with a business id; `None` if it is none of them.
    pub(crate) fn by_business_id(&self) -> Option<(Str, Str, Key)> {
        let place = || (self.business_id.clone(), self.name.clone(), self.key);
        (self.time_to_live_ms > 0 && !self.business_id.is_empty()).then(place)
    }
}

wire_struct! {
    /// The message's side of a subscription.
    pub(crate) struct MessageSubscription {
        1 => pub(crate) key: Key,
        2 => pub(crate) subscription: Subscription,
        /// The message that is under way to the instance; none if it waits.
        3 => pub(crate) correlating: Key,
    }
}
