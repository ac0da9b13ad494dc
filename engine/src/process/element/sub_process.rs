//! Embedded subprocess: a scope with one start event.

use super::next::Next;
use bpmn::ElementIx;

pub(super) fn activate(start: ElementIx) -> Next {
    Next::Enter(start)
}
