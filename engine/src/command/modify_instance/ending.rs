//! What ends already when an instance is modified: an earlier modification ended it, and a listener
//! is still asked, or its turn has not come.

use super::looks::Looks;
use crate::process::{pending, scope};
use crate::state::State;
use crate::state::instance::{ElementInstance, ElementState, Instance};
use bpmn::Process;
use record::Key;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// The element instances that end already and to which nothing comes after that. They are looked
/// for only when somebody asks whether a scope has others.
pub(super) struct Ending<'a> {
    state: &'a State,
    instance: &'a Instance,
    process: &'a Process,
    /// By the first logic version nothing of it is seen.
    forgets: bool,
    looks: &'a Looks,
    /// Those that stored work is about to terminate.
    stored: OnceCell<BTreeSet<Key>>,
    /// How many end in each scope that was asked about.
    lost: RefCell<BTreeMap<Key, u32>>,
}

impl<'a> Ending<'a> {
    pub(super) fn of(
        state: &'a State,
        (instance, process): (&'a Instance, &'a Process),
        forgets: bool,
        looks: &'a Looks,
    ) -> Self {
        let (stored, lost) = (OnceCell::new(), RefCell::default());
        Self { state, instance, process, forgets, looks, stored, lost }
    }

    /// True if an element instance to which nothing comes is one of them.
    pub(super) fn has(&self, element: &ElementInstance) -> bool {
        !self.forgets && self.is_ending(element)
    }

    /// How many of them are in a scope; none of them is among `named`, which the command ends there.
    pub(super) fn lost_in(&self, scope: &ElementInstance, named: &Named) -> u32 {
        if self.forgets {
            return 0;
        }
        *self.lost.borrow_mut().entry(scope.key).or_insert_with(|| self.count(scope, named))
    }

    fn count(&self, scope: &ElementInstance, named: &Named) -> u32 {
        let mut lost = 0;
        // There may be very many of one element.
        let mut way_made = BTreeMap::new();
        let known = (named.count_in(scope.key), |it| named.keys.contains(&it));
        let looked = self.state.other_children((self.instance, scope), known, |it| {
            if !self.is_ending(it) {
                return;
            }
            let makes_way =
                way_made.entry(it.element).or_insert_with(|| scope::makes_way(self.instance, it));
            if !*makes_way && !scope::is_interrupted_by_its_own(self.process, it) {
                lost += 1;
            }
        });
        self.looks.add(looked);
        lost
    }

    fn is_ending(&self, element: &ElementInstance) -> bool {
        element.state == ElementState::Terminating || self.stored().contains(&element.key)
    }

    fn stored(&self) -> &BTreeSet<Key> {
        self.stored.get_or_init(|| {
            self.looks.add(pending::steps(self.state) * Looks::PER_STEP);
            pending::ended(self.state, self.instance.key).collect()
        })
    }
}

/// The element instances that a command ends and that do not end already.
pub(super) struct Named {
    keys: BTreeSet<Key>,
    in_scopes: BTreeMap<Key, u32>,
}

impl Named {
    pub(super) fn of(instance: &Instance, keys: &BTreeSet<Key>, ending: &Ending<'_>) -> Self {
        let mut named = Self { keys: BTreeSet::new(), in_scopes: BTreeMap::new() };
        for it in keys.iter().filter_map(|it| instance.element(*it)).filter(|it| !ending.has(it)) {
            named.keys.insert(it.key);
            *named.in_scopes.entry(it.scope).or_default() += 1;
        }
        named
    }

    fn count_in(&self, scope: Key) -> u32 {
        self.in_scopes.get(&scope).copied().unwrap_or_default()
    }
}
