//! Embedded subprocess: a scope with one start event.

use super::Next;
use bpmn::ElementIx;

pub(super) fn activate(start: ElementIx) -> Next {
    Next::Enter(start)
}
