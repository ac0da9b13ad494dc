//! Events of process and element instances, with what Explain needs of them.

use crate::{AwaitingReset, GatewayPhase, Key, Labels};
use std::sync::Arc;
use value::{Doc, Str, wire_enum, wire_struct};

wire_enum! {
    /// What happened to an element instance. Names and numbers are Zeebe's, plus one.
    pub enum ProcessInstanceIntent {
        /// Placeholder of the encoding; never emitted.
        0 => Unspecified,
        /// A sequence flow was taken.
        1 => SequenceFlowTaken,
        /// The instance exists.
        2 => ElementActivating,
        /// It does its work or waits.
        3 => ElementActivated,
        /// Its work is done; outputs follow.
        4 => ElementCompleting,
        /// It ended and is gone.
        5 => ElementCompleted,
        /// It is being ended from outside.
        6 => ElementTerminating,
        /// It was ended from outside and is gone.
        7 => ElementTerminated,
        /// It is unchanged, and of another definition now.
        11 => ElementMigrated,
        /// A sequence flow that was taken is another one now.
        15 => SequenceFlowDeleted,
        /// The instance stands still until it is resumed.
        18 => Suspended,
        /// It goes on.
        20 => Resumed,
        /// It has a business id from now on. A number of our own.
        40 => BusinessIdAssigned,
    }
}

wire_enum! {
    /// The kind of BPMN element. Names are Zeebe's.
    pub enum ElementType {
        /// Unknown.
        0 => Unspecified,
        /// A process.
        1 => Process,
        /// An embedded subprocess.
        2 => SubProcess,
        /// A start event.
        3 => StartEvent,
        /// An intermediate catch event.
        4 => IntermediateCatchEvent,
        /// A boundary event.
        5 => BoundaryEvent,
        /// An end event.
        6 => EndEvent,
        /// A service task.
        7 => ServiceTask,
        /// An exclusive gateway.
        8 => ExclusiveGateway,
        /// A sequence flow.
        9 => SequenceFlow,
        /// A parallel gateway.
        10 => ParallelGateway,
        /// A task without a type.
        11 => Task,
        /// A manual task.
        12 => ManualTask,
        /// A send task.
        13 => SendTask,
        /// A business rule task.
        14 => BusinessRuleTask,
        /// A script task.
        15 => ScriptTask,
        /// A receive task.
        16 => ReceiveTask,
        /// An intermediate throw event.
        17 => IntermediateThrowEvent,
        /// An event subprocess.
        18 => EventSubProcess,
        /// An event-based gateway.
        19 => EventBasedGateway,
        /// A user task.
        20 => UserTask,
        /// A call activity.
        21 => CallActivity,
        /// An inclusive gateway.
        22 => InclusiveGateway,
        /// A multi-instance activity as a whole.
        23 => MultiInstanceBody,
        /// An ad-hoc subprocess.
        24 => AdHocSubProcess,
        /// What an ad-hoc subprocess begins an activity in.
        25 => AdHocSubProcessInnerInstance,
        /// A complex gateway. A name of our own.
        26 => ComplexGateway,
    }
}

wire_enum! {
    /// The kind of BPMN event. Names are Zeebe's.
    pub enum EventType {
        /// Not an event.
        0 => Unspecified,
        /// A none event.
        1 => None,
        /// A message event.
        2 => Message,
        /// A timer event.
        3 => Timer,
        /// An error event.
        4 => Error,
        /// An escalation event.
        5 => Escalation,
        /// A terminate end event.
        6 => Terminate,
        /// A link event.
        7 => Link,
        /// A signal event.
        8 => Signal,
        /// A compensation event, or an activity or event subprocess that undoes something.
        9 => Compensation,
        /// A conditional event.
        10 => Conditional,
        /// A cancel event. A name of our own.
        11 => Cancel,
        /// An event with several definitions, of which any is waited for, or all are thrown. A name
        /// of our own.
        12 => Multiple,
        /// An event with several definitions that must all happen. A name of our own.
        13 => ParallelMultiple,
    }
}

wire_enum! {
    /// What made an element instance begin.
    pub enum CauseKind {
        /// Not recorded.
        0 => Unspecified,
        /// A command of a client: the key names the process instance it created, or the instruction
        /// that it gave to an ad-hoc subprocess.
        1 => Command,
        /// A sequence flow: the key is the flow's instance.
        2 => SequenceFlow,
        /// A message: the key is the message.
        3 => Message,
        /// A timer: the key is the timer.
        4 => Timer,
        /// Its scope began, or nothing else in it can reach the element any more: the key is the
        /// scope's instance.
        5 => Scope,
        /// A job: the key is the job.
        6 => Job,
        /// Another element, or its own work: the key is that element's instance.
        7 => Element,
        /// Somebody did a user task: the key is the task.
        8 => UserTask,
        /// A signal: the key is the signal.
        9 => Signal,
        /// A compensation: the key is the element instance that threw it.
        10 => Compensation,
        /// The last of its listeners agreed: the key is the listener's job.
        11 => Listener,
        /// A condition held: the key is that of what waited for it, or of the evaluation that a
        /// command asked for.
        13 => Condition,
        /// An operator moved the instance: the key is the modification.
        12 => Modification,
        /// An operator migrated the instance: the key is the migration.
        14 => Migration,
        /// Who created the instance wanted it to end after an element: the key is that element's
        /// instance.
        16 => RuntimeInstruction,
    }
}

wire_struct! {
    /// What made an element instance begin or end.
    pub struct Cause {
        /// The kind.
        1 => pub kind: CauseKind,
        /// What exactly.
        2 => pub key: Key,
        /// Who asked, for commands and user tasks.
        3 => pub principal: Str,
        /// Why, in the caller's words.
        4 => pub reason: Str,
    }
}

wire_struct! {
    /// A variable that a condition read.
    pub struct VariableRead {
        /// Its name.
        1 => pub name: Str,
        /// Its value as MessagePack, if it fits [`VariableRead::BYTES_MAX`]; empty if absent.
        2 => pub value: Arc<[u8]>,
        /// True if the value was too large to be kept.
        3 => pub truncated: bool,
    }
}

impl VariableRead {
    /// The largest value that is kept.
    pub const BYTES_MAX: usize = 256;
    /// How many variables of one evaluation are kept.
    pub const COUNT_MAX: usize = 5;
}

wire_enum! {
    /// What a condition evaluated to.
    pub enum ConditionResult {
        /// It was not evaluated, because an earlier one was true.
        0 => NotEvaluated,
        /// True.
        1 => True,
        /// False.
        2 => False,
        /// It is the default flow, which has no condition.
        3 => Default,
        /// Neither true nor false.
        4 => Invalid,
    }
}

wire_struct! {
    /// One evaluation of a gateway's condition.
    pub struct ConditionEvaluation {
        /// The sequence flow's id.
        1 => pub flow_id: Str,
        /// The condition's text.
        2 => pub expression: Str,
        /// What it read.
        3 => pub reads: Vec<VariableRead>,
        /// True if it read more than [`VariableRead::COUNT_MAX`] variables.
        4 => pub reads_truncated: bool,
        /// The result.
        5 => pub result: ConditionResult,
        /// True if the flow was taken.
        6 => pub taken: bool,
    }
}

wire_struct! {
    /// The definition and instance that a record belongs to.
    pub struct Origin {
        /// The process definition.
        1 => pub definition: Key,
        /// The process id.
        2 => pub process_id: Str,
        /// Its version.
        3 => pub version: u32,
        /// The process instance.
        4 => pub instance: Key,
        /// The element's ordinal in its file.
        5 => pub element: u32,
        /// The element's id.
        6 => pub element_id: Str,
        /// The element instance.
        7 => pub element_instance: Key,
        /// The outermost instance of those that called each other; none if nothing called it.
        8 => pub root: Key,
    }
}

impl Origin {
    /// The outermost instance: that of the origin itself if nothing called it.
    pub fn root_instance(&self) -> Key {
        if self.root.is_none() { self.instance } else { self.root }
    }
}

wire_struct! {
    /// A change of an element instance, or a taken sequence flow. Its key is the record's key.
    pub struct ProcessInstanceEvent {
        /// What happened.
        1 => pub intent: ProcessInstanceIntent,
        /// Where.
        2 => pub origin: Origin,
        /// The enclosing element instance; none for the process itself.
        3 => pub flow_scope: Key,
        /// The kind of element.
        4 => pub element_type: ElementType,
        /// The kind of event.
        5 => pub event_type: EventType,
        /// What made it begin or end.
        6 => pub cause: Option<Box<Cause>>,
        /// What a gateway evaluated.
        7 => pub conditions: Vec<ConditionEvaluation>,
        /// True if a token on a sequence flow was consumed.
        8 => pub from_flow: bool,
        /// The correlation key that the instance holds against a second start; message starts only.
        9 => pub start_lock: Str,
        /// The gateway that joins the taken sequence flow with others, by its ordinal; 0 for none.
        10 => pub joined_by: u32,
        /// True if everything else in its scope ends: when a terminate end event completes, or a
        /// cancel end event is activated.
        11 => pub interrupts: bool,
        /// The process instance that called this one; none if nothing called it.
        12 => pub parent_instance: Key,
        /// The call activity there that called it.
        13 => pub parent_element: Key,
        /// How many calls lead to it, on the first event of a called instance.
        14 => pub call_depth: u32,
        /// On a loop in which nothing has to wait: how many of its elements the path has passed
        /// one after the other before this one; else 0.
        15 => pub passed: u32,
        /// Of a migrated scope: what everything else in it makes way for, by its ordinal; 0 for none.
        16 => pub interrupted_by: u32,
        /// What the caller calls the instance: on the records of the process itself.
        17 => pub labels: Labels,
        /// Of a complex gateway that begins: what it does with the tokens that have come.
        18 => pub phase: GatewayPhase,
        /// Of a migrated scope: the complex gateways directly inside that wait for the rest.
        19 => pub awaiting_reset: Vec<AwaitingReset>,
    }
}

wire_enum! {
    /// What happened to an instance's creation.
    pub enum CreationIntent {
        /// It was created.
        0 => Created,
    }
}

wire_struct! {
    /// A process instance was created by a command. Its key is its own.
    pub struct ProcessInstanceCreationEvent {
        /// What happened.
        1 => pub intent: CreationIntent,
        /// The instance.
        2 => pub origin: Origin,
        /// Its root variables.
        3 => pub variables: Doc,
        /// The request that waits for the result, if any.
        4 => pub awaits: Option<Box<crate::AwaitResult>>,
        /// The elements that it begins at, by id; none if at the none start event.
        5 => pub start_at: Vec<Str>,
        /// What the caller calls it.
        6 => pub labels: Labels,
        /// The elements, by id, after any of which it is terminated.
        7 => pub end_after: Vec<Str>,
    }
}

wire_struct! {
    /// An instance that somebody waits for has ended.
    pub struct ProcessInstanceResultEvent {
        /// The instance.
        1 => pub origin: Origin,
        /// The root variables asked for.
        2 => pub variables: Doc,
    }
}

wire_enum! {
    /// What happened to a trigger.
    pub enum ProcessEventIntent {
        /// It is queued at its scope.
        0 => Triggering,
        /// It was consumed.
        1 => Triggered,
    }
}

wire_struct! {
    /// A trigger of an event: a job's result, a message, a timer.
    pub struct ProcessEventEvent {
        /// What happened.
        1 => pub intent: ProcessEventIntent,
        /// Where: the target element.
        2 => pub origin: Origin,
        /// The event scope.
        3 => pub scope: Key,
        /// What it brings.
        4 => pub variables: Doc,
        /// What it was.
        5 => pub cause: Cause,
        /// The event subprocess that everything else in the event scope makes way for, by its
        /// ordinal; 0 for none.
        6 => pub interrupts: u32,
        /// Of an event that waits for all of several definitions: how many it has, if it was not the
        /// event but one of them that happened; the origin's element is that one's ordinal then. 0
        /// elsewhere.
        7 => pub part_of: u32,
        /// How many of them are still waited for after this one.
        8 => pub parts_left: u32,
    }
}
