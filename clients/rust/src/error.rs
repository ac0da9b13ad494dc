//! What can go wrong with a call.

use std::fmt;

use crate::connection::root_cause;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be used.
    #[error("'{address}' is no address of a server: {reason}. Write HOST:PORT.")]
    Address {
        /// As it was given.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no connection.
    #[error("No connection to '{address}': {reason}.")]
    Connect {
        /// The address.
        address: String,
        /// What the operating system says.
        reason: String,
    },
    /// The server answered with an error, or the call was cut.
    #[error("{message}")]
    Call {
        /// The kind.
        code: Code,
        /// The server's sentence.
        message: String,
    },
    /// No answer came in time. The request may have been carried out.
    #[error("No answer came within {waited_ms} ms; the request may have been carried out.")]
    NoAnswer {
        /// How long the client waited.
        waited_ms: u64,
    },
    /// Variables that are no object.
    #[error("Variables are a JSON object, but this is {found}.")]
    Variables {
        /// What was given.
        found: &'static str,
    },
    /// An idempotency key that cannot be sent.
    #[error("The idempotency key '{key}' must be 1 to 256 characters of ASCII, and not blank.")]
    IdempotencyKey {
        /// As it was given.
        key: String,
    },
    /// The server sent what cannot be understood.
    #[error("The server's answer cannot be understood: {reason}.")]
    Answer {
        /// What is wrong with it.
        reason: String,
    },
}

/// The status codes of gRPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The call was cancelled.
    Cancelled,
    /// Nothing is known.
    Unknown,
    /// The request is malformed.
    InvalidArgument,
    /// It was not done in time.
    DeadlineExceeded,
    /// What it is about does not exist.
    NotFound,
    /// What it would create exists.
    AlreadyExists,
    /// The caller may not do it.
    PermissionDenied,
    /// A limit was reached.
    ResourceExhausted,
    /// It cannot be done in the present state.
    FailedPrecondition,
    /// It was interrupted, and may have been carried out.
    Aborted,
    /// Past the end.
    OutOfRange,
    /// The server does not know how.
    Unimplemented,
    /// A defect of the server.
    Internal,
    /// The server cannot do it now.
    Unavailable,
    /// Data is lost.
    DataLoss,
    /// The caller is not known.
    Unauthenticated,
}

impl Error {
    /// The status code, if the server or the transport gave one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Call { code, .. } => Some(*code),
            Self::Connect { .. } => Some(Code::Unavailable),
            Self::NoAnswer { .. } => Some(Code::DeadlineExceeded),
            Self::Address { .. }
            | Self::Variables { .. }
            | Self::IdempotencyKey { .. }
            | Self::Answer { .. } => None,
        }
    }

    /// True if the same call may succeed later without any change.
    pub fn is_retryable(&self) -> bool {
        match self.code() {
            Some(
                Code::Unavailable
                | Code::ResourceExhausted
                | Code::DeadlineExceeded
                | Code::Aborted
                | Code::Cancelled,
            ) => true,
            Some(
                Code::Unknown
                | Code::InvalidArgument
                | Code::NotFound
                | Code::AlreadyExists
                | Code::PermissionDenied
                | Code::FailedPrecondition
                | Code::OutOfRange
                | Code::Unimplemented
                | Code::Internal
                | Code::DataLoss
                | Code::Unauthenticated,
            )
            | None => false,
        }
    }
}

impl Code {
    /// The name in the words of gRPC, such as `NOT_FOUND`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::Unknown => "UNKNOWN",
            Self::InvalidArgument => "INVALID_ARGUMENT",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::NotFound => "NOT_FOUND",
            Self::AlreadyExists => "ALREADY_EXISTS",
            Self::PermissionDenied => "PERMISSION_DENIED",
            Self::ResourceExhausted => "RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION",
            Self::Aborted => "ABORTED",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::Unimplemented => "UNIMPLEMENTED",
            Self::Internal => "INTERNAL",
            Self::Unavailable => "UNAVAILABLE",
            Self::DataLoss => "DATA_LOSS",
            Self::Unauthenticated => "UNAUTHENTICATED",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What it means that a server does not know a call.
const NOT_OFFERED: &str = "The server does not offer this call. It may be older than this client, \
    and calls of operators are offered only where gRPC listens on 127.0.0.1 alone.";

/// The connection ended before the server could answer.
fn cut() -> Error {
    let message = "The connection ended before the answer came; the request may have been \
                   carried out."
        .to_owned();
    Error::Call { code: Code::Aborted, message }
}

/// Translates what the transport reports.
pub(crate) fn of_status(status: &tonic::Status) -> Error {
    let transport = std::error::Error::source(status);
    let code = match status.code() {
        tonic::Code::Cancelled => Code::Cancelled,
        tonic::Code::InvalidArgument => Code::InvalidArgument,
        tonic::Code::DeadlineExceeded => Code::DeadlineExceeded,
        tonic::Code::NotFound => Code::NotFound,
        tonic::Code::AlreadyExists => Code::AlreadyExists,
        tonic::Code::PermissionDenied => Code::PermissionDenied,
        tonic::Code::ResourceExhausted => Code::ResourceExhausted,
        tonic::Code::FailedPrecondition => Code::FailedPrecondition,
        tonic::Code::Aborted => Code::Aborted,
        tonic::Code::OutOfRange => Code::OutOfRange,
        tonic::Code::Unimplemented => Code::Unimplemented,
        tonic::Code::Internal => Code::Internal,
        tonic::Code::Unavailable => Code::Unavailable,
        tonic::Code::DataLoss => Code::DataLoss,
        tonic::Code::Unauthenticated => Code::Unauthenticated,
        tonic::Code::Unknown if transport.is_some() => return cut(),
        tonic::Code::Unknown | tonic::Code::Ok => Code::Unknown,
    };
    let message = match (status.message(), transport) {
        (_, Some(cause)) if code == Code::Unavailable => {
            format!("There is no connection to the server: {}.", root_cause(cause))
        }
        ("", _) if code == Code::Unimplemented => NOT_OFFERED.to_owned(),
        ("", _) => format!("The call ended with {code}."),
        (message, _) => message.to_owned(),
    };
    Error::Call { code, message }
}
