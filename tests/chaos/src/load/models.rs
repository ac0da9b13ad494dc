//! The processes under load: a job, a timer, a message, a timer that comes again.

use crate::oracle::{CYCLE_COUNT, CYCLE_MS};

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
/// Three times a timer, while a subprocess waits for longer than they take.
pub const CYCLE: &str = "cycle";
/// The type of the jobs.
pub const WORK: &str = "work";
/// The name of the messages.
pub const GO: &str = "go";

/// How many processes there are.
pub const COUNT: usize = 4;

/// All processes.
pub fn all() -> [Model; COUNT] {
    let job = r#"<serviceTask id="at"><extensionElements><zeebe:taskDefinition type="work"/>
        </extensionElements></serviceTask>"#;
    let timer = r#"<intermediateCatchEvent id="at"><timerEventDefinition>
        <timeDuration>=duration</timeDuration></timerEventDefinition></intermediateCatchEvent>"#;
    let message = r#"<intermediateCatchEvent id="at"><messageEventDefinition messageRef="go"/>
        </intermediateCatchEvent>"#;
    let cycle = format!(
        r#"<subProcess id="at">
      <startEvent id="begin"/>
      <sequenceFlow id="to_wait" sourceRef="begin" targetRef="wait"/>
      <intermediateCatchEvent id="wait"><timerEventDefinition>
        <timeDuration>PT1.5S</timeDuration></timerEventDefinition></intermediateCatchEvent>
      <sequenceFlow id="to_done" sourceRef="wait" targetRef="done"/>
      <endEvent id="done"/>
    </subProcess>
    <boundaryEvent id="again" attachedToRef="at" cancelActivity="false"><timerEventDefinition>
      <timeCycle>R{CYCLE_COUNT}/PT{}S</timeCycle></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="to_noted" sourceRef="again" targetRef="noted"/>
    <endEvent id="noted"/>"#,
        f64::from(CYCLE_MS) / 1_000.0
    );
    [(JOB, job), (TIMER, timer), (MESSAGE, message), (CYCLE, cycle.as_str())]
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
