//! HTTP: health, metrics, the test clock.

use broker_api::Obstacle;
use record::{
    ChangeClock, ClockChange, ClockChanged, CommandBody, CommandIntent, Rejection, RejectionType,
    Reply,
};
use serde_json::{Value, json};

use crate::raw::{Answer, request};
use crate::server::Server;

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test]
async fn readiness_says_why_not_and_which_clock_runs() {
    let server = Server::start().await;
    let live = request(server.http_addr, "GET", "/health/live", "").await;
    assert_eq!((live.status, json(&live)), (200, json!({"live": true})));
    let ready = request(server.http_addr, "GET", "/health/ready", "").await;
    let expected = json!({"ready": true, "reasons": [], "clock": "system"});
    assert_eq!((ready.status, json(&ready)), (200, expected));

    server.broker.state().health = broker_api::Health {
        is_ready: false,
        obstacles: vec![Obstacle::Leader],
        reasons: vec!["Partition 1 has no leader.".into()],
        clock_is_controllable: true,
    };
    let ready = request(server.http_addr, "GET", "/health/ready", "").await;
    let reasons = ["Partition 1 has no leader."];
    let expected = json!({"ready": false, "reasons": reasons, "clock": "controllable"});
    assert_eq!((ready.status, json(&ready)), (503, expected));
    server.stop().await;
}

#[tokio::test]
async fn metrics_are_prometheus_text_and_count_requests() {
    let server = Server::start().await;
    request(server.http_addr, "GET", "/health/live", "").await;
    let answer = request(server.http_addr, "GET", "/metrics", "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let line = "baton_requests_total{call=\"/health/live\",status=\"2xx\"} 1";
    assert!(answer.body.contains(line), "{}", answer.body);
    server.stop().await;
}

#[tokio::test]
async fn the_metric_of_readiness_is_true_when_nobody_asked_for_health() {
    let server = Server::start().await;
    for (is_ready, line) in [(true, "\nbaton_ready 1\n"), (false, "\nbaton_ready 0\n")] {
        server.broker.state().health.is_ready = is_ready;
        let answer = request(server.http_addr, "GET", "/metrics", "").await;
        assert!(answer.body.contains(line), "{line}: {}", answer.body);
    }
    server.stop().await;
}

#[tokio::test]
async fn metrics_name_the_kind_of_reason_why_it_is_not_ready() {
    let server = Server::start().await;
    let lines = async || {
        let answer = request(server.http_addr, "GET", "/metrics", "").await;
        let is_it = |it: &&str| it.starts_with("baton_not_ready{");
        answer.body.lines().filter(is_it).map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = |one: Option<Obstacle>| {
        let line = |it: Obstacle| {
            format!("baton_not_ready{{reason=\"{}\"}} {}", it.name(), u8::from(one == Some(it)))
        };
        Obstacle::ALL.map(line).to_vec()
    };
    for obstacle in [Obstacle::Disk, Obstacle::Leader, Obstacle::Failure].map(Some) {
        server.broker.state().health.obstacles = obstacle.into_iter().collect();
        assert_eq!(lines().await, expected(obstacle));
    }
    // What is no longer in the way is no longer told.
    server.broker.state().health.obstacles.clear();
    assert_eq!(lines().await, expected(None));
    server.stop().await;
}

#[tokio::test]
async fn the_clock_is_moved_on_every_partition() {
    let server = Server::start().await;
    server.broker.state().health.clock_is_controllable = true;
    server.broker.state().partitions = vec![1, 2];
    let calls = [
        ("POST", "/clock/add", r#"{"offsetMilli": 60000}"#, ClockChange::Add, 60_000),
        ("POST", "/clock/pin", r#"{"epochMilli": 5000}"#, ClockChange::Pin, 5_000),
        ("DELETE", "/clock", "", ClockChange::Reset, 0),
    ];
    for (method, path, body, change, value) in calls {
        server.broker.answers(Reply::ClockChanged(ClockChanged { now: 8 }));
        server.broker.answers(Reply::ClockChanged(ClockChanged { now: 7 }));
        let answer = request(server.http_addr, method, path, body).await;
        assert_eq!((answer.status, json(&answer)), (200, json!({"epochMilli": 8})));
        let requests = std::mem::take(&mut server.broker.state().requests);
        let partitions: Vec<_> = requests.iter().map(|it| it.partition).collect();
        assert_eq!(partitions, [1, 2]);
        let expected = CommandBody::ChangeClock(ChangeClock { change, value });
        assert!(requests.iter().all(|it| it.body == expected), "{requests:?}");
    }
    server.stop().await;
}

fn assert_problem(answer: &Answer, status: u16, mentions: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = json(answer);
    assert_eq!((&problem["type"], &problem["status"]), (&json!("about:blank"), &json!(status)));
    assert!(problem["title"].is_string() && problem["instance"].is_string(), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains(mentions), "{problem}");
}

#[tokio::test]
async fn a_clock_that_cannot_be_moved_is_not_there() {
    let server = Server::start().await;
    for (method, path) in [("POST", "/clock/add"), ("POST", "/clock/pin"), ("DELETE", "/clock")] {
        let answer = request(server.http_addr, method, path, "{}").await;
        assert_problem(&answer, 404, "--clock controllable");
    }
    assert!(server.broker.state().requests.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn wrong_values_for_the_clock_are_refused() {
    let server = Server::start().await;
    server.broker.state().health.clock_is_controllable = true;
    for (path, body, mentions) in [
        ("/clock/add", r#"{"offsetMilli": -1}"#, "offsetMilli"),
        ("/clock/add", r#"{"offsetMilli": 1.5}"#, "offsetMilli"),
        ("/clock/add", r#"{"offsetMilli": 1, "more": 2}"#, "more"),
        ("/clock/add", "", "offsetMilli"),
        ("/clock/pin", r#"{"offsetMilli": 1}"#, "epochMilli"),
        ("/clock/pin", "[", "epochMilli"),
    ] {
        assert_problem(&request(server.http_addr, "POST", path, body).await, 400, mentions);
    }
    server.broker.answers(Reply::Rejected(Rejection {
        kind: RejectionType::InvalidArgument,
        intent: CommandIntent::ClockChange,
        reason: "Log time is already at 9000.".into(),
    }));
    let answer = request(server.http_addr, "POST", "/clock/pin", r#"{"epochMilli": 1}"#).await;
    assert_problem(&answer, 400, "already at 9000");
    server.stop().await;
}

#[tokio::test]
async fn what_does_not_exist_is_a_problem_with_all_its_fields() {
    let server = Server::start().await;
    let answer = request(server.http_addr, "GET", "/v2/nothing", "").await;
    assert_problem(&answer, 404, "/v2/nothing");
    let answer = request(server.http_addr, "PUT", "/clock", "").await;
    assert_problem(&answer, 405, "PUT");
    server.stop().await;
}
