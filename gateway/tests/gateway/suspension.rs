//! REST v2: process instances are suspended and resumed.

use record::{
    Accepted, CommandBody, CommandIntent, Key, Rejection, RejectionType, Reply, ResumeInstance,
    SuspendInstance,
};

use crate::raw::{Answer, request, request_with};
use crate::server::Server;

fn instance() -> Key {
    Key::new(2, 7)
}

async fn ask(server: &Server, path: &str, body: &str) -> Answer {
    let path = format!("/v2/process-instances/{path}");
    request(server.http_addr, "POST", &path, body).await
}

fn problem(answer: &Answer) -> (u16, String, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (answer.status, text("title"), text("detail"))
}

#[tokio::test]
async fn an_instance_is_suspended_and_resumed_on_its_partition() {
    let server = Server::start().await;
    server.broker.state().partitions = vec![1, 2];
    let suspend = CommandBody::SuspendInstance(SuspendInstance { instance: instance() });
    let resume = CommandBody::ResumeInstance(ResumeInstance { instance: instance() });
    for (path, body, command, reference) in [
        ("suspension", "", &suspend, 0),
        ("suspension", "null", &suspend, 0),
        ("suspension", r#"{"operationReference": 7}"#, &suspend, 7),
        ("resumption", "{}", &resume, 0),
        ("resumption", r#"{"operationReference": null}"#, &resume, 0),
    ] {
        server.broker.answers(Reply::Accepted(Accepted {}));
        let answer = ask(&server, &format!("{}/{path}", instance()), body).await;
        assert_eq!((answer.status, &*answer.body), (204, ""), "{answer:?}");
        let asked = server.broker.state().requests.pop().unwrap();
        assert_eq!((asked.partition, &asked.body), (2, command));
        assert_eq!(asked.envelope.operation_reference, reference);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_suspension_is_refused_before_the_broker() {
    let server = Server::start().await;
    let path = format!("{}/suspension", Key::new(1, 7));
    for (path, body, status, title, mentions) in [
        (&*path, "[]", 400, "Bad Request", "JSON object"),
        (&*path, r#"{"reason": "x"}"#, 400, "Bad Request", "[reason]"),
        (&*path, r#"{"operationReference": "x"}"#, 400, "Bad Request", "[operationReference]"),
        (&*path, r#"{"operationReference": 0}"#, 400, "INVALID_ARGUMENT", "'operationReference'"),
        (&*path, r#"{"operationReference": -1}"#, 400, "INVALID_ARGUMENT", "'operationReference'"),
        ("x/suspension", "", 400, "Bad Request", "x"),
        ("9999999999999999/resumption", "", 404, "NOT_FOUND", "'9999999999999999'"),
    ] {
        let (found, said, detail) = problem(&ask(&server, path, body).await);
        assert_eq!((found, &*said), (status, title), "{path} {body}: {detail}");
        assert!(detail.contains(mentions), "{path} {body}: {detail}");
    }
    // A key would be ignored here.
    let path = format!("/v2/process-instances/{path}");
    let header = "idempotency-key: k\r\n";
    let answer = request_with(server.http_addr, "POST", &path, header, "").await;
    assert!(problem(&answer).2.contains("'idempotency-key'"), "{answer:?}");
    assert!(server.broker.state().requests.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn an_instance_in_another_state_is_a_conflict() {
    let server = Server::start().await;
    let kind = RejectionType::InvalidState;
    let (intent, reason) = (CommandIntent::ProcessInstanceSuspend, "Because.".into());
    server.broker.answers(Reply::Rejected(Rejection { kind, intent, reason }));
    let answer = ask(&server, &format!("{}/suspension", Key::new(1, 7)), "").await;
    let (status, title, detail) = problem(&answer);
    assert_eq!((status, &*title), (409, "INVALID_STATE"));
    assert!(detail.contains("Because."), "{detail}");
    server.stop().await;
}
