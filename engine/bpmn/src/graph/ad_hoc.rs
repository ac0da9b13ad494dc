//! Subprocesses of which is decided while they run what begins in them.

use std::sync::Arc;

use crate::expression::Expression;
use crate::graph::multi_instance::CollectedOutput;
use crate::graph::{ElementIx, JobDefinition};

/// A subprocess without start event: what begins in it, and when enough has been done, is decided
/// while it runs.
#[derive(Clone, Debug)]
pub struct AdHocSubProcess {
    /// The elements that can begin, in document order: those that no flow leads to.
    pub activities: Box<[ElementIx]>,
    /// What is said of them to whoever decides: a list of contexts, encoded like a variable.
    pub description: Arc<[u8]>,
    /// What is collected of each instance that something begins in.
    pub output: Option<CollectedOutput>,
    /// Whether what is still active ends when enough has been done.
    pub cancels_remaining: bool,
    pub decided_by: Decider,
}

/// Who decides what begins, and when enough has been done.
#[derive(Clone, Debug)]
pub enum Decider {
    /// The model.
    Model {
        /// Gives a list of ids: what begins with the subprocess.
        active_elements: Option<Expression>,
        /// Gives a boolean: whether enough has been done. Without one, it is enough when nothing
        /// is active any more.
        completion_condition: Option<Expression>,
    },
    /// A worker, which gets a job with the subprocess, and after each instance in it.
    Worker(JobDefinition),
}
