//! The files in which definitions were deployed, byte for byte.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use broker_api::Definition;

use super::super::problem::Problem;
use super::super::serve::Http;
use super::answer::{key, of_refusal};
use super::payload::PathPart;

const PROCESS: &str = "/v2/process-definitions/{processDefinitionKey}/xml";
const DECISION: &str = "/v2/decision-definitions/{decisionDefinitionKey}/xml";
const REQUIREMENTS: &str = "/v2/decision-requirements/{decisionRequirementsKey}/xml";

/// The paths of this module.
pub(super) const PATHS: [&str; 3] = [PROCESS, DECISION, REQUIREMENTS];

/// The routes of this module.
pub(super) fn routes() -> Router<Http> {
    Router::new()
        .route(PROCESS, get(process))
        .route(DECISION, get(decision))
        .route(REQUIREMENTS, get(requirements))
}

type Answer = Result<Response, Problem>;

async fn process(State(http): State<Http>, PathPart(key): PathPart, uri: Uri) -> Answer {
    xml(&http, Definition::Process, &key, &uri).await
}

async fn decision(State(http): State<Http>, PathPart(key): PathPart, uri: Uri) -> Answer {
    xml(&http, Definition::Decision, &key, &uri).await
}

async fn requirements(State(http): State<Http>, PathPart(key): PathPart, uri: Uri) -> Answer {
    xml(&http, Definition::DecisionRequirements, &key, &uri).await
}

async fn xml(http: &Http, definition: Definition, text: &str, uri: &Uri) -> Answer {
    let noun = match definition {
        Definition::Process => "process definition",
        Definition::Decision => "decision definition",
        Definition::DecisionRequirements => "decision requirements",
    };
    let (_, key) = key(http, text, noun, uri)?;
    let pending = http.broker.definition_file(definition, key);
    let file = match tokio::time::timeout(http.waits.command, pending).await {
        Ok(Ok(file)) => file,
        Ok(Err(refusal)) => return Err(of_refusal(&refusal, uri)),
        Err(_) => {
            let detail = format!(
                "The file was not read within {} ms. Try again.",
                http.waits.command.as_millis()
            );
            return Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, detail, uri));
        }
    };
    let Some(file) = file else {
        let detail = format!(
            "There is no {noun} with key '{text}'. Use a key that a deployment has answered."
        );
        return Err(Problem::new(StatusCode::NOT_FOUND, detail, uri));
    };
    let kind = HeaderValue::from_static("text/xml");
    Ok(([(header::CONTENT_TYPE, kind)], file.to_vec()).into_response())
}
