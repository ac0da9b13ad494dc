//! Decisions: evaluate.

use proto::gateway as wire;
use record::{CommandBody, CommandIntent, Reply};
use tonic::{Request, Response};

use super::call::submit;
use super::service::{Answer, Service};
use crate::convert::{command, decision, envelope, reply};

/// Evaluates a deployed decision. One without a result is an answer, too.
pub(super) async fn evaluate(
    service: &Service,
    request: Request<wire::EvaluateDecisionRequest>,
) -> Answer<wire::EvaluateDecisionResponse> {
    let envelope = envelope::of(request.metadata())?;
    let body = command::evaluate_decision(request.get_ref())?;
    // Every partition knows all decisions.
    let partition = service.broker.partition_for_new_instance();
    let intent = CommandIntent::DecisionEvaluationEvaluate;
    let body = CommandBody::EvaluateDecision(body);
    match submit(service, partition, envelope, intent, body).await? {
        Reply::DecisionEvaluated(evaluated) => {
            let answer = decision::evaluated(&evaluated);
            reply::check_size(&answer)?;
            Ok(Response::new(answer))
        }
        other => Err(reply::unexpected(&other)),
    }
}
