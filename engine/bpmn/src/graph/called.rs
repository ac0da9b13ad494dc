//! What tasks and call activities call.

use value::Str;

use super::JobDefinition;
use crate::expression::Expression;

/// The process that a call activity calls, and which variables go in and come back.
#[derive(Clone, Debug)]
pub struct CalledProcess {
    /// Gives text: the id of the process.
    pub process_id: Expression,
    pub binding: Binding,
    /// Whether it begins with all variables that are visible at the call activity, instead of the
    /// call activity's own.
    pub gets_all_variables: bool,
    /// Whether all its variables come back when no output mapping says which.
    pub gives_all_variables: bool,
}

/// What a business rule task runs.
#[derive(Clone, Debug)]
pub enum BusinessRule {
    /// A worker runs it.
    Job(JobDefinition),
    /// A decision whose result becomes a variable.
    Decision(CalledDecision),
}

/// The decision that a business rule task calls.
#[derive(Clone, Debug)]
pub struct CalledDecision {
    /// Gives text: the id of the decision.
    pub decision_id: Expression,
    pub binding: Binding,
    pub result_variable: Str,
}

/// A deployed file that the worker of a job needs.
#[derive(Clone, Debug)]
pub struct LinkedResource {
    /// Gives text: the id of the file.
    pub resource_id: Expression,
    pub binding: Binding,
    /// A word by which the worker knows what kind of file it is.
    pub resource_type: Str,
    /// A word by which the worker knows what the file is for; may be empty.
    pub name: Str,
}

/// Which version of something deployed is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Binding {
    /// The latest when it is needed.
    Latest,
    /// The one that was deployed together with the process.
    Deployment,
    /// The latest that has this tag.
    VersionTag(Str),
}
