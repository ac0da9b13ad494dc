//! What callers call their instances.

use crate::Key;
use value::{Str, wire_struct};

wire_struct! {
    /// What the caller calls an instance: on its own records, and on its jobs and user tasks.
    pub struct Labels {
        /// The caller's name for the case; empty for none.
        1 => pub business_id: Str,
        /// Words by which cases are found, in the caller's order.
        2 => pub tags: Vec<Str>,
    }
}

impl Labels {
    /// How long a business id may be, in characters.
    pub const BUSINESS_ID_MAX: usize = 256;
    /// How many tags there may be; one that is given twice counts once.
    pub const TAGS_MAX: usize = 10;
    /// How long a tag may be, in characters.
    pub const TAG_MAX: usize = 100;

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.business_id.is_empty() && self.tags.is_empty()
    }
}

wire_struct! {
    /// Gives a running instance a business id, once.
    pub struct AssignBusinessId {
        /// The instance.
        1 => pub instance: Key,
        /// The business id.
        2 => pub business_id: Str,
    }
}
