//! What a command answers.

use crate::ctx::Refused;
use record::{Accepted, Reply};

/// What a command answers: at once, or later by what it began.
pub(super) enum Answer {
    Now(Reply),
    Later,
}

/// The answer of a command that has nothing to say.
pub(super) fn accepted() -> Result<Answer, Refused> {
    Ok(Answer::Now(Reply::Accepted(Accepted {})))
}
