//! What an evaluation is given, and what it costs: clock, zone, seed, variables and budget.

use std::fmt;

use jiff::tz::TimeZone;

use crate::warning::{Warning, WarningDetail};

/// Where expressions read variables.
pub trait Variables {
    /// The MessagePack of one variable, from the nearest scope that has it.
    fn get(&self, name: &str) -> Option<&[u8]>;
}

/// No variables at all, as for start timers.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoVariables;

impl Variables for NoVariables {
    fn get(&self, _name: &str) -> Option<&[u8]> {
        None
    }
}

/// Limits of a [`Budget`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many steps are taken at most: evaluated nodes, visited items.
    pub steps: u64,
    /// How many bytes of values are created at most.
    pub bytes: u64,
    /// How deep invocations of functions and values may be nested.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 1_000_000, bytes: 16 * 1024 * 1024, depth: 200 }
    }
}

/// What the evaluations of one work item may still use together.
#[derive(Debug, Clone)]
pub struct Budget {
    limits: Limits,
    steps_left: u64,
    bytes_left: u64,
}

impl Budget {
    /// A full budget.
    pub fn new(limits: Limits) -> Self {
        Self { limits, steps_left: limits.steps, bytes_left: limits.bytes }
    }

    /// The limits it started with.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How many steps were taken.
    pub fn steps_used(&self) -> u64 {
        self.limits.steps - self.steps_left
    }

    /// How many bytes were created.
    pub fn bytes_used(&self) -> u64 {
        self.limits.bytes - self.bytes_left
    }

    #[inline]
    pub(crate) fn step(&mut self) -> Result<(), Failure> {
        match self.steps_left.checked_sub(1) {
            Some(left) => {
                self.steps_left = left;
                Ok(())
            }
            None => Err(self.exceeded(Resource::Steps)),
        }
    }

    pub(crate) fn steps(&mut self, count: u64) -> Result<(), Failure> {
        match self.steps_left.checked_sub(count) {
            Some(left) => {
                self.steps_left = left;
                Ok(())
            }
            None => {
                self.steps_left = 0;
                Err(self.exceeded(Resource::Steps))
            }
        }
    }

    pub(crate) fn bytes(&mut self, count: u64) -> Result<(), Failure> {
        match self.bytes_left.checked_sub(count) {
            Some(left) => {
                self.bytes_left = left;
                Ok(())
            }
            None => {
                self.bytes_left = 0;
                Err(self.exceeded(Resource::Bytes))
            }
        }
    }

    #[cold]
    pub(crate) fn exceeded(&self, resource: Resource) -> Failure {
        let limit = match resource {
            Resource::Steps => self.limits.steps,
            Resource::Bytes => self.limits.bytes,
            Resource::Depth => u64::from(self.limits.depth),
        };
        Failure::Budget { resource, limit }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

/// The surroundings of an evaluation. The clock does not move during one.
#[derive(Debug)]
pub struct Env<'a> {
    /// Milliseconds since 1970 in UTC.
    pub now_ms: i64,
    /// The zone of `now()` and of what has none.
    pub zone: &'a TimeZone,
    /// Where `random number()` and `uuid()` draw from; advances with each draw.
    pub seed: u64,
    /// Shared by all evaluations of one work item.
    pub budget: &'a mut Budget,
    /// What the evaluations found wrong without failing; at most [`WARNINGS_MAX`].
    pub warnings: Vec<Warning>,
}

/// How many warnings are kept; later ones are dropped.
pub const WARNINGS_MAX: usize = 64;

impl<'a> Env<'a> {
    /// Surroundings without warnings so far.
    pub fn new(now_ms: i64, zone: &'a TimeZone, seed: u64, budget: &'a mut Budget) -> Self {
        Self { now_ms, zone, seed, budget, warnings: Vec::new() }
    }

    pub(crate) fn warn(&mut self, detail: WarningDetail) {
        if self.warnings.len() < WARNINGS_MAX {
            self.warnings.push(Warning { detail });
        }
    }
}

/// What of a budget ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// [`Limits::steps`].
    Steps,
    /// [`Limits::bytes`].
    Bytes,
    /// [`Limits::depth`].
    Depth,
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
    /// A budget ran out.
    Budget {
        /// Which one.
        resource: Resource,
        /// How much there was.
        limit: u64,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assert { message } => f.write_str(message),
            Self::Budget { resource: Resource::Steps, limit } => {
                write!(f, "The expression takes more than {limit} steps")
            }
            Self::Budget { resource: Resource::Bytes, limit } => {
                write!(f, "The expression creates more than {limit} bytes of values")
            }
            Self::Budget { resource: Resource::Depth, limit } => {
                write!(f, "The expression nests calls or values more than {limit} levels deep")
            }
        }
    }
}

impl std::error::Error for Failure {}
