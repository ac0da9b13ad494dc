//! The test clock: moved forward, pinned, or set free, on every partition.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use broker_api::{Refusal, Request};
use record::{ChangeClock, ClockChange, CommandBody, Envelope, Millis, RejectionType, Reply};
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use super::serve::Http;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Add {
    offset_milli: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pin {
    epoch_milli: i64,
}

/// Log time after a change: of the partition that is furthest.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Now {
    epoch_milli: Millis,
}

/// Moves time forward.
pub(super) async fn add(State(http): State<Http>, uri: Uri, body: Bytes) -> Answer {
    check_controllable(&http, &uri)?;
    let Add { offset_milli } = read(&body, "{\"offsetMilli\": 60000}", &uri)?;
    if offset_milli < 0 {
        let detail = format!(
            "The field 'offsetMilli' cannot be {offset_milli}: time only goes forward. \
             Use 0 or more."
        );
        return Err(Problem::new(StatusCode::BAD_REQUEST, detail, &uri));
    }
    change(&http, &uri, ClockChange::Add, offset_milli).await
}

/// Lets time stand still at a value.
pub(super) async fn pin(State(http): State<Http>, uri: Uri, body: Bytes) -> Answer {
    check_controllable(&http, &uri)?;
    let Pin { epoch_milli } = read(&body, "{\"epochMilli\": 1767225600000}", &uri)?;
    change(&http, &uri, ClockChange::Pin, epoch_milli).await
}

/// Lets time run on from where it is.
pub(super) async fn reset(State(http): State<Http>, uri: Uri) -> Answer {
    check_controllable(&http, &uri)?;
    change(&http, &uri, ClockChange::Reset, 0).await
}

type Answer = Result<Json<Now>, Problem>;

fn check_controllable(http: &Http, uri: &Uri) -> Result<(), Problem> {
    if http.broker.health().clock_is_controllable {
        return Ok(());
    }
    let detail = "The clock of this server cannot be moved. \
                  Start it with '--clock controllable', for tests and demos only.";
    Err(Problem::new(StatusCode::NOT_FOUND, detail, uri))
}

fn read<T: for<'a> Deserialize<'a>>(body: &[u8], example: &str, uri: &Uri) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let detail = format!("The body must be JSON such as {example}; {error}.");
        Problem::new(StatusCode::BAD_REQUEST, detail, uri)
    })
}

async fn change(http: &Http, uri: &Uri, change: ClockChange, value: Millis) -> Answer {
    let mut latest = Millis::MIN;
    for partition in http.broker.partitions() {
        let pending = http.broker.submit(Request {
            partition,
            envelope: Envelope::default(),
            body: CommandBody::ChangeClock(ChangeClock { change, value }),
        });
        let reply = tokio::time::timeout(http.waits.command, pending).await;
        latest = latest.max(now(reply, uri)?);
    }
    Ok(Json(Now { epoch_milli: latest }))
}

/// Log time in a reply, or the problem it tells of.
fn now(
    reply: Result<Result<Reply, Refusal>, tokio::time::error::Elapsed>,
    uri: &Uri,
) -> Result<Millis, Problem> {
    match reply {
        Ok(Ok(Reply::ClockChanged(changed))) => Ok(changed.now),
        Ok(Ok(Reply::Rejected(rejection))) => {
            let status = match rejection.kind {
                RejectionType::InvalidArgument => StatusCode::BAD_REQUEST,
                RejectionType::NotFound => StatusCode::NOT_FOUND,
                RejectionType::AlreadyExists | RejectionType::InvalidState => StatusCode::CONFLICT,
                RejectionType::ProcessingError => StatusCode::INTERNAL_SERVER_ERROR,
                RejectionType::ResourceExhausted => StatusCode::SERVICE_UNAVAILABLE,
            };
            Err(Problem::new(status, &*rejection.reason, uri))
        }
        Ok(Ok(_)) => {
            let detail = "Baton has a defect: the command was answered with another's reply.";
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail, uri))
        }
        Ok(Err(
            refused @ (Refusal::LimitReached { .. }
            | Refusal::NoSpace { .. }
            | Refusal::TooLarge { .. }),
        )) => {
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, refused.to_string(), uri);
            Err(problem.titled("RESOURCE_EXHAUSTED"))
        }
        Ok(Err(Refusal::InvalidArgument { reason })) => {
            Err(Problem::new(StatusCode::BAD_REQUEST, reason, uri))
        }
        Ok(Err(refused)) => {
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, refused.to_string(), uri))
        }
        Err(_) => {
            let detail = "The clock was not changed in time. It may still be changed.";
            Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, detail, uri))
        }
    }
}
