//! Why an evaluation has no result, and where.

use feel::Failure;

/// How long a place may become; the innermost part gives way.
const PLACE_BYTES_MAX: usize = 1_000;

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
        // Functions that call each other would make it as long as they are deep.
        let inner = if self.place.len() > PLACE_BYTES_MAX { "…" } else { &self.place };
        self.place = if inner.is_empty() { outer } else { format!("{outer}, {inner}") };
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
            Failure::Budget { resource, limit, .. } => {
                let (resource, limit) = (*resource, *limit);
                Failure::Budget { resource, limit, place: self.place.into() }
            }
            _ => self.failure,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(mut failure: Failure) -> Self {
        // The layers around a function add to the place that it knows.
        let place = match &mut failure {
            Failure::Budget { place, .. } => std::mem::take(place).into(),
            _ => String::new(),
        };
        Self { failure, place }
    }
}
