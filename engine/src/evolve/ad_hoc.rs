//! Ad-hoc subprocesses.

use crate::state::State;
use crate::state::ad_hoc::{Queue, Waiting};
use crate::state::instance::NOTHING;
use record::{AdHocInstructionEvent, AdHocIntent};

pub(super) fn on_instruction(state: &mut State, event: &AdHocInstructionEvent) {
    let origin = &event.origin;
    let instance = state.instance_mut(origin.instance);
    let element = instance.and_then(|it| it.elements.get_mut(origin.element_instance));
    let Some(element) = element else { return };
    let Some(ad_hoc) = &mut element.ad_hoc else { return };
    if event.cancel_remaining {
        ad_hoc.waiting = Queue::default();
    }
    match event.intent {
        AdHocIntent::Activated => {
            ad_hoc.waiting.extend(event.activities.iter().map(|it| Waiting {
                element: it.element,
                variables: it.variables.clone(),
                cause: event.cause.clone(),
            }));
        }
        AdHocIntent::Completed => {
            ad_hoc.is_fulfilled = true;
            if event.cancel_remaining {
                element.interrupted_by = NOTHING;
            }
        }
    }
}
