//! Migration: a running instance goes on by another definition.

use crate::{Key, Origin};
use value::{Str, wire_struct};

wire_struct! {
    /// Lets a running instance go on by another definition: all of it, or nothing.
    pub struct MigrateInstance {
        /// The instance.
        1 => pub instance: Key,
        /// The definition that it goes on by.
        2 => pub target: Key,
        /// Which element becomes which.
        3 => pub mapping: Vec<MappedElement>,
    }
}

wire_struct! {
    /// An element, or a sequence flow, and what it becomes.
    pub struct MappedElement {
        /// Its id in the definition that the instance has.
        1 => pub source_id: Str,
        /// The id in the definition that the instance gets.
        2 => pub target_id: Str,
    }
}

wire_struct! {
    /// An instance was migrated. The record's key is the migration's.
    pub struct MigrationEvent {
        /// The instance with its new definition.
        1 => pub origin: Origin,
        /// The definition that it had.
        2 => pub source: Key,
        /// Which element became which.
        3 => pub mapping: Vec<MappedElement>,
    }
}
