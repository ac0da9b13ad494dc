//! A process with one task, for the tests that need no other.

use crate::support::submit;
use broker::Node;
use broker_api::{Broker as _, Resource};
use record::{CommandBody, CreateInstance, Envelope, Key, Reply};
use value::Doc;

const ONE_TASK: &str = r#"<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="test">
  <process id="one" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="task"/>
    <serviceTask id="task">
      <extensionElements><zeebe:taskDefinition type="work"/></extensionElements>
    </serviceTask>
    <sequenceFlow id="f2" sourceRef="task" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"#;

pub(crate) async fn deploy(node: &Node) {
    let resource = Resource { name: "one.bpmn".into(), content: ONE_TASK.as_bytes().into() };
    let reply = node.deploy(Envelope::default(), vec![resource]).await.unwrap();
    assert!(matches!(reply, Reply::Deployed(_)), "{reply:?}");
}

pub(crate) async fn create(node: &Node) -> Key {
    let body = CommandBody::CreateInstance(CreateInstance {
        process_id: "one".into(),
        version: -1,
        variables: Doc::from_json(r#"{"x": 1}"#).unwrap(),
        ..CreateInstance::default()
    });
    match submit(node, body).await {
        Reply::InstanceCreated(it) => it.instance,
        other => panic!("{other:?}"),
    }
}
