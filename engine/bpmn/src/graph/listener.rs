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

/// The listeners to the beginning and the end of an element, each in document order.
#[derive(Clone, Debug, Default)]
pub struct ExecutionListeners {
    pub start: Box<[Listener]>,
    pub end: Box<[Listener]>,
}
