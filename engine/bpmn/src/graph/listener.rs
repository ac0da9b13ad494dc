//! Listeners: workers that hear of something before it happens.

use std::sync::Arc;

use value::Str;

use crate::expression::Expression;

/// A worker that hears of something before it happens.
#[derive(Clone, Debug)]
pub struct Listener {
    /// `type` in the model.
    pub job_type: Expression,
    pub retries: Expression,
    /// Headers of its own, in document order; they count more than those of the element.
    pub headers: Arc<[(Str, Str)]>,
}

/// The listeners to what happens to an element, each in document order.
#[derive(Clone, Debug, Default)]
pub struct ExecutionListeners {
    /// Asked before it begins its work; of a multi-instance activity once per instance.
    pub start: Box<[Listener]>,
    /// Asked before it ends; of a multi-instance activity once per instance.
    pub end: Box<[Listener]>,
    /// Of a multi-instance activity: asked once, before it finds out what it runs over.
    pub before_all: Box<[Listener]>,
    /// Of a process: asked when everything in a terminated instance has ended.
    pub cancel: Box<[Listener]>,
}

impl ExecutionListeners {
    /// True if somebody listens to the beginning or the end.
    pub(crate) fn hears_each(&self) -> bool {
        !(self.start.is_empty() && self.end.is_empty())
    }
}
