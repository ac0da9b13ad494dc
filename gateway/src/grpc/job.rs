//! What workers report about jobs they hold.

use proto::gateway as wire;
use record::{CommandBody, CommandIntent};
use tonic::{Request, Response};

use super::call::submit;
use super::service::{Answer, Service};
use crate::convert::{command, envelope, reply};
use crate::route;

/// A job's work is done.
pub(super) async fn complete(
    service: &Service,
    request: Request<wire::CompleteJobRequest>,
) -> Answer<wire::CompleteJobResponse> {
    let envelope = envelope::keyed(request.metadata())?;
    let intent = CommandIntent::JobComplete;
    let (partition, job) =
        route::by_key(&*service.broker, request.get_ref().job_key, "job", intent)?;
    let body = CommandBody::CompleteJob(command::complete_job(request.get_ref(), job)?);
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::CompleteJobResponse {}))
}

/// A job's work failed.
pub(super) async fn fail(
    service: &Service,
    request: Request<wire::FailJobRequest>,
) -> Answer<wire::FailJobResponse> {
    let envelope = envelope::of(request.metadata())?;
    let intent = CommandIntent::JobFail;
    let (partition, job) =
        route::by_key(&*service.broker, request.get_ref().job_key, "job", intent)?;
    let body = CommandBody::FailJob(command::fail_job(request.get_ref(), job)?);
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::FailJobResponse {}))
}

/// A job throws an error of the business.
pub(super) async fn throw_error(
    service: &Service,
    request: Request<wire::ThrowErrorRequest>,
) -> Answer<wire::ThrowErrorResponse> {
    let envelope = envelope::of(request.metadata())?;
    let intent = CommandIntent::JobThrowError;
    let (partition, job) =
        route::by_key(&*service.broker, request.get_ref().job_key, "job", intent)?;
    let body = CommandBody::ThrowError(command::throw_error(request.get_ref(), job)?);
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::ThrowErrorResponse {}))
}

/// A job gets other retries.
pub(super) async fn update_retries(
    service: &Service,
    request: Request<wire::UpdateJobRetriesRequest>,
) -> Answer<wire::UpdateJobRetriesResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::JobUpdateRetries;
    let (partition, job) =
        route::by_key(&*service.broker, request.get_ref().job_key, "job", intent)?;
    let body = CommandBody::UpdateJobRetries(command::update_job_retries(request.get_ref(), job)?);
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::UpdateJobRetriesResponse {}))
}

/// A job gets another deadline.
pub(super) async fn update_timeout(
    service: &Service,
    request: Request<wire::UpdateJobTimeoutRequest>,
) -> Answer<wire::UpdateJobTimeoutResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::JobUpdateTimeout;
    let (partition, job) =
        route::by_key(&*service.broker, request.get_ref().job_key, "job", intent)?;
    let body = CommandBody::UpdateJobTimeout(command::update_job_timeout(request.get_ref(), job)?);
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::UpdateJobTimeoutResponse {}))
}

/// A job gets another priority.
pub(super) async fn update_priority(
    service: &Service,
    request: Request<wire::UpdateJobPriorityRequest>,
) -> Answer<wire::UpdateJobPriorityResponse> {
    let envelope = envelope::of(request.metadata())?;
    let envelope = envelope::referring(envelope, request.get_ref().operation_reference)?;
    let intent = CommandIntent::JobUpdatePriority;
    let (partition, job) =
        route::by_key(&*service.broker, request.get_ref().job_key, "job", intent)?;
    let body = command::update_job_priority(request.get_ref(), job)?;
    let body = CommandBody::UpdateJobPriority(body);
    reply::accepted(submit(service, partition, envelope, intent, body).await?)?;
    Ok(Response::new(wire::UpdateJobPriorityResponse {}))
}
