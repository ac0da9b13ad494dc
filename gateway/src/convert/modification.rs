//! Modifications as commands.

use proto::gateway::modify_process_instance_request as part;
use proto::gateway::{self as wire};
use record::{
    ActivateElement, Key, ModifyInstance, MoveElement, MoveScope, ScopeVariables, TerminateElement,
};
use tonic::Status;

use super::field;
use crate::refusal::invalid;

/// Moves a running instance.
pub(crate) fn modify(
    request: &wire::ModifyProcessInstanceRequest,
    instance: Key,
) -> Result<ModifyInstance, Status> {
    Ok(ModifyInstance {
        instance,
        activate: request.activate_instructions.iter().map(activate).collect::<Result<_, _>>()?,
        terminate: request
            .terminate_instructions
            .iter()
            .map(terminate)
            .collect::<Result<_, _>>()?,
        moves: request.move_instructions.iter().map(move_element).collect::<Result<_, _>>()?,
    })
}

fn activate(it: &part::ActivateInstruction) -> Result<ActivateElement, Status> {
    Ok(ActivateElement {
        element_id: named(&it.element_id, "activateInstructions.elementId")?,
        ancestor: ancestor(it.ancestor_element_instance_key),
        variables: variables(&it.variable_instructions)?,
    })
}

fn terminate(it: &part::TerminateInstruction) -> Result<TerminateElement, Status> {
    let (element_instance, element_id) =
        source(it.element_instance_key, &it.element_id, "terminateInstructions", "element")?;
    Ok(TerminateElement { element_instance, element_id })
}

fn move_element(it: &part::MoveInstruction) -> Result<MoveElement, Status> {
    let (source, source_id) = source(
        it.source_element_instance_key,
        &it.source_element_id,
        "moveInstructions",
        "sourceElement",
    )?;
    let ancestor = ancestor(it.ancestor_element_instance_key);
    let ways = [
        !ancestor.is_none(),
        it.infer_ancestor_scope_from_source_hierarchy,
        it.use_source_parent_key_as_ancestor_scope_key,
    ];
    if ways.iter().filter(|it| **it).count() > 1 {
        return Err(invalid(
            "A move says in more than one way which scope it goes to. Give one of \
             'ancestorElementInstanceKey', 'inferAncestorScopeFromSourceHierarchy' and \
             'useSourceParentKeyAsAncestorScopeKey'.",
        ));
    }
    let scope = match ways {
        [_, true, _] => MoveScope::Inferred,
        [_, _, true] => MoveScope::SourceParent,
        _ => MoveScope::Named,
    };
    Ok(MoveElement {
        source,
        source_id,
        target_id: named(&it.target_element_id, "moveInstructions.targetElementId")?,
        variables: variables(&it.variable_instructions)?,
        scope,
        ancestor,
    })
}

/// An element instance by its key, or all of an element by its id: exactly one of both.
fn source(key: i64, id: &str, list: &str, field: &str) -> Result<(Key, value::Str), Status> {
    match (key > 0, !id.is_empty()) {
        (true, false) => Ok((Key::from_i64(key), id.into())),
        (false, true) => Ok((Key::NONE, id.into())),
        (true, true) | (false, false) => Err(invalid(format!(
            "An item of '{list}' must name what it is about by exactly one of '{field}InstanceKey' \
             and '{field}Id'."
        ))),
    }
}

/// Clients write -1 or nothing for none.
fn ancestor(key: i64) -> Key {
    if key > 0 { Key::from_i64(key) } else { Key::NONE }
}

fn named(id: &str, field: &str) -> Result<value::Str, Status> {
    if id.is_empty() {
        return Err(invalid(format!("The field '{field}' is empty. Name the element by its id.")));
    }
    Ok(id.into())
}

fn variables(all: &[part::VariableInstruction]) -> Result<Vec<ScopeVariables>, Status> {
    let one = |it: &part::VariableInstruction| {
        Ok(ScopeVariables {
            scope_id: it.scope_id.as_str().into(),
            variables: field::variables(&it.variables)?,
        })
    };
    all.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_is_named_in_exactly_one_way() {
        assert!(source(7, "", "l", "element").is_ok());
        assert_eq!(source(-1, "a", "l", "element").unwrap(), (Key::NONE, "a".into()));
        for (key, id) in [(7, "a"), (0, ""), (-1, "")] {
            let refused = source(key, id, "l", "element").unwrap_err();
            assert!(refused.message().contains("'elementInstanceKey'"), "{refused:?}");
        }
    }

    #[test]
    fn a_move_goes_to_one_scope() {
        let it = part::MoveInstruction {
            source_element_id: "a".into(),
            target_element_id: "b".into(),
            infer_ancestor_scope_from_source_hierarchy: true,
            ..Default::default()
        };
        assert_eq!(move_element(&it).unwrap().scope, MoveScope::Inferred);
        let both = part::MoveInstruction { ancestor_element_instance_key: 9, ..it };
        assert!(move_element(&both).is_err());
    }
}
