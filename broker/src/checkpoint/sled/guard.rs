//! Calls into sled: panics become errors, errors name what was being done.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::super::Error;

/// Runs one call. sled must not be used again after an error.
pub(super) fn call<T>(
    path: &Path,
    doing: &'static str,
    run: impl FnOnce() -> sled::Result<T>,
) -> Result<T, Error> {
    // Nothing of ours is left half changed: the caller drops the base after any error.
    let (reason, is_out_of_space) = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(sled::Error::Io(error))) => {
            let kind = error.kind();
            let is_full = matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
            (error.to_string(), is_full)
        }
        Ok(Err(sled::Error::Corruption { at, .. })) => {
            let place = at.map(|it| format!(" at offset {} of its file 'db'", it.lid()));
            (format!("it is damaged{}", place.unwrap_or_default()), false)
        }
        Ok(Err(error)) => (error.to_string(), false),
        Err(panic) => (panic_text(panic.as_ref()), false),
    };
    Err(Error::Base { path: path.to_owned(), doing, reason, is_out_of_space })
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("it panicked: {}", text.unwrap_or_else(|| "without a text".to_owned()))
}
