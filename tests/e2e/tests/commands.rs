//! What callers rely on when an answer gets lost, and what becomes of what is deleted, on the real
//! server.

use std::fs;

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Server, finish, wait_for};
use serde_json::Value;

/// A server with the approval process deployed.
fn start(baton: &Baton) -> Result<Server> {
    let server = baton.start(&[])?;
    baton.run(&server, &["deploy", &Baton::fixture("tests/fixtures/approval.bpmn")])?;
    Ok(server)
}

fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str> {
    value[field].as_str().with_context(|| format!("'{field}' in {value}"))
}

/// What a command that has to fail says.
fn refused(baton: &Baton, server: &Server, arguments: &[&str], code: i32) -> Result<String> {
    let finished = finish(&mut baton.client(server, arguments))?;
    ensure!(finished.code == Some(code), "baton {arguments:?}: {finished:?}");
    Ok(finished.stderr)
}

#[test]
fn a_request_with_a_key_is_carried_out_once_through_a_kill() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let create =
        ["instances", "create", "approval", "--var", "groups=[]", "--idempotency-key", "order 7"];
    let first = baton.json(&server, &create)?;
    ensure!(baton.json(&server, &create)? == first, "another answer than {first}");
    server.kill()?;

    let server = baton.start(&[])?;
    ensure!(baton.json(&server, &create)? == first, "another answer than {first} after a kill");
    let other = ["instances", "create", "approval", "--idempotency-key", "order 7"];
    let said = refused(&baton, &server, &other, 4)?;
    ensure!(said.contains("'order 7' stands for another request"), "{said}");
    let said =
        refused(&baton, &server, &["instances", "create", "approval", "--request-id", " "], 2)?;
    ensure!(said.contains("1 to 256 characters"), "{said}");

    // Over HTTP too.
    let instance = text(&first, "processInstanceKey")?;
    let task = wait_for("the task of the instance", || {
        let tasks = baton.json(&server, &["tasks", "list"])?;
        let tasks = tasks.as_array().context("a list")?.clone();
        ensure!(tasks.len() <= 1, "several tasks: {tasks:?}");
        let found = tasks.iter().find(|it| it["processInstanceKey"] == *instance);
        Ok(found.and_then(|it| it["userTaskKey"].as_str()).map(ToOwned::to_owned))
    })?;
    let complete = ["tasks", "complete", &task, "--idempotency-key", "done 7"];
    baton.run(&server, &complete)?;
    baton.run(&server, &complete)?;
    refused(&baton, &server, &["tasks", "complete", &task], 3)?;
    Ok(())
}

#[test]
fn a_deleted_version_gives_way_to_the_one_before_and_its_number_is_not_given_again() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let file = fs::read_to_string(Baton::fixture("tests/fixtures/approval.bpmn"))?;
    let changed = baton.file("approval.bpmn");
    fs::write(&changed, file.replace("Approve the expense", "Approve it"))?;
    let deploy = ["deploy", &*changed.to_string_lossy()];
    let second = baton.json(&server, &deploy)?;
    let key = text(&second["processes"][0], "processDefinitionKey")?.to_owned();
    let create = ["instances", "create", "approval", "--var", "groups=[]"];
    let running = baton.json(&server, &create)?;
    ensure!(running["version"] == 2, "{running}");

    baton.run(&server, &["resources", "delete", &key])?;
    ensure!(baton.json(&server, &create)?["version"] == 1, "the version before is the latest");
    refused(&baton, &server, &["resources", "delete", &key], 3)?;
    let listed = wait_for("the deletion in the list", || {
        let listed = baton.json(&server, &["resources", "list"])?;
        let found = listed.as_array().and_then(|it| it.iter().find(|it| it["resourceKey"] == *key));
        Ok(found.filter(|it| it["isEnding"] == true).cloned())
    })?;
    ensure!(listed["version"] == 2, "{listed}");
    baton.run(&server, &["instances", "cancel", text(&running, "processInstanceKey")?])?;
    wait_for("the end of the version", || {
        let listed = baton.json(&server, &["resources", "list"])?;
        let list = listed.as_array().context("a list")?;
        Ok(list.iter().all(|it| it["resourceKey"] != *key).then_some(()))
    })?;
    ensure!(baton.json(&server, &deploy)?["processes"][0]["version"] == 3, "a number came again");
    Ok(())
}

#[test]
fn a_case_is_called_what_its_caller_calls_it() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = start(&baton)?;
    let create =
        ["instances", "create", "approval", "--business-id", "A1", "--tag", "vip", "--tag", "b.2"];
    let created = baton.json(&server, &create)?;
    ensure!(created["businessId"] == "A1" && created["tags"][1] == "b.2", "{created}");
    let key = text(&created, "processInstanceKey")?;
    let assign = |id| ["instances", "assign-business-id", key, id];
    baton.run(&server, &assign("A1"))?;
    let said = refused(&baton, &server, &assign("B2"), 4)?;
    ensure!(said.contains("it has the business id 'A1'"), "{said}");
    let shown = wait_for("the instance in the records", || {
        let finished = baton.offline(&["instances", "show", key])?;
        Ok((finished.code == Some(0)).then_some(finished.stdout))
    })?;
    ensure!(shown.contains("business id  A1") && shown.contains("vip, b.2"), "{shown}");
    let said = refused(&baton, &server, &["instances", "create", "approval", "--tags", "7"], 4)?;
    ensure!(said.contains("The tag '7'"), "{said}");
    Ok(())
}
