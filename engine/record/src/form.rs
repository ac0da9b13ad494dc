//! Forms that people fill in.

use crate::Key;
use std::sync::Arc;
use value::{Str, wire_struct};

wire_struct! {
    /// What `apply` must know of a form without reading it.
    pub struct FormSummary {
        /// The form id.
        1 => pub id: Str,
        /// The version tag, or empty.
        2 => pub version_tag: Str,
    }
}

wire_struct! {
    /// A form of a deployment.
    pub struct DeployedForm {
        /// The form id.
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
    /// A form was created. Its key is the record's key.
    pub struct FormEvent {
        /// What was deployed.
        1 => pub form: DeployedForm,
        /// The deployment.
        2 => pub deployment: Key,
        /// The file.
        3 => pub resource: Arc<[u8]>,
        /// The version tag, or empty.
        4 => pub version_tag: Str,
    }
}
