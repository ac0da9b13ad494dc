//! The value of changes of multi-instance activities.

use super::super::object::Object;
use super::{ids, tenant};
use crate::{MultiInstanceEvent, MultiInstanceIntent};

/// Writes the fields of a `MULTI_INSTANCE` value.
pub(super) fn write(event: &MultiInstanceEvent, o: &mut Object<'_>) {
    ids(&event.origin, o);
    o.text("elementId", &event.origin.element_id);
    o.key("elementInstanceKey", event.origin.element_instance);
    match event.intent {
        MultiInstanceIntent::InputCollectionEvaluated => {
            if event.items.is_empty() {
                o.empty_list("inputCollection");
            } else {
                o.value("inputCollection", &event.items);
            }
            o.number("numberOfInstances", event.count);
            o.flag("sequential", event.is_sequential);
            o.text("outputCollection", &event.collection);
        }
        MultiInstanceIntent::OutputElementCollected => {
            o.number("loopCounter", event.loop_counter);
            o.value("outputElement", &event.output);
        }
        MultiInstanceIntent::LoopEntered => {
            if event.count < u32::MAX {
                o.number("loopMaximum", event.count);
            }
        }
        MultiInstanceIntent::CompletionConditionFulfilled | MultiInstanceIntent::LoopLeft => {}
    }
    tenant(o);
}
