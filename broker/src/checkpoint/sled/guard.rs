//! Calls into sled: panics become errors, errors name what was being done.

use std::cell::Cell;
use std::io::{Error, ErrorKind};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;

use super::super::error::{self, BaseCause};
use crate::io::{self, Trouble};

thread_local! {
    /// Whether this thread is in a call whose panic becomes an error.
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics that become errors away from the standard error: the error says all, and the
/// words of a panic look like a defect of the server. All others are told as before.
fn quietly<T>(run: impl FnOnce() -> T) -> std::thread::Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |it| {
            if IS_GUARDED.get() {
                let place = it.location().map(ToString::to_string).unwrap_or_default();
                tracing::debug!(place, "a call of the base panicked");
            } else {
                others(it);
            }
        }));
    });
    let before = IS_GUARDED.replace(true);
    // Nothing of ours is left half changed: the caller drops the base after any error.
    let done = catch_unwind(AssertUnwindSafe(run));
    IS_GUARDED.set(before);
    done
}

/// Runs one call. sled must not be used again after an error.
pub(super) fn call<T>(
    path: &Path,
    doing: &'static str,
    run: impl FnOnce() -> sled::Result<T>,
) -> Result<T, error::Error> {
    let (reason, cause) = match quietly(run) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(sled::Error::Io(error))) => of_io(&error),
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
            // It panics where it cannot return an error of the operating system.
            let refused = io::origin_in(&panic).map(|origin| of_io(&origin));
            refused.filter(|(_, cause)| *cause != BaseCause::Other).unwrap_or_else(|| {
                let hint =
                    "if the disk is sound, one of its files 'db', 'conf' and 'snap.*' is damaged";
                (format!("{panic}; {hint}"), BaseCause::Other)
            })
        }
    };
    Err(error::Error::Base { path: path.to_owned(), doing, reason, cause })
}

fn of_io(error: &Error) -> (String, BaseCause) {
    let origin = io::origin(error);
    let is_held = origin.as_ref().is_none_or(|it| it.kind() == ErrorKind::WouldBlock);
    // sled has no kind of its own for it.
    if is_held && error.to_string().contains("could not acquire lock") {
        return ("another process has it open".to_owned(), BaseCause::Locked);
    }
    let reason = origin.as_ref().unwrap_or(error).to_string();
    match Trouble::of(error) {
        // It ends too early, or what it holds leads to where nothing is.
        Trouble::Contents => {
            let hint = "one of its files 'db', 'conf' and 'snap.*' is damaged";
            (format!("{reason}; {hint}"), BaseCause::Other)
        }
        trouble => (reason, BaseCause::Refused(trouble)),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("it panicked: {}", text.unwrap_or_else(|| "without a text".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentence::RESTORE;

    /// As sled makes it for whoever comes after the first.
    fn copy_of(error: &sled::Error) -> sled::Error {
        error.clone()
    }

    fn told(run: impl FnOnce() -> sled::Result<()>) -> (String, String, bool) {
        let error = call(Path::new("base"), "open", run).expect_err("it fails");
        let out_of_space = error.is_out_of_space();
        (error.to_string(), error.way_out().to_owned(), out_of_space)
    }

    #[test]
    fn what_the_operating_system_refuses_is_no_damage() {
        for (code, way_out) in [
            (5, "Check the disk, then start again."),
            (13, "Check the disk, then start again."),
            (24, "Raise the limit of open files (ulimit -n), then start again."),
            (28, "Free some space, then start again."),
        ] {
            let plain = || Error::from_raw_os_error(code);
            let said = format!("open in the base 'base': {}", plain());
            let expected = (said, way_out.to_owned(), code == 28);
            assert_eq!(told(|| Err(sled::Error::Io(plain()))), expected);
            // sled keeps the first error, and gives copies of it from then on.
            assert_eq!(told(|| Err(copy_of(&sled::Error::Io(plain())))), expected);
            assert_eq!(told(|| panic!("called `unwrap()` on: Io({:?})", plain())), expected);
        }
    }

    #[test]
    fn a_file_that_ends_too_early_or_is_gone_is_damage() {
        for error in [Error::from(ErrorKind::UnexpectedEof), Error::from_raw_os_error(2)] {
            let (said, way_out, _) = told(|| Err(sled::Error::Io(error)));
            assert!(said.contains("is damaged"), "{said}");
            assert_eq!(way_out, RESTORE);
        }
        let (said, way_out, _) = told(|| panic!("index out of bounds"));
        assert!(said.contains("it panicked: index out of bounds; if the disk"), "{said}");
        assert_eq!(way_out, RESTORE);
    }

    #[test]
    fn another_process_is_told_from_a_disk_that_cannot_lock() {
        let locking = |code| {
            let cause = Error::from_raw_os_error(code);
            let text = format!("could not acquire lock on \"base\": {cause:?}");
            told(|| Err(sled::Error::Io(Error::other(text)))).1
        };
        assert_eq!(locking(11), "Stop the process that uses it, then start again.");
        assert_eq!(locking(5), "Check the disk, then start again.");
    }
}
