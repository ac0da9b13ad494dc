//! Why an evaluation has no result, and where.

use feel::Failure;

/// A failure on its way out: each layer adds where it is.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) failure: Failure,
    /// Where, outermost first; empty at the place itself.
    pub(crate) place: String,
}

impl Trouble {
    /// Something that the model does not allow, such as two rules that match.
    pub(crate) fn new(message: String) -> Self {
        Self { failure: Failure::Function { message }, place: String::new() }
    }

    /// Adds where it happened.
    pub(crate) fn within(mut self, place: impl FnOnce() -> String) -> Self {
        let outer = place();
        self.place = if self.place.is_empty() { outer } else { format!("{outer}, {}", self.place) };
        self
    }

    /// The place and what is wrong there, as one sentence.
    pub(crate) fn message(&self) -> String {
        if self.place.is_empty() {
            self.failure.to_string()
        } else {
            format!("{}: {}", self.place, self.failure)
        }
    }

    /// The failure as a function answers it to the expression that called it.
    pub(crate) fn into_failure(self) -> Failure {
        match &self.failure {
            Failure::Function { .. } => Failure::Function { message: self.message() },
            Failure::Assert { .. } => Failure::Assert { message: self.message() },
            _ => self.failure,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self { failure, place: String::new() }
    }
}
