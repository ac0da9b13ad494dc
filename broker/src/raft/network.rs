//! The way to other nodes. A cluster of one has none, and every call says so.

use std::future::Future;
use std::marker::PhantomData;

use openraft::alias::{SnapshotOf, VoteOf};
use openraft::errors::{RPCError, ReplicationClosed, StreamingError, Unreachable};
use openraft::network::RPCOption;
use openraft::raft::{
    AppendEntriesRequest, AppendEntriesResponse, SnapshotResponse, VoteRequest, VoteResponse,
};
use openraft::{RaftNetworkFactory, RaftNetworkV2};

use super::types::TypeConfig;

/// The network of a node that is alone.
///
/// `S` is the state machine's snapshot type. A membership that names another node makes its calls
/// fail as unreachable, which Raft treats like a node that is down.
#[derive(Debug)]
pub struct NoPeers<S>(PhantomData<fn() -> S>);

impl<S> Default for NoPeers<S> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

/// A connection that does not exist.
#[derive(Debug)]
pub struct NoPeer<S> {
    target: u64,
    snapshot: PhantomData<fn() -> S>,
}

impl<S: Send + 'static> RaftNetworkFactory<TypeConfig> for NoPeers<S> {
    type Network = NoPeer<S>;

    async fn new_client(&mut self, target: u64, _node: &openraft::impls::BasicNode) -> NoPeer<S> {
        NoPeer { target, snapshot: PhantomData }
    }
}

impl<S> NoPeer<S> {
    fn unreachable(&self) -> Unreachable<TypeConfig> {
        let target = self.target;
        Unreachable::from_string(format!("this node has no peers, so node {target} is unreachable"))
    }
}

impl<S: Send + 'static> RaftNetworkV2<TypeConfig> for NoPeer<S> {
    type SnapshotData = S;

    async fn append_entries(
        &mut self,
        _request: AppendEntriesRequest<TypeConfig>,
        _option: RPCOption,
    ) -> Result<AppendEntriesResponse<TypeConfig>, RPCError<TypeConfig>> {
        Err(RPCError::Unreachable(self.unreachable()))
    }

    async fn vote(
        &mut self,
        _request: VoteRequest<TypeConfig>,
        _option: RPCOption,
    ) -> Result<VoteResponse<TypeConfig>, RPCError<TypeConfig>> {
        Err(RPCError::Unreachable(self.unreachable()))
    }

    // The default grants every pre-vote; a node that cannot be reached grants nothing.
    async fn pre_vote(
        &mut self,
        _request: VoteRequest<TypeConfig>,
        _option: RPCOption,
    ) -> Result<VoteResponse<TypeConfig>, RPCError<TypeConfig>> {
        Err(RPCError::Unreachable(self.unreachable()))
    }

    async fn full_snapshot(
        &mut self,
        _vote: VoteOf<TypeConfig>,
        _snapshot: SnapshotOf<TypeConfig, S>,
        _cancel: impl Future<Output = ReplicationClosed> + Send + 'static,
        _option: RPCOption,
    ) -> Result<SnapshotResponse<TypeConfig>, StreamingError<TypeConfig>> {
        Err(StreamingError::Unreachable(self.unreachable()))
    }
}
