//! What an element says of how it goes on.

use bpmn::ElementIx;
use record::ConditionEvaluation;

/// What follows the activation of an element.
pub(crate) enum Next {
    /// It waits for something.
    Wait,
    /// It completes at once.
    Complete,
    /// It is a scope, and this start event begins it.
    Enter(ElementIx),
    /// It is a gateway: it completes and this flow is taken, or its path ends.
    Leave { flow: Option<ElementIx>, conditions: Vec<ConditionEvaluation> },
}
