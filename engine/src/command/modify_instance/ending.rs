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
    found: OnceCell<Found>,
}

struct Found {
    /// Those that stored work is about to terminate.
    stored: BTreeSet<Key>,
    /// How many end in each scope.
    lost: BTreeMap<Key, u32>,
}

impl<'a> Ending<'a> {
    pub(super) fn of(
        state: &'a State,
        instance: &'a Instance,
        process: &'a Process,
        forgets: bool,
    ) -> Self {
        Self { state, instance, process, forgets, found: OnceCell::new() }
    }

    /// True if an element instance to which nothing comes is one of them.
    pub(super) fn has(&self, element: &ElementInstance) -> bool {
        !self.forgets && is_ending(element, &self.found().stored)
    }

    /// How many of them are in a scope.
    pub(super) fn lost_in(&self, scope: Key) -> u32 {
        if self.forgets { 0 } else { self.found().lost.get(&scope).copied().unwrap_or_default() }
    }

    fn found(&self) -> &Found {
        self.found.get_or_init(|| {
            let stored = pending::ended(self.state, self.instance.key).collect();
            let lost = self.count(&stored);
            Found { stored, lost }
        })
    }

    fn count(&self, stored: &BTreeSet<Key>) -> BTreeMap<Key, u32> {
        let mut lost = BTreeMap::new();
        // Those of one element in one scope lie together, and may be very many.
        let mut of_kind = None;
        for it in self.instance.elements.iter().filter(|it| is_ending(it, stored)) {
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
