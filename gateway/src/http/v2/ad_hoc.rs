//! What ad-hoc subprocesses are told to begin.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::routing::post;
use record::{ActivateActivity, ActivateAdHocActivities, CommandBody, CommandIntent};

use super::super::problem::Problem;
use super::super::serve::Http;
use super::answer::{key, submit};
use super::fields::Fields;
use super::payload::{PathPart, Payload};

const ACTIVATION: &str =
    "/v2/element-instances/ad-hoc-activities/{adHocSubProcessInstanceKey}/activation";

/// The paths of this module.
pub(super) const PATHS: [&str; 1] = [ACTIVATION];

/// The routes of this module.
pub(super) fn routes() -> Router<Http> {
    Router::new().route(ACTIVATION, post(activate))
}

async fn activate(
    State(http): State<Http>,
    PathPart(instance): PathPart,
    payload: Payload,
) -> Result<StatusCode, Problem> {
    let uri = &payload.uri;
    let (partition, element_instance) = key(&http, &instance, "ad-hoc subprocess", uri)?;
    let mut fields = Fields::required(&payload.body, uri)?;
    let elements = fields.objects("elements")?.unwrap_or_default();
    let cancel_remaining = fields.take("cancelRemainingInstances")?.unwrap_or(false);
    fields.finish()?;
    let activities =
        elements.into_iter().map(|it| activity(it, uri)).collect::<Result<Vec<_>, _>>()?;
    if activities.is_empty() {
        return Err(Problem::invalid("No elements provided. Name at least one to activate.", uri));
    }
    let command = ActivateAdHocActivities { element_instance, activities, cancel_remaining };
    let intent = CommandIntent::AdHocSubProcessInstructionActivate;
    submit(&http, partition, payload, intent, CommandBody::ActivateAdHocActivities(command)).await
}

fn activity(mut fields: Fields<'_>, uri: &Uri) -> Result<ActivateActivity, Problem> {
    let element_id: Option<String> = fields.take("elementId")?;
    let variables = fields.variables("variables")?;
    fields.finish()?;
    let Some(element_id) = element_id.filter(|it| !it.is_empty()) else {
        return Err(Problem::invalid("No elementId provided. Name each element to activate.", uri));
    };
    Ok(ActivateActivity { element_id: element_id.into(), variables })
}
