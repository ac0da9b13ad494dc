//! Job streams: push, credit, and clients that do not read.

use broker_api::Refusal;
use proto::gateway as wire;
use record::Key;
use std::time::Duration;
use tonic::Code;

use crate::scripted::{job, until};
use crate::server::Server;

pub(crate) fn stream() -> wire::StreamActivatedJobsRequest {
    wire::StreamActivatedJobsRequest {
        r#type: "pay".into(),
        worker: "w".into(),
        timeout: 60_000,
        ..Default::default()
    }
}

#[tokio::test]
async fn jobs_are_pushed_one_by_one_and_credit_is_given_anew() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let mut jobs = client.stream_activated_jobs(stream()).await.unwrap().into_inner();
    let pushed = server.broker.state().streams[0].clone();
    assert_eq!(server.broker.state().stream_requests[0].credit, 32);
    for counter in 1..=100 {
        until("there is credit", || pushed.credit() > 0).await;
        assert!(pushed.push(job(counter, 10)));
        let job = jobs.message().await.unwrap().unwrap();
        assert_eq!(job.key, Key::new(1, counter).as_i64());
    }
    assert!(pushed.given_back().is_empty());
    drop(jobs);
    until("it is closed", || pushed.closed().is_some()).await;
    assert_eq!(pushed.closed().unwrap(), []);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_gets_no_more_than_the_credit_and_blocks_no_job() {
    let server = Server::start().await;
    let endpoint = server.endpoint().initial_stream_window_size(1_024);
    let channel = endpoint.connect().await.unwrap();
    let mut client = wire::gateway_client::GatewayClient::new(channel);
    let mut jobs = client.stream_activated_jobs(stream()).await.unwrap().into_inner();
    let pushed = server.broker.state().streams[0].clone();

    let mut count = 0;
    while pushed.push(job(count + 1, 50_000)) {
        count += 1;
    }
    assert_eq!(count, 32);
    // One is on its way; the others must not wait for a client that does not read.
    let waited = std::time::Instant::now();
    until("the others are back", || pushed.given_back().len() == 31).await;
    assert!(waited.elapsed() < Duration::from_millis(1_500), "{:?}", waited.elapsed());
    assert_eq!(pushed.credit(), 0, "no credit for a client that does not read");
    assert!(!pushed.push(job(33, 1)));

    // It reads again: it gets what was on its way, and new credit.
    assert_eq!(jobs.message().await.unwrap().unwrap().key, Key::new(1, 1).as_i64());
    until("there is credit again", || pushed.credit() == 32).await;
    assert!(pushed.push(job(34, 1)));
    assert_eq!(jobs.message().await.unwrap().unwrap().key, Key::new(1, 34).as_i64());
    drop(jobs);
    server.stop().await;
}

#[tokio::test]
async fn a_stream_ends_as_unavailable_when_its_leader_is_gone() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let mut jobs = client.stream_activated_jobs(stream()).await.unwrap().into_inner();
    server.broker.state().streams[0].end();
    let error = jobs.message().await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
    server.stop().await;
}

#[tokio::test]
async fn a_stopping_server_ends_its_streams_well() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let mut jobs = client.stream_activated_jobs(stream()).await.unwrap().into_inner();
    let broker = server.broker.clone();
    server.stop().await;
    assert!(jobs.message().await.unwrap().is_none());
    assert_eq!(broker.state().streams[0].closed(), Some(Vec::new()));
}

#[tokio::test]
async fn a_stream_beyond_the_limit_is_refused_with_its_name() {
    let server = Server::start().await;
    server.broker.state().stream_refusal =
        Some(Refusal::LimitReached { limit: "streams-max", max: 1, reason: "Close one.".into() });
    let answer = server.client().await.stream_activated_jobs(stream()).await;
    let error = answer.unwrap_err();
    assert_eq!(error.code(), Code::ResourceExhausted);
    assert!(error.message().contains("streams-max"), "{}", error.message());
    server.stop().await;
}
