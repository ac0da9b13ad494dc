//! What is deployed in versions and has a file of its own, and how it goes again.

use crate::Key;
use std::sync::Arc;
use value::{Str, wire_enum, wire_struct};

wire_struct! {
    /// What `apply` must know of a form or of a file that is only kept, without reading it.
    pub struct FileSummary {
        /// Its id.
        1 => pub id: Str,
        /// The version tag, or empty.
        2 => pub version_tag: Str,
    }
}

wire_enum! {
    /// What happened to one version of something deployed.
    pub enum DeployedIntent {
        /// It was deployed.
        0 => Created,
        /// Nothing new begins with it any more; it goes with the last instance.
        1 => Deleting,
        /// It is gone.
        2 => Deleted,
    }
}

wire_struct! {
    /// One version of a process, a form or another file, as a deployment has it.
    pub struct DeployedVersion {
        /// Its id.
        1 => pub id: Str,
        /// Its version.
        2 => pub version: u32,
        /// Its key.
        3 => pub key: Key,
        /// The file it came from.
        4 => pub resource_name: Str,
        /// True if this version existed before.
        5 => pub duplicate: bool,
        /// MD5 of the file.
        6 => pub checksum: Arc<[u8]>,
    }
}

wire_struct! {
    /// Something happened to a form or to a file that is only kept. Its key is the record's key.
    pub struct FileEvent {
        /// The version.
        1 => pub file: DeployedVersion,
        /// The deployment.
        2 => pub deployment: Key,
        /// The file; empty when it goes.
        3 => pub resource: Arc<[u8]>,
        /// The version tag, or empty.
        4 => pub version_tag: Str,
        /// What happened.
        5 => pub intent: DeployedIntent,
    }
}

wire_struct! {
    /// Deletes a process, a decision requirements graph, a form or another file, by its key.
    pub struct DeleteResource {
        /// What is deleted.
        1 => pub resource: Key,
    }
}

wire_enum! {
    /// How far a deletion is.
    pub enum ResourceDeletionIntent {
        /// It begins.
        0 => Deleting,
        /// Nothing new begins with what was deleted.
        1 => Deleted,
    }
}

wire_struct! {
    /// Something deployed is deleted. The record's key is the deletion's own.
    pub struct ResourceDeletionEvent {
        /// How far it is.
        1 => pub intent: ResourceDeletionIntent,
        /// What is deleted.
        2 => pub resource: Key,
    }
}
