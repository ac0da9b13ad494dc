//! What callers call their instances and their requests: business ids, tags and idempotency keys.

use proto::gateway as wire;
use record::{
    Accepted, AssignBusinessId, CommandBody, Created, InstanceCreated, InstanceResult, Key, Labels,
    Reply,
};
use tonic::{Code, Request};
use value::Doc;

use crate::raw::request_with;
use crate::server::Server;

fn labels() -> Labels {
    Labels { business_id: "A1".into(), tags: vec!["vip".into(), "b.2".into()] }
}

fn created() -> InstanceCreated {
    InstanceCreated {
        process_id: "order".into(),
        instance: Key::new(1, 9),
        labels: labels(),
        ..InstanceCreated::default()
    }
}

fn create() -> wire::CreateProcessInstanceRequest {
    use wire::process_instance_creation_runtime_instruction::Instruction;
    let terminate = wire::TerminateProcessInstanceInstruction { after_element_id: "pay".into() };
    wire::CreateProcessInstanceRequest {
        bpmn_process_id: "order".into(),
        version: -1,
        business_id: Some("A1".into()),
        tags: vec!["vip".into(), "b.2".into()],
        runtime_instructions: vec![wire::ProcessInstanceCreationRuntimeInstruction {
            instruction: Some(Instruction::Terminate(terminate)),
        }],
        ..Default::default()
    }
}

/// A request with an idempotency key.
fn once<T>(message: T, key: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("idempotency-key", key.parse().unwrap());
    request
}

#[tokio::test]
async fn an_instance_is_called_what_its_creator_says() {
    let server = Server::start().await;
    let mut client = server.client().await;
    server.broker.answers(Reply::InstanceCreated(created()));
    let answer = client.create_process_instance(create()).await.unwrap().into_inner();
    assert_eq!((answer.business_id.as_deref(), &*answer.tags), (Some("A1"), &*create().tags));
    let CommandBody::CreateInstance(command) = server.broker.only_request().body else {
        panic!("another command");
    };
    assert_eq!((command.labels, command.end_after), (labels(), vec!["pay".into()]));

    let variables = Doc::empty();
    server.broker.answers(Reply::InstanceResult(InstanceResult { created: created(), variables }));
    let request = wire::CreateProcessInstanceWithResultRequest {
        request: Some(create()),
        ..Default::default()
    };
    let answer = client.create_process_instance_with_result(request).await.unwrap().into_inner();
    assert_eq!((answer.business_id.as_deref(), &*answer.tags), (Some("A1"), &*create().tags));

    // An instance without them is told so.
    let none = InstanceCreated { labels: Labels::default(), ..created() };
    server.broker.answers(Reply::InstanceCreated(none));
    let answer = client.create_process_instance(create()).await.unwrap().into_inner();
    assert_eq!((answer.business_id, answer.tags), (None, Vec::new()));
    server.stop().await;
}

#[tokio::test]
async fn a_business_id_or_else_an_idempotency_key_names_the_partition() {
    let server = Server::start().await;
    let mut client = server.client().await;
    server.broker.state().partitions = vec![1, 2, 3];
    let without_id = || wire::CreateProcessInstanceRequest { business_id: None, ..create() };
    for (request, partition) in [
        (Request::new(create()), 3),
        (once(create(), "abcd"), 3),
        (once(without_id(), "abcd"), 2),
        (once(without_id(), "efgh"), 2),
        (Request::new(without_id()), 1),
        (Request::new(without_id()), 2),
    ] {
        server.broker.answers(Reply::InstanceCreated(created()));
        client.create_process_instance(request).await.unwrap();
        let asked = server.broker.state().requests.pop().unwrap();
        assert_eq!(asked.partition, partition, "{asked:?}");
    }
    // Another partition would not know the key.
    server.broker.refuses(broker_api::Refusal::Stopping);
    let refused = client.create_process_instance(once(without_id(), "abcd")).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable);
    assert_eq!(server.broker.state().requests.len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn a_key_comes_along_where_a_request_is_carried_out_once_and_is_refused_elsewhere() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let job_key = Key::new(1, 8).as_i64();
    let complete = wire::CompleteJobRequest { job_key, ..Default::default() };
    let publish = wire::PublishMessageRequest { name: "paid".into(), ..Default::default() };
    server.broker.answers(Reply::Accepted(Accepted {}));
    client.complete_job(once(complete, "k")).await.unwrap();
    server.broker.answers(Reply::MessagePublished(Created { key: Key::new(1, 6) }));
    client.publish_message(once(publish, "k")).await.unwrap();
    server.broker.answers(Reply::Accepted(Accepted {}));
    let path = format!("/v2/user-tasks/{}/completion", Key::new(1, 7));
    let header = "idempotency-key: k\r\n";
    let answer = request_with(server.http_addr, "POST", &path, header, "").await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let keys: Vec<_> = server
        .broker
        .state()
        .requests
        .drain(..)
        .map(|it| it.envelope.idempotency_key.to_string())
        .collect();
    assert_eq!(keys, ["k", "k", "k"]);

    let fail = wire::FailJobRequest { job_key, ..Default::default() };
    let refused = client.fail_job(once(fail, "k")).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("'idempotency-key'"), "{}", refused.message());
    let path = format!("/v2/user-tasks/{}/assignment", Key::new(1, 7));
    let body = r#"{"assignee": "ada"}"#;
    let answer = request_with(server.http_addr, "POST", &path, header, body).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    assert!(answer.body.contains("'idempotency-key'"), "{answer:?}");
    assert!(server.broker.state().requests.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_business_id_is_assigned_comes_with_messages_and_with_completed_jobs() {
    let server = Server::start().await;
    let mut client = server.client().await;
    server.broker.state().partitions = vec![1, 2];
    server.broker.answers(Reply::Accepted(Accepted {}));
    let request = wire::AssignProcessInstanceBusinessIdRequest {
        process_instance_key: Key::new(2, 9).as_i64(),
        business_id: "A1".into(),
    };
    client.assign_process_instance_business_id(request).await.unwrap();
    server.broker.answers(Reply::MessagePublished(Created { key: Key::new(1, 6) }));
    let request = wire::PublishMessageRequest {
        name: "paid".into(),
        business_id: Some("A1".into()),
        ..Default::default()
    };
    client.publish_message(request).await.unwrap();
    server.broker.answers(Reply::Accepted(Accepted {}));
    let request = wire::CompleteJobRequest {
        job_key: Key::new(2, 8).as_i64(),
        business_id: Some("A1".into()),
        ..Default::default()
    };
    client.complete_job(request).await.unwrap();

    let mut requests = server.broker.state().requests.clone().into_iter();
    let mut next = || requests.next().unwrap();
    let assign = next();
    let instance = Key::new(2, 9);
    let expected = AssignBusinessId { instance, business_id: "A1".into() };
    assert_eq!((assign.partition, assign.body), (2, CommandBody::AssignBusinessId(expected)));
    let CommandBody::PublishMessage(message) = next().body else { panic!("another command") };
    assert_eq!(&*message.business_id, "A1");
    let CommandBody::CompleteJob(job) = next().body else { panic!("another command") };
    assert_eq!(&*job.business_id, "A1");
    server.stop().await;
}
