//! `/health/live`, `/health/ready` and `/metrics`.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use broker_api::{Health, Obstacle};
use serde::Serialize;

use super::serve::Http;

/// The content type of Prometheus text.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

#[derive(Serialize)]
struct Live {
    #[serde(rename = "live")]
    is_live: bool,
}

#[derive(Serialize)]
struct Readiness {
    #[serde(rename = "ready")]
    is_ready: bool,
    reasons: Vec<String>,
    /// `system` or `controllable`.
    clock: &'static str,
}

/// The process runs and answers.
pub(super) async fn live() -> Response {
    Json(Live { is_live: true }).into_response()
}

/// Whether commands can commit, and if not, why.
pub(super) async fn ready(State(http): State<Http>) -> Response {
    let health = look(&http);
    let (is_ready, reasons) = (health.is_ready, health.reasons);
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let clock = if health.clock_is_controllable { "controllable" } else { "system" };
    (status, Json(Readiness { is_ready, reasons, clock })).into_response()
}

/// All metrics as Prometheus text.
pub(super) async fn metrics(State(http): State<Http>) -> Response {
    // Whoever asks for metrics alone must not get the readiness of the last question for health.
    let health = look(&http);
    let metrics = http.broker.metrics();
    metrics.is_ready.store(u64::from(health.is_ready), Ordering::Relaxed);
    metrics.not_ready.set(&health.obstacles);
    ([(header::CONTENT_TYPE, PROMETHEUS)], metrics.render()).into_response()
}

/// The health of the broker, as this server has it: one that stops is not ready.
fn look(http: &Http) -> Health {
    let mut health = http.broker.health();
    if http.stopping.is_cancelled() {
        health.is_ready = false;
        health.reasons.push("The server is stopping.".to_owned());
        health.obstacles.push(Obstacle::Stopping);
    }
    health
}
