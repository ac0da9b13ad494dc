//! What a client may ask of the gateway at once. Limits of the broker are its own.

use std::time::Duration;

/// `message-size-max`: bytes of one gRPC message, in either direction.
pub const MESSAGE_SIZE_MAX: usize = 4 * 1024 * 1024;

/// `requests-per-connection-max`: calls that one connection has open at the same time.
///
/// A client that wants more waits; HTTP/2 tells it so.
pub const REQUESTS_PER_CONNECTION_MAX: u32 = 1_024;

/// `header-size-max`: bytes of the headers of one request.
pub const HEADER_SIZE_MAX: u32 = 16 * 1024;

/// `connections-max`: connections that are open at the same time, gRPC and HTTP apart.
///
/// Further ones wait in the operating system's queue.
pub const CONNECTIONS_MAX: usize = 10_000;

/// `resets-pending-max`: calls a client may have reset before the server has dealt with them.
///
/// Beyond it the connection is closed: the client is attacking or broken (CVE-2023-44487).
pub const RESETS_PENDING_MAX: usize = 64;

/// `stream-credit`: jobs that may be under way to the worker of one job stream.
pub const STREAM_CREDIT: u32 = 32;

/// `http-body-max`: bytes of one HTTP request's body.
pub const HTTP_BODY_MAX: usize = 64 * 1024;

/// `metadata-value-max`: bytes of one value that the gateway keeps of a request's metadata.
pub const METADATA_VALUE_MAX: usize = 256;

/// `status-text-max`: bytes of a status text, as it is encoded in the header of an answer.
///
/// Common clients refuse answers whose headers exceed 8 KiB, and would hide the text altogether.
pub const STATUS_TEXT_MAX: usize = 6 * 1024;

/// `request-timeout-max`: the longest wait a request may ask for. Longer ones are cut.
pub const REQUEST_TIMEOUT_MAX: Duration = Duration::from_hours(24);

/// `request-receive-max`: how long a client may take to send its request.
pub const REQUEST_RECEIVE_MAX: Duration = Duration::from_secs(20);
