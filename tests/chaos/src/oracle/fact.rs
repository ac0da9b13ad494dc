//! Records in the small form that oracles read: a run has a million of them.

mod reading;

/// A record, as far as oracles look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its number.
    pub position: u64,
    /// The number of the first record of the work item that caused it.
    pub source: u64,
    /// What it is about.
    pub key: i64,
    /// Log time, in milliseconds.
    pub timestamp: i64,
    /// A hash of all that the record says.
    pub fingerprint: u64,
    /// What it says.
    pub what: What,
}

/// What a reader saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The record's number.
    pub position: u64,
    /// A hash of all that it said.
    pub fingerprint: u64,
}

/// A job in an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activated {
    /// The job.
    pub job: i64,
    /// Until when the worker has it, in log time.
    pub deadline: i64,
}

/// Why an instance begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// This element instance called it.
    Called(i64),
    /// This signal started it.
    Signal(i64),
    /// This evaluation of conditions started it.
    Condition(i64),
    /// Anything else.
    Other,
}

/// What an element is, as far as a run must show that it met such a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An event subprocess.
    EventSubprocess,
    /// A complex gateway.
    ComplexGateway,
    /// An event that waits for any of several things.
    Multiple,
    /// An event that waits for all of several things.
    ParallelMultiple,
    /// Anything else.
    Other,
}

/// What a record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A file was deployed.
    Deployed { file: String },
    /// A process of a file is there, whose deployment follows.
    ProcessCreated,
    /// Something deployed is being deleted.
    Deleting { resource: i64 },
    /// Nothing new begins with a process.
    ProcessDeleting,
    /// A process is gone.
    ProcessDeleted,
    /// A variable was created.
    VariableCreated,
    /// An instance was created, with this tag.
    InstanceCreated { tag: String },
    /// An instance has begun.
    InstanceActivated,
    /// An instance has completed.
    InstanceCompleted,
    /// An instance is being terminated.
    InstanceTerminating,
    /// An instance that was called is being terminated, with what called it.
    CalledTerminating,
    /// An instance begins.
    InstanceBegun { definition: i64, by: Begun },
    /// An instance stands still.
    InstanceSuspended,
    /// It goes on.
    InstanceResumed,
    /// An instance was moved, with this tag.
    Modified { instance: i64, tag: String },
    /// An instance is of another definition now.
    InstanceMigrating { definition: i64 },
    /// An instance was migrated.
    Migrated { instance: i64 },
    /// An instance was terminated.
    InstanceTerminated,
    /// An element instance begins in this instance.
    ElementActivating { instance: i64, shape: Shape },
    /// An element instance has completed or was terminated.
    ElementEnded { instance: i64 },
    /// A job was created in this instance.
    JobCreated { instance: i64 },
    /// Jobs were given to this worker.
    JobsActivated { tag: String, jobs: Vec<Activated> },
    /// A job was completed, with this tag.
    JobCompleted { tag: String },
    /// A job failed, with this message; workers get it again at once, or after a while, or never.
    JobFailed { tag: String, retries: i64, back_off: i64 },
    /// A job ended with an error that was caught, with this message.
    JobThrown { tag: String },
    /// A job that had failed is offered again.
    JobRecurred,
    /// A job's worker lost it.
    JobTimedOut,
    /// A job's worker has it until this time.
    JobTimeoutUpdated { deadline: i64 },
    /// A job was given back.
    JobYielded,
    /// A job was taken away because its element ended.
    JobCanceled,
    /// A timer is set, for this element instance, and comes so often.
    TimerCreated { due: i64, element: i64, repetitions: i64 },
    /// A timer fired.
    TimerTriggered { due: i64 },
    /// A timer is no longer needed.
    TimerCanceled,
    /// A user task comes to be at this element instance.
    TaskCreating { element: i64 },
    /// A user task is about to be given to somebody.
    TaskAssigning,
    /// A user task is about to be completed.
    TaskCompleting,
    /// A user task waits for somebody.
    TaskCreated,
    /// A user task has this assignee.
    TaskAssigned { assignee: String },
    /// A user task was completed, with this tag.
    TaskCompleted { tag: String },
    /// A user task ended with its element.
    TaskCanceled,
    /// A signal was broadcast, with this tag.
    SignalBroadcast { name: String, tag: String },
    /// Something waits for a signal.
    SignalAwaited { name: String },
    /// A signal starts instances of a process.
    StartAwaited { name: String },
    /// It starts none any more: there is a newer version, or it is deleted.
    StartNotAwaited,
    /// Conditions of start events were evaluated with this tag, and started these instances.
    Evaluated { tag: String, started: Vec<i64> },
    /// It waits no longer.
    SignalNotAwaited,
    /// An activity has completed and can be undone.
    UndoNoted { activity: i64 },
    /// It is being undone by this element instance.
    UndoBegun { handler: i64 },
    /// It is undone.
    UndoDone,
    /// It can be undone no longer.
    UndoDropped,
    /// A decision has a result for this element instance.
    Decided { element: i64 },
    /// A message was published, with this correlation key.
    MessagePublished { name: String, tag: String, deadline: i64 },
    /// A message's time is over.
    MessageExpired,
    /// A subscription waits for messages.
    SubscriptionOpened { name: String, tag: String, process: String },
    /// A message was given to a subscription.
    Correlating { message: i64, process: String },
    /// A subscription no longer waits.
    SubscriptionClosed,
    /// An incident was created.
    IncidentCreated { job: i64, instance: i64 },
    /// An incident was resolved.
    IncidentResolved { job: i64 },
    /// The clock was moved.
    ClockChanged,
    /// A command was rejected.
    Rejected { value_type: String, intent: String },
    /// A log was begun with the newest rules.
    LogicRaised,
    /// Anything else.
    Other,
}

impl Fact {
    /// What a reader saw when it saw this.
    pub fn seen(&self) -> Seen {
        Seen { position: self.position, fingerprint: self.fingerprint }
    }
}
