//! How messages are sent.

use crate::expression::Expression;
use crate::graph::{JobDefinition, Timer};

/// Who sends the message of a send task or throwing event.
#[derive(Clone, Debug)]
pub enum Sending {
    /// A worker.
    Job(JobDefinition),
    /// The engine, which publishes it.
    Publish(Box<Publication>),
}

/// A message that the engine publishes.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Gives text.
    pub name: Expression,
    /// Gives text or a number.
    pub correlation_key: Expression,
    /// Gives text or a number: while a message with it is kept, no second one is published.
    pub message_id: Option<Expression>,
    /// Gives how long the message is kept for those who do not wait for it yet: a duration, or a
    /// number of milliseconds. Without it the message is not kept.
    pub time_to_live: Option<Timer>,
}

impl Sending {
    /// The work for a job worker, if one sends it.
    pub fn job(&self) -> Option<&JobDefinition> {
        if let Self::Job(job) = self { Some(job) } else { None }
    }
}
