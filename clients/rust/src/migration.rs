//! Migrating an instance: it goes on by another definition.

use proto::gateway as wire;
use proto::gateway::migrate_process_instance_request::{MappingInstruction, MigrationPlan};

use crate::{Client, Error, Key};

/// Lets a running instance go on by another definition: all of it, or nothing.
#[derive(Debug, Clone, Default)]
pub struct MigrateInstance {
    /// The instance.
    pub instance: Key,
    /// The definition that it goes on by.
    pub target: Key,
    /// The ids of elements, each with the id of what it becomes.
    pub mapping: Vec<(String, String)>,
}

impl MigrateInstance {
    fn into_wire(self) -> wire::MigrateProcessInstanceRequest {
        let mapping = self.mapping.into_iter().map(|(source_element_id, target_element_id)| {
            MappingInstruction { source_element_id, target_element_id }
        });
        wire::MigrateProcessInstanceRequest {
            process_instance_key: self.instance,
            migration_plan: Some(MigrationPlan {
                target_process_definition_key: self.target,
                mapping_instructions: mapping.collect(),
            }),
            operation_reference: None,
        }
    }
}

impl Client {
    /// Lets a running instance go on by another definition.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such instance or definition; `INVALID_ARGUMENT` when an
    /// element is unknown or mapped twice; `FAILED_PRECONDITION` when the instance is not in a state
    /// in which it can be migrated so. Then nothing has changed.
    pub async fn migrate_instance(&self, migration: MigrateInstance) -> Result<(), Error> {
        let request = migration.into_wire();
        self.answer(self.gateway().migrate_process_instance(request)).await.map(|_| ())
    }
}
