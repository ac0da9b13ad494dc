//! Job polls: waiting, and what is sent.

use broker_api::Refusal;
use gateway::Waits;
use proto::gateway as wire;
use std::time::{Duration, Instant};
use tonic::{Code, Request};

use crate::scripted::{job, until};
use crate::server::Server;

pub(crate) fn poll(request_timeout: i64) -> wire::ActivateJobsRequest {
    wire::ActivateJobsRequest {
        r#type: "pay".into(),
        worker: "w".into(),
        timeout: 60_000,
        max_jobs_to_activate: 5,
        fetch_variable: vec!["a".into()],
        request_timeout,
        ..Default::default()
    }
}

/// All jobs of an answer.
async fn jobs(answer: tonic::Streaming<wire::ActivateJobsResponse>) -> Vec<wire::ActivatedJob> {
    let mut answer = answer;
    let mut jobs = Vec::new();
    while let Some(message) = answer.message().await.unwrap() {
        jobs.extend(message.jobs);
    }
    jobs
}

#[tokio::test]
async fn jobs_that_are_there_are_answered_at_once_with_all_their_fields() {
    let server = Server::start().await;
    server.broker.offers(vec![job(7, 3)]);
    let answer = server.client().await.activate_jobs(poll(-1)).await.unwrap().into_inner();
    let jobs = jobs(answer).await;
    let it = &jobs[0];
    assert_eq!((it.key, it.r#type.as_str()), (record::Key::new(1, 7).as_i64(), "pay"));
    assert_eq!((it.variables.as_str(), it.custom_headers.as_str()), (r#"{"text":"xxx"}"#, "{}"));
    assert_eq!((it.retries, it.deadline, it.tenant_id.as_str()), (3, 1_000, "<default>"));
    assert_eq!((it.kind, it.listener_event_type), (0, 6));
    let asked = server.broker.state().polls.remove(0);
    assert_eq!((&*asked.job_type, asked.jobs_max, asked.timeout_ms), ("pay", 5, 60_000));
    assert_eq!((&*asked.fetch_variables[0], asked.wait), ("a", Duration::ZERO));
    assert!(server.broker.state().yielded.is_empty(), "they arrived");
    server.stop().await;
}

#[tokio::test]
async fn a_poll_waits_for_the_first_job() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let waiting = tokio::spawn(async move {
        jobs(client.activate_jobs(poll(30_000)).await.unwrap().into_inner()).await
    });
    until("the poll is parked", || server.broker.state().polls.len() == 1).await;
    server.broker.offers(vec![job(1, 1), job(2, 1)]);
    assert_eq!(waiting.await.unwrap().len(), 2);
    server.stop().await;
}

#[tokio::test]
async fn an_empty_poll_ends_well_at_its_time_and_zero_means_the_servers_default() {
    let mut waits = Waits::default();
    waits.poll = Duration::from_millis(80);
    let server = Server::with_waits(waits).await;
    let mut client = server.client().await;
    for request_timeout in [-1, 60, 0] {
        let answer = client.activate_jobs(poll(request_timeout)).await.unwrap().into_inner();
        assert!(jobs(answer).await.is_empty());
    }
    let waits: Vec<_> = server.broker.state().polls.iter().map(|it| it.wait.as_millis()).collect();
    assert_eq!(waits, [0, 60, 80]);
    server.stop().await;
}

#[tokio::test]
async fn an_empty_poll_is_answered_before_its_deadline() {
    let server = Server::start().await;
    let mut request = Request::new(poll(0));
    request.set_timeout(Duration::from_millis(400));
    let started = Instant::now();
    let answer = server.client().await.activate_jobs(request).await.unwrap().into_inner();
    assert!(jobs(answer).await.is_empty());
    assert!(started.elapsed() < Duration::from_millis(400));
    assert_eq!(server.broker.state().polls[0].wait, Duration::from_millis(300));
    server.stop().await;
}

#[tokio::test]
async fn a_poll_beyond_the_brokers_limit_is_refused_with_its_name() {
    let server = Server::start().await;
    let limit = Refusal::LimitReached { limit: "polls-parked-max", max: 2, reason: "Wait.".into() };
    server.broker.state().poll_refusal = Some(limit);
    let error = server.client().await.activate_jobs(poll(0)).await.unwrap_err();
    assert_eq!(error.code(), Code::ResourceExhausted);
    assert!(error.message().contains("polls-parked-max"), "{}", error.message());
    server.stop().await;
}

#[tokio::test]
async fn a_stopping_server_ends_its_polls_well() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let waiting = tokio::spawn(async move {
        jobs(client.activate_jobs(poll(30_000)).await.unwrap().into_inner()).await
    });
    until("the poll is parked", || server.broker.state().polls.len() == 1).await;
    let broker = server.broker.clone();
    server.stop().await;
    assert!(waiting.await.unwrap().is_empty());
    assert_eq!(broker.state().polls_dropped, 1);
}
