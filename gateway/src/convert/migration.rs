//! Migrations as commands.

use proto::gateway as wire;
use proto::gateway::migrate_process_instance_request::MappingInstruction;
use record::{Key, MappedElement, MigrateInstance};
use tonic::Status;

use crate::refusal::invalid;

/// Lets a running instance go on by another definition.
pub(crate) fn migrate(
    request: &wire::MigrateProcessInstanceRequest,
    instance: Key,
) -> Result<MigrateInstance, Status> {
    let Some(plan) = &request.migration_plan else {
        return Err(invalid(
            "The field 'migrationPlan' is missing. Say in it which definition the instance goes on \
             by.",
        ));
    };
    let target = Key::from_i64(plan.target_process_definition_key.max(0));
    let mapping = plan.mapping_instructions.iter().map(mapped).collect::<Result<_, _>>()?;
    Ok(MigrateInstance { instance, target, mapping })
}

fn mapped(it: &MappingInstruction) -> Result<MappedElement, Status> {
    for (id, field) in
        [(&it.source_element_id, "sourceElementId"), (&it.target_element_id, "targetElementId")]
    {
        if id.is_empty() {
            return Err(invalid(format!(
                "The field 'mappingInstructions.{field}' is empty. Name the element by its id."
            )));
        }
    }
    Ok(MappedElement {
        source_id: it.source_element_id.as_str().into(),
        target_id: it.target_element_id.as_str().into(),
    })
}
