//! Requests that the server answers over HTTP only.

use std::fmt::Display;

use proto::REASON_METADATA;
use tonic::metadata::BinaryMetadataValue;

use crate::address::{IdempotencyKey, Reason};
use crate::http::Request;

/// A request about what stands at a path below `/v2/`.
pub(super) fn request(
    method: &str,
    path: &str,
    body: Option<&dyn Display>,
    reason: &Reason,
) -> Request {
    let encoded = reason.text().map(|it| BinaryMetadataValue::from_bytes(it.as_bytes()));
    let header = encoded.map(|it| {
        let base64 = String::from_utf8_lossy(it.as_encoded_bytes()).into_owned();
        (REASON_METADATA, base64)
    });
    Request {
        line: format!("{method} /v2/{path}"),
        headers: header.into_iter().collect(),
        body: body.map(ToString::to_string).unwrap_or_default(),
    }
}

/// The same request with an idempotency key.
pub(super) fn once(mut request: Request, key: &IdempotencyKey) -> Request {
    request.headers.extend(key.text().map(|it| ("idempotency-key", it.to_owned())));
    request
}
