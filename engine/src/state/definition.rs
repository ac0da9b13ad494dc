//! Deployed process definitions and what starts instances of their latest versions.

use super::versions::{filed, versioned};
use record::{Key, Millis, Origin, ProcessSummary};
use std::sync::Arc;
use value::{Str, wire_struct};

wire_struct! {
    /// One version of a process.
    pub(crate) struct Definition {
        1 => pub(crate) key: Key,
        2 => pub(crate) process_id: Str,
        3 => pub(crate) version: u32,
        4 => pub(crate) resource_name: Str,
        5 => pub(crate) checksum: Arc<[u8]>,
        6 => pub(crate) resource: Arc<[u8]>,
        7 => pub(crate) summary: ProcessSummary,
        8 => pub(crate) deployment: Key,
        /// True while it is only kept for the instances that still run.
        9 => pub(crate) is_retired: bool,
    }
}

versioned!(Definition, process_id, |it| &it.summary.version_tag, |it| it.is_retired);
filed!(Definition);

wire_struct! {
    /// A message start event of the latest version of a process.
    pub(crate) struct StartSubscription {
        1 => pub(crate) key: Key,
        2 => pub(crate) definition: Key,
        3 => pub(crate) process_id: Str,
        4 => pub(crate) version: u32,
        5 => pub(crate) element: u32,
        6 => pub(crate) element_id: Str,
        7 => pub(crate) message_name: Str,
    }
}

wire_struct! {
    /// A signal start event of the latest version of a process.
    pub(crate) struct SignalStart {
        1 => pub(crate) key: Key,
        2 => pub(crate) definition: Key,
        3 => pub(crate) process_id: Str,
        4 => pub(crate) version: u32,
        5 => pub(crate) element: u32,
        6 => pub(crate) element_id: Str,
        7 => pub(crate) name: Str,
    }
}

wire_struct! {
    /// A timer start event of the latest version of a process.
    pub(crate) struct StartTimer {
        1 => pub(crate) key: Key,
        2 => pub(crate) definition: Key,
        3 => pub(crate) process_id: Str,
        4 => pub(crate) version: u32,
        5 => pub(crate) element: u32,
        6 => pub(crate) element_id: Str,
        7 => pub(crate) due: Millis,
        /// How often it fires from now on; -1 for ever.
        8 => pub(crate) repetitions: i32,
        /// What a cycle has after its `R[n]/`, or the cron expression.
        9 => pub(crate) interval: Str,
    }
}

/// Gives starts that hang on a definition their place in records.
macro_rules! origin {
    ($($type:ty),*) => {$(
        impl $type {
            /// Where records about it belong, while it has not started anything.
            pub(crate) fn origin(&self) -> Origin {
                Origin {
                    definition: self.definition,
                    process_id: self.process_id.clone(),
                    version: self.version,
                    element: self.element,
                    element_id: self.element_id.clone(),
                    ..Origin::default()
                }
            }
        }
    )*};
}

origin!(SignalStart, StartTimer);
