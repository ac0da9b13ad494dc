//! What an element says of how it goes on.

use crate::process::call::Called;
use crate::process::catch::Caught;
use crate::state::instance::Trigger;
use bpmn::ElementIx;
use record::{AdHocActivity, ConditionEvaluation};

/// What follows the activation of an element.
pub(crate) enum Next {
    /// It waits for something.
    Wait,
    /// It completes at once.
    Complete,
    /// It is a scope, and this start event begins it.
    Enter(ElementIx),
    /// It is a scope, and this trigger of its start event, kept at the scope around it, begins it.
    EnterBy(Trigger),
    /// It is an ad-hoc subprocess, and these activities begin with it.
    Begin(Vec<AdHocActivity>),
    /// It calls a process.
    Call(Called),
    /// It cancels the transaction around it.
    Cancel,
    /// It threw something that is caught there.
    Caught(Caught),
    /// It threw several things, of which some are caught there.
    Threw {
        caught: Vec<Caught>,
        /// True if it completes at once.
        completes: bool,
    },
    /// It is a gateway: it completes and this flow is taken, or its path ends.
    Leave { flow: Option<ElementIx>, conditions: Vec<ConditionEvaluation> },
    /// It is a gateway: it completes and these flows are taken, or its path ends.
    Fork { flows: Vec<ElementIx>, conditions: Vec<ConditionEvaluation> },
}
