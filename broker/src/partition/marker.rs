//! What a checkpoint says of its place in the log: written with it, in our own encoding.

use crate::raft::types::{LeaderId, LogId, Membership};
use openraft::StoredMembership;
use openraft::impls::BasicNode;
use std::collections::{BTreeMap, BTreeSet};
use value::{Str, wire_struct};

/// The membership with the place of the entry that set it.
pub(crate) type Members = StoredMembership<LeaderId, u64, BasicNode>;

wire_struct! {
    /// Where in the log a checkpoint was taken.
    pub(crate) struct Marker {
        1 => pub(crate) applied: Option<LogPlace>,
        2 => pub(crate) members_set_at: Option<LogPlace>,
        3 => pub(crate) voter_sets: Vec<NodeSet>,
        4 => pub(crate) nodes: Vec<Member>,
        /// The position of the last record.
        5 => pub(crate) last_position: u64,
    }
}

wire_struct! {
    /// An entry of the log.
    pub(crate) struct LogPlace {
        1 => pub(crate) term: u64,
        2 => pub(crate) leader: u64,
        3 => pub(crate) index: u64,
    }
}

wire_struct! {
    /// A set of voters.
    pub(crate) struct NodeSet {
        1 => pub(crate) nodes: Vec<u64>,
    }
}

wire_struct! {
    /// A node of the partition.
    pub(crate) struct Member {
        1 => pub(crate) id: u64,
        2 => pub(crate) address: Str,
    }
}

fn place(log_id: &LogId) -> LogPlace {
    let leader = log_id.committed_leader_id();
    LogPlace { term: leader.term, leader: leader.node_id, index: log_id.index }
}

fn log_id(place: &LogPlace) -> LogId {
    LogId { leader_id: LeaderId { term: place.term, node_id: place.leader }, index: place.index }
}

impl Marker {
    pub(crate) fn new(applied: Option<&LogId>, members: &Members, last_position: u64) -> Self {
        let membership = members.membership();
        Self {
            applied: applied.map(place),
            members_set_at: members.log_id().as_ref().map(place),
            voter_sets: membership
                .get_joint_config()
                .iter()
                .map(|it| NodeSet { nodes: it.iter().copied().collect() })
                .collect(),
            nodes: membership
                .nodes()
                .map(|(id, node)| Member { id: *id, address: node.addr.as_str().into() })
                .collect(),
            last_position,
        }
    }

    pub(crate) fn applied(&self) -> Option<LogId> {
        self.applied.as_ref().map(log_id)
    }

    /// The membership.
    ///
    /// # Errors
    /// A clause that says what is wrong with it.
    pub(crate) fn members(&self) -> Result<Members, String> {
        if self.voter_sets.is_empty() {
            return Ok(Members::default());
        }
        let sets: Vec<BTreeSet<u64>> =
            self.voter_sets.iter().map(|it| it.nodes.iter().copied().collect()).collect();
        let nodes: BTreeMap<u64, BasicNode> =
            self.nodes.iter().map(|it| (it.id, BasicNode::new(&it.address))).collect();
        let membership = Membership::new(sets, nodes).map_err(|error| error.to_string())?;
        Ok(Members::new(self.members_set_at.as_ref().map(log_id), membership))
    }
}
