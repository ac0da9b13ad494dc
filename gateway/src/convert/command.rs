//! Requests as commands.

use broker_api::{PollRequest, Resource, StreamRequest};
use proto::gateway as wire;
use record::{
    BroadcastSignal, CreateInstance, Envelope, FailJob, Key, Labels, PublishMessage, SetVariables,
};
use std::time::Duration;
use tonic::Status;
use value::Str;

use super::{field, user_task};
use crate::limits::STREAM_CREDIT;
use crate::refusal::invalid;

/// Starts an instance.
pub(crate) fn create_instance(
    request: &wire::CreateProcessInstanceRequest,
) -> Result<CreateInstance, Status> {
    let definition = Key::from_i64(request.process_definition_key);
    let process_id = request.bpmn_process_id.as_str();
    if definition.is_none() && process_id.is_empty() {
        return Err(invalid(
            "Neither 'processDefinitionKey' nor 'bpmnProcessId' is set. \
             Name the process to start by one of them.",
        ));
    }
    field::tenant(&request.tenant_id)?;
    Ok(CreateInstance {
        definition,
        process_id: if definition.is_none() { process_id.into() } else { "".into() },
        version: request.version,
        variables: field::variables(&request.variables)?,
        await_result: false,
        fetch_variables: Vec::new(),
        start_at: request
            .start_instructions
            .iter()
            .map(|it| it.element_id.as_str().into())
            .collect(),
        labels: Labels {
            business_id: request.business_id.as_deref().unwrap_or_default().into(),
            tags: field::texts(&request.tags),
        },
        end_after: end_after(&request.runtime_instructions)?,
    })
}

/// The elements after which an instance is terminated.
fn end_after(
    instructions: &[wire::ProcessInstanceCreationRuntimeInstruction],
) -> Result<Vec<Str>, Status> {
    use wire::process_instance_creation_runtime_instruction::Instruction;
    let one = |it: &wire::ProcessInstanceCreationRuntimeInstruction| match &it.instruction {
        Some(Instruction::Terminate(it)) if !it.after_element_id.is_empty() => {
            Ok(it.after_element_id.as_str().into())
        }
        Some(Instruction::Terminate(_)) | None => Err(invalid(
            "One of 'runtimeInstructions' is empty. Say after which element the instance is \
             terminated, in 'terminate.afterElementId'.",
        )),
    };
    instructions.iter().map(one).collect()
}

/// Starts an instance and waits for its result.
pub(crate) fn create_instance_with_result(
    request: &wire::CreateProcessInstanceWithResultRequest,
) -> Result<CreateInstance, Status> {
    let create = request.request.as_ref().ok_or_else(|| {
        invalid("The field 'request' is missing. It says which process to start.")
    })?;
    Ok(CreateInstance {
        await_result: true,
        fetch_variables: field::texts(&request.fetch_variables),
        ..create_instance(create)?
    })
}

/// Completes a job.
pub(crate) fn complete_job(
    request: &wire::CompleteJobRequest,
    job: Key,
) -> Result<record::CompleteJob, Status> {
    let result = user_task::result(request.result.as_ref())?;
    field::unsupported_text(request.lease_token.as_deref(), "leaseToken")?;
    let business_id = request.business_id.as_deref();
    if business_id.is_some_and(str::is_empty) {
        return Err(invalid(
            "The field 'businessId' is empty. Give the business id of the job's instance, or leave \
             it out.",
        ));
    }
    Ok(record::CompleteJob {
        job,
        variables: field::variables(&request.variables)?,
        result,
        business_id: business_id.unwrap_or_default().into(),
    })
}

/// Fails a job.
pub(crate) fn fail_job(request: &wire::FailJobRequest, job: Key) -> Result<FailJob, Status> {
    field::unsupported_text(request.lease_token.as_deref(), "leaseToken")?;
    Ok(FailJob {
        job,
        retries: request.retries,
        message: request.error_message.as_str().into(),
        back_off_ms: request.retry_back_off,
        variables: field::variables(&request.variables)?,
    })
}

/// Throws an error of the business out of a job.
pub(crate) fn throw_error(
    request: &wire::ThrowErrorRequest,
    job: Key,
) -> Result<record::ThrowError, Status> {
    field::unsupported_text(request.lease_token.as_deref(), "leaseToken")?;
    if request.error_code.trim().is_empty() {
        return Err(invalid(
            "The field 'errorCode' is empty. Give the code that an error event of the process \
             catches.",
        ));
    }
    Ok(record::ThrowError {
        job,
        code: request.error_code.as_str().into(),
        message: request.error_message.as_str().into(),
        variables: field::variables(&request.variables)?,
    })
}

/// Sets a job's retries.
pub(crate) fn update_job_retries(
    request: &wire::UpdateJobRetriesRequest,
    job: Key,
) -> Result<record::UpdateJobRetries, Status> {
    field::unsupported_text(request.lease_token.as_deref(), "leaseToken")?;
    if request.retries < 1 {
        return Err(invalid(format!(
            "The field 'retries' cannot be {}. Give the job at least 1 retry.",
            request.retries
        )));
    }
    Ok(record::UpdateJobRetries { job, retries: request.retries })
}

/// Sets a job's priority.
pub(crate) fn update_job_priority(
    request: &wire::UpdateJobPriorityRequest,
    job: Key,
) -> Result<record::UpdateJobPriority, Status> {
    field::unsupported_text(request.lease_token.as_deref(), "leaseToken")?;
    let priority = request.priority.ok_or_else(|| {
        invalid("The field 'priority' is missing. Say how urgent the job is; 0 is ordinary.")
    })?;
    Ok(record::UpdateJobPriority { job, priority })
}

/// Moves a job's deadline.
pub(crate) fn update_job_timeout(
    request: &wire::UpdateJobTimeoutRequest,
    job: Key,
) -> Result<record::UpdateJobTimeout, Status> {
    field::unsupported_text(request.lease_token.as_deref(), "leaseToken")?;
    Ok(record::UpdateJobTimeout { job, timeout_ms: request.timeout })
}

/// Publishes a message.
pub(crate) fn publish_message(
    request: &wire::PublishMessageRequest,
) -> Result<PublishMessage, Status> {
    field::tenant(&request.tenant_id)?;
    Ok(PublishMessage {
        name: request.name.as_str().into(),
        correlation_key: request.correlation_key.as_str().into(),
        time_to_live_ms: request.time_to_live,
        message_id: request.message_id.as_str().into(),
        variables: field::variables(&request.variables)?,
        business_id: request.business_id.as_deref().unwrap_or_default().into(),
    })
}

/// Broadcasts a signal.
pub(crate) fn broadcast_signal(
    request: &wire::BroadcastSignalRequest,
) -> Result<BroadcastSignal, Status> {
    field::tenant(&request.tenant_id)?;
    Ok(BroadcastSignal {
        name: request.signal_name.as_str().into(),
        variables: field::variables(&request.variables)?,
    })
}

/// Writes variables.
pub(crate) fn set_variables(
    request: &wire::SetVariablesRequest,
    element_instance: Key,
) -> Result<SetVariables, Status> {
    Ok(SetVariables {
        element_instance,
        variables: field::variables(&request.variables)?,
        local: request.local,
    })
}

/// Evaluates the conditional start events of one definition, or of all.
pub(crate) fn evaluate_conditional(
    request: &wire::EvaluateConditionalRequest,
) -> Result<record::EvaluateConditional, Status> {
    field::tenant(&request.tenant_id)?;
    Ok(record::EvaluateConditional {
        definition: Key::from_i64(request.process_definition_key.unwrap_or_default()),
        variables: field::variables(&request.variables)?,
    })
}

/// Evaluates a decision, named by its key or its id.
pub(crate) fn evaluate_decision(
    request: &wire::EvaluateDecisionRequest,
) -> Result<record::EvaluateDecision, Status> {
    let decision = Key::from_i64(request.decision_key);
    let decision_id = request.decision_id.as_str();
    if decision.is_none() == decision_id.is_empty() {
        return Err(invalid(
            "Either 'decisionKey' or 'decisionId' must be set. Name the decision by one of them.",
        ));
    }
    field::tenant(&request.tenant_id)?;
    Ok(record::EvaluateDecision {
        decision,
        decision_id: decision_id.into(),
        variables: field::variables(&request.variables)?,
    })
}

/// The files of a deployment.
pub(crate) fn resources(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> Result<Vec<Resource>, Status> {
    let resources: Vec<_> = files
        .into_iter()
        .map(|(name, content)| Resource { name: name.into(), content: content.into() })
        .collect();
    if resources.is_empty() {
        return Err(invalid("There is nothing to deploy. Add at least one file."));
    }
    Ok(resources)
}

/// A worker asks for jobs.
pub(crate) fn poll(
    request: &wire::ActivateJobsRequest,
    envelope: Envelope,
    wait: Duration,
) -> Result<PollRequest, Status> {
    let jobs_max = match u32::try_from(request.max_jobs_to_activate) {
        Ok(count) if count > 0 => count,
        _ => {
            return Err(invalid(format!(
                "The field 'maxJobsToActivate' cannot be {}. Ask for at least 1 job.",
                request.max_jobs_to_activate
            )));
        }
    };
    field::tenants(&request.tenant_ids, request.tenant_filter)?;
    field::unsupported(request.with_lease, "withLease")?;
    Ok(PollRequest {
        envelope,
        job_type: field::job_type(&request.r#type)?,
        worker: request.worker.as_str().into(),
        timeout_ms: field::job_timeout(request.timeout)?,
        jobs_max,
        fetch_variables: field::texts(&request.fetch_variable),
        wait,
    })
}

/// A worker opens a job stream.
pub(crate) fn stream(
    request: &wire::StreamActivatedJobsRequest,
    envelope: Envelope,
) -> Result<StreamRequest, Status> {
    field::tenants(&request.tenant_ids, request.tenant_filter)?;
    field::unsupported(request.with_lease, "withLease")?;
    Ok(StreamRequest {
        envelope,
        job_type: field::job_type(&request.r#type)?,
        worker: request.worker.as_str().into(),
        timeout_ms: field::job_timeout(request.timeout)?,
        fetch_variables: field::texts(&request.fetch_variable),
        credit: STREAM_CREDIT,
    })
}
