//! Events with several definitions, and how what waits for one of them is told apart.

use super::{Element, ElementIx, Kind, Process, StartEvent, Throw, Trigger};

/// What an event waits for that has several definitions.
#[derive(Clone, Debug)]
pub struct Multiple {
    /// Whether all of them must happen; else any one does.
    pub is_parallel: bool,
    /// In document order; at least two. None of them is [`Trigger::Multiple`].
    pub definitions: Box<[Definition]>,
}

/// One of several definitions of an event.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The ordinal of its own start tag: what waits for it carries this instead of the event's.
    pub ix: ElementIx,
    pub trigger: Trigger,
}

impl Multiple {
    /// The position of one of its definitions.
    pub fn position(&self, definition: ElementIx) -> Option<usize> {
        self.definitions.iter().position(|it| it.ix == definition)
    }
}

impl Trigger {
    /// The definitions, if there are several.
    pub fn multiple(&self) -> Option<&Multiple> {
        if let Self::Multiple(it) = self { Some(it) } else { None }
    }

    /// What an event waits for, each with the ordinal that what waits for it carries: the event's,
    /// or that of one of several definitions.
    pub fn each(&self, event: ElementIx) -> impl Iterator<Item = (ElementIx, &Self)> {
        let several = self.multiple();
        let only = if several.is_none() { Some((event, self)) } else { None };
        let definitions = several.into_iter().flat_map(|it| &it.definitions);
        only.into_iter().chain(definitions.map(|it| (it.ix, &it.trigger)))
    }
}

impl StartEvent {
    /// What starts a process here; only it, or each of several.
    pub fn each(&self) -> &[Self] {
        if let Self::Multiple(all) = self { all } else { std::slice::from_ref(self) }
    }
}

impl Throw {
    /// What is thrown here; only it, or each of several.
    pub fn each(&self) -> &[Self] {
        if let Self::Multiple(all) = self { all } else { std::slice::from_ref(self) }
    }

    /// Whether everything else in the scope ends after it.
    pub fn terminates(&self) -> bool {
        self.each().iter().any(|it| matches!(it, Self::Terminate))
    }

    /// Whether it throws an error, so that what catches it ends the event.
    pub fn is_error(&self) -> bool {
        self.each().iter().any(|it| matches!(it, Self::Error { .. }))
    }
}

impl Kind {
    /// What an event waits for: on a path, on an activity, or in front of an event subprocess.
    pub fn trigger(&self) -> Option<&Trigger> {
        if let Self::CatchEvent(trigger) = self {
            Some(trigger)
        } else {
            self.attached_trigger().map(|(trigger, _)| trigger)
        }
    }
}

impl Element {
    /// The definitions of an event that waits, if it has several.
    pub fn multiple(&self) -> Option<&Multiple> {
        self.kind.trigger()?.multiple()
    }
}

impl Process {
    /// The event that an ordinal means which something that waits carries: its own, or that of one
    /// of its definitions.
    pub fn event(&self, waits: ElementIx) -> Option<&Element> {
        self.element(waits).or_else(|| {
            let at = self.definitions.binary_search_by_key(&waits, |it| it.0).ok()?;
            self.element(self.definitions.get(at)?.1)
        })
    }

    /// What is waited for by something that carries an ordinal.
    pub fn waits_for(&self, waits: ElementIx) -> Option<&Trigger> {
        let event = self.event(waits)?;
        let mut each = event.kind.trigger()?.each(event.ix);
        each.find(|it| it.0 == waits).map(|it| it.1)
    }
}
