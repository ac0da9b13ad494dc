//! The steps of a work item that are still to be done, oldest first.

use super::step::Step;
use record::Key;
use std::collections::VecDeque;
use std::sync::Arc;
use value::wire::Message as _;

/// Steps that are still to be done.
///
/// Those that were stored are read when their turn comes: of thousands an entry does a few hundred,
/// and stores the others again as they were.
#[derive(Debug, Default)]
pub(crate) struct Queue(VecDeque<Queued>);

#[derive(Debug)]
enum Queued {
    Made(Step),
    Stored(Arc<[u8]>),
}

impl Queued {
    fn into_step(self) -> Step {
        match self {
            Self::Made(step) => step,
            Self::Stored(bytes) => read(&bytes),
        }
    }

    fn into_bytes(self) -> Arc<[u8]> {
        match self {
            Self::Made(step) => step.to_bytes().into(),
            Self::Stored(bytes) => bytes,
        }
    }
}

/// Reads a stored step.
pub(crate) fn read(bytes: &[u8]) -> Step {
    Step::from_bytes(bytes)
        .expect("steps are written by this engine, and rows are checked when they are read")
}

impl Queue {
    /// Puts a step at the end.
    pub(crate) fn push(&mut self, step: Step) {
        self.0.push_back(Queued::Made(step));
    }

    /// Puts a step before all others.
    pub(crate) fn push_front(&mut self, step: Step) {
        self.0.push_front(Queued::Made(step));
    }

    /// Puts stored steps at the end.
    pub(crate) fn push_stored(&mut self, steps: &[Arc<[u8]>]) {
        self.0.extend(steps.iter().cloned().map(Queued::Stored));
    }

    /// Takes the oldest step.
    pub(crate) fn pop(&mut self) -> Option<Step> {
        self.0.pop_front().map(Queued::into_step)
    }

    /// The instance that the oldest step works on, if it is one's.
    pub(crate) fn instance(&self) -> Key {
        match self.0.front() {
            None => Key::NONE,
            Some(Queued::Made(step)) => step.instance(),
            Some(Queued::Stored(bytes)) => read(bytes).instance(),
        }
    }

    /// True when nothing is left to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets all steps.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes all steps as they are stored.
    pub(crate) fn take_stored(&mut self) -> Vec<Arc<[u8]>> {
        std::mem::take(&mut self.0).into_iter().map(Queued::into_bytes).collect()
    }

    /// Takes the steps of some instances, in order.
    pub(crate) fn take_of(&mut self, instances: &[Key]) -> Vec<Step> {
        let is_of = |step: &Step| instances.contains(&step.instance());
        let all = std::mem::take(&mut self.0).into_iter().map(Queued::into_step);
        let (taken, left): (Vec<_>, Vec<_>) = all.partition(is_of);
        self.0 = left.into_iter().map(Queued::Made).collect();
        taken
    }
}
