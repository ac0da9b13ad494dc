//! Deployments, in the rpc of today and in that of old clients, and their end.

use proto::gateway as wire;
use record::{CommandBody, CommandIntent, DeleteResource, Deployed, Envelope, Reply};
use tonic::{Request, Response, Status};

use super::call;
use super::service::{Answer, Service};
use crate::convert::{command, envelope, field, reply};
use crate::route;

/// Deploys files.
pub(super) async fn resources(
    service: &Service,
    request: Request<wire::DeployResourceRequest>,
) -> Answer<wire::DeployResourceResponse> {
    let envelope = envelope::of(request.metadata())?;
    let request = request.into_inner();
    field::tenant(&request.tenant_id)?;
    let files = request.resources.into_iter().map(|it| (it.name, it.content));
    let deployed = deploy(service, envelope, command::resources(files)?).await?;
    Ok(Response::new(reply::deployed(&deployed)))
}

/// Deploys processes, for old clients.
pub(super) async fn processes(
    service: &Service,
    request: Request<wire::DeployProcessRequest>,
) -> Answer<wire::DeployProcessResponse> {
    let envelope = envelope::of(request.metadata())?;
    let files = request.into_inner().processes.into_iter().map(|it| (it.name, it.definition));
    let deployed = deploy(service, envelope, command::resources(files)?).await?;
    Ok(Response::new(reply::processes_deployed(&deployed)))
}

/// Deletes something deployed.
pub(super) async fn delete(
    service: &Service,
    request: Request<wire::DeleteResourceRequest>,
) -> Answer<wire::DeleteResourceResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::ResourceDeletionDelete;
    let number = request.get_ref().resource_key;
    field::unsupported(request.get_ref().delete_history.unwrap_or(false), "deleteHistory")?;
    let (partition, resource) = route::by_key(&*service.broker, number, "resource", intent)?;
    let body = CommandBody::DeleteResource(DeleteResource { resource });
    reply::accepted(call::submit(service, partition, envelope, intent, body).await?)?;
    let resource_key = number.to_string();
    Ok(Response::new(wire::DeleteResourceResponse { resource_key, batch_operation: None }))
}

async fn deploy(
    service: &Service,
    envelope: Envelope,
    resources: Vec<broker_api::Resource>,
) -> Result<Deployed, Status> {
    let pending = service.broker.deploy(envelope, resources);
    let intent = CommandIntent::DeploymentCreate;
    match call::await_reply(pending, intent, service.waits.command).await? {
        Reply::Deployed(deployed) => Ok(deployed),
        other => Err(reply::unexpected(&other)),
    }
}
