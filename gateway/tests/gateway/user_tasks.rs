//! REST v2: what people do with user tasks.

use broker_api::Refusal;
use gateway::Waits;
use record::{
    Accepted, AssignUserTask, CommandBody, CommandIntent, CompleteUserTask, Key, Rejection,
    RejectionType, Reply, Texts, UpdateUserTask, UserTaskChange,
};
use std::time::Duration;
use value::Doc;

use crate::raw::{Answer, request};
use crate::scripted::Script;
use crate::server::Server;

fn task() -> Key {
    Key::new(1, 7)
}

async fn ask(server: &Server, method: &str, path: &str, body: &str) -> Answer {
    let path = format!("/v2/user-tasks/{path}");
    request(server.http_addr, method, &path, body).await
}

/// What a request becomes, if it is answered without content.
async fn command(method: &str, path: &str, body: &str) -> CommandBody {
    let server = Server::start().await;
    server.broker.answers(Reply::Accepted(Accepted {}));
    let answer = ask(&server, method, &format!("{}{path}", task()), body).await;
    assert_eq!((answer.status, &*answer.body), (204, ""), "{answer:?}");
    let request = server.broker.only_request();
    assert_eq!(request.partition, 1);
    server.stop().await;
    request.body
}

fn problem(answer: &Answer) -> (u16, String, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["status"], answer.status);
    assert!(body["instance"].as_str().unwrap().starts_with("/v2/user-tasks/"));
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (answer.status, text("title"), text("detail"))
}

#[tokio::test]
async fn a_task_is_assigned_claimed_and_unassigned() {
    let assigned = |assignee: &str, is_claim, action: &str| {
        let (assignee, action) = (assignee.into(), action.into());
        CommandBody::AssignUserTask(AssignUserTask { task: task(), assignee, is_claim, action })
    };
    let body = r#"{"assignee": "ada"}"#;
    assert_eq!(command("POST", "/assignment", body).await, assigned("ada", false, "assign"));
    let body = r#"{"assignee": "ada", "allowOverride": false, "action": "take"}"#;
    assert_eq!(command("POST", "/assignment", body).await, assigned("ada", true, "take"));
    let body = r#"{"assignee": "ada", "allowOverride": null, "action": null}"#;
    assert_eq!(command("POST", "/assignment", body).await, assigned("ada", false, "assign"));
    assert_eq!(command("DELETE", "/assignee", "").await, assigned("", false, "unassign"));
}

#[tokio::test]
async fn a_task_is_changed_as_far_as_the_changeset_says() {
    let body = r#"{"changeset": {"candidateGroups": [], "candidateUsers": ["ada"], "dueDate": "",
        "followUpDate": null, "priority": 7, "custom": 1}}"#;
    let change = UserTaskChange {
        candidate_groups: Some(Box::new(Texts::default())),
        candidate_users: Some(Box::new(Texts { list: vec!["ada".into()] })),
        due_date: Some("".into()),
        priority: Some(7),
        ..UserTaskChange::default()
    };
    let expected = UpdateUserTask { task: task(), change, action: "update".into() };
    assert_eq!(command("PATCH", "", body).await, CommandBody::UpdateUserTask(expected));
    let expected = UpdateUserTask {
        task: task(),
        change: UserTaskChange::default(),
        action: "escalate".into(),
    };
    let body = r#"{"action": "escalate"}"#;
    assert_eq!(command("PATCH", "", body).await, CommandBody::UpdateUserTask(expected));
}

#[tokio::test]
async fn a_task_is_completed_with_or_without_a_result() {
    let completed = |variables: &str, action: &str| {
        let (variables, action) = (Doc::from_json(variables).unwrap(), action.into());
        CommandBody::CompleteUserTask(CompleteUserTask { task: task(), variables, action })
    };
    assert_eq!(command("POST", "/completion", "").await, completed("{}", "complete"));
    let body = r#"{"variables": {"a": [1, {"b": null}]}, "action": "approve"}"#;
    let expected = completed(r#"{"a": [1, {"b": null}]}"#, "approve");
    assert_eq!(command("POST", "/completion", body).await, expected);
    let body = r#"{"variables": null}"#;
    assert_eq!(command("POST", "/completion", body).await, completed("{}", "complete"));
}

#[tokio::test]
async fn wrong_requests_are_refused_before_the_broker() {
    let server = Server::start().await;
    let key = task().to_string();
    let bad = "Bad Request";
    for (method, path, body, title, mentions) in [
        ("POST", "assignment", "", bad, "body is missing"),
        ("POST", "assignment", "[]", bad, "JSON object"),
        ("POST", "assignment", "{}", "INVALID_ARGUMENT", "No assignee"),
        ("POST", "assignment", r#"{"assignee": ""}"#, "INVALID_ARGUMENT", "No assignee"),
        ("POST", "assignment", r#"{"assignee": 7}"#, bad, "[assignee]"),
        ("POST", "assignment", r#"{"assignee": "a", "who": "b"}"#, bad, "[who]"),
        ("POST", "assignment", r#"{"assignee": "a", "allowOverride": "no"}"#, bad, "Override]"),
        ("DELETE", "assignee", r#"{"assignee": "a"}"#, bad, "[assignee]"),
        ("PATCH", "", "", "INVALID_ARGUMENT", "No update data"),
        ("PATCH", "", r#"{"changeset": {"dueDate": null}}"#, "INVALID_ARGUMENT", "No update data"),
        ("PATCH", "", r#"{"changeset": 7}"#, bad, "[changeset]"),
        ("PATCH", "", r#"{"changeset": {"priority": 1.5}}"#, bad, "[priority]"),
        ("PATCH", "", r#"{"changeset": {"candidateUsers": "ada"}}"#, bad, "[candidateUsers]"),
        ("POST", "completion", r#"{"variables": []}"#, bad, "[variables]"),
        ("POST", "completion", r#"{"variables": {"#, bad, "JSON object"),
    ] {
        let path = if path.is_empty() { key.clone() } else { format!("{key}/{path}") };
        let (status, found, detail) = problem(&ask(&server, method, &path, body).await);
        assert_eq!((status, &*found), (400, title), "{method} {path} {body}: {detail}");
        assert!(detail.contains(mentions), "{detail}");
    }
    for wrong in ["x", "1.5", "-", "%F0", "12345678901234567890123456"] {
        let answer = ask(&server, "POST", &format!("{wrong}/completion"), "{}").await;
        assert_eq!(problem(&answer).0, 400, "{wrong}");
    }
    for unknown in ["0", "-1", "9007199254740993"] {
        let answer = ask(&server, "POST", &format!("{unknown}/completion"), "{}").await;
        let (status, title, _) = problem(&answer);
        assert_eq!((status, &*title), (404, "NOT_FOUND"), "{unknown}");
    }
    assert!(server.broker.state().requests.is_empty());
    server.stop().await;
}

#[tokio::test]
async fn what_refuses_a_command_is_a_problem_with_its_status() {
    let mut waits = Waits::default();
    waits.command = Duration::from_millis(50);
    let server = Server::with_waits(waits).await;
    let path = format!("{}/completion", task());
    for (kind, status, title) in [
        (RejectionType::InvalidArgument, 400, "INVALID_ARGUMENT"),
        (RejectionType::NotFound, 404, "NOT_FOUND"),
        (RejectionType::InvalidState, 409, "INVALID_STATE"),
        (RejectionType::ProcessingError, 500, "PROCESSING_ERROR"),
        (RejectionType::ResourceExhausted, 503, "RESOURCE_EXHAUSTED"),
    ] {
        let (intent, reason) = (CommandIntent::UserTaskComplete, "Because.".into());
        server.broker.answers(Reply::Rejected(Rejection { kind, intent, reason }));
        let (found, name, detail) = problem(&ask(&server, "POST", &path, "").await);
        assert_eq!((found, &*name), (status, title));
        assert_eq!(detail, format!("Command 'COMPLETE' rejected with code '{title}': Because."));
    }
    server.broker.refuses(Refusal::Stopping);
    let (status, title, _) = problem(&ask(&server, "POST", &path, "").await);
    assert_eq!((status, &*title), (503, "UNAVAILABLE"));
    server.broker.state().scripts.push_back(Script::Never);
    let (status, title, detail) = problem(&ask(&server, "POST", &path, "").await);
    assert_eq!((status, &*title), (504, "DEADLINE_EXCEEDED"), "{detail}");
    assert!(server.counted("/v2/user-tasks/{userTaskKey}/completion", "5xx"));
    server.stop().await;
}
