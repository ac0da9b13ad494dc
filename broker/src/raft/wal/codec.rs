//! How votes, log ids and entries look in the log crate's records.
//!
//! Integers are big-endian. An entry is its log id, then `kind u8 · length u32 · bytes`. The log
//! crate adds a record type before and a checksum after.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};

use bytes::Bytes;
use openraft::EntryPayload;
use openraft::impls::BasicNode;
use raft_log::codeq::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::raft::types::{Entry, LeaderId, LogId, Membership, Payload, Vote};

const BLANK: u8 = 0;
const NORMAL: u8 = 1;
const MEMBERSHIP: u8 = 2;

/// A log id in the order that the log crate needs: by term, then leader, then index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StoredLogId {
    term: u64,
    node: u64,
    pub(super) index: u64,
}

impl From<LogId> for StoredLogId {
    fn from(id: LogId) -> Self {
        Self { term: id.leader_id.term, node: id.leader_id.node_id, index: id.index }
    }
}

impl From<StoredLogId> for LogId {
    fn from(id: StoredLogId) -> Self {
        Self::new(LeaderId { term: id.term, node_id: id.node }, id.index)
    }
}

impl Encode for StoredLogId {
    fn encode<W: Write>(&self, mut w: W) -> io::Result<usize> {
        write_all(&mut w, &[self.term, self.node, self.index])
    }
}

impl Decode for StoredLogId {
    fn decode<R: Read>(mut r: R) -> io::Result<Self> {
        let (term, node, index) =
            (u64::decode(&mut r)?, u64::decode(&mut r)?, u64::decode(&mut r)?);
        Ok(Self { term, node, index })
    }
}

/// A vote; a granted one is greater than the same vote when it was only asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StoredVote {
    term: u64,
    node: u64,
    committed: bool,
}

impl From<Vote> for StoredVote {
    fn from(vote: Vote) -> Self {
        let leader = vote.leader_id;
        Self { term: leader.term, node: leader.node_id, committed: vote.committed }
    }
}

impl From<StoredVote> for Vote {
    fn from(vote: StoredVote) -> Self {
        let leader_id = LeaderId { term: vote.term, node_id: vote.node };
        Self { leader_id, committed: vote.committed }
    }
}

impl Encode for StoredVote {
    fn encode<W: Write>(&self, mut w: W) -> io::Result<usize> {
        write_all(&mut w, &[self.term, self.node, u64::from(self.committed)])
    }
}

impl Decode for StoredVote {
    fn decode<R: Read>(mut r: R) -> io::Result<Self> {
        let (term, node) = (u64::decode(&mut r)?, u64::decode(&mut r)?);
        let committed = match u64::decode(&mut r)? {
            0 => false,
            1 => true,
            other => return Err(invalid(&format!("a vote that is granted or not, found {other}"))),
        };
        Ok(Self { term, node, committed })
    }
}

fn write_all(w: &mut impl Write, words: &[u64; 3]) -> io::Result<usize> {
    for word in words {
        w.write_all(&word.to_be_bytes())?;
    }
    Ok(size_of_val(words))
}

/// What an entry carries, as it is kept in the cache and written: bytes that are shared, not
/// copied.
#[derive(Debug, Clone)]
pub(super) struct StoredPayload {
    kind: u8,
    pub(super) bytes: Bytes,
}

impl Encode for StoredPayload {
    fn encode<W: Write>(&self, mut w: W) -> io::Result<usize> {
        let length =
            u32::try_from(self.bytes.len()).map_err(|_| invalid("an entry of less than 4 GiB"))?;
        w.write_all(&[self.kind])?;
        w.write_all(&length.to_be_bytes())?;
        w.write_all(&self.bytes)?;
        Ok(1 + size_of_val(&length) + self.bytes.len())
    }
}

impl Decode for StoredPayload {
    fn decode<R: Read>(mut r: R) -> io::Result<Self> {
        let kind = u8::decode(&mut r)?;
        // `Vec`'s codec is the same length and bytes, and grows only as far as there is input.
        let bytes = Vec::decode(&mut r)?;
        Ok(Self { kind, bytes: Bytes::from(bytes) })
    }
}

/// A membership as it is written. A type of ours, because openraft's may change with its version.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredMembership {
    voters: Vec<BTreeSet<u64>>,
    addresses: BTreeMap<u64, String>,
}

/// Turns an entry into what is written.
pub(super) fn encode_entry(entry: Entry) -> io::Result<(StoredLogId, StoredPayload)> {
    let payload = match entry.payload {
        EntryPayload::Blank => StoredPayload { kind: BLANK, bytes: Bytes::new() },
        EntryPayload::Normal(Payload(bytes)) => StoredPayload { kind: NORMAL, bytes },
        EntryPayload::Membership(membership) => {
            let stored = StoredMembership {
                voters: membership.get_joint_config().clone(),
                addresses: membership.nodes().map(|(id, it)| (*id, it.addr.clone())).collect(),
            };
            let bytes = serde_json::to_vec(&stored).map_err(io::Error::other)?;
            StoredPayload { kind: MEMBERSHIP, bytes: Bytes::from(bytes) }
        }
    };
    Ok((entry.log_id.into(), payload))
}

/// Turns what was written into the entry.
pub(super) fn decode_entry(id: StoredLogId, payload: StoredPayload) -> io::Result<Entry> {
    let payload = match payload.kind {
        BLANK => EntryPayload::Blank,
        NORMAL => EntryPayload::Normal(Payload(payload.bytes)),
        MEMBERSHIP => EntryPayload::Membership(decode_membership(&payload.bytes)?),
        other => return Err(invalid(&format!("an entry of kind 0, 1 or 2, found kind {other}"))),
    };
    Ok(Entry { log_id: id.into(), payload })
}

fn decode_membership(bytes: &[u8]) -> io::Result<Membership> {
    let stored: StoredMembership = serde_json::from_slice(bytes).map_err(io::Error::other)?;
    let nodes: BTreeMap<_, _> =
        stored.addresses.into_iter().map(|(id, addr)| (id, BasicNode { addr })).collect();
    Membership::new(stored.voters, nodes).map_err(io::Error::other)
}

fn invalid(expected: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("expected {expected}"))
}
