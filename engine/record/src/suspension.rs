//! Suspension: an instance stands still until it is resumed.

use crate::Key;
use std::sync::Arc;
use value::wire_struct;

wire_struct! {
    /// Lets an instance stand still.
    pub struct SuspendInstance {
        /// The instance.
        1 => pub instance: Key,
    }
}

wire_struct! {
    /// Lets a suspended instance go on.
    pub struct ResumeInstance {
        /// The instance.
        1 => pub instance: Key,
    }
}

wire_struct! {
    /// Something that a suspended instance does when it is resumed.
    pub struct StepHeld {
        /// The instance.
        1 => pub instance: Key,
        /// The step, encoded.
        2 => pub step: Arc<[u8]>,
        /// The timer whose time has come; none for other steps.
        3 => pub timer: Key,
    }
}

wire_struct! {
    /// A job cannot be handed out because its instance is suspended, or can again.
    pub struct JobHeld {
        /// The instance.
        1 => pub instance: Key,
        /// The job.
        2 => pub job: Key,
        /// True if it cannot.
        3 => pub is_held: bool,
    }
}
