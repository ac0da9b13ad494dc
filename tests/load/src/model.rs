//! The model and the payload of the workloads.

use proto::gateway::gateway_client::GatewayClient;
use proto::gateway::{CreateProcessInstanceRequest, DeployResourceRequest, Resource};
use tonic::transport::Channel;

/// The job type of the only task.
pub(crate) const JOB_TYPE: &str = "load-task";
const PROCESS_ID: &str = "load-one-task";

const MODEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="load">
  <process id="load-one-task" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="to-task" sourceRef="start" targetRef="task"/>
    <serviceTask id="task">
      <extensionElements><zeebe:taskDefinition type="load-task"/></extensionElements>
    </serviceTask>
    <sequenceFlow id="to-end" sourceRef="task" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"#;

/// 14 variables in 460 bytes of JSON: the size of a typical business payload.
pub(crate) const PAYLOAD: &str = concat!(
    r#"{"orderId":"4711-0815-1234","customerId":"c-99887766","firstName":"Henriette","#,
    r#""lastName":"Mustermann","email":"henriette.mustermann@example.org","street":"Hauptstrasse 117","#,
    r#""city":"Berlin","country":"DE","amount":1234.56,"currency":"EUR","express":true,"#,
    r#""items":[{"sku":"A-100","count":2,"price":99.5},{"sku":"B-200","count":1,"price":1035.56}],"#,
    r#""note":"leave it with the neighbours, please, if nobody opens the door on the ground floor"#,
    r#"","channel":"web-shop-with-app"}"#,
);

/// Deploys the model.
pub(crate) async fn deploy(channel: &Channel) -> anyhow::Result<()> {
    let resource = Resource { name: "load.bpmn".into(), content: MODEL.as_bytes().to_vec() };
    let request = DeployResourceRequest { resources: vec![resource], tenant_id: String::new() };
    GatewayClient::new(channel.clone()).deploy_resource(request).await?;
    Ok(())
}

/// The request that creates one instance.
pub(crate) fn create() -> CreateProcessInstanceRequest {
    CreateProcessInstanceRequest {
        bpmn_process_id: PROCESS_ID.into(),
        version: -1,
        variables: PAYLOAD.into(),
        ..CreateProcessInstanceRequest::default()
    }
}
