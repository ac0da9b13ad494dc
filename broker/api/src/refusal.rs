//! Why a broker did not take a request. Nothing was changed, unless the variant says otherwise.

use record::PartitionId;

/// Why a broker did not take a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A named limit is reached.
    #[error("The limit '{limit}' of {max} is reached: {reason}")]
    LimitReached {
        /// The limit's name, as configuration and metrics call it.
        limit: &'static str,
        /// Its value.
        max: u64,
        /// What was refused, and the way out.
        reason: String,
    },
    /// The request is larger than the message limit.
    #[error(
        "The request has {size_bytes} bytes; the limit 'message-size-max' is {max_bytes} bytes. Send less at once."
    )]
    TooLarge {
        /// Its size.
        size_bytes: u64,
        /// The limit.
        max_bytes: u64,
    },
    /// The partition does not exist.
    #[error("There is no partition {partition}.")]
    NoPartition {
        /// The partition asked for.
        partition: PartitionId,
    },
    /// The disk took less than the partition had to write before it takes more.
    #[error("Partition {partition} takes no commands: {reason}")]
    NoSpace {
        /// The partition.
        partition: PartitionId,
        /// What could not be written, and the way out.
        reason: String,
    },
    /// The partition cannot commit now.
    #[error("Partition {partition} cannot take commands now: {reason}")]
    Unavailable {
        /// The partition.
        partition: PartitionId,
        /// Why, and what will end it.
        reason: String,
    },
    /// The resources are not valid; all problems are listed.
    #[error("{text}")]
    InvalidResources {
        /// One line per problem, grouped by resource.
        text: String,
    },
    /// The argument is not valid.
    #[error("{reason}")]
    InvalidArgument {
        /// Names the value at fault and the way out.
        reason: String,
    },
    /// It cannot be done as things are.
    #[error("{reason}")]
    InvalidState {
        /// Names what stands against it, and the way out.
        reason: String,
    },
    /// The connection to the leader broke while the request was under way: it may have been applied.
    #[error("The request was under way when the connection broke; it may have been applied.")]
    Interrupted,
    /// The process is stopping.
    #[error("The server is stopping. Try another node, or again later.")]
    Stopping,
}

impl Refusal {
    /// Whether it is for want of room, which comes again: callers slow down and try later.
    pub fn is_exhausted(&self) -> bool {
        matches!(self, Self::LimitReached { .. } | Self::NoSpace { .. })
    }
}
