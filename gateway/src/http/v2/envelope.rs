//! Who asks and what for, from a request's headers.

use axum::http::{HeaderMap, Uri};
use proto::REASON_METADATA;
use record::Envelope;
use tonic::metadata::MetadataMap;

use super::super::problem::Problem;
use crate::convert;

/// The headers that say something about who asks: they mean what they mean as gRPC metadata.
const READ: [&str; 3] = ["idempotency-key", "traceparent", REASON_METADATA];

/// The envelope of a request. Whether it may have an idempotency key is asked when it is submitted.
pub(super) fn of(headers: &HeaderMap, uri: &Uri) -> Result<Envelope, Problem> {
    let read = headers.iter().filter(|(name, _)| READ.contains(&name.as_str()));
    let read: HeaderMap = read.map(|(name, value)| (name.clone(), value.clone())).collect();
    convert::envelope::keyed(&MetadataMap::from_headers(read))
        .map_err(|status| Problem::invalid(status.message(), uri))
}
