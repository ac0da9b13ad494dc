//! User tasks that people have not done yet.

use record::{Asked, Key, Millis, UserTaskAttributes};
use value::{Doc, Str, wire_enum, wire_struct};

wire_enum! {
    /// Where a user task is in its life.
    pub(crate) enum UserTaskState {
        0 => Creating,
        /// It waits for somebody; only now can it be changed.
        1 => Created,
        2 => Assigning,
        3 => Claiming,
        4 => Updating,
        5 => Completing,
        6 => Canceling,
    }
}

impl UserTaskState {
    /// As people and records name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Creating => "CREATING",
            Self::Created => "CREATED",
            Self::Assigning => "ASSIGNING",
            Self::Claiming => "CLAIMING",
            Self::Updating => "UPDATING",
            Self::Completing => "COMPLETING",
            Self::Canceling => "CANCELING",
        }
    }
}

wire_struct! {
    /// Work for people.
    pub(crate) struct UserTask {
        1 => pub(crate) key: Key,
        2 => pub(crate) element_instance: Key,
        3 => pub(crate) state: UserTaskState,
        4 => pub(crate) attributes: UserTaskAttributes,
        5 => pub(crate) created_at: Millis,
        /// What is about to happen to it, while it is not [`UserTaskState::Created`].
        6 => pub(crate) transition: Option<Box<Transition>>,
    }
}

wire_struct! {
    /// What is about to happen to a task, once its listeners agree.
    pub(crate) struct Transition {
        /// What the task will say of itself then.
        1 => pub(crate) attributes: UserTaskAttributes,
        2 => pub(crate) action: Str,
        /// The attributes that change, as records name them.
        3 => pub(crate) changed: Vec<Str>,
        /// What it is completed with, or what is set at its element.
        4 => pub(crate) variables: Doc,
        /// Who asked for it; nobody if the model does.
        5 => pub(crate) asked: Option<Box<Asked>>,
        /// How many of the listeners have agreed.
        6 => pub(crate) listener: u32,
        /// True if variables that are set stay at its element.
        7 => pub(crate) local: bool,
    }
}
