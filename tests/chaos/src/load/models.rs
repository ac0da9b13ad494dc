//! The three processes under load: a job, a timer, a message.

/// A process.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its id.
    pub id: &'static str,
    /// Its content.
    pub xml: String,
}

/// A job of type [`WORK`].
pub const JOB: &str = "job";
/// A timer of variable `duration`.
pub const TIMER: &str = "timer";
/// A message [`GO`] for variable `key`.
pub const MESSAGE: &str = "message";
/// The type of the jobs.
pub const WORK: &str = "work";
/// The name of the messages.
pub const GO: &str = "go";

/// All processes.
pub fn all() -> [Model; 3] {
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
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="chaos">
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
