//! Tokens that wait at joining gateways.

use super::instance::{ElementInstance, Instance};
use record::{AwaitingReset, Key};
use value::wire_struct;

wire_struct! {
    /// Tokens that wait on one sequence flow into a joining gateway.
    pub(crate) struct Arrival {
        /// The gateway's ordinal.
        1 => pub(crate) gateway: u32,
        /// The flow's ordinal.
        2 => pub(crate) flow: u32,
        /// How many; never 0.
        3 => pub(crate) tokens: u32,
    }
}

impl ElementInstance {
    /// True if a joining gateway directly inside may have something to do when others go on.
    pub(crate) fn has_waiting_gateways(&self) -> bool {
        !self.arrivals.is_empty() || !self.awaiting_reset.is_empty()
    }

    /// The tokens that wait at a joining gateway directly inside, by flow.
    pub(crate) fn arrivals_at(&self, gateway: u32) -> impl Iterator<Item = &Arrival> {
        self.arrivals.iter().filter(move |it| it.gateway == gateway)
    }

    /// True if a token waits on a flow into a joining gateway directly inside.
    pub(crate) fn has_token_on(&self, flow: u32) -> bool {
        self.arrivals.iter().any(|it| it.flow == flow)
    }

    /// What a complex gateway directly inside took when it started, while it waits for the rest.
    pub(crate) fn awaiting_reset_of(&self, gateway: u32) -> Option<&AwaitingReset> {
        self.awaiting_reset.iter().find(|it| it.gateway == gateway)
    }
}

impl Instance {
    /// How many of the flows into a joining gateway have a token that waits.
    pub(crate) fn flows_arrived(&self, scope: Key, gateway: u32) -> usize {
        self.element(scope).map_or(0, |it| it.arrivals_at(gateway).count())
    }
}
