//! A process with one task, for the tests that need no other.

use crate::support::submit;
use broker::Node;
use broker_api::{Broker as _, Resource};
use record::{CommandBody, CreateInstance, Envelope, Key, Reply};
use value::Doc;

const ONE_TASK: &str = include_str!("../../../tests/fixtures/one.bpmn");

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
