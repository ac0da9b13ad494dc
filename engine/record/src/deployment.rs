//! Deployment: resources that were validated and summed up before the log.

use crate::{FileSummary, RequirementsSummary};
use std::sync::Arc;
use value::{Str, wire_enum, wire_struct};

wire_struct! {
    /// Deploys resources together. They were validated before the log.
    pub struct Deploy {
        /// The resources in the order of the request.
        1 => pub resources: Vec<DeployedResource>,
    }
}

wire_struct! {
    /// One validated file.
    pub struct DeployedResource {
        /// Its name.
        1 => pub name: Str,
        /// Its bytes.
        2 => pub content: Arc<[u8]>,
        /// MD5 of the bytes: equal files are duplicates.
        3 => pub checksum: Arc<[u8]>,
        /// Its executable processes in document order.
        4 => pub processes: Vec<ProcessSummary>,
        /// The requirements graph of a DMN file.
        5 => pub requirements: Option<Box<RequirementsSummary>>,
        /// The form of a form's file.
        6 => pub form: Option<Box<FileSummary>>,
        /// The id of a file that is only kept, for workers.
        7 => pub other: Option<Box<FileSummary>>,
    }
}

wire_struct! {
    /// What `apply` must know of a process without compiling it.
    pub struct ProcessSummary {
        /// The process id.
        1 => pub id: Str,
        /// The version tag, or empty.
        2 => pub version_tag: Str,
        /// True if it can be started without a message.
        3 => pub has_none_start: bool,
        /// Its message start events.
        4 => pub message_starts: Vec<MessageStart>,
        /// Its signal start events.
        5 => pub signal_starts: Vec<SignalStart>,
        /// Its timer start events.
        6 => pub timer_starts: Vec<TimerStart>,
        /// True if it has conditional start events.
        7 => pub has_condition_starts: bool,
    }
}

wire_struct! {
    /// A message start event.
    pub struct MessageStart {
        /// The element's ordinal in its file.
        1 => pub element: u32,
        /// The element's id.
        2 => pub element_id: Str,
        /// The message name, already evaluated.
        3 => pub message_name: Str,
    }
}

wire_struct! {
    /// A signal start event.
    pub struct SignalStart {
        /// The element's ordinal in its file.
        1 => pub element: u32,
        /// The element's id.
        2 => pub element_id: Str,
        /// The signal name, already evaluated.
        3 => pub signal_name: Str,
    }
}

wire_enum! {
    /// What the expression of a timer gives.
    pub enum TimerKind {
        /// A date with time.
        0 => Date,
        /// A duration.
        1 => Duration,
        /// A cycle or cron expression.
        2 => Cycle,
    }
}

wire_struct! {
    /// A timer start event.
    pub struct TimerStart {
        /// The element's ordinal in its file.
        1 => pub element: u32,
        /// The element's id.
        2 => pub element_id: Str,
        /// What the expression gives.
        3 => pub kind: TimerKind,
        /// As it stands in the model, evaluated without variables when it is deployed.
        4 => pub expression: Str,
    }
}
