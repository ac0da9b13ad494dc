//! What the list of acceptance scenarios calls missing is really refused, each by name.

use anyhow::{Context as _, Result, bail, ensure};
use baton_e2e::{Baton, Server};
use proto::gateway::gateway_client::GatewayClient;
use proto::gateway::{DeployResourceRequest, Resource};
use std::collections::BTreeSet;
use tonic::transport::Channel;
use tonic::{Code, Status};

const LIST: &str = include_str!("../../acceptance.txt");

/// An element with the id `probe`, by the name that the list gives it.
const ELEMENTS: &[(&str, &str)] = &[];

/// What REST v2 can search.
const SEARCHED: [&str; 9] = [
    "process-instances",
    "process-definitions",
    "element-instances",
    "decision-instances",
    "incidents",
    "jobs",
    "message-subscriptions",
    "user-tasks",
    "variables",
];

#[tokio::test(flavor = "multi_thread")]
async fn everything_the_list_calls_missing_is_refused_by_name() -> Result<()> {
    let Some(baton) = Baton::of_environment()? else { return Ok(()) };
    let server = baton.start(&[])?;
    let mut client = GatewayClient::connect(format!("http://{}", server.grpc)).await?;
    for gap in gaps() {
        let (kind, what) = gap.split_once(' ').context("a gap is a kind and a name")?;
        match kind {
            "element" => probe_element(&mut client, what).await,
            "resource" => probe_resource(&mut client, what).await,
            "rest" => probe_rest(&server, what),
            "rule" => probe_rule(&mut client, what).await,
            _ => bail!("no probe for a gap of the kind '{kind}'"),
        }
        .with_context(|| format!("the gap '{gap}'"))?;
    }
    Ok(())
}

fn gaps() -> BTreeSet<&'static str> {
    let lines = LIST.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(_, gap)| gap.trim()).collect()
}

type Client = GatewayClient<Channel>;

async fn deploy(client: &mut Client, name: &str, content: &str) -> Result<Status> {
    let resource = Resource { name: name.to_owned(), content: content.into() };
    let request = DeployResourceRequest { resources: vec![resource], tenant_id: String::new() };
    let answer = client.deploy_resource(request).await;
    answer.err().context("the deployment was accepted")
}

/// A scenario that expects what Zeebe did before a rule changed: Baton follows the newer rule.
async fn probe_rule(client: &mut Client, rule: &str) -> Result<()> {
    let name = rule.split("; ").next().unwrap_or_default();
    ensure!(name == "boundary events may end a path", "no probe for the rule '{name}'");
    let resource = Resource {
        name: "probe.bpmn".to_owned(),
        content: model(
            r#"<serviceTask id="a"><extensionElements><zeebe:taskDefinition type="t"/>
            </extensionElements></serviceTask><boundaryEvent id="probe" attachedToRef="a">
            <timerEventDefinition><timeDuration>PT1S</timeDuration></timerEventDefinition>
            </boundaryEvent>"#,
        )
        .into(),
    };
    let request = DeployResourceRequest { resources: vec![resource], tenant_id: String::new() };
    client.deploy_resource(request).await.context("the newer rule accepts it")?;
    Ok(())
}

/// A process with one element, or several.
fn model(elements: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
        xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
        <process id="p" isExecutable="true"><startEvent id="start"/>{elements}</process>
        </definitions>"#
    )
}

async fn probe_element(client: &mut Client, name: &str) -> Result<()> {
    let found = ELEMENTS.iter().find(|(it, _)| *it == name);
    let (_, element) = found.with_context(|| format!("no probe for the element '{name}'"))?;
    let model = model(element);
    let status = deploy(client, "probe.bpmn", &model).await?;
    ensure!(status.code() == Code::InvalidArgument, "{status:?}");
    let says_so = status.message().contains("'probe'") && status.message().contains("yet");
    ensure!(says_so, "the refusal does not name the element: {}", status.message());
    Ok(())
}

async fn probe_resource(client: &mut Client, name: &str) -> Result<()> {
    let status = deploy(client, &format!("probe.{name}"), "<definitions/>").await?;
    ensure!(status.code() == Code::InvalidArgument, "{status:?}");
    ensure!(status.message().contains(name), "the answer does not name it: {}", status.message());
    Ok(())
}

/// Operations that are no routes yet. `search` stands for all of them that search.
fn probe_rest(server: &Server, operations: &str) -> Result<()> {
    for operation in operations.split(", ") {
        let requests: Vec<String> = if operation == "search" {
            SEARCHED.iter().map(|what| format!("POST /v2/{what}/search")).collect()
        } else {
            vec![operation.to_owned()]
        };
        for request in requests {
            ensure!(request.contains(" /v2/"), "no probe for the REST operation '{request}'");
            let (status, _) = baton_e2e::http::call(&server.http, &request, "{}")?;
            // 405 where the word 'search' stands at the place of a key.
            ensure!([404, 405].contains(&status), "the answer to {request} has status {status}");
        }
    }
    Ok(())
}
