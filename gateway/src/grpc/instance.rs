//! Process instances: create, cancel, their messages, variables and incidents.

use broker_api::Refusal;
use proto::gateway as wire;
use record::{
    AssignBusinessId, CancelInstance, CommandBody, CommandIntent, CreateInstance, Envelope, Reply,
};
use std::time::Duration;
use tonic::{Code, Request, Response, Status};

use super::call::{self, submit};
use super::service::{Answer, Service};
use crate::convert::{command, deadline, envelope, migration, modification, reply};
use crate::{refusal, route};

/// Starts an instance.
pub(super) async fn create(
    service: &Service,
    request: Request<wire::CreateProcessInstanceRequest>,
) -> Answer<wire::CreateProcessInstanceResponse> {
    let envelope = envelope::keyed(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let body = command::create_instance(request.get_ref())?;
    let intent = CommandIntent::ProcessInstanceCreationCreate;
    match start(service, envelope, intent, body, (service.waits.command, call::MAY_BE_DONE)).await?
    {
        Reply::InstanceCreated(created) => Ok(Response::new(reply::instance_created(&created))),
        other => Err(reply::unexpected(&other)),
    }
}

/// Starts an instance and waits until it has ended. The instance goes on when the wait ends first.
pub(super) async fn create_with_result(
    service: &Service,
    request: Request<wire::CreateProcessInstanceWithResultRequest>,
) -> Answer<wire::CreateProcessInstanceWithResultResponse> {
    let envelope = envelope::keyed(request.metadata())?;
    let body = command::create_instance_with_result(request.get_ref())?;
    // A negative wait has no meaning here, so it counts as the default, too.
    let asked_ms = request.get_ref().request_timeout.max(0);
    let wait = deadline::wait(asked_ms, service.waits.result, None);
    let intent = CommandIntent::ProcessInstanceCreationCreateWithAwaitingResult;
    let consequence = "The instance goes on; ask for a longer 'requestTimeout' to see its end.";
    let started = start(service, envelope, intent, body, (wait, consequence));
    let reply = tokio::select! {
        reply = started => reply?,
        // The wait may be as long as the instance lives.
        () = service.stopping.cancelled() => {
            let text = "The server is stopping. If the instance was created, it goes on.";
            return Err(refusal::status(Code::Aborted, text));
        }
    };
    match reply {
        Reply::InstanceResult(result) => {
            let answer = reply::instance_result(&result);
            reply::check_size(&answer)?;
            Ok(Response::new(answer))
        }
        other => Err(reply::unexpected(&other)),
    }
}

/// Creates an instance on the next partition that takes it, or on the one that its business id or
/// its idempotency key names: the same id or key must come to the same place.
async fn start(
    service: &Service,
    envelope: Envelope,
    intent: CommandIntent,
    body: CreateInstance,
    (wait, consequence): (Duration, &str),
) -> Result<Reply, Status> {
    let started = tokio::time::Instant::now();
    let mut refused = Refusal::Stopping;
    let names = [&*body.labels.business_id, &*envelope.idempotency_key];
    let name = names.into_iter().find(|it| !it.is_empty());
    let chosen = name.map(|it| service.broker.partition_for_correlation_key(it));
    let tries = if chosen.is_some() { 1 } else { service.broker.partitions().len() };
    for _ in 0..tries {
        let partition = chosen.unwrap_or_else(|| service.broker.partition_for_new_instance());
        let pending = service.broker.submit(broker_api::Request {
            partition,
            envelope: envelope.clone(),
            body: CommandBody::CreateInstance(body.clone()),
        });
        let left = wait.saturating_sub(started.elapsed());
        match tokio::time::timeout(left, pending).await {
            Ok(Ok(Reply::Rejected(rejection))) => return Err(refusal::of_rejection(&rejection)),
            Ok(Ok(reply)) => return Ok(reply),
            // Nothing was done there, so another partition may do it. A full one weighs more than
            // one without leader: it tells the client to slow down.
            Ok(Err(next)) if next.is_exhausted() => refused = next,
            Ok(Err(next @ Refusal::Unavailable { .. })) => {
                if !refused.is_exhausted() {
                    refused = next;
                }
            }
            Ok(Err(other)) => return Err(refusal::of_refusal(&other, intent)),
            Err(_) => return Err(call::late(intent, wait, consequence)),
        }
    }
    Err(refusal::of_refusal(&refused, intent))
}

/// Ends a running instance.
pub(super) async fn cancel(
    service: &Service,
    request: Request<wire::CancelProcessInstanceRequest>,
) -> Answer<wire::CancelProcessInstanceResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::ProcessInstanceCancel;
    let number = request.get_ref().process_instance_key;
    let (partition, instance) =
        route::by_key(&*service.broker, number, "process instance", intent)?;
    let body = CommandBody::CancelInstance(CancelInstance { instance });
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::CancelProcessInstanceResponse {}))
}

/// Moves a running instance.
pub(super) async fn modify(
    service: &Service,
    request: Request<wire::ModifyProcessInstanceRequest>,
) -> Answer<wire::ModifyProcessInstanceResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::ProcessInstanceModificationModify;
    let number = request.get_ref().process_instance_key;
    let (partition, instance) =
        route::by_key(&*service.broker, number, "process instance", intent)?;
    let body = CommandBody::ModifyInstance(modification::modify(request.get_ref(), instance)?);
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::ModifyProcessInstanceResponse {}))
}

/// Lets a running instance go on by another definition.
pub(super) async fn migrate(
    service: &Service,
    request: Request<wire::MigrateProcessInstanceRequest>,
) -> Answer<wire::MigrateProcessInstanceResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::ProcessInstanceMigrationMigrate;
    let number = request.get_ref().process_instance_key;
    let (partition, instance) =
        route::by_key(&*service.broker, number, "process instance", intent)?;
    let body = CommandBody::MigrateInstance(migration::migrate(request.get_ref(), instance)?);
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::MigrateProcessInstanceResponse {}))
}

/// Gives a running instance a business id.
pub(super) async fn assign_business_id(
    service: &Service,
    request: Request<wire::AssignProcessInstanceBusinessIdRequest>,
) -> Answer<wire::AssignProcessInstanceBusinessIdResponse> {
    let envelope = envelope::of(request.metadata())?;
    let intent = CommandIntent::ProcessInstanceAssignBusinessId;
    let number = request.get_ref().process_instance_key;
    let (partition, instance) =
        route::by_key(&*service.broker, number, "process instance", intent)?;
    let business_id = request.get_ref().business_id.as_str().into();
    let body = CommandBody::AssignBusinessId(AssignBusinessId { instance, business_id });
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::AssignProcessInstanceBusinessIdResponse {}))
}

/// Lets an instance go on where an incident stopped it.
pub(super) async fn resolve_incident(
    service: &Service,
    request: Request<wire::ResolveIncidentRequest>,
) -> Answer<wire::ResolveIncidentResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::IncidentResolve;
    let number = request.get_ref().incident_key;
    let (partition, incident) = route::by_key(&*service.broker, number, "incident", intent)?;
    let body = CommandBody::ResolveIncident(record::ResolveIncident { incident });
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::ResolveIncidentResponse {}))
}

/// Writes variables into a scope.
pub(super) async fn set_variables(
    service: &Service,
    request: Request<wire::SetVariablesRequest>,
) -> Answer<wire::SetVariablesResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::VariableDocumentUpdate;
    let number = request.get_ref().element_instance_key;
    let (partition, scope) = route::by_key(&*service.broker, number, "element instance", intent)?;
    let body = CommandBody::SetVariables(command::set_variables(request.get_ref(), scope)?);
    match submit(service, partition, envelope, intent, body).await? {
        Reply::VariablesSet(set) => {
            Ok(Response::new(wire::SetVariablesResponse { key: set.key.as_i64() }))
        }
        other => Err(reply::unexpected(&other)),
    }
}

/// Publishes a message.
pub(super) async fn publish_message(
    service: &Service,
    request: Request<wire::PublishMessageRequest>,
) -> Answer<wire::PublishMessageResponse> {
    let envelope = envelope::keyed(request.metadata())?;
    let body = command::publish_message(request.get_ref())?;
    let partition = service.broker.partition_for_correlation_key(&body.correlation_key);
    let intent = CommandIntent::MessagePublish;
    let body = CommandBody::PublishMessage(body);
    match call::submit(service, partition, envelope, intent, body).await? {
        Reply::MessagePublished(published) => Ok(Response::new(wire::PublishMessageResponse {
            key: published.key.as_i64(),
            tenant_id: record::DEFAULT_TENANT.to_owned(),
        })),
        other => Err(reply::unexpected(&other)),
    }
}
