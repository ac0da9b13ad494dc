//! Task listeners that deny and correct, over gRPC, and what those hear who asked over REST.

#[path = "support/job.rs"]
mod job;

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Record, Server, http, wait_for};
use job::next_job;
use proto::gateway::gateway_client::GatewayClient;
use proto::gateway::{
    CompleteJobRequest, CreateProcessInstanceRequest, JobResult, JobResultCorrections, StringList,
};
use serde_json::Value;
use tokio::task::JoinHandle;
use tonic::transport::Channel;

type Client = GatewayClient<Channel>;

/// A task that listeners are asked about when it is assigned, and when it is completed.
const WATCHED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
  <process id="watched" isExecutable="true">
    <startEvent id="s"/>
    <userTask id="a"><extensionElements>
      <zeebe:userTask/>
      <zeebe:taskListeners>
        <zeebe:taskListener eventType="assigning" type="watch"/>
        <zeebe:taskListener eventType="completing" type="watch"/>
      </zeebe:taskListeners>
    </extensionElements></userTask>
    <sequenceFlow id="f" sourceRef="s" targetRef="a"/>
  </process>
</definitions>"#;

/// A server with an instance that waits at the task; the key of the task.
async fn start(baton: &Baton) -> Result<(Server, Client, i64)> {
    let server = baton.start(&[])?;
    let model = baton.file("watched.bpmn");
    std::fs::write(&model, WATCHED)?;
    baton.run(&server, &["deploy", &model.to_string_lossy()])?;
    let mut client = GatewayClient::connect(format!("http://{}", server.grpc)).await?;
    let request = CreateProcessInstanceRequest {
        bpmn_process_id: "watched".to_owned(),
        version: -1,
        ..Default::default()
    };
    client.create_process_instance(request).await?;
    let task = wait_for("the task", || {
        let records = baton.records()?;
        let created = records.iter().find(|it| it.is("USER_TASK", "CREATED"));
        Ok(created.map(|it| it.number("userTaskKey")))
    })?;
    Ok((server, client, task))
}

/// Asks for something about the task, and waits for the answer on a thread of its own: it comes
/// when the listeners have agreed or one has not.
fn ask(server: &Server, request: String, body: &'static str) -> JoinHandle<Result<(u16, String)>> {
    let http = server.http.clone();
    tokio::task::spawn_blocking(move || http::call_by_contract(&http, &request, body))
}

/// Does the listener's next job with this result.
async fn answer(client: &mut Client, result: JobResult) -> Result<()> {
    let job = next_job(client, "watch").await?;
    let result = Some(JobResult { r#type: Some("userTask".to_owned()), ..result });
    client
        .complete_job(CompleteJobRequest { job_key: job.key, result, ..Default::default() })
        .await?;
    Ok(())
}

fn denial(reason: &str) -> JobResult {
    JobResult { denied: Some(true), denied_reason: Some(reason.to_owned()), ..JobResult::default() }
}

/// The last record of the task with this intent.
fn last(baton: &Baton, intent: &str) -> Result<Record> {
    let is_it = |it: &Record| it.is("USER_TASK", intent);
    wait_for(intent, || Ok(baton.records()?.into_iter().rev().find(is_it)))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_hears_why_a_listener_denied() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let (server, mut client, task) = start(&baton).await?;
    for (what, body, denied, reason) in [
        ("assignment", r#"{"assignee": "ada"}"#, "ASSIGNMENT_DENIED", "Ada is on holiday"),
        ("completion", r#"{"variables": {"ok": 1}}"#, "COMPLETION_DENIED", "The form is empty"),
    ] {
        let asked = ask(&server, format!("POST /v2/user-tasks/{task}/{what}"), body);
        answer(&mut client, denial(reason)).await?;
        let (status, text) = asked.await??;
        let problem: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
        ensure!(status == 409 && problem["title"] == "INVALID_STATE", "{status} {problem}");
        let detail = problem["detail"].as_str().context("no detail")?;
        ensure!(detail.contains(reason) && detail.contains(&task.to_string()), "{detail}");
        let record = last(&baton, denied)?;
        ensure!(record.text("deniedReason") == reason, "{record:?}");
    }
    // Nothing has changed: it is nobody's, and can still be completed.
    let asked = ask(&server, format!("POST /v2/user-tasks/{task}/completion"), "{}");
    answer(&mut client, JobResult::default()).await?;
    ensure!(asked.await??.0 == 204);
    let completed = last(&baton, "COMPLETED")?;
    ensure!(completed.text("assignee").is_empty(), "{completed:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_corrects_what_was_asked_for() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let (server, mut client, task) = start(&baton).await?;
    let request = format!("POST /v2/user-tasks/{task}/assignment");
    let asked = ask(&server, request, r#"{"assignee": "ada"}"#);
    let corrections = JobResultCorrections {
        assignee: Some("bob".to_owned()),
        candidate_groups: Some(StringList { values: vec!["law".to_owned()] }),
        priority: Some(7),
        due_date: Some("2031-01-02T03:04:05Z".to_owned()),
        ..JobResultCorrections::default()
    };
    answer(&mut client, JobResult { corrections: Some(corrections), ..JobResult::default() })
        .await?;
    ensure!(asked.await??.0 == 204);
    let corrected = last(&baton, "CORRECTED")?;
    ensure!(corrected.text("assignee") == "bob", "{corrected:?}");
    let assigned = last(&baton, "ASSIGNED")?;
    ensure!(assigned.text("assignee") == "bob" && assigned.number("priority") == 7, "{assigned:?}");
    ensure!(assigned.text("dueDate") == "2031-01-02T03:04:05Z", "{assigned:?}");
    let listed = baton.json(&server, &["tasks", "list", "--assignee", "bob", "--group", "law"])?;
    ensure!(listed.as_array().is_some_and(|it| it.len() == 1), "{listed}");

    // What no user task can be is refused, and the listener's job is still there.
    let asked = ask(&server, format!("POST /v2/user-tasks/{task}/completion"), "{}");
    let corrections = JobResultCorrections { priority: Some(101), ..Default::default() };
    let wrong = JobResult { corrections: Some(corrections), ..JobResult::default() };
    let refused = answer(&mut client, wrong).await.err().context("it was taken")?;
    ensure!(format!("{refused:#}").contains("101"), "{refused:#}");
    drop(server);
    drop(asked.await?);
    Ok(())
}
