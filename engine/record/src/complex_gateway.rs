//! Complex gateways: what they do with the tokens that have come.

use crate::{ConditionEvaluation, Key, Origin};
use value::{wire_enum, wire_struct};

wire_enum! {
    /// What an element instance of a complex gateway does with the tokens that have come.
    pub enum GatewayPhase {
        /// Nothing: it takes none, or is no such gateway.
        0 => None,
        /// It took one of each flow that has one, and whether that is enough is not known yet: its
        /// activation condition was false when nothing more could come, or could not be evaluated.
        1 => Undecided,
        /// It took one of each flow that has one, because that is enough.
        2 => Start,
        /// It took one of each flow that had none at the start: it can start again.
        3 => Reset,
    }
}

wire_struct! {
    /// A complex gateway that has started and waits for the rest before it can start again.
    pub struct AwaitingReset {
        /// The gateway's ordinal.
        1 => pub gateway: u32,
        /// The flows of which it took a token at the start, by their ordinals, ascending.
        2 => pub flows: Vec<JoinedFlow>,
    }
}

wire_struct! {
    /// A sequence flow of which a gateway took a token.
    #[derive(Copy)]
    pub struct JoinedFlow {
        /// The flow's ordinal.
        1 => pub flow: u32,
    }
}

impl AwaitingReset {
    /// True if a token of a flow was taken at the start.
    pub fn took_from(&self, flow: u32) -> bool {
        self.flows.iter().any(|it| it.flow == flow)
    }
}

wire_enum! {
    /// What a complex gateway found out about the tokens that have come.
    pub enum ComplexGatewayIntent {
        /// They are not enough, and wait.
        0 => Waiting,
        /// After an incident: they are enough, and the element instance goes on.
        1 => Started,
        /// After an incident: they are not enough, and those that the element instance took wait
        /// again.
        2 => Returned,
    }
}

wire_struct! {
    /// A complex gateway evaluated its activation condition. The record's key is that of its element
    /// instance, or its own if there is none.
    pub struct ComplexGatewayEvent {
        /// What it found out.
        1 => pub intent: ComplexGatewayIntent,
        /// The gateway, and its element instance if there is one.
        2 => pub origin: Origin,
        /// The enclosing element instance.
        3 => pub flow_scope: Key,
        /// The evaluation.
        4 => pub conditions: Vec<ConditionEvaluation>,
    }
}
