//! Sizes: what is too large is refused with the limit's name, in either direction.

use gateway::Waits;
use gateway::limits::REQUESTS_PER_CONNECTION_MAX;
use proto::gateway as wire;
use record::{Accepted, CommandBody, InstanceCreated, Key, Reply};
use std::time::Duration;
use tonic::Code;
use tonic::codec::CompressionEncoding;

use crate::polls::poll;
use crate::scripted::{job, until};
use crate::server::Server;
use crate::silence::send_and_wait_for_the_end;

fn file(size_bytes: usize) -> wire::DeployResourceRequest {
    let resource = wire::Resource { name: "a.bpmn".into(), content: vec![0; size_bytes] };
    wire::DeployResourceRequest { resources: vec![resource], ..Default::default() }
}

#[tokio::test]
async fn a_message_beyond_the_limit_is_exhaustion_and_names_the_limit() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let error = client.deploy_resource(file(4 * 1024 * 1024 + 1)).await.unwrap_err();
    assert_eq!(error.code(), Code::ResourceExhausted, "{error:?}");
    assert!(error.message().contains("'message-size-max' of 4194304 bytes"), "{error:?}");
    assert!(server.counted("gateway_protocol.Gateway/DeployResource", "RESOURCE_EXHAUSTED"));
    client.topology(wire::TopologyRequest {}).await.expect("the connection is still good");
    server.stop().await;
}

#[tokio::test]
async fn a_message_that_grows_beyond_the_limit_when_unpacked_is_refused_alike() {
    let server = Server::start().await;
    let mut client = server.client().await.send_compressed(CompressionEncoding::Gzip);
    let error = client.deploy_resource(file(64 * 1024 * 1024)).await.unwrap_err();
    assert_eq!(error.code(), Code::ResourceExhausted, "{error:?}");
    assert!(error.message().contains("message-size-max"), "{error:?}");
    server.stop().await;
}

#[tokio::test]
async fn compressed_requests_are_accepted() {
    let server = Server::start().await;
    server.broker.answers(Reply::InstanceCreated(InstanceCreated::default()));
    let mut client = server.client().await.send_compressed(CompressionEncoding::Gzip);
    let variables = format!("{{\"text\":\"{}\"}}", "ab".repeat(5_000));
    let request = wire::CreateProcessInstanceRequest {
        bpmn_process_id: "p".into(),
        version: -1,
        variables,
        ..Default::default()
    };
    client.create_process_instance(request).await.unwrap();
    let CommandBody::CreateInstance(create) = server.broker.only_request().body else {
        panic!("another command");
    };
    assert_eq!(create.variables.to_json().len(), 10_000 + 11);
    server.stop().await;
}

#[tokio::test]
async fn jobs_beyond_one_message_come_in_several() {
    let server = Server::start().await;
    let mut client = server.client().await;
    server.broker.offers((1..=3).map(|it| job(it, 2_000_000)).collect());
    let mut answer = client.activate_jobs(poll(-1)).await.unwrap().into_inner();
    assert_eq!(answer.message().await.unwrap().unwrap().jobs.len(), 2);
    assert_eq!(answer.message().await.unwrap().unwrap().jobs.len(), 1);
    assert!(answer.message().await.unwrap().is_none());
    server.stop().await;
}

#[tokio::test]
async fn a_job_that_no_message_can_carry_is_parked_with_a_reason() {
    let server = Server::start().await;
    let mut client = server.client().await;
    server.broker.answers(Reply::Accepted(Accepted {}));
    server.broker.offers(vec![job(1, 4 * 1024 * 1024), job(2, 10)]);
    let mut answer = client.activate_jobs(poll(-1)).await.unwrap().into_inner();
    let jobs = answer.message().await.unwrap().unwrap().jobs;
    assert_eq!((jobs.len(), jobs[0].key), (1, Key::new(1, 2).as_i64()));
    until("it is parked", || !server.broker.state().requests.is_empty()).await;
    let CommandBody::FailJob(fail) = server.broker.only_request().body else {
        panic!("another command");
    };
    assert_eq!((fail.job, fail.retries), (Key::new(1, 1), 0));
    assert!(fail.message.contains("message-size-max"), "{}", fail.message);
    server.stop().await;
}

#[tokio::test]
async fn headers_beyond_the_limit_are_refused() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let mut request = tonic::Request::new(wire::TopologyRequest {});
    request.metadata_mut().insert("x-large", "v".repeat(20_000).parse().unwrap());
    let refused = client.topology(request).await;
    assert!(refused.is_err(), "{refused:?}");
    server.client().await.topology(wire::TopologyRequest {}).await.expect("others are served");
    server.stop().await;
}

#[tokio::test]
async fn a_connection_that_does_not_begin_to_speak_is_closed() {
    let mut waits = Waits::default();
    waits.handshake = Duration::from_millis(50);
    let server = Server::with_waits(waits).await;
    send_and_wait_for_the_end(server.grpc_addr, b"").await;
    send_and_wait_for_the_end(server.grpc_addr, b"PRI * HT").await;
    send_and_wait_for_the_end(server.http_addr, b"").await;
    server.stop().await;
}

#[tokio::test]
async fn a_request_whose_head_does_not_end_is_closed() {
    let mut waits = Waits::default();
    waits.head = Duration::from_millis(50);
    let server = Server::with_waits(waits).await;
    let begun = b"GET /health/live HTTP/1.1\r\nhost: te";
    send_and_wait_for_the_end(server.http_addr, begun).await;
    let whole = b"GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n";
    send_and_wait_for_the_end(server.http_addr, whole).await;
    server.stop().await;
}

#[tokio::test]
async fn calls_beyond_the_limit_of_a_connection_wait_for_others_to_end() {
    let server = Server::start().await;
    let client = server.client().await;
    let mut polls = tokio::task::JoinSet::new();
    for _ in 0..REQUESTS_PER_CONNECTION_MAX {
        let mut client = client.clone();
        polls.spawn(async move { client.activate_jobs(poll(60_000)).await.map(drop) });
    }
    let parked = || server.broker.state().polls.len();
    until("all are parked", || parked() == REQUESTS_PER_CONNECTION_MAX as usize).await;
    let mut more = client.clone();
    let waiting = tokio::spawn(async move { more.topology(wire::TopologyRequest {}).await });
    server.client().await.topology(wire::TopologyRequest {}).await.expect("on another connection");
    assert!(!waiting.is_finished());
    polls.abort_all();
    waiting.await.unwrap().expect("there is room again");
    server.stop().await;
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_until_another_one_ends() {
    let server = Server::configured(|config| config.connections_max = 2).await;
    let ask = || wire::TopologyRequest {};
    let mut first = server.client().await;
    let mut second = server.client().await;
    first.topology(ask()).await.unwrap();
    second.topology(ask()).await.unwrap();
    let mut third = server.endpoint().connect_lazy();
    let third = tokio::spawn(async move {
        let mut third = proto::gateway::gateway_client::GatewayClient::new(&mut third);
        third.topology(wire::TopologyRequest {}).await.map(|_| ())
    });
    // Those inside are served all the while.
    for _ in 0..20 {
        first.topology(ask()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!third.is_finished(), "the third got in");
    drop(second);
    third.await.expect("no panic").expect("it is its turn");
    server.stop().await;
}
