//! Calls into sled: panics become errors, errors name what was being done.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::super::Error;
use super::super::error::BaseCause;

/// Runs one call. sled must not be used again after an error.
pub(super) fn call<T>(
    path: &Path,
    doing: &'static str,
    run: impl FnOnce() -> sled::Result<T>,
) -> Result<T, Error> {
    // Nothing of ours is left half changed: the caller drops the base after any error.
    let (reason, cause) = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(sled::Error::Io(error))) => (error.to_string(), of_io(&error)),
        Ok(Err(sled::Error::Corruption { at, .. })) => {
            let reason = match at {
                Some(it) => format!("it is damaged at offset {} of its file 'db'", it.lid()),
                // sled does not say which.
                None => "one of its files 'db', 'conf' and 'snap.*' is damaged".to_owned(),
            };
            (reason, BaseCause::Damage)
        }
        // Its settings say something else than they did, or a page points where none may.
        Ok(Err(sled::Error::Unsupported(what))) => {
            let what = what.trim_end_matches('.');
            let reason = format!("one of its files 'conf' and 'db' is damaged; sled says: {what}");
            (reason, BaseCause::Other)
        }
        Ok(Err(error)) => (error.to_string(), BaseCause::Other),
        Err(panic) => {
            let panic = panic_text(panic.as_ref());
            let hint =
                "if the disk is sound, one of its files 'db', 'conf' and 'snap.*' is damaged";
            (format!("{panic}; {hint}"), BaseCause::Other)
        }
    };
    Err(Error::Base { path: path.to_owned(), doing, reason, cause })
}

fn of_io(error: &io::Error) -> BaseCause {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BaseCause::NoSpace,
        // sled has no kind of its own for it.
        _ if error.to_string().contains("could not acquire lock") => BaseCause::Locked,
        _ => BaseCause::Other,
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("it panicked: {}", text.unwrap_or_else(|| "without a text".to_owned()))
}
