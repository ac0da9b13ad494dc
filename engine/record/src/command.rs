//! Commands: what an entry asks the engine to do.

use crate::{
    ActivateAdHocActivities, ActivateJobs, AssignBusinessId, AssignUserTask, CompleteJob,
    CompleteUserTask, DeleteResource, Deploy, Envelope, EvaluateConditional, EvaluateDecision,
    FailJob, Key, Labels, MigrateInstance, Millis, ModifyInstance, RequestId, ResumeInstance,
    SettingsChange, SuspendInstance, ThrowError, UpdateJobPriority, UpdateJobRetries,
    UpdateJobTimeout, UpdateUserTask, YieldJobs,
};
use value::{Doc, Str, wire_enum, wire_oneof, wire_struct};

wire_struct! {
    /// One command with its envelope.
    pub struct Command {
        /// The request that waits for the reply, if any.
        1 => pub request: RequestId,
        /// Every request of the same gateway below this number has been answered there,
        /// so that its remembered reply can be forgotten.
        2 => pub settled: u64,
        /// Who asked, and what for.
        3 => pub envelope: Envelope,
        /// What is to be done.
        4 => pub body: CommandBody,
    }
}

wire_oneof! {
    /// What is to be done.
    pub enum CommandBody {
        /// Do what is due.
        1 => Tick(Tick),
        /// Go on with pending work.
        2 => Continue(Continue),
        /// A new leader's first entry: streams of the old term close.
        3 => StartTerm(StartTerm),
        /// Deploys resources.
        4 => Deploy(Deploy),
        /// Starts a process instance.
        5 => CreateInstance(CreateInstance),
        /// Cancels a process instance.
        6 => CancelInstance(CancelInstance),
        /// Hands out jobs to a poll.
        7 => ActivateJobs(ActivateJobs),
        /// Completes a job.
        8 => CompleteJob(CompleteJob),
        /// Fails a job.
        9 => FailJob(FailJob),
        /// Sets a job's remaining retries.
        10 => UpdateJobRetries(UpdateJobRetries),
        /// Moves a job's deadline.
        11 => UpdateJobTimeout(UpdateJobTimeout),
        /// Gives back jobs that did not reach a worker.
        12 => YieldJobs(YieldJobs),
        /// Publishes a message.
        13 => PublishMessage(PublishMessage),
        /// Goes on where an incident stopped.
        14 => ResolveIncident(ResolveIncident),
        /// Writes variables.
        15 => SetVariables(SetVariables),
        /// A worker opens a job stream.
        16 => OpenStream(OpenStream),
        /// A job stream can take more jobs.
        17 => AddCredit(AddCredit),
        /// A job stream ends.
        18 => CloseStream(CloseStream),
        /// Changes what `apply` uses: limits, slices, budgets, zone.
        19 => ChangeSettings(SettingsChange),
        /// Moves or pins the test clock.
        20 => ChangeClock(ChangeClock),
        /// Begins to decide by a newer logic version.
        21 => RaiseLogic(RaiseLogic),
        /// Leaves out keys that may have been handed out elsewhere.
        22 => SkipKeys(SkipKeys),
        /// Throws an error of the business out of a job.
        23 => ThrowError(ThrowError),
        /// Gives a user task to somebody, or to nobody.
        24 => AssignUserTask(AssignUserTask),
        /// Changes a user task.
        25 => UpdateUserTask(UpdateUserTask),
        /// Completes a user task.
        26 => CompleteUserTask(CompleteUserTask),
        /// Broadcasts a signal.
        27 => BroadcastSignal(BroadcastSignal),
        /// Evaluates a decision.
        28 => EvaluateDecision(EvaluateDecision),
        /// Starts what conditional start events say.
        29 => EvaluateConditional(EvaluateConditional),
        /// Tells an ad-hoc subprocess to begin activities.
        30 => ActivateAdHocActivities(ActivateAdHocActivities),
        /// Moves a running instance.
        31 => ModifyInstance(ModifyInstance),
        /// Deletes something deployed.
        33 => DeleteResource(DeleteResource),
        /// Sets a job's priority.
        34 => UpdateJobPriority(UpdateJobPriority),
        /// Lets a running instance go on by another definition.
        32 => MigrateInstance(MigrateInstance),
        /// Gives an instance a business id.
        35 => AssignBusinessId(AssignBusinessId),
        /// Lets an instance stand still.
        36 => SuspendInstance(SuspendInstance),
        /// Lets a suspended instance go on.
        37 => ResumeInstance(ResumeInstance),
    }
}

wire_struct! {
    /// Do what is due.
    pub struct Tick {}
}
wire_struct! {
    /// Go on with pending work.
    pub struct Continue {}
}
wire_struct! {
    /// A new leader's first entry.
    pub struct StartTerm {}
}

wire_struct! {
    /// Starts a process instance, by definition key, or by process id and version.
    pub struct CreateInstance {
        /// The definition, or none.
        1 => pub definition: Key,
        /// The process id, if there is no key.
        2 => pub process_id: Str,
        /// The version; -1 for the latest.
        3 => pub version: i32,
        /// Root variables.
        4 => pub variables: Doc,
        /// Answer when the instance has ended.
        5 => pub await_result: bool,
        /// Which root variables the result holds; empty for all.
        6 => pub fetch_variables: Vec<Str>,
        /// The elements to begin at, by id; none to begin at the none start event.
        7 => pub start_at: Vec<Str>,
        /// What the caller calls it.
        8 => pub labels: Labels,
        /// The elements, by id, after any of which it is terminated.
        9 => pub end_after: Vec<Str>,
    }
}

wire_struct! {
    /// Cancels a process instance.
    pub struct CancelInstance {
        /// The instance.
        1 => pub instance: Key,
    }
}

wire_struct! {
    /// Publishes a message.
    pub struct PublishMessage {
        /// The message name.
        1 => pub name: Str,
        /// The correlation key; may be empty for start events.
        2 => pub correlation_key: Str,
        /// How long it is buffered; 0 for not at all.
        3 => pub time_to_live_ms: i64,
        /// The publisher's id; a second one with the same id is refused while the first is kept.
        4 => pub message_id: Str,
        /// Handed to who receives it.
        5 => pub variables: Doc,
        /// The business id of the instance that it starts; empty for none.
        6 => pub business_id: Str,
    }
}

wire_struct! {
    /// Broadcasts a signal: everything that waits for its name hears of it, now or never.
    pub struct BroadcastSignal {
        /// The signal name.
        1 => pub name: Str,
        /// Handed to everything that hears of it.
        2 => pub variables: Doc,
    }
}

wire_struct! {
    /// Goes on where an incident stopped.
    pub struct ResolveIncident {
        /// The incident.
        1 => pub incident: Key,
    }
}

wire_struct! {
    /// Writes variables at a scope.
    pub struct SetVariables {
        /// The element instance whose scope is meant.
        1 => pub element_instance: Key,
        /// The variables.
        2 => pub variables: Doc,
        /// At this scope only, instead of where each variable lives.
        3 => pub local: bool,
    }
}

wire_struct! {
    /// Names a job stream: the gateway that holds it and its number there.
    pub struct StreamId {
        /// The gateway's node.
        1 => pub node: u64,
        /// The gateway's life.
        2 => pub incarnation: u64,
        /// Counts its streams from 1.
        3 => pub number: u64,
    }
}

wire_struct! {
    /// A worker opens a job stream.
    pub struct OpenStream {
        /// The stream.
        1 => pub stream: StreamId,
        /// The job type.
        2 => pub job_type: Str,
        /// The worker's name.
        3 => pub worker: Str,
        /// How long the worker holds each job.
        4 => pub timeout_ms: i64,
        /// Which variables; empty for all.
        5 => pub fetch_variables: Vec<Str>,
        /// How many jobs it can take now.
        6 => pub credit: u32,
    }
}

wire_struct! {
    /// A job stream can take more jobs.
    pub struct AddCredit {
        /// The stream.
        1 => pub stream: StreamId,
        /// So many more.
        2 => pub credit: u32,
    }
}

wire_struct! {
    /// A job stream ends.
    pub struct CloseStream {
        /// The stream.
        1 => pub stream: StreamId,
    }
}

wire_enum! {
    /// What happens to the test clock.
    pub enum ClockChange {
        /// Time runs on from log time, without offset or pin.
        0 => Reset,
        /// Time stands still at a value.
        1 => Pin,
        /// Time is moved forward by an amount.
        2 => Add,
    }
}

wire_struct! {
    /// Moves or pins the test clock.
    pub struct ChangeClock {
        /// What happens.
        1 => pub change: ClockChange,
        /// Pin: milliseconds since the epoch. Add: milliseconds to add.
        2 => pub value: Millis,
    }
}

wire_struct! {
    /// Begins to decide by a newer logic version. It never goes back.
    pub struct RaiseLogic {
        /// The version.
        1 => pub to: u32,
    }
}

wire_struct! {
    /// Leaves out keys that may have been handed out elsewhere: after a restore, those that were
    /// handed out after the backup was made.
    pub struct SkipKeys {
        /// So many.
        1 => pub count: u64,
    }
}
