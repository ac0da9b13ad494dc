//! Why an evaluation has no result.

use std::fmt;

/// What of a budget ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// [`Limits::steps`](crate::Limits::steps).
    Steps,
    /// [`Limits::bytes`](crate::Limits::bytes).
    Bytes,
    /// [`Limits::depth`](crate::Limits::depth), of calls or values; only by the first edition.
    Depth,
    /// [`Limits::depth`](crate::Limits::depth): how many calls wait for each other.
    Calls,
    /// How many operations wait for each other, those of the calls around them too: five for each
    /// level of [`Limits::depth`](crate::Limits::depth).
    Operations,
    /// How deep values are nested; a fixed limit.
    Values,
    /// How often a regular expression may go back for one match; a fixed limit.
    Backtracks,
}

/// Why an evaluation has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// `assert` found its condition not fulfilled.
    Assert {
        /// The cause it was given.
        message: String,
    },
    /// A function that the caller brought has no result.
    Function {
        /// Why.
        message: String,
    },
    /// A regular expression that stands in the expression is not supported: see
    /// [`Program::compile_accepted`](crate::Program::compile_accepted).
    Pattern {
        /// Which one, and why.
        message: String,
    },
    /// A budget ran out.
    Budget {
        /// Which one.
        resource: Resource,
        /// How much there was.
        limit: u64,
        /// Where in a function of the caller, outermost first; empty outside of one.
        place: Box<str>,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (resource, limit) = match self {
            Self::Assert { message } | Self::Function { message } | Self::Pattern { message } => {
                return f.write_str(message);
            }
            Self::Budget { resource, limit, place } => {
                if !place.is_empty() {
                    write!(f, "{place}: ")?;
                }
                (resource, limit)
            }
        };
        match resource {
            Resource::Steps => write!(f, "The expression takes more than {limit} steps"),
            Resource::Bytes => {
                write!(f, "The expression creates more than {limit} bytes of values")
            }
            Resource::Depth => {
                write!(f, "The expression nests calls or values more than {limit} levels deep")
            }
            Resource::Calls => {
                write!(f, "The expression nests calls more than {limit} levels deep")
            }
            Resource::Operations => write!(
                f,
                "The expression and the calls in it nest more than {limit} operations in each other"
            ),
            Resource::Values => {
                write!(f, "The expression nests values more than {limit} levels deep")
            }
            Resource::Backtracks => {
                write!(f, "A regular expression goes back more than {limit} times for one match")
            }
        }
    }
}

impl std::error::Error for Failure {}
