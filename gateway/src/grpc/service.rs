//! The Gateway service: which rpc is done where.

use broker_api::Broker;
use proto::gateway as wire;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status};

use super::{call, conditional, decision, deploy, instance, job, poll, push, signal};
use crate::config::Waits;

/// The answer to an rpc.
pub(super) type Answer<T> = Result<Response<T>, Status>;

/// What all rpcs share.
#[derive(Debug, Clone)]
pub(crate) struct Service(Arc<Shared>);

/// The parts of a [`Service`].
#[derive(Debug)]
pub(crate) struct Shared {
    /// Who does the work.
    pub(super) broker: Arc<dyn Broker>,
    /// How long it may take.
    pub(super) waits: Waits,
    /// Set when the server stops: polls and streams end.
    pub(super) stopping: CancellationToken,
    /// Work that goes on after its rpc was answered.
    pub(super) tasks: TaskTracker,
    /// The job streams that are open.
    pub(super) lanes: push::Lanes,
}

impl Service {
    /// A service over a broker.
    pub(crate) fn new(broker: Arc<dyn Broker>, waits: Waits, stopping: CancellationToken) -> Self {
        let tasks = TaskTracker::new();
        let lanes = push::Lanes::default();
        Self(Arc::new(Shared { broker, waits, stopping, tasks, lanes }))
    }
}

impl std::ops::Deref for Service {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

#[tonic::async_trait]
impl wire::gateway_server::Gateway for Service {
    type ActivateJobsStream = poll::Batches;
    type StreamActivatedJobsStream = push::Push;

    async fn topology(
        &self,
        _request: Request<wire::TopologyRequest>,
    ) -> Answer<wire::TopologyResponse> {
        call::topology(self)
    }

    async fn deploy_resource(
        &self,
        request: Request<wire::DeployResourceRequest>,
    ) -> Answer<wire::DeployResourceResponse> {
        deploy::resources(self, request).await
    }

    async fn deploy_process(
        &self,
        request: Request<wire::DeployProcessRequest>,
    ) -> Answer<wire::DeployProcessResponse> {
        deploy::processes(self, request).await
    }

    async fn create_process_instance(
        &self,
        request: Request<wire::CreateProcessInstanceRequest>,
    ) -> Answer<wire::CreateProcessInstanceResponse> {
        instance::create(self, request).await
    }

    async fn create_process_instance_with_result(
        &self,
        request: Request<wire::CreateProcessInstanceWithResultRequest>,
    ) -> Answer<wire::CreateProcessInstanceWithResultResponse> {
        instance::create_with_result(self, request).await
    }

    async fn cancel_process_instance(
        &self,
        request: Request<wire::CancelProcessInstanceRequest>,
    ) -> Answer<wire::CancelProcessInstanceResponse> {
        instance::cancel(self, request).await
    }

    async fn resolve_incident(
        &self,
        request: Request<wire::ResolveIncidentRequest>,
    ) -> Answer<wire::ResolveIncidentResponse> {
        instance::resolve_incident(self, request).await
    }

    async fn set_variables(
        &self,
        request: Request<wire::SetVariablesRequest>,
    ) -> Answer<wire::SetVariablesResponse> {
        instance::set_variables(self, request).await
    }

    async fn publish_message(
        &self,
        request: Request<wire::PublishMessageRequest>,
    ) -> Answer<wire::PublishMessageResponse> {
        instance::publish_message(self, request).await
    }

    async fn activate_jobs(
        &self,
        request: Request<wire::ActivateJobsRequest>,
    ) -> Answer<poll::Batches> {
        poll::activate_jobs(self, request).await
    }

    async fn stream_activated_jobs(
        &self,
        request: Request<wire::StreamActivatedJobsRequest>,
    ) -> Answer<push::Push> {
        push::stream_activated_jobs(self, request).await
    }

    async fn complete_job(
        &self,
        request: Request<wire::CompleteJobRequest>,
    ) -> Answer<wire::CompleteJobResponse> {
        job::complete(self, request).await
    }

    async fn fail_job(
        &self,
        request: Request<wire::FailJobRequest>,
    ) -> Answer<wire::FailJobResponse> {
        job::fail(self, request).await
    }

    async fn update_job_retries(
        &self,
        request: Request<wire::UpdateJobRetriesRequest>,
    ) -> Answer<wire::UpdateJobRetriesResponse> {
        job::update_retries(self, request).await
    }

    async fn update_job_timeout(
        &self,
        request: Request<wire::UpdateJobTimeoutRequest>,
    ) -> Answer<wire::UpdateJobTimeoutResponse> {
        job::update_timeout(self, request).await
    }

    async fn throw_error(
        &self,
        request: Request<wire::ThrowErrorRequest>,
    ) -> Answer<wire::ThrowErrorResponse> {
        job::throw_error(self, request).await
    }

    async fn update_job_priority(
        &self,
        request: Request<wire::UpdateJobPriorityRequest>,
    ) -> Answer<wire::UpdateJobPriorityResponse> {
        job::update_priority(self, request).await
    }

    async fn modify_process_instance(
        &self,
        request: Request<wire::ModifyProcessInstanceRequest>,
    ) -> Answer<wire::ModifyProcessInstanceResponse> {
        instance::modify(self, request).await
    }

    async fn migrate_process_instance(
        &self,
        request: Request<wire::MigrateProcessInstanceRequest>,
    ) -> Answer<wire::MigrateProcessInstanceResponse> {
        instance::migrate(self, request).await
    }

    async fn assign_process_instance_business_id(
        &self,
        request: Request<wire::AssignProcessInstanceBusinessIdRequest>,
    ) -> Answer<wire::AssignProcessInstanceBusinessIdResponse> {
        instance::assign_business_id(self, request).await
    }

    async fn broadcast_signal(
        &self,
        request: Request<wire::BroadcastSignalRequest>,
    ) -> Answer<wire::BroadcastSignalResponse> {
        signal::broadcast(self, request).await
    }

    async fn delete_resource(
        &self,
        request: Request<wire::DeleteResourceRequest>,
    ) -> Answer<wire::DeleteResourceResponse> {
        deploy::delete(self, request).await
    }

    async fn evaluate_decision(
        &self,
        request: Request<wire::EvaluateDecisionRequest>,
    ) -> Answer<wire::EvaluateDecisionResponse> {
        decision::evaluate(self, request).await
    }

    async fn evaluate_conditional(
        &self,
        request: Request<wire::EvaluateConditionalRequest>,
    ) -> Answer<wire::EvaluateConditionalResponse> {
        conditional::evaluate(self, request).await
    }
}
