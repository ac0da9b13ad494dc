//! Complex gateways: how many tokens are enough, and what they lead to.

use crate::expression::Expression;
use crate::graph::{ElementIx, Flow, JoinFlow};

/// What a complex gateway waits for and takes.
#[derive(Clone, Debug)]
pub struct ComplexGateway {
    /// The flow taken at a start when no condition holds.
    pub default: Option<ElementIx>,
    /// Gives true when the tokens that have come are enough for a start; none if it only forks, so
    /// that each token is.
    pub activation: Option<Expression>,
    /// The flows that it waits for, in document order; empty if it only forks.
    pub joins: Box<[JoinFlow]>,
}

impl Flow {
    /// Whether it may be taken when the complex gateway that it leaves resets: for its own condition
    /// only.
    pub fn is_taken_at_reset(&self, gateway: &ComplexGateway) -> bool {
        self.condition.is_some() && Some(self.ix) != gateway.default
    }
}
