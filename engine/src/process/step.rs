//! Steps: what a work item still has to do. They are queued, first in, first out, and what does
//! not fit an entry is stored with the state.

use record::{Cause, Key, ListenerEventType, Subscription};
use value::{Doc, Str, wire_oneof, wire_struct};

wire_oneof! {
    /// One step.
    pub(crate) enum Step {
        /// Activate an element inside a scope.
        1 => Activate(Activate),
        /// Complete an element instance.
        2 => Complete(At),
        /// Terminate an element instance.
        3 => Terminate(Terminate),
        /// Terminate the children of a scope, in slices.
        4 => TerminateChildren(TerminateChildren),
        /// Do again what an incident stopped.
        5 => Resume(At),
        /// The message's side opens a subscription.
        6 => OpenSubscription(Peer),
        /// The message's side closes a subscription.
        7 => CloseSubscription(Peer),
        /// The instance's side hears that its subscription is open.
        8 => SubscriptionOpened(Peer),
        /// The instance's side hears that its subscription is closed.
        9 => SubscriptionClosed(Peer),
        /// A message is offered to the instance.
        10 => Correlate(Offer),
        /// The message's side hears that the instance took it.
        11 => Correlated(Offer),
        /// The message's side hears that the instance could not take it.
        12 => Rejected(Offer),
        /// Offer a message to the waiting subscriptions, one process id per step.
        13 => OfferMessage(OfferMessage),
        /// Offer a message to the start events of its name, one process id per step.
        14 => OfferToStarts(OfferMessage),
        /// A message that is not buffered goes.
        15 => ExpireMessage(MessageAt),
        /// An instance with a start lock or a unique business id ended: the next buffered message
        /// may start one.
        16 => ReleaseStart(ReleaseStart),
        /// A called instance completed.
        17 => Returned(Returned),
        /// A called instance was terminated.
        18 => CalledEnded(At),
        /// Offer a signal to what waits for its name, one subscription per step.
        19 => OfferSignal(OfferSignal),
        /// A signal arrives at an element instance.
        20 => TakeSignal(TakeSignal),
        /// A multi-instance body or ad-hoc subprocess begins its next inner instance.
        21 => BeginNext(At),
        /// Undo the next of what an event that threw a compensation undoes.
        22 => Compensate(At),
        /// A listener to the beginning or the end of an element instance agreed.
        23 => AfterListener(AfterListener),
        /// Evaluate what waits for conditions on variables that changed, one per step.
        24 => EvaluateConditions(EvaluateConditions),
        /// Evaluate what begins to wait for a condition.
        25 => EvaluateCondition(EvaluateCondition),
        /// The message's side hears what a subscription has become.
        26 => MigrateSubscription(Peer),
        /// A suspended instance keeps its next jobs and subscriptions to itself.
        27 => Hold(Sweep),
        /// A resumed instance offers its next jobs and subscriptions again.
        28 => Release(Sweep),
        /// The message's side forgets a subscription of a suspended instance.
        29 => WithdrawSubscription(Peer),
        /// A timer fires whose time came while its instance was suspended.
        30 => FireTimer(TimerAt),
    }
}

wire_struct! {
    /// An element instance.
    pub(crate) struct At {
        1 => pub(crate) instance: Key,
        2 => pub(crate) element_instance: Key,
    }
}

wire_struct! {
    /// The next jobs, then the next subscriptions of an instance.
    pub(crate) struct Sweep {
        1 => pub(crate) instance: Key,
        /// Those up to this key are done.
        2 => pub(crate) after: Key,
        /// True when all jobs are done.
        3 => pub(crate) is_at_subscriptions: bool,
    }
}

wire_struct! {
    /// A timer.
    pub(crate) struct TimerAt {
        1 => pub(crate) instance: Key,
        2 => pub(crate) timer: Key,
    }
}

wire_struct! {
    /// Terminate an element instance.
    pub(crate) struct Terminate {
        1 => pub(crate) instance: Key,
        2 => pub(crate) element_instance: Key,
        /// What ends it.
        3 => pub(crate) cause: Cause,
    }
}

wire_struct! {
    /// A listener to the beginning or the end of an element instance agreed.
    pub(crate) struct AfterListener {
        1 => pub(crate) instance: Key,
        2 => pub(crate) element_instance: Key,
        /// The job by which it was asked.
        3 => pub(crate) job: Key,
        /// What it was asked about.
        4 => pub(crate) event: ListenerEventType,
        /// Which of the listeners to the same thing it is; counts from 0.
        5 => pub(crate) number: u32,
    }
}

wire_struct! {
    /// Evaluate what waits for conditions on variables that changed.
    pub(crate) struct EvaluateConditions {
        1 => pub(crate) instance: Key,
        /// The outermost scope in which one changed.
        2 => pub(crate) scope: Key,
        3 => pub(crate) changes: Vec<VariableChange>,
        /// Everything up to this depth and key has been evaluated.
        4 => pub(crate) depth: u32,
        5 => pub(crate) after: Key,
        /// What begins to wait after this key was evaluated when it began.
        6 => pub(crate) before: Key,
        /// True if the next one already spent the budget that others had left.
        7 => pub(crate) is_alone: bool,
    }
}

wire_struct! {
    /// A variable that changed.
    pub(crate) struct VariableChange {
        1 => pub(crate) scope: Key,
        2 => pub(crate) name: Str,
        /// True if it came to be.
        3 => pub(crate) is_new: bool,
    }
}

wire_struct! {
    /// Evaluate what begins to wait for a condition.
    pub(crate) struct EvaluateCondition {
        1 => pub(crate) instance: Key,
        2 => pub(crate) subscription: Key,
        /// True if it already spent the budget that others had left.
        3 => pub(crate) is_alone: bool,
    }
}

wire_struct! {
    /// A called instance completed.
    pub(crate) struct Returned {
        1 => pub(crate) instance: Key,
        /// The call activity.
        2 => pub(crate) element_instance: Key,
        /// The called instance.
        3 => pub(crate) called: Key,
        /// Its root variables, if they come back.
        4 => pub(crate) variables: Option<Doc>,
    }
}

wire_struct! {
    /// Activate an element inside a scope.
    pub(crate) struct Activate {
        1 => pub(crate) instance: Key,
        2 => pub(crate) scope: Key,
        3 => pub(crate) element: u32,
        /// A token on a sequence flow is consumed.
        4 => pub(crate) from_flow: bool,
        5 => pub(crate) cause: Cause,
        /// Local variables it begins with: those of the trigger of a start event.
        6 => pub(crate) variables: Doc,
        /// Elements that the path has passed on a loop in which nothing has to wait.
        7 => pub(crate) passed: u32,
    }
}

wire_struct! {
    /// Terminate the children of a scope, in slices.
    pub(crate) struct TerminateChildren {
        1 => pub(crate) instance: Key,
        2 => pub(crate) scope: Key,
        /// Children up to this key have been told.
        3 => pub(crate) after: Key,
        /// What ends them.
        4 => pub(crate) cause: Cause,
        /// Only children that began before this key was made are told; none for all of them.
        5 => pub(crate) before: Key,
        /// The one that is not told.
        6 => pub(crate) except: Key,
    }
}

wire_struct! {
    /// A subscription, told to the other side.
    pub(crate) struct Peer {
        1 => pub(crate) key: Key,
        2 => pub(crate) subscription: Subscription,
    }
}

wire_struct! {
    /// A message on its way to an instance, or the answer.
    pub(crate) struct Offer {
        1 => pub(crate) key: Key,
        2 => pub(crate) subscription: Subscription,
        3 => pub(crate) message: Key,
        4 => pub(crate) variables: Doc,
    }
}

wire_struct! {
    /// Offer a message to process ids after a given one.
    pub(crate) struct OfferMessage {
        1 => pub(crate) message: Key,
        2 => pub(crate) after: Str,
        /// False until `after` names a process id.
        3 => pub(crate) has_begun: bool,
    }
}

wire_struct! {
    /// A message.
    pub(crate) struct MessageAt {
        1 => pub(crate) message: Key,
    }
}

wire_struct! {
    /// What an instance of a process that ended kept others from beginning with.
    pub(crate) struct ReleaseStart {
        1 => pub(crate) process_id: Str,
        /// The correlation key of the message that began it; empty for none.
        2 => pub(crate) correlation_key: Str,
        /// Its business id; empty if it has none, or if they are not unique.
        3 => pub(crate) business_id: Str,
    }
}

wire_struct! {
    /// Offer a signal to the subscriptions after a given one.
    pub(crate) struct OfferSignal {
        1 => pub(crate) signal: Key,
        2 => pub(crate) name: Str,
        3 => pub(crate) variables: Doc,
        4 => pub(crate) after: Key,
    }
}

wire_struct! {
    /// A signal on its way to an instance.
    pub(crate) struct TakeSignal {
        1 => pub(crate) instance: Key,
        2 => pub(crate) subscription: Key,
        3 => pub(crate) signal: Key,
        4 => pub(crate) variables: Doc,
    }
}

impl Step {
    /// How many units of an entry's work it takes.
    pub(crate) fn units(&self) -> u64 {
        // It activates the element that it begins, too.
        if matches!(self, Self::BeginNext(_)) { 2 } else { 1 }
    }

    /// The instance that the step works on, if it is one's.
    pub(crate) fn instance(&self) -> Key {
        match self {
            Self::Activate(it) => it.instance,
            Self::Complete(it) | Self::Resume(it) | Self::CalledEnded(it) | Self::BeginNext(it) => {
                it.instance
            }
            Self::AfterListener(it) => it.instance,
            Self::EvaluateConditions(it) => it.instance,
            Self::EvaluateCondition(it) => it.instance,
            Self::Returned(it) => it.instance,
            Self::Terminate(it) => it.instance,
            Self::TerminateChildren(it) => it.instance,
            Self::TakeSignal(it) => it.instance,
            Self::Compensate(it) => it.instance,
            Self::Hold(it) | Self::Release(it) => it.instance,
            Self::FireTimer(it) => it.instance,
            Self::OpenSubscription(it)
            | Self::CloseSubscription(it)
            | Self::SubscriptionOpened(it)
            | Self::MigrateSubscription(it)
            | Self::WithdrawSubscription(it)
            | Self::SubscriptionClosed(it) => it.subscription.origin.instance,
            Self::Correlate(it) | Self::Correlated(it) | Self::Rejected(it) => {
                it.subscription.origin.instance
            }
            Self::OfferMessage(_)
            | Self::OfferToStarts(_)
            | Self::ExpireMessage(_)
            | Self::ReleaseStart(_)
            | Self::OfferSignal(_) => Key::NONE,
        }
    }
}
