//! A process instance: one owned value with everything that belongs to it.

use super::ad_hoc::AdHoc;
use super::multi_instance::Body;
use super::paged::{Keyed, Paged};
use super::tokens::Arrival;
use super::user_task::UserTask;
use super::variables::Variables;
use record::{
    AwaitResult, AwaitingReset, Cause, GatewayPhase, Header, IncidentType, JobKind, Key, Labels,
    ListenerEventType, Millis, Subscription,
};
use std::sync::Arc;
use value::{Doc, Str, wire_enum, wire_struct};

wire_struct! {
    /// A process instance that has not ended. Its root element instance has the same key.
    pub(crate) struct Instance {
        1 => pub(crate) key: Key,
        2 => pub(crate) definition: Key,
        3 => pub(crate) process_id: Str,
        4 => pub(crate) version: u32,
        5 => pub(crate) elements: Paged<ElementInstance>,
        6 => pub(crate) jobs: Paged<Job>,
        7 => pub(crate) timers: Paged<Timer>,
        8 => pub(crate) subscriptions: Paged<ProcessSubscription>,
        9 => pub(crate) incidents: Paged<Incident>,
        /// The request that waits for the result.
        10 => pub(crate) awaiting: Option<Box<AwaitResult>>,
        /// The correlation key that no second instance of the process may be started with.
        11 => pub(crate) start_lock: Str,
        12 => pub(crate) user_tasks: Paged<UserTask>,
        /// The call activity that began it; none if nothing called it.
        13 => pub(crate) caller: Caller,
        14 => pub(crate) signals: Paged<SignalSubscription>,
        15 => pub(crate) compensations: Paged<Compensation>,
        16 => pub(crate) conditions: Paged<ConditionalSubscription>,
        /// What the caller calls it.
        17 => pub(crate) labels: Labels,
        /// The elements, by id, after any of which it is terminated.
        18 => pub(crate) end_after: Vec<Str>,
        /// What it does when it is resumed; none while it goes on.
        19 => pub(crate) suspension: Option<Box<Suspension>>,
        /// How many of the listeners to its cancellation have agreed.
        20 => pub(crate) cancel_listeners_agreed: u32,
    }
}

wire_struct! {
    /// What a suspended instance does when it is resumed.
    pub(crate) struct Suspension {
        /// Steps, oldest first.
        1 => pub(crate) steps: Vec<Arc<[u8]>>,
    }
}

wire_struct! {
    /// The call activity that began a process instance.
    #[derive(Copy)]
    pub(crate) struct Caller {
        /// Its process instance; none if nothing called.
        1 => pub(crate) instance: Key,
        /// Its element instance.
        2 => pub(crate) element_instance: Key,
        /// The outermost instance of those that called each other.
        3 => pub(crate) root: Key,
        /// How many calls lead here.
        4 => pub(crate) depth: u32,
    }
}

wire_enum! {
    /// Where an element instance is in its life.
    pub(crate) enum ElementState {
        /// Its variables exist already, nothing else.
        0 => Announced,
        1 => Activating,
        2 => Activated,
        3 => Completing,
        4 => Terminating,
    }
}

wire_struct! {
    /// One execution of an element.
    pub(crate) struct ElementInstance {
        1 => pub(crate) key: Key,
        /// The element's ordinal in its file.
        2 => pub(crate) element: u32,
        /// The enclosing element instance; none for the process.
        3 => pub(crate) scope: Key,
        4 => pub(crate) state: ElementState,
        /// Element instances directly inside.
        5 => pub(crate) children: u32,
        /// Sequence flows directly inside that were taken and not yet consumed.
        6 => pub(crate) tokens: u32,
        7 => pub(crate) variables: Variables,
        /// Triggers that wait to be consumed, oldest first.
        8 => pub(crate) triggers: Vec<Trigger>,
        /// Sequence flows directly inside that wait at a joining gateway; each counts as a token.
        9 => pub(crate) arrivals: Vec<Arrival>,
        /// The element that everything else directly inside makes way for, by its ordinal: an event
        /// subprocess that was triggered, a terminate or cancel end event. 0 for none, [`NOTHING`] if
        /// the scope itself ends next.
        10 => pub(crate) interrupted_by: u32,
        /// The process instance that this call activity began and waits for.
        11 => pub(crate) called: Key,
        /// What it is to a multi-instance activity or ad-hoc subprocess.
        12 => pub(crate) role: Role,
        /// Of an inner instance: its number, from 1.
        13 => pub(crate) loop_counter: u32,
        /// Of a body that has been activated: how far it has come.
        14 => pub(crate) body: Option<Box<Body>>,
        /// Elements that its path passed before it on a loop in which nothing has to wait; of a
        /// scope or an activity that is repeated, those that the last path passed that ended in it.
        15 => pub(crate) passed: u32,
        /// Of an ad-hoc subprocess: what begins in it.
        16 => pub(crate) ad_hoc: Option<Box<AdHoc>>,
        /// Of a complex gateway: what it does with the tokens that have come.
        17 => pub(crate) phase: GatewayPhase,
        /// Complex gateways directly inside that wait for the rest before they can start again; each
        /// once.
        18 => pub(crate) awaiting_reset: Vec<AwaitingReset>,
        /// What has happened of events that wait for all of several definitions, oldest first; of
        /// each the ordinal is that of its definition.
        19 => pub(crate) parts: Vec<Trigger>,
    }
}

wire_enum! {
    /// What an element instance is to a multi-instance activity or ad-hoc subprocess.
    pub(crate) enum Role {
        /// Nothing.
        0 => Element,
        /// The activity as a whole.
        1 => Body,
        /// One of its instances.
        2 => Inner,
        /// What something in an ad-hoc subprocess begins in.
        3 => AdHocInner,
    }
}

/// What is interrupted by this instead of an element makes way for nothing but its own end.
pub(crate) const NOTHING: u32 = u32::MAX;

wire_struct! {
    /// Something happened that an event waits for.
    pub(crate) struct Trigger {
        /// The trigger's own key.
        1 => pub(crate) key: Key,
        /// The element it is meant for.
        2 => pub(crate) element: u32,
        3 => pub(crate) variables: Doc,
        4 => pub(crate) cause: Cause,
    }
}

wire_enum! {
    /// Whether a job can be handed out.
    pub(crate) enum JobState {
        0 => Activatable,
        1 => Activated,
        /// Waits for its back-off, or for its incident.
        2 => Failed,
        /// An error it threw was not caught: waits for its incident.
        3 => ErrorThrown,
    }
}

wire_struct! {
    /// Work for the outside.
    #[expect(clippy::struct_field_names, reason = "a job's type is its job type everywhere")]
    pub(crate) struct Job {
        1 => pub(crate) key: Key,
        2 => pub(crate) element_instance: Key,
        3 => pub(crate) job_type: Str,
        4 => pub(crate) state: JobState,
        5 => pub(crate) retries: i32,
        6 => pub(crate) worker: Str,
        /// When the worker must be done; 0 unless activated.
        7 => pub(crate) deadline: Millis,
        /// When it is offered again after a back-off; 0 for none.
        8 => pub(crate) recurs_at: Millis,
        /// Counts its hand-outs.
        9 => pub(crate) activation: u32,
        10 => pub(crate) error_message: Str,
        /// Headers that the engine adds to those of the model.
        11 => pub(crate) added_headers: Vec<Header>,
        12 => pub(crate) kind: JobKind,
        13 => pub(crate) listener_event: ListenerEventType,
        /// Which of the listeners to the same thing it is; counts from 0.
        14 => pub(crate) listener: u32,
        /// The higher, the sooner it is handed out.
        15 => pub(crate) priority: i32,
        /// The headers of the model that it was made by, if its element has others now.
        16 => pub(crate) kept_headers: Option<Box<KeptHeaders>>,
        /// True if it is not handed out because its instance is suspended.
        17 => pub(crate) is_held: bool,
    }
}

/// The turn of a job among those of its type: jobs of a higher priority come sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn(std::cmp::Reverse<i32>);

impl Turn {
    /// The turn of the highest priority there is.
    pub(crate) const FIRST: Self = Self(std::cmp::Reverse(i32::MAX));

    /// The turn of a priority.
    pub(crate) fn of(priority: i32) -> Self {
        Self(std::cmp::Reverse(priority))
    }
}

impl Job {
    /// True if it can be handed out.
    pub(crate) fn is_offered(&self) -> bool {
        self.state == JobState::Activatable && !self.is_held
    }

    /// Its place among the jobs that can be handed out.
    pub(crate) fn place(&self) -> (Str, Turn, Key) {
        (self.job_type.clone(), Turn::of(self.priority), self.key)
    }
}

wire_struct! {
    /// The headers of a model that a job was made by.
    pub(crate) struct KeptHeaders {
        1 => pub(crate) headers: Vec<Header>,
    }
}

wire_struct! {
    /// A running timer.
    pub(crate) struct Timer {
        1 => pub(crate) key: Key,
        /// The element instance that waits.
        2 => pub(crate) element_instance: Key,
        /// The element that is triggered.
        3 => pub(crate) element: u32,
        4 => pub(crate) due: Millis,
        /// How often it fires from now on; -1 for ever.
        5 => pub(crate) repetitions: i32,
        /// The interval of a cycle as ISO 8601 text.
        6 => pub(crate) interval: Str,
        /// True after a defect undid its firing: it fires again when the incident is resolved.
        7 => pub(crate) is_parked: bool,
    }
}

wire_struct! {
    /// The instance's side of a message subscription.
    pub(crate) struct ProcessSubscription {
        1 => pub(crate) key: Key,
        2 => pub(crate) subscription: Subscription,
        3 => pub(crate) state: SubscriptionState,
    }
}

wire_enum! {
    /// How far the two sides of a subscription agree.
    pub(crate) enum SubscriptionState {
        0 => Creating,
        1 => Created,
        2 => Deleting,
    }
}

wire_struct! {
    /// An event that waits for a signal.
    pub(crate) struct SignalSubscription {
        1 => pub(crate) key: Key,
        /// The element instance that waits.
        2 => pub(crate) element_instance: Key,
        /// The element that is triggered.
        3 => pub(crate) element: u32,
        /// The signal name.
        4 => pub(crate) name: Str,
    }
}

wire_struct! {
    /// An event that waits for a condition.
    pub(crate) struct ConditionalSubscription {
        1 => pub(crate) key: Key,
        /// The element instance that waits.
        2 => pub(crate) element_instance: Key,
        /// The element that is triggered.
        3 => pub(crate) element: u32,
    }
}

wire_struct! {
    /// An activity that has completed and can be undone, or is being undone.
    pub(crate) struct Compensation {
        1 => pub(crate) key: Key,
        /// The activity's ordinal.
        2 => pub(crate) activity: u32,
        /// The element instance that completed.
        3 => pub(crate) activity_instance: Key,
        /// The scope of that.
        4 => pub(crate) scope: Key,
        /// The ordinal of the activity that undoes it; 0 if only what is inside is undone.
        5 => pub(crate) handler: u32,
        /// The element instance that undoes it.
        6 => pub(crate) handler_instance: Key,
        /// The element instance that threw the compensation; none while nothing has.
        7 => pub(crate) thrower: Key,
        /// What its local variables were when it completed, if its handler is inside it.
        8 => pub(crate) variables: Doc,
    }
}

wire_struct! {
    /// Something stopped.
    pub(crate) struct Incident {
        1 => pub(crate) key: Key,
        2 => pub(crate) element_instance: Key,
        /// The job, for incidents of jobs.
        3 => pub(crate) job: Key,
        4 => pub(crate) kind: IncidentType,
        /// Work that a defect undid, to be done again when the incident is resolved.
        5 => pub(crate) parked: Arc<[u8]>,
    }
}

macro_rules! keyed {
    ($($type:ty),*) => {$(
        impl Keyed for $type {
            fn key(&self) -> Key {
                self.key
            }
        }
    )*};
}

keyed!(
    ElementInstance,
    Job,
    Timer,
    ProcessSubscription,
    Incident,
    UserTask,
    SignalSubscription,
    ConditionalSubscription,
    Compensation
);

impl ElementInstance {
    /// A variable of this scope.
    pub(crate) fn variable(&self, name: &str) -> Option<&[u8]> {
        let collected =
            || self.body.as_ref().filter(|it| !name.is_empty() && *it.collection == *name);
        self.variables.doc.get(name).or_else(|| collected().map(|it| it.list()))
    }
}

impl Instance {
    /// The element instance with this key.
    pub(crate) fn element(&self, key: Key) -> Option<&ElementInstance> {
        self.elements.get(key)
    }

    /// The process's own element instance.
    pub(crate) fn root(&self) -> Option<&ElementInstance> {
        self.elements.get(self.key)
    }

    /// Its place among the instances with a business id; those that were called have none.
    pub(crate) fn business_id(&self) -> Option<(Str, Str, Key)> {
        let id = &self.labels.business_id;
        let place = || (self.process_id.clone(), id.clone(), self.key);
        (self.caller.instance.is_none() && !id.is_empty()).then(place)
    }

    /// True if it was created to end after an element, and that has ended: nothing goes on in it.
    pub(crate) fn is_over(&self) -> bool {
        let ends = || self.root().is_some_and(|it| it.state == ElementState::Terminating);
        !self.end_after.is_empty() && ends()
    }
}
