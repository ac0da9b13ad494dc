//! The value of a modification's record.

use std::collections::BTreeSet;

use super::super::object::Object;
use crate::{ActivatedElement, Key, ModificationEvent, ScopeVariables};

/// Writes the fields of `value`, the tenant excepted.
pub(super) fn write(event: &ModificationEvent, o: &mut Object<'_>) {
    o.key("processInstanceKey", event.origin.instance);
    o.key("rootProcessInstanceKey", event.origin.root_instance());
    o.objects("terminateInstructions", &event.terminated, |it, o| {
        o.key("elementInstanceKey", it.element_instance);
        o.text("elementId", &it.element_id);
    });
    o.objects("activateInstructions", &event.activated, activated);
    let scopes: BTreeSet<Key> =
        event.activated.iter().flat_map(|it| &it.scopes).map(|it| it.key).collect();
    o.keys("ancestorScopeKeys", scopes);
}

fn activated(element: &ActivatedElement, o: &mut Object<'_>) {
    o.text("elementId", &element.element_id);
    o.key("ancestorScopeKey", element.ancestor);
    o.objects("variableInstructions", &element.variables, variables);
    o.keys("ancestorScopeKeys", element.scopes.iter().map(|it| it.key));
}

fn variables(instruction: &ScopeVariables, o: &mut Object<'_>) {
    o.text("elementId", &instruction.scope_id);
    o.document("variables", &instruction.variables);
}
