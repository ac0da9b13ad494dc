//! What a call activity calls.

use super::user_task::Binding;
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
