//! Conditions that events wait for, and that start processes.

use crate::{ConditionEvaluation, InstanceCreated, Key, Origin};
use value::{Doc, Str, wire_enum, wire_struct};

wire_struct! {
    /// Starts what the conditional start events of processes say, with these variables.
    pub struct EvaluateConditional {
        /// Only this definition; none for the latest version of every process.
        1 => pub definition: Key,
        /// What the conditions read, and what started instances begin with.
        2 => pub variables: Doc,
    }
}

wire_enum! {
    /// What happened to a conditional event.
    pub enum ConditionalIntent {
        /// It waits for its condition.
        0 => Created,
        /// Its condition holds.
        1 => Triggered,
        /// It waits no longer.
        2 => Deleted,
        /// A command had the start events of processes evaluated.
        3 => Evaluated,
        /// It waits for the condition of another definition now.
        4 => Migrated,
    }
}

wire_struct! {
    /// A change of what waits for a condition, by the record's key; or an evaluation of conditional
    /// start events, whose key it is then.
    pub struct ConditionalEvent {
        /// What happened.
        1 => pub intent: ConditionalIntent,
        /// Where: the catching element, and the element instance that waits.
        2 => pub origin: Origin,
        /// The condition as it stands in the model.
        3 => pub condition: Str,
        /// True if the event interrupts what it stands on.
        4 => pub interrupting: bool,
        /// The variables whose changes count; none for all.
        5 => pub variable_names: Vec<Str>,
        /// True if it counts that a variable comes to be.
        6 => pub on_create: bool,
        /// True if it counts that a variable gets another value.
        7 => pub on_update: bool,
        /// What was evaluated; of start events the flow's id is theirs.
        8 => pub conditions: Vec<ConditionEvaluation>,
        /// What start events were evaluated with.
        9 => pub variables: Doc,
        /// What they started.
        10 => pub started: Vec<InstanceCreated>,
    }
}

wire_struct! {
    /// Conditional start events were evaluated.
    pub struct ConditionalEvaluated {
        /// The evaluation.
        1 => pub key: Key,
        /// The instances that were started.
        2 => pub started: Vec<InstanceCreated>,
    }
}
