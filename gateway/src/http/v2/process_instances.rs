//! Process instances: suspend and resume.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use record::{CommandBody, CommandIntent, ResumeInstance, SuspendInstance};

use super::super::problem::Problem;
use super::super::serve::Http;
use super::answer::{key, submit};
use super::fields::Fields;
use super::payload::{PathPart, Payload};

const SUSPENSION: &str = "/v2/process-instances/{processInstanceKey}/suspension";
const RESUMPTION: &str = "/v2/process-instances/{processInstanceKey}/resumption";

/// The paths of this module.
pub(super) const PATHS: [&str; 2] = [SUSPENSION, RESUMPTION];

/// The routes of this module.
pub(super) fn routes() -> Router<Http> {
    Router::new().route(SUSPENSION, post(suspend)).route(RESUMPTION, post(resume))
}

type Answer = Result<StatusCode, Problem>;

async fn suspend(State(http): State<Http>, PathPart(part): PathPart, payload: Payload) -> Answer {
    let (partition, instance) = key(&http, &part, "process instance", &payload.uri)?;
    let payload = referring(payload)?;
    let intent = CommandIntent::ProcessInstanceSuspend;
    let body = CommandBody::SuspendInstance(SuspendInstance { instance });
    submit(&http, partition, payload, intent, body).await
}

async fn resume(State(http): State<Http>, PathPart(part): PathPart, payload: Payload) -> Answer {
    let (partition, instance) = key(&http, &part, "process instance", &payload.uri)?;
    let payload = referring(payload)?;
    let intent = CommandIntent::ProcessInstanceResume;
    let body = CommandBody::ResumeInstance(ResumeInstance { instance });
    submit(&http, partition, payload, intent, body).await
}

/// A body may be absent, null, or carry the caller's `operationReference`, by which it finds the
/// records of the command.
fn referring(mut payload: Payload) -> Result<Payload, Problem> {
    let Payload { body, uri, envelope } = &mut payload;
    let body = if body.trim_ascii() == b"null" { b"".as_slice() } else { body };
    let mut fields = Fields::optional(body, uri)?;
    let reference: Option<i64> = fields.take("operationReference")?;
    fields.finish()?;
    match reference.map(u64::try_from) {
        None => {}
        Some(Ok(reference)) if reference > 0 => envelope.operation_reference = reference,
        Some(_) => {
            let detail = "The value for 'operationReference' must be at least 1.";
            return Err(Problem::invalid(detail, uri));
        }
    }
    Ok(payload)
}
