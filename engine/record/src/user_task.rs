//! User tasks: what people are asked to do, and what they do.

use crate::{CommandIntent, Header, Key, Labels, Millis, Origin, RequestId};
use value::{Doc, Str, wire_enum, wire_struct};

wire_struct! {
    /// What a user task says of itself.
    pub struct UserTaskAttributes {
        /// Who does it; empty for nobody yet.
        1 => pub assignee: Str,
        /// The groups that may do it.
        2 => pub candidate_groups: Vec<Str>,
        /// The people that may do it.
        3 => pub candidate_users: Vec<Str>,
        /// When it must be done, ISO 8601 with offset; empty for any time.
        4 => pub due_date: Str,
        /// When somebody should look at it, ISO 8601 with offset; empty for never.
        5 => pub follow_up_date: Str,
        /// From 0 to 100.
        6 => pub priority: i32,
        /// The deployed form, or none.
        7 => pub form: Key,
        /// A form elsewhere; empty for none.
        8 => pub external_form: Str,
    }
}

wire_struct! {
    /// Texts that replace others.
    pub struct Texts {
        /// The texts; none clears.
        1 => pub list: Vec<Str>,
    }
}

wire_struct! {
    /// What changes of a user task. What is absent stays.
    pub struct UserTaskChange {
        /// Who does it.
        1 => pub assignee: Option<Str>,
        /// The groups that may do it.
        2 => pub candidate_groups: Option<Box<Texts>>,
        /// The people that may do it.
        3 => pub candidate_users: Option<Box<Texts>>,
        /// When it must be done.
        4 => pub due_date: Option<Str>,
        /// When somebody should look at it.
        5 => pub follow_up_date: Option<Str>,
        /// From 0 to 100.
        6 => pub priority: Option<i32>,
    }
}

impl UserTaskChange {
    /// What changes, as records name it.
    pub fn names(&self) -> Vec<Str> {
        let named = [
            (self.assignee.is_some(), "assignee"),
            (self.candidate_groups.is_some(), "candidateGroupsList"),
            (self.candidate_users.is_some(), "candidateUsersList"),
            (self.due_date.is_some(), "dueDate"),
            (self.follow_up_date.is_some(), "followUpDate"),
            (self.priority.is_some(), "priority"),
        ];
        named.into_iter().filter(|(is_set, _)| *is_set).map(|(_, name)| name.into()).collect()
    }
}

impl UserTaskAttributes {
    /// The same with a change.
    #[must_use]
    pub fn with(mut self, change: &UserTaskChange) -> Self {
        if let Some(it) = &change.assignee {
            self.assignee = it.clone();
        }
        if let Some(it) = &change.candidate_groups {
            self.candidate_groups.clone_from(&it.list);
        }
        if let Some(it) = &change.candidate_users {
            self.candidate_users.clone_from(&it.list);
        }
        if let Some(it) = &change.due_date {
            self.due_date = it.clone();
        }
        if let Some(it) = &change.follow_up_date {
            self.follow_up_date = it.clone();
        }
        if let Some(it) = change.priority {
            self.priority = it;
        }
        self
    }
}

wire_struct! {
    /// Gives a user task to somebody, or to nobody.
    pub struct AssignUserTask {
        /// The task.
        1 => pub task: Key,
        /// Who does it; empty for nobody.
        2 => pub assignee: Str,
        /// True to take it only if nobody else has it.
        3 => pub is_claim: bool,
        /// What it is called in records; empty for the usual name.
        4 => pub action: Str,
    }
}

wire_struct! {
    /// Changes a user task.
    pub struct UpdateUserTask {
        /// The task.
        1 => pub task: Key,
        /// What changes, the assignee excepted.
        2 => pub change: UserTaskChange,
        /// What it is called in records; empty for the usual name.
        3 => pub action: Str,
    }
}

wire_struct! {
    /// Completes a user task: its element goes on.
    pub struct CompleteUserTask {
        /// The task.
        1 => pub task: Key,
        /// Its result.
        2 => pub variables: Doc,
        /// What it is called in records; empty for the usual name.
        3 => pub action: Str,
    }
}

wire_enum! {
    /// What happened to a user task. Names are Zeebe's.
    pub enum UserTaskIntent {
        /// It comes to be.
        0 => Creating,
        /// It waits for somebody.
        1 => Created,
        /// Somebody is about to complete it.
        2 => Completing,
        /// It is done.
        3 => Completed,
        /// Its element is ending.
        4 => Canceling,
        /// Its element ended.
        5 => Canceled,
        /// It is about to be given to somebody, or to nobody.
        6 => Assigning,
        /// It was given.
        7 => Assigned,
        /// Somebody is about to take it.
        8 => Claiming,
        /// It is about to change.
        9 => Updating,
        /// It changed.
        10 => Updated,
        /// A listener changed what is about to happen.
        11 => Corrected,
        /// A listener forbade that it is given to somebody.
        12 => AssignmentDenied,
        /// A listener forbade a change.
        13 => UpdateDenied,
        /// A listener forbade that it is completed.
        14 => CompletionDenied,
        /// It is unchanged, and of another definition now.
        15 => Migrated,
    }
}

wire_struct! {
    /// Who asked for a change that listeners are told of before it happens.
    pub struct Asked {
        /// The request that waits for the answer.
        1 => pub request: RequestId,
        /// The command.
        2 => pub intent: CommandIntent,
        /// The authenticated caller.
        3 => pub principal: Str,
        /// Why, in the caller's words.
        4 => pub reason: Str,
    }
}

wire_struct! {
    /// A change of a user task. Its key is the record's key.
    pub struct UserTaskEvent {
        /// What happened.
        1 => pub intent: UserTaskIntent,
        /// Where.
        2 => pub origin: Origin,
        /// What it says of itself; while something is about to happen, what it will say then.
        3 => pub attributes: UserTaskAttributes,
        /// What those who asked called it.
        4 => pub action: Str,
        /// The attributes that change, as records name them.
        5 => pub changed: Vec<Str>,
        /// What it is completed with, or what is set at its element.
        6 => pub variables: Doc,
        /// Static headers of the model.
        7 => pub headers: Vec<Header>,
        /// When it came to be.
        8 => pub created_at: Millis,
        /// Who gets it once it exists, as the model says.
        9 => pub first_assignee: Str,
        /// Why a listener forbade something.
        10 => pub denied_reason: Str,
        /// Who asked, when listeners are asked before.
        11 => pub asked: Option<Box<Asked>>,
        /// What the caller calls the instance.
        12 => pub labels: Labels,
        /// True if variables that are set stay at its element, wherever else they are.
        13 => pub local: bool,
    }
}
