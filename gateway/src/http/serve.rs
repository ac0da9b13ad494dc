//! The HTTP server and its routes.

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use broker_api::Broker;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use super::problem::Problem;
use super::{clock, connections, health, v2};
use crate::config::Waits;
use crate::io::Acceptor;
use crate::limits::HTTP_BODY_MAX;

/// The paths of the server's own routes, as metrics name them.
const PATHS: [&str; 6] =
    ["/health/live", "/health/ready", "/metrics", "/clock/add", "/clock/pin", "/clock"];

/// What the routes share.
#[derive(Debug, Clone)]
pub(super) struct Http {
    pub(super) broker: Arc<dyn Broker>,
    pub(super) waits: Waits,
    pub(super) stopping: CancellationToken,
}

/// Serves until it is told to stop and its requests have ended.
pub(crate) async fn run(
    broker: Arc<dyn Broker>,
    waits: Waits,
    acceptor: Acceptor,
    stopping: CancellationToken,
) {
    let http = Http { broker, waits, stopping: stopping.clone() };
    connections::serve(acceptor, routes(http), waits.head, stopping).await;
}

fn routes(http: Http) -> Router {
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/clock/add", post(clock::add))
        .route("/clock/pin", post(clock::pin))
        .route("/clock", delete(clock::reset))
        .merge(v2::routes())
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown)
        .layer(axum::middleware::from_fn_with_state(http.clone(), count))
        .layer(DefaultBodyLimit::max(HTTP_BODY_MAX))
        .with_state(http)
}

async fn unknown(uri: Uri) -> Problem {
    let detail = format!("There is nothing at '{}'.", uri.path());
    Problem::new(StatusCode::NOT_FOUND, detail, &uri)
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("'{}' does not answer {method}.", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail, &uri)
}

/// Counts requests by route and class of status: both closed sets.
async fn count(State(http): State<Http>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let mut known = PATHS.into_iter().chain(v2::paths());
    let call = known.find(|it| path == Some(*it)).unwrap_or("other");
    let response = next.run(request).await.into_response();
    let status = match response.status().as_u16() {
        200..=299 => "2xx",
        400..=499 => "4xx",
        500..=599 => "5xx",
        _ => "other",
    };
    http.broker.metrics().requests.count(call, status);
    response
}
