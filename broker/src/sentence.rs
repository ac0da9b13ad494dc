//! Errors as sentences: what happened with all its causes, and what to do.

use std::error::Error;

/// What to do about files that cannot be used any more: nothing less than a whole node is restored.
pub(crate) const RESTORE: &str =
    "Restore a backup with 'baton backup restore' into an empty folder.";

/// What happened with all its causes, each once, without a full stop.
pub(crate) fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // What is shown transparently is its own cause.
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text.truncate(text.trim_end_matches('.').len());
    text
}

/// What happened with all its causes, and what to do: a sentence, or nothing.
pub(crate) fn sentence(error: &dyn Error, way_out: &str) -> String {
    format!("{}. {way_out}", causes(error)).trim_end().to_owned()
}
