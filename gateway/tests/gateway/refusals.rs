//! What is refused, with which code and words.

use broker_api::Refusal;
use gateway::Waits;
use proto::gateway as wire;
use record::{CommandIntent, Key, Rejection, RejectionType, Reply};
use std::time::Duration;
use tonic::{Code, Status};

use crate::scripted::Script;
use crate::server::Server;

fn rejected(kind: RejectionType, intent: CommandIntent) -> Reply {
    Reply::Rejected(Rejection { kind, intent, reason: "Because.".into() })
}

fn create() -> wire::CreateProcessInstanceRequest {
    wire::CreateProcessInstanceRequest {
        bpmn_process_id: "order".into(),
        version: -1,
        ..Default::default()
    }
}

/// The request is refused as invalid, and the text mentions what is at fault.
fn assert_invalid<T: std::fmt::Debug>(answer: Result<T, Status>, mentions: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.code(), Code::InvalidArgument, "{error:?}");
    assert!(error.message().contains(mentions), "{}", error.message());
}

#[tokio::test]
async fn each_rejection_has_its_code_and_the_shape_that_clients_know() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for (kind, code, name) in [
        (RejectionType::InvalidArgument, Code::InvalidArgument, "INVALID_ARGUMENT"),
        (RejectionType::NotFound, Code::NotFound, "NOT_FOUND"),
        (RejectionType::AlreadyExists, Code::AlreadyExists, "ALREADY_EXISTS"),
        (RejectionType::InvalidState, Code::FailedPrecondition, "INVALID_STATE"),
        (RejectionType::ProcessingError, Code::Internal, "PROCESSING_ERROR"),
        (RejectionType::ResourceExhausted, Code::ResourceExhausted, "RESOURCE_EXHAUSTED"),
    ] {
        server.broker.answers(rejected(kind, CommandIntent::JobComplete));
        let job_key = Key::new(1, 1).as_i64();
        let request = wire::CompleteJobRequest { job_key, ..Default::default() };
        let error = client.complete_job(request).await.unwrap_err();
        assert_eq!(error.code(), code);
        let text = format!("Command 'COMPLETE' rejected with code '{name}': Because.");
        assert_eq!(error.message(), text);
    }
    assert!(server.counted("gateway_protocol.Gateway/CompleteJob", "FAILED_PRECONDITION"));
    server.stop().await;
}

#[tokio::test]
async fn each_refusal_has_its_code() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let limit =
        Refusal::LimitReached { limit: "commands-in-flight", max: 9, reason: "Wait.".into() };
    let unavailable = Refusal::Unavailable { partition: 1, reason: "no leader".into() };
    let invalid = Refusal::InvalidResources { text: "order.bpmn: no start event".into() };
    for (refusal, code, mentions) in [
        (limit, Code::ResourceExhausted, "'commands-in-flight' of 9"),
        (
            Refusal::TooLarge { size_bytes: 9, max_bytes: 8 },
            Code::ResourceExhausted,
            "message-size-max",
        ),
        (unavailable, Code::Unavailable, "no leader"),
        (invalid, Code::InvalidArgument, "no start event"),
        (Refusal::Interrupted, Code::Aborted, "may have been applied"),
        (Refusal::Stopping, Code::Unavailable, "stopping"),
    ] {
        server.broker.refuses(refusal);
        let resource = wire::Resource { name: "order.bpmn".into(), content: vec![1] };
        let request =
            wire::DeployResourceRequest { resources: vec![resource], ..Default::default() };
        let error = client.deploy_resource(request).await.unwrap_err();
        assert_eq!(error.code(), code, "{error:?}");
        assert!(error.message().contains(mentions), "{}", error.message());
    }
    server.stop().await;
}

#[tokio::test]
async fn another_partition_takes_what_one_refuses_and_exhaustion_weighs_most() {
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2, 3];
    let mut client = server.client().await;
    let limit =
        Refusal::LimitReached { limit: "commands-in-flight", max: 9, reason: "Wait.".into() };
    let unavailable = Refusal::Unavailable { partition: 1, reason: "no leader".into() };
    server.broker.refuses(unavailable.clone());
    server.broker.refuses(limit);
    server.broker.refuses(unavailable);
    let error = client.create_process_instance(create()).await.unwrap_err();
    assert_eq!(error.code(), Code::ResourceExhausted);
    let partitions: Vec<_> = server.broker.state().requests.iter().map(|it| it.partition).collect();
    assert_eq!(partitions, [1, 2, 3]);
    server.stop().await;
}

#[tokio::test]
async fn keys_that_nobody_handed_out_are_not_found_without_asking() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for job_key in [0, -1, i64::MAX, i64::MIN, Key::new(99, 1).as_i64()] {
        let request = wire::CompleteJobRequest { job_key, ..Default::default() };
        let error = client.complete_job(request).await.unwrap_err();
        assert_eq!(error.code(), Code::NotFound);
        assert!(error.message().contains(&format!("'{job_key}'")), "{}", error.message());
    }
    assert!(server.broker.state().requests.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_supported_is_refused_by_name_never_ignored() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let run = wire::ProcessInstanceCreationRuntimeInstruction { instruction: None };
    for (request, field) in [
        (
            wire::CreateProcessInstanceRequest { runtime_instructions: vec![run], ..create() },
            "runtimeInstructions",
        ),
        (wire::CreateProcessInstanceRequest { tenant_id: "acme".into(), ..create() }, "acme"),
        (wire::CreateProcessInstanceRequest { variables: "[1]".into(), ..create() }, "variables"),
        (
            wire::CreateProcessInstanceRequest { bpmn_process_id: String::new(), ..create() },
            "bpmnProcessId",
        ),
    ] {
        assert_invalid(client.create_process_instance(request).await, field);
    }
    let job_key = Key::new(1, 1).as_i64();
    let complete = wire::CompleteJobRequest { job_key, ..Default::default() };
    let other = wire::JobResult { r#type: Some("somethingElse".into()), ..Default::default() };
    for (request, field) in [
        (wire::CompleteJobRequest { result: Some(other), ..complete.clone() }, "result"),
        (
            wire::CompleteJobRequest { lease_token: Some("t".into()), ..complete.clone() },
            "leaseToken",
        ),
        (
            wire::CompleteJobRequest { business_id: Some(String::new()), ..complete.clone() },
            "businessId",
        ),
        (wire::CompleteJobRequest { variables: "7".into(), ..complete }, "variables"),
    ] {
        assert_invalid(client.complete_job(request).await, field);
    }
    let retries = wire::UpdateJobRetriesRequest { job_key, retries: 0, ..Default::default() };
    assert_invalid(client.update_job_retries(retries).await, "retries");
    assert_invalid(client.deploy_resource(wire::DeployResourceRequest::default()).await, "deploy");
    assert!(server.broker.state().requests.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_worker_must_say_what_how_long_and_how_many() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let poll = wire::ActivateJobsRequest {
        r#type: "pay".into(),
        timeout: 1_000,
        max_jobs_to_activate: 1,
        request_timeout: -1,
        ..Default::default()
    };
    for (request, field) in [
        (wire::ActivateJobsRequest { r#type: " ".into(), ..poll.clone() }, "type"),
        (wire::ActivateJobsRequest { timeout: 0, ..poll.clone() }, "timeout"),
        (wire::ActivateJobsRequest { timeout: -5, ..poll.clone() }, "timeout"),
        (
            wire::ActivateJobsRequest { max_jobs_to_activate: 0, ..poll.clone() },
            "maxJobsToActivate",
        ),
        (
            wire::ActivateJobsRequest { max_jobs_to_activate: -1, ..poll.clone() },
            "maxJobsToActivate",
        ),
        (wire::ActivateJobsRequest { tenant_ids: vec!["acme".into()], ..poll.clone() }, "acme"),
        (wire::ActivateJobsRequest { with_lease: true, ..poll }, "withLease"),
    ] {
        assert_invalid(client.activate_jobs(request).await, field);
    }
    let stream = wire::StreamActivatedJobsRequest {
        r#type: "pay".into(),
        timeout: 1_000,
        ..Default::default()
    };
    for (request, field) in [
        (wire::StreamActivatedJobsRequest { r#type: String::new(), ..stream.clone() }, "type"),
        (wire::StreamActivatedJobsRequest { timeout: 0, ..stream.clone() }, "timeout"),
        (wire::StreamActivatedJobsRequest { with_lease: true, ..stream }, "withLease"),
    ] {
        assert_invalid(client.stream_activated_jobs(request).await, field);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_result_that_does_not_come_in_time_leaves_the_instance_running() {
    let server = Server::start().await;
    server.broker.state().scripts.push_back(Script::Never);
    let request = wire::CreateProcessInstanceWithResultRequest {
        request: Some(create()),
        request_timeout: 50,
        ..Default::default()
    };
    let answer = server.client().await.create_process_instance_with_result(request).await;
    let error = answer.unwrap_err();
    assert_eq!(error.code(), Code::DeadlineExceeded);
    assert!(error.message().contains("goes on"), "{}", error.message());
    server.stop().await;
}

#[tokio::test]
async fn a_result_of_a_canceled_instance_is_a_failed_precondition() {
    let server = Server::start().await;
    let intent = CommandIntent::ProcessInstanceCreationCreateWithAwaitingResult;
    server.broker.answers(rejected(RejectionType::InvalidState, intent));
    let request = wire::CreateProcessInstanceWithResultRequest {
        request: Some(create()),
        ..Default::default()
    };
    let answer = server.client().await.create_process_instance_with_result(request).await;
    assert_eq!(answer.unwrap_err().code(), Code::FailedPrecondition);
    server.stop().await;
}

#[tokio::test]
async fn a_command_that_is_never_answered_ends_at_its_wait() {
    let mut waits = Waits::default();
    waits.command = Duration::from_millis(50);
    let server = Server::with_waits(waits).await;
    server.broker.state().scripts.push_back(Script::Never);
    let error = server.client().await.create_process_instance(create()).await.unwrap_err();
    assert_eq!(error.code(), Code::DeadlineExceeded);
    assert!(error.message().contains("may still be carried out"), "{}", error.message());
    server.stop().await;
}
