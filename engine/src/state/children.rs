//! What is directly inside a scope: an index, so that ending one of a hundred thousand subprocesses
//! does not look through the element instances of all others.
//!
//! What is directly inside the process is not in it: most instances have nothing else, and the few
//! that have very much more would only save one look through it.

use super::State;
use super::instance::{ElementInstance, Instance};
use record::Key;

/// How many element instances a walk comes by in the time in which the index finds one.
const WALK_PER_LOOKUP: usize = 8;

impl State {
    /// Notes that an element instance is directly inside a scope.
    pub(crate) fn put_child(&mut self, instance: Key, scope: Key, child: Key) {
        if is_indexed(instance, scope) {
            self.children.put((scope, child), ());
        }
    }

    /// Notes that it is there no longer.
    pub(crate) fn delete_child(&mut self, scope: Key, child: Key) {
        self.children.delete(&(scope, child));
    }

    /// Up to `count` element instances directly inside a scope after a given one, oldest first.
    pub(crate) fn children_after(
        &self,
        instance: Key,
        scope: Key,
        after: Key,
        count: usize,
    ) -> Vec<Key> {
        if !is_indexed(instance, scope) {
            let Some(found) = self.instance(instance) else { return Vec::new() };
            let all = found.element(scope).map_or(0, |it| it.children);
            if scope == instance && after.is_none() && all as usize <= count {
                return in_process(found, |_| true).0;
            }
            let inside = found.elements.iter_after(after).filter(|it| it.scope == scope);
            return inside.take(count.min(all as usize)).map(|it| it.key).collect();
        }
        let all = self.children.range((scope, Key(after.0 + 1))..).map(|(it, ())| *it);
        all.take_while(|it| it.0 == scope).take(count).map(|it| it.1).collect()
    }

    /// Shows the element instances directly inside a scope but for `known` ones, of which there are
    /// so many as are given; says what that cost, in element instances that a walk through all of
    /// them would have come by.
    pub(crate) fn other_children<'a>(
        &self,
        (instance, scope): (&'a Instance, &ElementInstance),
        (known_count, known): (u32, impl Fn(Key) -> bool),
        mut show: impl FnMut(&'a ElementInstance),
    ) -> u64 {
        let count = scope.children as usize;
        if is_indexed(instance.key, scope.key) && count * WALK_PER_LOOKUP < instance.elements.len()
        {
            let all = self.children.range((scope.key, Key::NONE)..).map(|(it, ())| *it);
            let inside = all.take_while(|it| it.0 == scope.key);
            inside.filter(|it| !known(it.1)).filter_map(|it| instance.element(it.1)).for_each(show);
            return (count * WALK_PER_LOOKUP) as u64;
        }
        let left = scope.children.saturating_sub(known_count);
        walk(instance, left, |it| {
            let is_other = it.scope == scope.key && !known(it.key);
            if is_other {
                show(it);
            }
            is_other
        })
    }

    /// The element instances of one element directly inside the process, oldest first, and what
    /// finding them cost, as for [`State::other_children`].
    pub(crate) fn outermost_of(instance: &Instance, element: u32) -> (Vec<Key>, u64) {
        in_process(instance, |it| it.element == element)
    }

    /// Sets up the index of an instance that comes from a checkpoint.
    pub(super) fn restore_children(&mut self, instance: &Instance) {
        for it in indexed(instance) {
            self.children.restore(it, ());
        }
    }

    /// Checks the index; gives how many entries an instance must have.
    pub(super) fn check_children(&self, instance: &Instance) -> Result<usize, String> {
        let mut count = 0;
        for it in indexed(instance) {
            if !self.children.contains(&it) {
                return Err(format!("{} does not know that {} is inside it", it.0, it.1));
            }
            count += 1;
        }
        Ok(count)
    }
}

/// Those directly inside the process that are meant, oldest first, and what finding them cost.
fn in_process(instance: &Instance, is_meant: impl Fn(&ElementInstance) -> bool) -> (Vec<Key>, u64) {
    let children = instance.root().map_or(0, |it| it.children);
    let mut found = Vec::new();
    let looked = walk(instance, children, |it| {
        let is_child = it.scope == instance.key;
        if is_child && is_meant(it) {
            found.push(it.key);
        }
        is_child
    });
    found.sort_unstable();
    (found, looked)
}

/// Shows element instances until so many of them were looked for, the oldest and the newest in turn:
/// what is directly inside the process began with it, or lately. Says how many were shown.
fn walk<'a>(
    instance: &'a Instance,
    mut left: u32,
    mut is_looked_for: impl FnMut(&'a ElementInstance) -> bool,
) -> u64 {
    let (mut all, mut looked) = (instance.elements.iter(), 0);
    let mut is_newest_next = false;
    while left > 0
        && let Some(it) = if is_newest_next { all.next_back() } else { all.next() }
    {
        is_newest_next = !is_newest_next;
        looked += 1;
        left -= u32::from(is_looked_for(it));
    }
    looked
}

fn is_indexed(instance: Key, scope: Key) -> bool {
    !scope.is_none() && scope != instance
}

fn indexed(instance: &Instance) -> impl Iterator<Item = (Key, Key)> {
    let all = instance.elements.iter().filter(|it| is_indexed(instance.key, it.scope));
    all.map(|it| (it.scope, it.key))
}
