//! How much an evaluation may use, and how much stack that takes.

/// How much stack the thread of an evaluation needs for the deepest one, of [`Limits::DEPTH_MAX`]
/// levels and by any edition. Without optimisation a node takes up to 4 KiB and an invocation up to 8
/// more, which makes about 20 MiB; optimised it is a third. With the default of 200 levels it is a
/// fifth of that.
///
/// Only the part that an evaluation reaches is ever memory.
pub const STACK_BYTES: usize = 32 * 1024 * 1024;

/// Limits of a [`Budget`](crate::Budget).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many steps are taken at most: evaluated nodes, visited items.
    pub steps: u64,
    /// How many bytes of values are created at most.
    pub bytes: u64,
    /// How deep invocations of functions may be nested; values have a fixed limit.
    pub depth: u32,
}

impl Limits {
    /// The largest depth for which [`STACK_BYTES`] suffice.
    pub const DEPTH_MAX: u32 = 1_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 1_000_000, bytes: 16 * 1024 * 1024, depth: 200 }
    }
}
