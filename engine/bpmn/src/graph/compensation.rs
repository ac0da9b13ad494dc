//! How an activity is undone after it has completed.

use super::{Element, ElementIx, Kind, Process, Throw, Trigger};

/// What undoes an activity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Undoing {
    /// The boundary event that leads to the handler; none if that is an event subprocess inside the
    /// activity.
    pub boundary: Option<ElementIx>,
    /// The activity or event subprocess that undoes it.
    pub handler: ElementIx,
}

impl Kind {
    /// Whether an event undoes an activity that has completed in its scope.
    pub fn undoes(&self, activity: ElementIx) -> bool {
        let throw = if let Self::EndEvent(throw) | Self::ThrowEvent(throw) = self {
            throw.each()
        } else {
            &[]
        };
        throw.iter().any(|it| match it {
            Throw::Compensation { activity: wanted } => wanted.is_none_or(|it| it == activity),
            Throw::Cancel => true,
            _ => false,
        })
    }
}

impl Process {
    /// What undoes an activity, if anything does but the handlers of what is inside it.
    pub fn undoing(&self, activity: &Element) -> Option<Undoing> {
        let by_boundary = activity.boundary_events.iter().find_map(|event| {
            let handler = self.begins(*event)?;
            Some(Undoing { boundary: Some(*event), handler })
        });
        let is_sub_process = matches!(activity.kind, Kind::SubProcess { .. });
        let inside = activity.event_starts.iter().filter(|_| is_sub_process);
        let mut by_event = inside.filter_map(|event| {
            let handler = self.begins(*event)?;
            Some(Undoing { boundary: None, handler })
        });
        by_boundary.or_else(|| by_event.next())
    }

    /// What an event begins that catches compensation.
    fn begins(&self, event: ElementIx) -> Option<ElementIx> {
        let (trigger, _) = self.element(event)?.kind.attached_trigger()?;
        if let Trigger::Compensation { handler } = trigger { Some(*handler) } else { None }
    }

    /// The event on the border of a transaction that catches that it was canceled.
    pub fn cancel_event(&self, transaction: &Element) -> Option<ElementIx> {
        let is_cancel = |event: &&ElementIx| {
            let boundary = self.element(**event).and_then(|it| it.kind.boundary());
            boundary.is_some_and(|it| matches!(it.trigger, Trigger::Cancel))
        };
        transaction.boundary_events.iter().find(is_cancel).copied()
    }
}
