//! User tasks over REST v2 and from the command line, on the real server.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Record, Server, finish, http, wait_for};
use serde_json::{Value, json};

/// A server with the approval process deployed.
fn start(baton: &Baton) -> Result<Server> {
    let server = baton.start(&[])?;
    baton.run(&server, &["deploy", &Baton::fixture("tests/fixtures/approval.bpmn")])?;
    Ok(server)
}

/// Begins an instance, and returns the key of its task.
fn begin(baton: &Baton, server: &Server) -> Result<String> {
    let create = ["instances", "create", "approval", "--vars", r#"{"groups": ["boss"]}"#];
    let created = baton.json(server, &create)?;
    let instance = created["processInstanceKey"].as_str().context("no key")?.to_owned();
    wait_for("the task of the instance", || {
        let tasks = tasks(baton, server, &[])?;
        let found = tasks.iter().find(|it| it["processInstanceKey"] == *instance);
        Ok(found.and_then(|it| it["userTaskKey"].as_str()).map(ToOwned::to_owned))
    })
}

fn tasks(baton: &Baton, server: &Server, arguments: &[&str]) -> Result<Vec<Value>> {
    let found = baton.json(server, &[&["tasks", "list"], arguments].concat())?;
    Ok(found.as_array().context("no list")?.clone())
}

/// Asks for something about a task; the problem it is answered with, if it is no success.
fn ask(server: &Server, method: &str, path: &str, body: &str) -> Result<(u16, Value)> {
    let request = format!("{method} /v2/user-tasks/{path}");
    let (status, text) = http::call_by_contract(&server.http, &request, body)?;
    if text.is_empty() {
        return Ok((status, Value::Null));
    }
    let problem: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
    ensure!(problem["status"] == status, "{problem}");
    for field in ["type", "title", "detail", "instance"] {
        ensure!(problem[field].is_string(), "'{field}' is missing: {problem}");
    }
    ensure!(problem["instance"] == format!("/v2/user-tasks/{path}"), "{problem}");
    Ok((status, problem))
}

fn wait_for_event(baton: &Baton, task: &str, intent: &str) -> Result<Record> {
    let task: i64 = task.parse()?;
    let is_it = |it: &Record| it.is("USER_TASK", intent) && it.number("userTaskKey") == task;
    wait_for(intent, || Ok(baton.records()?.into_iter().find(is_it)))
}

#[test]
fn a_task_lives_its_life_over_rest() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let task = begin(&baton, &server)?;
    let at = |path: &str| format!("{task}{path}");
    let (assignment, completion) = (at("/assignment"), at("/completion"));

    let done = (204, Value::Null);
    let ada = r#"{"assignee": "ada"}"#;
    ensure!(ask(&server, "POST", &assignment, ada)? == done);
    let claim = r#"{"assignee": "bob", "allowOverride": false}"#;
    let (status, problem) = ask(&server, "POST", &assignment, claim)?;
    ensure!((status, &problem["title"]) == (409, &json!("INVALID_STATE")), "{problem}");
    ensure!(ask(&server, "DELETE", &at("/assignee"), "")? == done);
    ensure!(ask(&server, "POST", &assignment, claim)? == done);

    let change = r#"{"changeset": {"candidateUsers": ["bob"], "dueDate": "2031-01-02T03:04:05+01:00", "priority": 7}}"#;
    ensure!(ask(&server, "PATCH", &task, change)? == done);
    for (change, mentions) in [
        (r#"{"changeset": {"priority": 101}}"#, "101"),
        (r#"{"changeset": {"dueDate": "soon"}}"#, "soon"),
        (r#"{"changeset": {"followUpDate": "2031-01-02T03:04:05"}}"#, "offset"),
    ] {
        let (status, problem) = ask(&server, "PATCH", &task, change)?;
        ensure!((status, &problem["title"]) == (400, &json!("INVALID_ARGUMENT")), "{problem}");
        ensure!(problem["detail"].as_str().is_some_and(|it| it.contains(mentions)), "{problem}");
    }
    let changed = wait_for_event(&baton, &task, "UPDATED")?;
    ensure!(changed.text("dueDate") == "2031-01-02T03:04:05+01:00", "{changed:?}");
    ensure!(changed.text("assignee") == "bob" && changed.number("priority") == 7, "{changed:?}");

    let result = r#"{"variables": {"approved": true}, "action": "approve"}"#;
    ensure!(ask(&server, "POST", &completion, result)? == done);
    let completed = wait_for_event(&baton, &task, "COMPLETED")?;
    ensure!(completed.text("action") == "approve", "{completed:?}");
    for (method, path, body) in
        [("POST", &completion, "{}"), ("POST", &assignment, ada), ("PATCH", &task, change)]
    {
        let (status, problem) = ask(&server, method, path, body)?;
        ensure!((status, &problem["title"]) == (404, &json!("NOT_FOUND")), "{problem}");
    }
    let shown = baton.json(&server, &["instances", "show", &instance_of(&completed)])?;
    ensure!(shown["state"] == "completed", "{shown}");
    let variables = shown["variables"].as_array().context("no variables")?;
    let is_approved = |it: &Value| it["name"] == "approved" && it["value"] == true;
    ensure!(variables.iter().any(is_approved), "{shown}");
    Ok(())
}

fn instance_of(record: &Record) -> String {
    record.number("processInstanceKey").to_string()
}

#[test]
fn a_task_outlives_a_kill_and_is_done_from_the_command_line() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let task = begin(&baton, &server)?;
    baton.run(&server, &["tasks", "claim", &task, "ada", "--reason", "it is mine"])?;
    server.kill()?;

    let server = baton.start(&[])?;
    let mine = wait_for("the claimed task", || {
        let mine = tasks(&baton, &server, &["--assignee", "ada", "--group", "boss"])?;
        Ok((!mine.is_empty()).then_some(mine))
    })?;
    ensure!(mine.len() == 1 && mine[0]["userTaskKey"] == *task, "{mine:?}");
    ensure!(mine[0]["name"] == "Approve the expense" && mine[0]["priority"] == 60, "{mine:?}");
    ensure!(tasks(&baton, &server, &["--assignee", "bob"])?.is_empty());

    let claim = ["tasks", "claim", &task, "bob"];
    let finished = finish(&mut baton.client(&server, &claim))?;
    ensure!(finished.code == Some(4), "{finished:?}");
    ensure!(finished.refusal()?.contains("already been assigned"), "{finished:?}");
    baton.run(&server, &["tasks", "assign", &task, "bob"])?;
    let update =
        ["tasks", "update", &task, "--groups", "law,sales", "--due", "", "--priority", "9"];
    baton.run(&server, &update)?;
    baton.run(&server, &["tasks", "unclaim", &task])?;
    let changed = wait_for("the update", || {
        let open = tasks(&baton, &server, &[])?;
        Ok(open.into_iter().find(|it| it["priority"] == 9 && it["assignee"].is_null()))
    })?;
    ensure!(changed["candidateGroups"] == json!(["law", "sales"]), "{changed}");
    ensure!(changed["dueDate"].is_null(), "{changed}");

    baton.run(&server, &["tasks", "complete", &task, "--var", "approved=false"])?;
    wait_for_event(&baton, &task, "COMPLETED")?;
    let again = ["tasks", "complete", &task];
    let finished = finish(&mut baton.client(&server, &again))?;
    ensure!(finished.code == Some(3), "{finished:?}");
    Ok(())
}

#[test]
fn listeners_are_asked_and_a_form_is_bound() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let (form, model) = (baton.file("decision.form"), baton.file("asked.bpmn"));
    std::fs::write(&form, r#"{"id": "decision", "components": []}"#)?;
    std::fs::write(&model, ASKED)?;
    let (form, model) = (form.to_string_lossy(), model.to_string_lossy());
    let deployed = baton.json(&server, &["deploy", &form, &model])?;
    let form_key = deployed["forms"][0]["formKey"].as_str().context("no form")?.to_owned();

    baton.run(&server, &["instances", "create", "asked"])?;
    let task = wait_for("the task", || {
        let open = tasks(&baton, &server, &[])?;
        Ok(open.first().filter(|it| it["formKey"] == *form_key).cloned())
    })?;
    let key = task["userTaskKey"].as_str().context("no key")?.to_owned();

    // The request is answered when the listener has agreed.
    let claim = ["tasks", "claim", &key, "ada"];
    let claiming = baton.client(&server, &claim).stderr(Stdio::null()).spawn()?;
    let listener = baton.work(&server, "check-assignee", "true")?;
    let finished = claiming.wait_with_output()?;
    ensure!(finished.status.success(), "{finished:?}");
    drop(listener);
    let assigned = wait_for_event(&baton, &key, "ASSIGNED")?;
    ensure!(assigned.text("assignee") == "ada", "{assigned:?}");
    Ok(())
}

/// A process whose task has a form, and a listener to its assignment.
const ASKED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
  <process id="asked" isExecutable="true">
    <startEvent id="s"/>
    <userTask id="a"><extensionElements>
      <zeebe:userTask/>
      <zeebe:formDefinition formId="decision" bindingType="deployment"/>
      <zeebe:taskListeners>
        <zeebe:taskListener eventType="assigning" type="check-assignee"/>
      </zeebe:taskListeners>
    </extensionElements></userTask>
    <sequenceFlow id="f" sourceRef="s" targetRef="a"/>
  </process>
</definitions>"#;
