//! What is directly inside a scope: an index, so that ending one of a hundred thousand subprocesses
//! does not look through the element instances of all others.
//!
//! What is directly inside the process is not in it: most instances have nothing else, and the few
//! that have very much more would only save one look through it.

use super::State;
use super::instance::Instance;
use record::Key;

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
            let inside = found.elements.iter_after(after).filter(|it| it.scope == scope);
            let all = found.element(scope).map_or(0, |it| it.children);
            return inside.take(count.min(all as usize)).map(|it| it.key).collect();
        }
        let all = self.children.range((scope, Key(after.0 + 1))..).map(|(it, ())| *it);
        all.take_while(|it| it.0 == scope).take(count).map(|it| it.1).collect()
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

fn is_indexed(instance: Key, scope: Key) -> bool {
    !scope.is_none() && scope != instance
}

fn indexed(instance: &Instance) -> impl Iterator<Item = (Key, Key)> {
    let all = instance.elements.iter().filter(|it| is_indexed(instance.key, it.scope));
    all.map(|it| (it.scope, it.key))
}
