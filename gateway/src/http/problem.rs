//! Errors as `application/problem+json`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What went wrong with a request, as RFC 9457 says it.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    title: &'static str,
    detail: String,
    instance: String,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
}

impl Problem {
    /// A problem with the request for a path.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>, uri: &Uri) -> Self {
        let title = match status {
            StatusCode::BAD_REQUEST => "INVALID_ARGUMENT",
            StatusCode::NOT_FOUND => "NOT_FOUND",
            StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
            StatusCode::PAYLOAD_TOO_LARGE => "RESOURCE_EXHAUSTED",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "Unsupported Media Type",
            StatusCode::CONFLICT => "INVALID_STATE",
            StatusCode::SERVICE_UNAVAILABLE => "UNAVAILABLE",
            StatusCode::GATEWAY_TIMEOUT => "DEADLINE_EXCEEDED",
            _ => "INTERNAL_ERROR",
        };
        Self { status, title, detail: detail.into(), instance: uri.path().to_owned() }
    }

    /// The request is well-formed, but a value in it will not do.
    pub(super) fn invalid(detail: impl Into<String>, uri: &Uri) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail, uri)
    }

    /// The request cannot be read.
    pub(super) fn bad_request(detail: impl Into<String>, uri: &Uri) -> Self {
        Self::invalid(detail, uri).titled("Bad Request")
    }

    /// The same problem under another title.
    pub(super) fn titled(self, title: &'static str) -> Self {
        Self { title, ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Json(Body {
            r#type: "about:blank",
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            instance: &self.instance,
        });
        let mut response = (self.status, body).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
