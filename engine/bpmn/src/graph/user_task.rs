//! What a user task asks of people.

use std::sync::Arc;

use value::Str;

use super::called::Binding;
use super::listener::Listener;
use crate::expression::Expression;

/// What a user task asks of people. Attributes without text are absent.
#[derive(Clone, Debug)]
pub struct UserTask {
    /// Whether the engine keeps the task itself; else a worker gets it as a job of the type
    /// [`UserTask::JOB_TYPE`].
    pub is_native: bool,
    /// Gives text, or null for nobody.
    pub assignee: Option<Expression>,
    /// Gives a list of texts.
    pub candidate_groups: Option<Expression>,
    /// Gives a list of texts.
    pub candidate_users: Option<Expression>,
    /// Gives a date and time, as a value or as text, or null for none.
    pub due_date: Option<Expression>,
    /// Gives a date and time, as a value or as text, or null for none.
    pub follow_up_date: Option<Expression>,
    /// Gives a whole number from 0 to 100; of native tasks only.
    pub priority: Option<Expression>,
    pub form: Option<Form>,
    /// Custom headers in document order; keys are unique and not empty.
    pub headers: Arc<[(Str, Str)]>,
    /// Those who hear of its changes before they happen, in document order; of native tasks only.
    pub listeners: Box<[TaskListener]>,
}

/// A worker that hears of a change of a user task before it happens.
#[derive(Clone, Debug)]
pub struct TaskListener {
    pub occasion: TaskOccasion,
    pub listener: Listener,
}

/// When a task listener is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskOccasion {
    Creating,
    Assigning,
    Updating,
    Completing,
    Canceling,
}

/// What people fill in.
#[derive(Clone, Debug)]
pub enum Form {
    /// A deployed form.
    Deployed { id: Str, binding: Binding },
    /// A text that the worker understands; of tasks that are not native.
    Key(Str),
    /// A text that another application understands; of native tasks.
    External(Expression),
}

impl UserTask {
    /// The job type of tasks that are not native.
    pub const JOB_TYPE: &'static str = "io.camunda.zeebe:userTask";
    /// The highest priority; the lowest is 0.
    pub const PRIORITY_MAX: i32 = 100;
    /// The priority of a task that says none.
    pub const PRIORITY_DEFAULT: i32 = 50;
}
