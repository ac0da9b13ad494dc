//! Ad-hoc subprocesses: what they are told to begin, and by whom.

use crate::{Cause, Key, Origin};
use value::{Doc, Str, wire_enum, wire_struct};

wire_struct! {
    /// One activity to begin, with variables of its own.
    pub struct ActivateActivity {
        /// Its id.
        1 => pub element_id: Str,
        /// Local to the instance that it begins in.
        2 => pub variables: Doc,
    }
}

wire_struct! {
    /// Tells a waiting ad-hoc subprocess to begin activities: all of them, or none.
    pub struct ActivateAdHocActivities {
        /// The element instance of the ad-hoc subprocess.
        1 => pub element_instance: Key,
        /// What to begin, in this order.
        2 => pub activities: Vec<ActivateActivity>,
        /// True to end first what is active in it.
        3 => pub cancel_remaining: bool,
    }
}

wire_struct! {
    /// What the worker of an ad-hoc subprocess decided.
    pub struct AdHocResult {
        /// What to begin, in this order.
        1 => pub activities: Vec<ActivateActivity>,
        /// True if nothing more is to be begun.
        2 => pub is_fulfilled: bool,
        /// True to end what is active in it.
        3 => pub cancel_remaining: bool,
    }
}

wire_enum! {
    /// What an ad-hoc subprocess was told.
    pub enum AdHocIntent {
        /// To begin activities.
        0 => Activated,
        /// That enough has been done.
        1 => Completed,
    }
}

wire_struct! {
    /// An activity that an ad-hoc subprocess was told to begin.
    pub struct AdHocActivity {
        /// Its ordinal in its file.
        1 => pub element: u32,
        /// Its id.
        2 => pub element_id: Str,
        /// Local to the instance that it begins in.
        3 => pub variables: Doc,
    }
}

wire_struct! {
    /// An ad-hoc subprocess was told something. The record's key is the instruction's own.
    pub struct AdHocInstructionEvent {
        /// What.
        1 => pub intent: AdHocIntent,
        /// The ad-hoc subprocess.
        2 => pub origin: Origin,
        /// What it begins, in this order.
        3 => pub activities: Vec<AdHocActivity>,
        /// True if what is active in it ends.
        4 => pub cancel_remaining: bool,
        /// Who or what told it, which is also why each of the activities begins.
        5 => pub cause: Cause,
    }
}
