//! Requests with an idempotency key: asked twice, done once.

use crate::{Millis, Reply, RequestId};
use std::sync::Arc;
use value::{Str, wire_enum, wire_struct};

wire_enum! {
    /// What happened to an idempotency key.
    pub enum IdempotencyIntent {
        /// The first request with it is carried out.
        0 => Remembered,
        /// The same request came again and waits for the same answer.
        1 => Followed,
        /// The first request is answered, and with it all that wait.
        2 => Answered,
        /// The key may be used for something else.
        3 => Forgotten,
    }
}

wire_struct! {
    /// Something happened to an idempotency key. The record's key is the number under which the
    /// key is kept.
    pub struct IdempotencyEvent {
        /// What happened.
        1 => pub intent: IdempotencyIntent,
        /// Whose key it is.
        2 => pub principal: Str,
        /// The key, in the caller's words.
        3 => pub idempotency_key: Str,
        /// What was asked, as a hash of the command.
        4 => pub fingerprint: Arc<[u8]>,
        /// The request that came.
        5 => pub request: RequestId,
        /// The answer.
        6 => pub reply: Option<Box<Reply>>,
        /// Until when the key is kept, with its answer.
        7 => pub expires_at: Millis,
    }
}
