//! Deployed process definitions and their message start events.

use record::{Key, ProcessSummary};
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
    }
}

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
