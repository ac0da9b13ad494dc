//! What an error of the operating system means for the person who reads it.

use std::io::{Error, ErrorKind};

use rustix::io::Errno;

/// What to do when a process may open no more files.
const RAISE_LIMIT: &str = "Raise the limit of open files (ulimit -n), then start again.";
/// What to do when there is no space.
const FREE_SPACE: &str = "Free some space, then start again.";
/// What to do when a disk refuses what it should do.
const CHECK_DISK: &str = "Check the disk, then start again.";

/// What an error of the operating system means. Only [`Trouble::Contents`] can be damage: after
/// any other the same files may be sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is no space.
    NoSpace,
    /// No more files may be open.
    OpenFiles,
    /// The disk, or who guards it, refuses.
    Refused,
    /// What was read led nowhere: a file ends too early or is gone, an offset is impossible.
    Contents,
}

impl Trouble {
    /// Judges an error, also one that a library wrapped in others or in text.
    pub fn of(error: &Error) -> Self {
        match code(error) {
            Some(code) => Self::of_code(code),
            None => Self::of_kind(error.kind()),
        }
    }

    fn of_code(code: i32) -> Self {
        match Errno::from_raw_os_error(code) {
            Errno::NOSPC | Errno::DQUOT | Errno::FBIG => Self::NoSpace,
            Errno::MFILE | Errno::NFILE => Self::OpenFiles,
            Errno::INVAL | Errno::NOENT | Errno::NOTDIR | Errno::ISDIR | Errno::OVERFLOW => {
                Self::Contents
            }
            _ => Self::Refused,
        }
    }

    fn of_kind(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::NoSpace
            }
            ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::ResourceBusy
            | ErrorKind::StaleNetworkFileHandle
            | ErrorKind::TimedOut
            | ErrorKind::Interrupted
            | ErrorKind::OutOfMemory => Self::Refused,
            _ => Self::Contents,
        }
    }

    /// What to do, in a sentence, where a disk was asked for something that it must do.
    pub fn way_out(self) -> &'static str {
        match self {
            Self::NoSpace => FREE_SPACE,
            Self::OpenFiles => RAISE_LIMIT,
            Self::Refused | Self::Contents => CHECK_DISK,
        }
    }
}

/// The error of the operating system behind another error, if there is one.
pub fn origin(error: &Error) -> Option<Error> {
    code(error).map(Error::from_raw_os_error)
}

/// The error of the operating system that a text tells of, as errors print themselves.
pub fn origin_in(text: &str) -> Option<Error> {
    code_in(text).map(Error::from_raw_os_error)
}

fn code(error: &Error) -> Option<i32> {
    if let Some(code) = error.raw_os_error() {
        return Some(code);
    }
    let mut inner: Option<&(dyn std::error::Error + 'static)> =
        error.get_ref().map(|it| it as &(dyn std::error::Error + 'static));
    while let Some(cause) = inner {
        if let Some(code) = cause.downcast_ref::<Error>().and_then(Error::raw_os_error) {
            return Some(code);
        }
        inner = cause.source();
    }
    // Whoever clones such an error keeps no more of it than its text.
    code_in(&error.to_string())
}

fn code_in(text: &str) -> Option<i32> {
    ["(os error ", "Os { code: "].iter().find_map(|before| {
        let (_, rest) = text.rsplit_once(before)?;
        let digits = rest.split(|it: char| !it.is_ascii_digit()).next()?;
        digits.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_judged_by_its_number_however_it_is_wrapped() {
        for (code, trouble) in [
            (5, Trouble::Refused),
            (13, Trouble::Refused),
            (30, Trouble::Refused),
            (24, Trouble::OpenFiles),
            (23, Trouble::OpenFiles),
            (28, Trouble::NoSpace),
            (122, Trouble::NoSpace),
            (2, Trouble::Contents),
            (22, Trouble::Contents),
        ] {
            let plain = || Error::from_raw_os_error(code);
            let told = plain().to_string();
            for error in [
                plain(),
                Error::other(plain()),
                Error::other(format!("{:?}", plain())),
                Error::other(format!("decode a record: {}", plain())),
                Error::new(plain().kind(), Error::other(plain())),
            ] {
                assert_eq!(Trouble::of(&error), trouble, "{error:?}");
                let origin = origin(&error).expect("there is one");
                assert_eq!(origin.to_string(), told);
            }
        }
    }

    #[test]
    fn without_a_number_only_what_the_kind_says_of_the_disk_counts() {
        let full = Error::from(ErrorKind::StorageFull);
        assert_eq!(Trouble::of(&full), Trouble::NoSpace);
        for kind in [ErrorKind::UnexpectedEof, ErrorKind::InvalidData, ErrorKind::Other] {
            let error = Error::new(kind, "checksum 7 differs");
            assert_eq!(Trouble::of(&error), Trouble::Contents);
            assert!(origin(&error).is_none());
        }
        assert!(origin_in("all is well (os error )").is_none());
    }
}
