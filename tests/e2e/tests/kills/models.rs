//! The three processes under load: a job, a timer, a message.

/// A process.
pub(crate) struct Model {
    pub(crate) id: &'static str,
    pub(crate) xml: String,
}

/// A job of type `work`.
pub(crate) const JOB: &str = "job";
/// A timer of variable `duration`.
pub(crate) const TIMER: &str = "timer";
/// A message `go` for variable `key`.
pub(crate) const MESSAGE: &str = "message";

pub(crate) fn all() -> [Model; 3] {
    let job = r#"<serviceTask id="at"><extensionElements><zeebe:taskDefinition type="work"/>
        </extensionElements></serviceTask>"#;
    let timer = r#"<intermediateCatchEvent id="at"><timerEventDefinition>
        <timeDuration>=duration</timeDuration></timerEventDefinition></intermediateCatchEvent>"#;
    let message = r#"<intermediateCatchEvent id="at"><messageEventDefinition messageRef="go"/>
        </intermediateCatchEvent>"#;
    [(JOB, job), (TIMER, timer), (MESSAGE, message)]
        .map(|(id, element)| Model { id, xml: process(id, element) })
}

fn process(id: &str, element: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="kills">
  <message id="go" name="go"><extensionElements>
    <zeebe:subscription correlationKey="=key"/></extensionElements></message>
  <process id="{id}" isExecutable="true">
    <startEvent id="start"/>
    <sequenceFlow id="in" sourceRef="start" targetRef="at"/>
    {element}
    <sequenceFlow id="out" sourceRef="at" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"#
    )
}
