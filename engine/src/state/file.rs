//! Deployed files that are kept as they are: forms, and whatever workers need.

use super::versions::{filed, versioned};
use record::Key;
use std::sync::Arc;
use value::{Str, wire_struct};

wire_struct! {
    /// One version of a form or of another file.
    pub(crate) struct File {
        1 => pub(crate) key: Key,
        2 => pub(crate) id: Str,
        3 => pub(crate) version: u32,
        4 => pub(crate) version_tag: Str,
        5 => pub(crate) resource_name: Str,
        6 => pub(crate) checksum: Arc<[u8]>,
        7 => pub(crate) resource: Arc<[u8]>,
        8 => pub(crate) deployment: Key,
    }
}

versioned!(File, id, |it| &it.version_tag, |_it| false);
filed!(File);
