//! Ad-hoc subprocesses: told over REST what begins, and decided by a worker over gRPC.

#[path = "support/job.rs"]
mod job;

use anyhow::{Context, Result, ensure};
use baton_e2e::{Baton, Record, Server, http, wait_for};
use job::next_job;
use proto::gateway::gateway_client::GatewayClient;
use proto::gateway::{
    ActivatedJob, CompleteJobRequest, CreateProcessInstanceRequest, JobResult,
    JobResultActivateElement,
};
use serde_json::{Value, json};
use tonic::transport::Channel;

type Client = GatewayClient<Channel>;

async fn start(baton: &Baton) -> Result<(Server, Client)> {
    let server = baton.start(&[])?;
    let model = baton.file("cases.bpmn");
    std::fs::write(&model, CASES)?;
    baton.run(&server, &["deploy", &model.to_string_lossy()])?;
    let client = GatewayClient::connect(format!("http://{}", server.grpc)).await?;
    Ok((server, client))
}

/// Begins an instance, and returns the key of its ad-hoc subprocess.
async fn begin(baton: &Baton, client: &mut Client, process: &str) -> Result<i64> {
    let request = CreateProcessInstanceRequest {
        bpmn_process_id: process.to_owned(),
        version: -1,
        ..Default::default()
    };
    let instance = client.create_process_instance(request).await?.into_inner().process_instance_key;
    let is_it = |it: &Record| {
        (it.is_of_element("ELEMENT_ACTIVATED", "work")
            || it.is_of_element("ELEMENT_ACTIVATED", "work2"))
            && it.number("processInstanceKey") == instance
    };
    wait_for("the ad-hoc subprocess", || {
        Ok(baton.records()?.iter().find(|it| is_it(it)).map(Record::key))
    })
}

/// Tells a subprocess what begins; the problem it is answered with, if it is no success.
fn tell(server: &Server, key: &str, body: &str) -> Result<(u16, Value)> {
    let path = format!("/v2/element-instances/ad-hoc-activities/{key}/activation");
    let (status, text) = http::call_by_contract(&server.http, &format!("POST {path}"), body)?;
    if text.is_empty() {
        return Ok((status, Value::Null));
    }
    let problem: Value = serde_json::from_str(&text).with_context(|| text.clone())?;
    ensure!(problem["status"] == status && problem["instance"] == path, "{problem}");
    for field in ["type", "title", "detail"] {
        ensure!(problem[field].is_string(), "'{field}' is missing: {problem}");
    }
    Ok((status, problem))
}

async fn complete(
    client: &mut Client,
    job: &ActivatedJob,
    result: Option<JobResult>,
) -> Result<()> {
    let request = CompleteJobRequest { job_key: job.key, result, ..Default::default() };
    client.complete_job(request).await?;
    Ok(())
}

fn wait_for_end(baton: &Baton, instance: i64) -> Result<()> {
    wait_for("the end of the instance", || {
        let records = baton.records()?;
        let ended = records.iter().any(|it| {
            it.is_of_instance("ELEMENT_COMPLETED") && it.number("processInstanceKey") == instance
        });
        Ok(ended.then_some(()))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subprocess_is_told_over_rest_what_begins() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let (server, mut client) = start(&baton).await?;
    let key = begin(&baton, &mut client, "by-hand").await?.to_string();

    let bad = [
        ("", "body is missing"),
        ("[]", "JSON object"),
        ("{}", "No elements provided"),
        (r#"{"elements": []}"#, "No elements provided"),
        (r#"{"elements": "call"}"#, "[elements]"),
        (r#"{"elements": [{}]}"#, "No elementId provided"),
        (r#"{"elements": [{"elementId": 7}]}"#, "[elementId]"),
        (r#"{"elements": [{"elementId": "call", "variables": [1]}]}"#, "[variables]"),
        (r#"{"elements": [{"elementId": "call", "more": 1}]}"#, "[more]"),
        (r#"{"elements": [{"elementId": "call"}], "cancelRemainingInstances": 1}"#, "cancelRem"),
        (r#"{"elements": [{"elementId": "call"}], "more": 1}"#, "[more]"),
    ];
    for (body, mentions) in bad {
        let (status, problem) = tell(&server, &key, body)?;
        ensure!(status == 400, "{body}: {status} {problem}");
        let says_so = problem["detail"].as_str().is_some_and(|it| it.contains(mentions));
        ensure!(says_so, "{body}: {problem}");
    }
    let call = r#"{"elements": [{"elementId": "call"}]}"#;
    for (key, body) in [
        (&*key, r#"{"elements": [{"elementId": "nobody"}]}"#),
        ("2251799813685249", call),
        ("1", call),
    ] {
        let (status, problem) = tell(&server, key, body)?;
        ensure!((status, &problem["title"]) == (404, &json!("NOT_FOUND")), "{problem}");
    }
    ensure!(tell(&server, "work", call)?.0 == 400);

    let both = r#"{"elements": [{"elementId": "call", "variables": {"who": "ada"}},
        {"elementId": "write"}]}"#;
    ensure!(tell(&server, &key, both)? == (204, Value::Null));
    let job = next_job(&mut client, "call").await?;
    let variables: Value = serde_json::from_str(&job.variables)?;
    ensure!(variables["who"] == "ada", "{variables}");
    let shown =
        baton.run(&server, &["instances", "show", &job.process_instance_key.to_string()])?;
    ensure!(shown.contains("instance in Work on the case (work)"), "{shown}");
    let instead = r#"{"elements": [{"elementId": "write"}], "cancelRemainingInstances": true}"#;
    ensure!(tell(&server, &key, instead)? == (204, Value::Null));
    wait_for("the second letter", || {
        let records = baton.records()?;
        let begun = records.iter().filter(|it| it.is_of_element("ELEMENT_ACTIVATED", "write"));
        let ended = records.iter().any(|it| it.is_of_element("ELEMENT_TERMINATED", "call"));
        Ok((begun.count() == 2 && ended).then_some(()))
    })?;
    let job = next_job(&mut client, "write").await?;
    complete(&mut client, &job, None).await?;
    wait_for_end(&baton, job.process_instance_key)?;
    let (status, problem) = tell(&server, &key, call)?;
    ensure!((status, &problem["title"]) == (404, &json!("NOT_FOUND")), "{problem}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_decides_what_begins_until_enough_has_been_done() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let (server, mut client) = start(&baton).await?;
    begin(&baton, &mut client, "by-worker").await?;

    let job = next_job(&mut client, "agent").await?;
    ensure!(job.kind == 3, "the job is of the kind {}", job.kind);
    let variables: Value = serde_json::from_str(&job.variables)?;
    let tool = &variables["adHocSubProcessElements"][0];
    ensure!(tool["elementId"] == "look-up" && tool["documentation"] == "Looks it up.", "{tool}");
    ensure!(tool["parameters"][0]["name"] == "what", "{tool}");
    let activate_elements = vec![JobResultActivateElement {
        element_id: "look-up".to_owned(),
        variables: r#"{"toolCall": {"what": "weather"}}"#.to_owned(),
    }];
    let kind = Some("adHocSubProcess".to_owned());
    let begins = JobResult { r#type: kind.clone(), activate_elements, ..Default::default() };
    complete(&mut client, &job, Some(begins)).await?;

    let job = next_job(&mut client, "look-up").await?;
    let variables: Value = serde_json::from_str(&job.variables)?;
    ensure!(variables["query"] == "weather", "{variables}");
    complete(&mut client, &job, None).await?;

    server.kill()?;
    let server = baton.start(&[])?;
    let mut client = GatewayClient::connect(format!("http://{}", server.grpc)).await?;
    let job = next_job(&mut client, "agent").await?;
    let enough = JobResult {
        r#type: kind,
        is_completion_condition_fulfilled: Some(true),
        ..Default::default()
    };
    complete(&mut client, &job, Some(enough)).await?;
    wait_for_end(&baton, job.process_instance_key)
}

/// An ad-hoc subprocess that people decide in, and one that a worker does.
const CASES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
  <process id="by-hand" isExecutable="true">
    <startEvent id="s"/>
    <adHocSubProcess id="work" name="Work on the case">
      <serviceTask id="call"><extensionElements><zeebe:taskDefinition type="call"/>
      </extensionElements></serviceTask>
      <serviceTask id="write"><extensionElements><zeebe:taskDefinition type="write"/>
      </extensionElements></serviceTask>
    </adHocSubProcess>
    <sequenceFlow id="f" sourceRef="s" targetRef="work"/>
  </process>
  <process id="by-worker" isExecutable="true">
    <startEvent id="s2"/>
    <adHocSubProcess id="work2"><extensionElements><zeebe:taskDefinition type="agent"/>
      </extensionElements>
      <serviceTask id="look-up"><documentation>Looks it up.</documentation><extensionElements>
        <zeebe:taskDefinition type="look-up"/><zeebe:ioMapping>
        <zeebe:input source="=fromAi(toolCall.what, &quot;what to look up&quot;)" target="query"/>
        </zeebe:ioMapping></extensionElements></serviceTask>
    </adHocSubProcess>
    <sequenceFlow id="f2" sourceRef="s2" targetRef="work2"/>
  </process>
</definitions>"#;
