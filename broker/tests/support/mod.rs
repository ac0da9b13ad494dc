//! What the tests of a node share.

use broker::{Config, Node};
use broker_api::{Broker as _, Request, Resource};
use record::{CommandBody, CreateInstance, Envelope, Key, Reply};
use std::sync::Arc;
use std::time::Duration;
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

pub(crate) async fn start(config: &Config) -> Arc<Node> {
    let node = Node::start(config.clone()).await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), node.ready()).await.unwrap();
    node
}

pub(crate) async fn submit(node: &Node, body: CommandBody) -> Reply {
    let request = Request { partition: 1, envelope: Envelope::default(), body };
    node.submit(request).await.unwrap()
}

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

pub(crate) fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
