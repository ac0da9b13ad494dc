//! What ends already when an instance is modified: an earlier modification ended it, and a listener
//! is still asked, or its turn has not come.

use crate::process::{pending, scope};
use crate::state::State;
use crate::state::instance::{ElementInstance, ElementState, Instance};
use bpmn::Process;
use record::Key;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// The element instances that end already and to which nothing comes after that. They are looked
/// for, among all of the instance, only when somebody asks whether a scope has others.
pub(super) struct Ending<'a> {
    state: &'a State,
    instance: &'a Instance,
    process: &'a Process,
    /// By the first logic version nothing of it is seen.
    forgets: bool,
    /// Those that stored work is about to terminate.
    stored: OnceCell<BTreeSet<Key>>,
    /// How many end in each scope that somebody may ask about.
    lost: OnceCell<BTreeMap<Key, u32>>,
}

impl<'a> Ending<'a> {
    pub(super) fn of(
        state: &'a State,
        instance: &'a Instance,
        process: &'a Process,
        forgets: bool,
    ) -> Self {
        let (stored, lost) = (OnceCell::new(), OnceCell::new());
        Self { state, instance, process, forgets, stored, lost }
    }

    /// True if an element instance to which nothing comes is one of them.
    pub(super) fn has(&self, element: &ElementInstance) -> bool {
        !self.forgets && is_ending(element, self.stored())
    }

    /// How many of them are in a scope, which is one `of` those that are asked about.
    pub(super) fn lost_in(&self, scope: Key, of: &BTreeSet<Key>) -> u32 {
        if self.forgets {
            return 0;
        }
        let lost = self.lost.get_or_init(|| self.count(of));
        lost.get(&scope).copied().unwrap_or_default()
    }

    fn stored(&self) -> &BTreeSet<Key> {
        self.stored.get_or_init(|| pending::ended(self.state, self.instance.key).collect())
    }

    fn count(&self, of: &BTreeSet<Key>) -> BTreeMap<Key, u32> {
        let (stored, mut lost) = (self.stored(), BTreeMap::new());
        // Those of one element in one scope lie together, and may be very many.
        let mut of_kind = None;
        let in_question = self.instance.elements.iter().filter(|it| of.contains(&it.scope));
        for it in in_question.filter(|it| is_ending(it, stored)) {
            let kind = (it.scope, it.element);
            let makes_way = match of_kind {
                Some((known, makes_way)) if known == kind => makes_way,
                _ => scope::makes_way(self.instance, it),
            };
            of_kind = Some((kind, makes_way));
            if !makes_way && !scope::is_interrupted_by_its_own(self.process, it) {
                *lost.entry(it.scope).or_default() += 1;
            }
        }
        lost
    }
}

fn is_ending(element: &ElementInstance, stored: &BTreeSet<Key>) -> bool {
    element.state == ElementState::Terminating || stored.contains(&element.key)
}
