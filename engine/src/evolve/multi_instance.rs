//! Multi-instance activities.

use crate::state::State;
use crate::state::instance::{ElementInstance, NOTHING};
use crate::state::multi_instance::Body;
use record::{Key, MultiInstanceEvent, MultiInstanceIntent};

pub(super) fn on_multi_instance(state: &mut State, key: Key, event: &MultiInstanceEvent) {
    let instance = state.instance_mut(event.origin.instance);
    let Some(element) = instance.and_then(|it| it.elements.get_mut(key)) else { return };
    match event.intent {
        MultiInstanceIntent::InputCollectionEvaluated | MultiInstanceIntent::LoopEntered => {
            element.body = Some(Box::new(Body::over(event)));
        }
        MultiInstanceIntent::OutputElementCollected => {
            if let Some(body) = &mut element.body {
                body.collect(event.loop_counter, &event.output);
            }
        }
        MultiInstanceIntent::CompletionConditionFulfilled | MultiInstanceIntent::LoopLeft => {
            make_way_for_nothing(element);
        }
    }
}

/// What is left in a scope ends, and nothing begins in it any more.
fn make_way_for_nothing(scope: &mut ElementInstance) {
    scope.interrupted_by = NOTHING;
}
