//! The types that openraft is instantiated with.

use std::fmt;

use bytes::Bytes;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

openraft::declare_raft_types!(
    /// Baton's instance of openraft: opaque payloads in, nothing out (replies travel on the
    /// engine's output, found by request id).
    pub TypeConfig:
        D = Payload,
        R = (),
        NodeId = u64,
        Node = openraft::impls::BasicNode,
        AsyncRuntime = super::runtime::Runtime,
);

/// One log entry.
pub type Entry = openraft::alias::EntryOf<TypeConfig>;
/// Term, leader and index of one log entry.
pub type LogId = openraft::alias::LogIdOf<TypeConfig>;
/// A vote, granted or asked for.
pub type Vote = openraft::alias::VoteOf<TypeConfig>;
/// The leader part of a [`LogId`].
pub type LeaderId = openraft::alias::CommittedLeaderIdOf<TypeConfig>;
/// The voters and learners of a partition.
pub type Membership = openraft::Membership<u64, openraft::impls::BasicNode>;

/// The encoded engine entry that one log entry carries; Raft does not look inside.
///
/// Cloning shares the bytes.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Payload(pub Bytes);

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

// The content may hold users' variables, which never go to a log file.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.0.len())
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(PayloadVisitor)
    }
}

struct PayloadVisitor;

impl<'de> Visitor<'de> for PayloadVisitor {
    type Value = Payload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Payload, E> {
        Ok(Payload(Bytes::copy_from_slice(bytes)))
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Payload, E> {
        Ok(Payload(Bytes::from(bytes)))
    }

    // Formats without a byte type, such as JSON, write bytes as a list of numbers.
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Payload, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = items.next_element()? {
            bytes.push(byte);
        }
        Ok(Payload(Bytes::from(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_shows_its_size_and_not_its_content() {
        let payload = Payload(Bytes::from_static(b"secret"));
        assert_eq!(payload.to_string(), "6 bytes");
        assert_eq!(format!("{payload:?}"), "Payload(6 bytes)");
    }

    #[test]
    fn a_payload_survives_json() {
        let payload = Payload(Bytes::from_static(&[0, 1, 255]));
        let text = serde_json::to_string(&payload).unwrap();
        assert_eq!(serde_json::from_str::<Payload>(&text).unwrap(), payload);
    }
}
