//! Suspending and resuming an instance over REST v2 and from the command line, on the real server.

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Server, http, wait_for};
use serde_json::{Value, json};

fn ask(server: &Server, path: &str, body: &str) -> Result<(u16, Value)> {
    let request = format!("POST /v2/process-instances/{path}");
    let (status, text) = http::call_by_contract(&server.http, &request, body)?;
    if text.is_empty() {
        return Ok((status, Value::Null));
    }
    let problem: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
    ensure!(problem["status"] == status, "{problem}");
    for field in ["type", "title", "detail", "instance"] {
        ensure!(problem[field].is_string(), "'{field}' is missing: {problem}");
    }
    Ok((status, problem))
}

fn wait_for_state(baton: &Baton, server: &Server, instance: &str, state: &str) -> Result<()> {
    wait_for(state, || {
        let found = baton.json(server, &["instances", "show", instance])?;
        Ok((found["state"] == state).then_some(()))
    })
}

#[test]
fn a_suspended_instance_stands_still_until_it_is_resumed() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    baton.run(&server, &["deploy", &Baton::fixture("tests/fixtures/approval.bpmn")])?;
    let create = ["instances", "create", "approval", "--vars", r#"{"groups": ["boss"]}"#];
    let created = baton.json(&server, &create)?;
    let instance = created["processInstanceKey"].as_str().context("no key")?.to_owned();
    let (suspension, resumption) =
        (format!("{instance}/suspension"), format!("{instance}/resumption"));

    let done = (204, Value::Null);
    for (body, title) in [
        ("[]", "Bad Request"),
        (r#"{"reason": "x"}"#, "Bad Request"),
        (r#"{"operationReference": "x"}"#, "Bad Request"),
        (r#"{"operationReference": 0}"#, "INVALID_ARGUMENT"),
    ] {
        let (status, problem) = ask(&server, &suspension, body)?;
        ensure!((status, &problem["title"]) == (400, &json!(title)), "{body}: {problem}");
    }
    let (status, problem) = ask(&server, &resumption, "")?;
    ensure!((status, &problem["title"]) == (409, &json!("INVALID_STATE")), "{problem}");
    ensure!(ask(&server, &suspension, r#"{"operationReference": 7}"#)? == done);
    let (status, problem) = ask(&server, &suspension, "null")?;
    ensure!((status, &problem["title"]) == (409, &json!("INVALID_STATE")), "{problem}");
    wait_for_state(&baton, &server, &instance, "suspended")?;
    ensure!(ask(&server, &resumption, "")? == done);
    wait_for_state(&baton, &server, &instance, "active")?;
    let (status, _) = ask(&server, "2251799813999999/suspension", "")?;
    ensure!(status == 404, "{status}");
    let (status, _) = ask(&server, "x/suspension", "")?;
    ensure!(status == 400, "{status}");

    baton.run(&server, &["instances", "suspend", &instance, "--reason", "waits for legal"])?;
    wait_for_state(&baton, &server, &instance, "suspended")?;
    baton.run(&server, &["instances", "resume", &instance])?;
    wait_for_state(&baton, &server, &instance, "active")?;
    Ok(())
}
