//! Conditional start events.

use proto::gateway as wire;
use record::{CommandBody, CommandIntent, Key, Reply};
use tonic::{Request, Response};

use super::call::submit;
use super::service::{Answer, Service};
use crate::convert::{command, envelope, reply};

/// Evaluates the conditional start events of processes.
pub(super) async fn evaluate(
    service: &Service,
    request: Request<wire::EvaluateConditionalRequest>,
) -> Answer<wire::EvaluateConditionalResponse> {
    let envelope = envelope::of(request.metadata())?;
    let body = command::evaluate_conditional(request.get_ref())?;
    // The instances that it starts live where it is evaluated, so that takes turns.
    let partition = service.broker.partition_for_new_instance();
    let intent = CommandIntent::ConditionalEvaluationEvaluate;
    let body = CommandBody::EvaluateConditional(body);
    match submit(service, partition, envelope, intent, body).await? {
        Reply::ConditionalEvaluated(found) => {
            let reference = |definition: Key, instance: Key| wire::ProcessInstanceReference {
                process_definition_key: definition.as_i64(),
                process_instance_key: instance.as_i64(),
            };
            let started = found.started.iter().map(|it| reference(it.definition, it.instance));
            Ok(Response::new(wire::EvaluateConditionalResponse {
                process_instances: started.collect(),
                conditional_evaluation_key: found.key.as_i64(),
                tenant_id: record::DEFAULT_TENANT.to_owned(),
            }))
        }
        other => Err(reply::unexpected(&other)),
    }
}
