//! The body of a request, with what must be known to tell what is wrong with it.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri, header};
use record::Envelope;

use super::super::problem::Problem;
use super::super::serve::Http;
use super::envelope;
use crate::limits::MESSAGE_SIZE_MAX;

/// A request apart from its path.
#[derive(Debug)]
pub(super) struct Payload {
    /// Who asks.
    pub(super) envelope: Envelope,
    /// Where: problems name it.
    pub(super) uri: Uri,
    /// JSON, perhaps.
    pub(super) body: Bytes,
}

impl FromRequest<Http> for Payload {
    type Rejection = Problem;

    async fn from_request(request: Request, http: &Http) -> Result<Self, Problem> {
        let uri = request.uri().clone();
        let envelope = envelope::of(request.headers(), &uri)?;
        let kind = request.headers().get(header::CONTENT_TYPE).cloned();
        let Ok(body) = Bytes::from_request(request, http).await else {
            let detail = format!(
                "The body cannot be read, or exceeds the limit 'message-size-max' of \
                 {MESSAGE_SIZE_MAX} bytes. Send less at once."
            );
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail, &uri));
        };
        if let Some(kind) = kind.filter(|_| !body.is_empty()) {
            let kind = kind.to_str().unwrap_or_default();
            let name = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            if name != "application/json" && !name.ends_with("+json") {
                let detail = format!("The content type '{kind}' is not known. Send JSON.");
                return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail, &uri));
            }
        }
        Ok(Self { envelope, uri, body })
    }
}

/// The one part of the path that is not fixed.
#[derive(Debug)]
pub(super) struct PathPart(pub(super) String);

impl FromRequestParts<Http> for PathPart {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, http: &Http) -> Result<Self, Problem> {
        let found = Path::<String>::from_request_parts(parts, http).await;
        found
            .map(|Path(part)| Self(part))
            .map_err(|_| Problem::bad_request("A part of the path is not text.", &parts.uri))
    }
}
