//! The processes under load: a job, a timer, a message, a timer that comes again, and one of all
//! other elements.

use draw::notation;

use crate::oracle::{CYCLE_COUNT, CYCLE_MS};

/// A process.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its id.
    pub id: &'static str,
    /// Its content.
    pub xml: String,
    /// The decisions that it calls, if any.
    pub dmn: Option<String>,
}

/// A job of type [`WORK`].
pub const JOB: &str = "job";
/// A timer of variable `duration`.
pub const TIMER: &str = "timer";
/// A message [`GO`] for variable `key`.
pub const MESSAGE: &str = "message";
/// Three times a timer, while a subprocess waits for longer than they take.
pub const CYCLE: &str = "cycle";
/// What else there is, by variable `kind`.
pub const MIXED: &str = "mixed";
/// The type of the jobs.
pub const WORK: &str = "work";
/// The name of the messages.
pub const GO: &str = "go";
/// The name of the messages that an element publishes.
pub const ECHO: &str = "echo";
/// The user task, whose listener is told when it comes to be.
pub const PERSON: &str = "person";
/// The task whose worker may throw [`ERROR`].
pub const RISKY: &str = "risky";
/// An error of the business.
pub const ERROR: &str = "e0";

/// What signals and conditions start.
pub const STARTED: &str = "started";
/// The signal that starts [`STARTED`], and the variable of the condition that does.
pub const BEGINS: &str = "begins";

/// What an instance of [`MIXED`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Somebody does a user task.
    Person,
    /// It calls an instance with a job.
    Call,
    /// Jobs for each of two items, at the same time and one after the other.
    Several,
    /// A transaction is canceled, and what it did is undone.
    Undo,
    /// It waits for a signal that is named like its tag.
    Hear,
    /// A job whose worker may throw an error.
    Risky,
    /// An ad-hoc subprocess.
    AdHoc,
    /// A subprocess with a job, which an event subprocess interrupts for a signal that is named like
    /// its tag.
    Stopped,
    /// A complex gateway for which two of a job, a timer and nothing are enough, an event that waits
    /// for a timer and a signal, and one that waits for a timer or a message.
    Enough,
    /// Everything that needs nobody: a script, a decision, gateways, links, escalations and errors
    /// that are caught, a condition, a message that one element publishes and another one takes,
    /// the first of two events, and an end that terminates.
    Alone,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Person,
        Self::Call,
        Self::Several,
        Self::Undo,
        Self::Hear,
        Self::Risky,
        Self::AdHoc,
        Self::Stopped,
        Self::Enough,
        Self::Alone,
    ];

    /// The value of the variable `kind`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => PERSON,
            Self::Call => "call",
            Self::Several => "several",
            Self::Undo => "undo",
            Self::Hear => "hear",
            Self::Risky => RISKY,
            Self::AdHoc => "adhoc",
            Self::Stopped => "stopped",
            Self::Enough => "enough",
            Self::Alone => "alone",
        }
    }

    /// Whether it hears a signal that is named like its tag at once.
    pub fn hears(self) -> bool {
        matches!(self, Self::Hear | Self::Stopped)
    }
}

/// The ways of [`MIXED`], in the notation of scenarios.
const WAYS: &str = r#"process mixed
start s
gateway kind default=kind-script
kind -> person if =kind = "person"
kind -> call if =kind = "call"
kind -> several if =kind = "several"
kind -> undo if =kind = "undo"
kind -> hear if =kind = "hear"
kind -> risky if =kind = "risky"
kind -> chosen if =kind = "adhoc"
kind -> stopped if =kind = "stopped"
kind -> split if =kind = "enough"
kind -> script
s -> kind
user person native on-creating=work
person -> end
call call process=job
call -> end
task several type=work items=`=[1, 2]` item=i
several -> turns
task turns type=work items=`=[1, 2]` item=i one-by-one
turns -> end
transaction undo {
  start begin
  begin -> pay
  task pay type=work
  boundary paid on pay compensate=refund
  task refund type=work handler
  pay -> off
  end off cancels=
}
undo -> end
boundary canceled on undo cancels=
canceled -> end
catch hear signal==tag
hear -> end
task risky type=work
risky -> end
boundary failed on risky error=e0
failed -> end
adhoc chosen begins=`=["one", "two"]` {
  task one type=work
  script two feel=`1 + 1` result=y
}
chosen -> end
sub stopped {
  start inside
  inside -> held
  task held type=work
  held -> unheld
  end unheld
  events over {
    start heard signal==tag
    heard -> heard-end
    end heard-end
  }
}
stopped -> end
parallel split
split -> at-once
split -> later
split -> worked
throw at-once
at-once -> enough
catch later timer=PT0.2S
later -> enough
task worked type=work
worked -> enough
complex enough when=`=activationCount >= 2`
enough -> all-of
catch all-of timer=PT0.1S signal==tag all
all-of -> any-of
catch any-of timer=PT3H message=go key==tag
any-of -> end
script script feel=`1 + 1` result=x
script -> rule
rule rule decision=d result=y
rule -> any
inclusive any default=any-both
any -> left if =x > 1
any -> right if =y = "high"
any -> both
throw left
left -> both
throw right
right -> both
inclusive both
both -> from
throw from link=L
catch to link=L
to -> inner
sub inner {
  start first
  first -> higher
  throw higher escalation=c0
  higher -> worse
  end worse error=e0
}
boundary worst on inner error=e0
worst -> fork
parallel fork
fork -> ready
fork -> set
fork -> send
fork -> take
fork -> either
catch ready condition=`=ready = true`
ready -> join
script set feel=`true` result=ready
set -> join
send send publish=echo key==tag ttl=PT24H
send -> join
receive take message=echo key==tag
take -> join
first either
either -> soon
either -> told
catch soon timer=PT0.2S
soon -> then
catch told message=go key==tag
told -> then
gateway then
then -> join
parallel join
join -> stop
end stop terminates=
events noted {
  start note escalation=c0 non-interrupting
  note -> noted-end
  end noted-end
}
end end
"#;

/// What starts [`STARTED`].
const STARTS: &str = "process started
start s signal=begins condition=`=begins = true` vars=begins
task at type=work
s -> at -> end
end end
";

/// The decision that [`MIXED`] calls.
const RULES: &str = "table d FIRST x -> y\n  | < 2 -> \"low\"\n  | < 4 -> \"high\"\n";

/// How many processes are about jobs, timers and messages alone: the first ones.
pub const PLAIN: usize = 4;
/// How many processes there are.
pub const COUNT: usize = 6;

const JOB_TASK: &str = r#"<serviceTask id="at"><extensionElements>
    <zeebe:taskDefinition type="work"/></extensionElements></serviceTask>"#;

/// All processes.
pub fn all() -> [Model; COUNT] {
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
    let plain = |id, element| Model { id, xml: process(id, element), dmn: None };
    let dmn = Some(notation::dmn("rules", RULES));
    [
        plain(JOB, JOB_TASK),
        plain(TIMER, timer),
        plain(MESSAGE, message),
        plain(CYCLE, &cycle),
        Model { id: STARTED, xml: notation::bpmn(STARTS), dmn: None },
        Model { id: MIXED, xml: notation::bpmn(WAYS), dmn },
    ]
}

/// A process with a job that nobody else deploys, under this id.
pub fn passing(id: &str) -> String {
    process(id, JOB_TASK)
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
