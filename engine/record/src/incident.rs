//! Events of what went wrong: incidents, escalations, and defects of Baton.

use crate::{ConditionEvaluation, Key, Origin};
use std::sync::Arc;
use value::{Str, wire_enum, wire_struct};

wire_enum! {
    /// What happened to an incident.
    pub enum IncidentIntent {
        /// Something stopped.
        0 => Created,
        /// It goes on, or its element ended.
        1 => Resolved,
        /// It is unchanged, and of another definition now.
        2 => Migrated,
    }
}

wire_enum! {
    /// Why something stopped. Names are Zeebe's.
    pub enum IncidentType {
        /// None of the others.
        0 => Unknown,
        /// A mapping failed.
        1 => IoMappingError,
        /// A job ran out of retries.
        2 => JobNoRetries,
        /// No way on from a gateway.
        3 => ConditionError,
        /// An expression failed or has the wrong type.
        4 => ExtractValueError,
        /// A job is too large to be handed out.
        5 => MessageSizeExceeded,
        /// Baton has a defect: the work item was undone.
        6 => ProcessingError,
        /// Nothing catches an error.
        7 => UnhandledErrorEvent,
        /// No process can be called.
        8 => CalledElementError,
        /// A form is not deployed.
        11 => FormNotFound,
        /// The decision that a task calls is not there.
        9 => CalledDecisionError,
        /// A decision has no result.
        10 => DecisionEvaluationError,
        /// A listener to an element ran out of retries.
        12 => ExecutionListenerNoRetries,
        /// A listener to a user task ran out of retries.
        13 => TaskListenerNoRetries,
        /// The job of an ad-hoc subprocess ran out of retries.
        14 => AdHocSubProcessNoRetries,
        /// A file that a worker needs is not deployed.
        15 => ResourceNotFound,
    }
}

wire_enum! {
    /// What became of an escalation.
    pub enum EscalationIntent {
        /// An event caught it.
        0 => Escalated,
        /// No event caught it, which is no fault.
        1 => NotEscalated,
    }
}

wire_struct! {
    /// An escalation was thrown. The record's key is the escalation's own.
    pub struct EscalationEvent {
        /// What became of it.
        1 => pub intent: EscalationIntent,
        /// The element that threw it.
        2 => pub origin: Origin,
        /// Its code.
        3 => pub code: Str,
        /// The event that caught it; empty if none did.
        4 => pub catch_element_id: Str,
    }
}

wire_struct! {
    /// A change of an incident. Its key is the record's key.
    pub struct IncidentEvent {
        /// What happened.
        1 => pub intent: IncidentIntent,
        /// Where.
        2 => pub origin: Origin,
        /// The kind.
        3 => pub kind: IncidentType,
        /// For people: what went wrong and with which values.
        4 => pub message: Str,
        /// The job, for incidents of jobs.
        5 => pub job: Key,
        /// The scope whose variables were read.
        6 => pub variable_scope: Key,
        /// The parked step that a defect undid, to be repeated on resolve.
        7 => pub parked: Arc<[u8]>,
        /// The conditions that a gateway had evaluated when it stopped.
        8 => pub conditions: Vec<ConditionEvaluation>,
    }
}

wire_struct! {
    /// A work item panicked or exceeded its budget and was undone.
    pub struct ErrorEvent {
        /// What went wrong.
        1 => pub message: Str,
        /// The instance that was parked; none if there is none.
        2 => pub instance: Key,
    }
}
