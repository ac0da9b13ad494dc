//! The executable process graph: what the engine walks, free of XML.
//!
//! ```text
//! Resource ─▶ Process ─▶ elements (the process itself first, then in document order)
//!                     └▶ flows    (sequence flows, in document order)
//! ```
//!
//! Everything in a graph is named by its [`ElementIx`], within one process. A graph never changes
//! after `compile` made it, so it is shared by `Arc` and addressed by reference.

pub(crate) mod ad_hoc;
pub(crate) mod called;
pub(crate) mod compensation;
pub(crate) mod complex;
pub(crate) mod condition;
pub(crate) mod listener;
pub(crate) mod multi_instance;
pub(crate) mod multiple;
pub(crate) mod sending;
pub(crate) mod user_task;

use std::sync::Arc;

use value::Str;

use crate::expression::Expression;
use ad_hoc::AdHocSubProcess;
use called::{BusinessRule, CalledProcess, LinkedResource};
use complex::ComplexGateway;
use condition::Condition;
use listener::ExecutionListeners;
use multi_instance::MultiInstance;
use multiple::Multiple;
use sending::Sending;
use user_task::UserTask;

/// The number of an element: the ordinal of its XML start tag in the file.
///
/// **This is a format.** Instances that run for months store these numbers, and the graph is
/// compiled again from the deployed bytes whenever it is needed, by whichever version of Baton
/// runs then. So the rule is fixed: *all* start tags and empty-element tags of the document are
/// counted in document order, whatever their namespace and wherever they stand (diagram and
/// extensions included), the root element being 0. Comments, processing instructions, text and
/// end tags do not count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ElementIx(pub u32);

/// What one deployed BPMN file contains.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The executable processes in document order; never empty.
    pub processes: Vec<Arc<Process>>,
    /// MD5 over the bytes of the file.
    pub checksum: [u8; 16],
}

/// One executable process.
#[derive(Clone, Debug)]
pub struct Process {
    pub id: Str,
    /// The name for people; empty when the model gives none.
    pub name: Str,
    /// The process element itself, which is also in `elements`.
    pub ix: ElementIx,
    /// All elements, flows excepted, sorted by `ix`; the process itself is the first.
    pub elements: Box<[Element]>,
    /// All sequence flows, sorted by `ix`.
    pub flows: Box<[Flow]>,
    /// The start event that instances created by command begin at.
    pub none_start: Option<ElementIx>,
    /// The start events and receive tasks that messages create instances at, in document order.
    pub message_starts: Box<[ElementIx]>,
    /// The start events that signals create instances at, in document order.
    pub signal_starts: Box<[ElementIx]>,
    /// The start events that timers create instances at, in document order.
    pub timer_starts: Box<[ElementIx]>,
    /// The definitions of events that wait and have several, each with its event, sorted.
    pub definitions: Box<[(ElementIx, ElementIx)]>,
    /// The tag that the modeler gave this version.
    pub version_tag: Option<Str>,
}

/// One element of a process: the process itself, an event, a task, a gateway or a subprocess.
#[derive(Clone, Debug)]
pub struct Element {
    pub ix: ElementIx,
    pub id: Str,
    /// The name for people; empty when the model gives none.
    pub name: Str,
    /// The subprocess or process that contains it; the process contains itself.
    pub scope: ElementIx,
    pub kind: Kind,
    /// The sequence flows that leave it, in document order.
    pub outgoing: Box<[ElementIx]>,
    /// How many sequence flows enter it.
    pub incoming: u32,
    /// Whether it is an event that an event-based gateway waits for in its place.
    pub follows_event_gateway: bool,
    /// The boundary events attached to it, in document order.
    pub boundary_events: Box<[ElementIx]>,
    /// The start events of the event subprocesses directly inside it, in document order.
    pub event_starts: Box<[ElementIx]>,
    /// What makes it run several times.
    pub multi_instance: Option<Box<MultiInstance>>,
    /// Gives a whole number: how urgent its jobs are, where the model says so.
    pub job_priority: Option<Expression>,
    /// Who hears of its beginning and its end before they happen.
    pub listeners: ExecutionListeners,
    /// Whether it undoes an activity, or the scope that it is an event subprocess of: nothing leads to
    /// it but compensation.
    pub for_compensation: bool,
    /// Whether it lies on a loop in which nothing has to wait.
    pub in_straight_loop: bool,
    /// What is copied into its scope when it is activated.
    pub inputs: Box<[Mapping]>,
    /// What is copied out of its scope when it completes.
    pub outputs: Box<[Mapping]>,
}

/// A sequence flow.
#[derive(Clone, Debug)]
pub struct Flow {
    pub ix: ElementIx,
    pub id: Str,
    /// The name for people; empty when the model gives none.
    pub name: Str,
    /// The subprocess or process that contains it.
    pub scope: ElementIx,
    pub source: ElementIx,
    pub target: ElementIx,
    /// Only on flows that leave an exclusive, inclusive or complex gateway.
    pub condition: Option<Expression>,
}

/// What an element is and what only its type has.
#[derive(Clone, Debug)]
pub enum Kind {
    Process,
    StartEvent(StartEvent),
    EndEvent(Throw),
    ThrowEvent(Throw),
    /// A task without a type: work outside of what is modeled.
    Task,
    ManualTask,
    ServiceTask(JobDefinition),
    SendTask(Sending),
    BusinessRuleTask(BusinessRule),
    ScriptTask(Script),
    ReceiveTask(Message),
    /// A receive task that begins the process with a message of this name; such names are fixed at
    /// deployment.
    InstantiatingReceiveTask {
        name: Str,
    },
    UserTask(Box<UserTask>),
    ExclusiveGateway {
        /// The flow taken when no condition holds.
        default: Option<ElementIx>,
    },
    /// Joins when several flows enter it, forks when several leave it.
    ParallelGateway,
    /// Takes every flow whose condition holds; waits for all that can still arrive.
    InclusiveGateway {
        /// The flow taken when no condition holds.
        default: Option<ElementIx>,
        /// The flows that it joins, in document order; empty if only one enters it.
        joins: Box<[JoinFlow]>,
    },
    /// Takes every flow whose condition holds when enough has come, and again when the rest has.
    ComplexGateway(Box<ComplexGateway>),
    /// Waits for the first of the events that follow it.
    EventBasedGateway {
        /// The catch events that follow, in document order of the flows.
        events: Box<[ElementIx]>,
    },
    CatchEvent(Trigger),
    /// Where link throw events of its name go on.
    LinkCatchEvent,
    BoundaryEvent(BoundaryEvent),
    SubProcess {
        /// Its only start event.
        start: ElementIx,
        /// Whether it is one that can be canceled, which undoes what has completed in it.
        is_transaction: bool,
    },
    /// A subprocess of which is decided while it runs what begins in it.
    AdHocSubProcess(Box<AdHocSubProcess>),
    /// An instance of another process.
    CallActivity(Box<CalledProcess>),
    /// A subprocess that begins when its start event is triggered.
    EventSubProcess {
        /// Its only start event.
        start: ElementIx,
    },
}

/// A flow into a gateway that waits only as long as something can still arrive on it.
#[derive(Clone, Debug)]
pub struct JoinFlow {
    pub flow: ElementIx,
    /// The elements from which a path leads to this flow without passing the gateway, sorted:
    /// along flows, from activities to their boundary events, and from links to their ends.
    pub from: Box<[ElementIx]>,
}

/// What a throwing event does.
#[derive(Clone, Debug)]
pub enum Throw {
    /// Nothing.
    None,
    /// A message.
    Message(Sending),
    /// Ends everything else in its scope; end events only.
    Terminate,
    /// An error with this code, which a scope around it catches; end events only.
    Error { code: Expression },
    /// An escalation with this code, which a scope around it may catch.
    Escalation { code: Expression },
    /// A signal with this name, for everything that waits for it.
    Signal { name: Expression },
    /// Undoes what has completed in its scope: this activity, or all of them.
    Compensation { activity: Option<ElementIx> },
    /// Ends the transaction around it after undoing what has completed there; end events only.
    Cancel,
    /// Goes on at the link catch event; intermediate throw events only.
    Link { target: ElementIx },
    /// All of these, in document order. None of them is itself of several.
    Multiple(Box<[Throw]>),
}

/// What a script task runs.
#[derive(Clone, Debug)]
pub enum Script {
    /// A worker runs it.
    Job(JobDefinition),
    /// An expression whose value becomes a variable.
    Feel { expression: Expression, result_variable: Str },
}

/// What starts a process or an embedded subprocess.
#[derive(Clone, Debug)]
pub enum StartEvent {
    /// A command, or the activation of the embedded subprocess.
    None,
    /// A message with this name; such names are fixed at deployment.
    Message { name: Str },
    /// A signal with this name; such names are fixed at deployment.
    Signal { name: Str },
    /// A timer, which is set at deployment, without variables.
    Timer(Timer),
    /// A condition, which is evaluated with the variables of a command.
    Condition(Box<Condition>),
    /// Any of these, in document order. None of them is itself of several.
    Multiple(Box<[StartEvent]>),
    /// The start event of an event subprocess: waits while the scope around that is active.
    OfSubProcess {
        /// Whether everything else in the scope ends when it is triggered.
        interrupting: bool,
        trigger: Trigger,
    },
}

/// An event on the border of an activity.
#[derive(Clone, Debug)]
pub struct BoundaryEvent {
    pub attached_to: ElementIx,
    /// Whether the activity is terminated when the event is triggered.
    pub interrupting: bool,
    pub trigger: Trigger,
}

/// What a catching event waits for.
#[derive(Clone, Debug)]
pub enum Trigger {
    Timer(Timer),
    Message(Message),
    /// A signal with this name.
    Signal {
        name: Expression,
    },
    /// The condition holds after a change of variables.
    Condition(Box<Condition>),
    /// The activity shall be undone after it has completed. Boundary events stand on the activity,
    /// start events in an event subprocess inside it.
    Compensation {
        /// The activity or event subprocess that undoes it.
        handler: ElementIx,
    },
    /// The transaction was canceled; boundary events only.
    Cancel,
    /// An error thrown inside, with this code, or with any; never of an intermediate catch event.
    Error {
        code: Option<Str>,
    },
    /// An escalation thrown inside, likewise.
    Escalation {
        code: Option<Str>,
    },
    /// Any or all of several.
    Multiple(Box<Multiple>),
}

/// When a timer is due. The expressions give text or the FEEL value of that kind.
#[derive(Clone, Debug)]
pub enum Timer {
    Date(Expression),
    Duration(Expression),
    Cycle(Expression),
}

/// The message that a catching event waits for.
#[derive(Clone, Debug)]
pub struct Message {
    pub name: Expression,
    pub correlation_key: Expression,
}

/// What a job worker gets.
#[derive(Clone, Debug)]
pub struct JobDefinition {
    /// `type` in the model.
    pub job_type: Expression,
    pub retries: Expression,
    /// Custom headers in document order; keys are unique and not empty.
    pub headers: Arc<[(Str, Str)]>,
    /// Deployed files that the worker needs, in document order.
    pub linked: Box<[LinkedResource]>,
}

/// One input or output mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    pub source: Expression,
    /// The path of the target: a variable name, then the keys inside it. Never empty.
    pub target: Box<[Str]>,
}

impl Process {
    /// The element with this number; flows are found by [`Process::flow`].
    pub fn element(&self, ix: ElementIx) -> Option<&Element> {
        let at = self.elements.binary_search_by_key(&ix, |element| element.ix).ok()?;
        self.elements.get(at)
    }

    /// The sequence flow with this number.
    pub fn flow(&self, ix: ElementIx) -> Option<&Flow> {
        let at = self.flows.binary_search_by_key(&ix, |flow| flow.ix).ok()?;
        self.flows.get(at)
    }

    /// The element with this id, flows excepted. Searches all of them: not for hot paths.
    pub fn by_id(&self, id: &str) -> Option<&Element> {
        self.elements.iter().find(|element| &*element.id == id)
    }

    /// How urgent the jobs of an element are: what it says, or else the process.
    pub fn job_priority<'a>(&'a self, element: &'a Element) -> Option<&'a Expression> {
        let of_process = || self.elements.first()?.job_priority.as_ref();
        element.job_priority.as_ref().or_else(of_process)
    }

    /// The start events that conditions create instances at, in document order.
    pub fn condition_starts(&self) -> impl Iterator<Item = (&Element, &Condition)> {
        self.elements.iter().flat_map(|element| {
            let start =
                if let Kind::StartEvent(start) = &element.kind { start.each() } else { &[] };
            start.iter().filter_map(move |start| match start {
                StartEvent::Condition(condition) => Some((element, &**condition)),
                _ => None,
            })
        })
    }

    /// The sequence flows that leave an element of this process, in document order.
    pub fn outgoing<'a>(&'a self, element: &'a Element) -> impl Iterator<Item = &'a Flow> {
        element.outgoing.iter().filter_map(|ix| self.flow(*ix))
    }
}
