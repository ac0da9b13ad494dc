//! Job streams and remembered replies: what the engine keeps of its gateways.

use record::{Millis, RequestId, StreamId};
use value::{Str, wire_struct};

wire_struct! {
    /// An open job stream. It lives as long as its leader's term.
    #[expect(clippy::struct_field_names, reason = "a stream's id is its stream everywhere")]
    pub(crate) struct Stream {
        1 => pub(crate) stream: StreamId,
        2 => pub(crate) job_type: Str,
        3 => pub(crate) worker: Str,
        4 => pub(crate) timeout_ms: i64,
        5 => pub(crate) fetch_variables: Vec<Str>,
        /// How many jobs it can take now.
        6 => pub(crate) credit: u32,
    }
}

wire_struct! {
    /// The stream that got the last job of a type.
    pub(crate) struct LastStream {
        1 => pub(crate) job_type: Str,
        2 => pub(crate) stream: StreamId,
    }
}

wire_struct! {
    /// One life of a gateway.
    pub(crate) struct Gateway {
        /// Every request below this number has been answered there.
        1 => pub(crate) settled: u64,
        /// When it was heard of last.
        2 => pub(crate) last_seen: Millis,
        /// When its silence is looked at next.
        3 => pub(crate) checked_at: Millis,
    }
}

/// A stream's id in an order that can be searched.
pub(crate) type StreamKey = (u64, u64, u64);

/// A gateway's id: node and life.
pub(crate) type GatewayKey = (u64, u64);

/// A request's id in an order that can be searched.
pub(crate) type RequestKey = (u64, u64, u64);

pub(crate) fn stream_key(id: &StreamId) -> StreamKey {
    (id.node, id.incarnation, id.number)
}

pub(crate) fn request_key(id: &RequestId) -> RequestKey {
    (id.node, id.incarnation, id.seq)
}
