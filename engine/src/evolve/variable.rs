//! Variables of scopes.

use super::instance::announce;
use crate::state::State;
use record::{Key, VariableEvent, VariableIntent};

pub(super) fn on_variable(state: &mut State, key: Key, event: &VariableEvent) {
    let origin = &event.origin;
    if origin.element_instance == origin.instance {
        announce(state, origin);
    }
    let Some(scope) = state
        .instance_mut(origin.instance)
        .and_then(|it| it.elements.get_mut(origin.element_instance))
    else {
        return;
    };
    match event.intent {
        VariableIntent::Created => scope.variables.create(&event.name, &event.value, key),
        VariableIntent::Updated => scope.variables.update(&event.name, &event.value),
        VariableIntent::Migrated => {}
    }
}
