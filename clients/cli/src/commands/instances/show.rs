//! `baton instances show`: one instance, from the record segments.

use std::path::Path;

use client::Key;

use crate::failure::{Exit, Failure};
use crate::history::instance::Instance;
use crate::history::models::Models;
use crate::history::source::Source;
use crate::output::Output;

mod json;
mod text;

/// Shows an instance.
pub(super) fn run(key: Key, data: &Path, output: &mut Output) -> Result<(), Failure> {
    let mut instance = Instance::new(record::Key::from_i64(key));
    let mut models = Models::default();
    Source::open(data, None)?.for_each(|record| {
        instance.apply(record);
        models.apply(record);
    })?;
    if !instance.is_known() {
        let text = format!("There is no process instance '{key}' in '{}'.", data.display());
        return Err(Failure::new(Exit::NotFound, text)
            .hint("The records of the instance may have been removed with their age."));
    }
    let names = models.names(instance.origin.definition);
    output.answer(|| json::instance(&instance, &names), || text::instance(&instance, &names))?;
    Ok(())
}

#[cfg(test)]
mod tests;
