//! The element instances that instructions name, by key or by the id of their element.

use super::looks::Looks;
use crate::state::State;
use crate::state::instance::{ElementInstance, Instance};
use bpmn::{Element, Process};
use record::{Key, ModifyInstance, TerminateElement};
use std::collections::BTreeSet;

/// What a command ends. An instruction that names an element by id is about its outermost instances:
/// what is inside of something that ends by the same command is not looked at any more. So a
/// multi-instance activity is ended or moved as a whole.
pub(super) struct Sources<'a> {
    instance: &'a Instance,
    process: &'a Process,
    /// The element instances that are named by key.
    keys: BTreeSet<Key>,
    /// The elements that are named by id, by their ordinals.
    elements: BTreeSet<u32>,
    /// The first logic version takes every instance of an element, those inside of others, too.
    takes_all: bool,
    looks: &'a Looks,
}

impl<'a> Sources<'a> {
    pub(super) fn of(
        (instance, process): (&'a Instance, &'a Process),
        command: &ModifyInstance,
        takes_all: bool,
        looks: &'a Looks,
    ) -> Self {
        let (mut keys, mut elements) = (BTreeSet::new(), BTreeSet::new());
        let terminated = command.terminate.iter().map(|it| (it.element_instance, &it.element_id));
        let moved = command.moves.iter().map(|it| (it.source, &it.source_id));
        for (key, id) in terminated.chain(moved) {
            if !key.is_none() {
                keys.insert(key);
            } else if let Some(element) = process.by_id(id) {
                elements.insert(element.ix.0);
            }
        }
        Self { instance, process, keys, elements, takes_all, looks }
    }

    /// The element instances that an instruction names; none if all instances of its element end
    /// with something around them.
    ///
    /// # Errors
    /// The end of a sentence: there is no such element, or no such element instance.
    pub(super) fn named(&self, by: &TerminateElement) -> Result<Vec<Key>, String> {
        let key = by.element_instance;
        if !key.is_none() {
            let found = self.instance.element(key).map(|it| vec![it.key]);
            return found.ok_or_else(|| format!("there is no element instance '{key}' in it"));
        }
        let id = &by.element_id;
        let Some(element) = self.process.by_id(id) else {
            return Err(format!("element '{id}' is not in process '{}'", self.process.id));
        };
        let none = || Err(format!("there is no instance of element '{id}' in it"));
        if self.is_in_process(element) && !self.takes_all {
            let (found, looked) = State::outermost_of(self.instance, element.ix.0);
            self.looks.add(looked);
            return if found.is_empty() { none() } else { Ok(found) };
        }
        self.looks.add(self.instance.elements.len() as u64);
        let of_element = |it: &&ElementInstance| it.element == element.ix.0;
        let mut instances = self.instance.elements.iter().filter(of_element).peekable();
        if instances.peek().is_none() {
            return none();
        }
        let is_taken = |it: &&ElementInstance| self.takes_all || !self.ends_with_scope(it);
        Ok(instances.filter(is_taken).map(|it| it.key).collect())
    }

    /// True if an element is directly inside the process, and that is not ended as a whole.
    fn is_in_process(&self, element: &Element) -> bool {
        let process = self.process.ix;
        let ends = self.keys.contains(&self.instance.key) || self.elements.contains(&process.0);
        element.scope == process && element.ix != process && !ends
    }

    /// True if something around an element instance ends.
    fn ends_with_scope(&self, element: &ElementInstance) -> bool {
        let mut next = self.instance.element(element.scope);
        while let Some(found) = next {
            if self.elements.contains(&found.element) || self.keys.contains(&found.key) {
                return true;
            }
            next = self.instance.element(found.scope);
        }
        false
    }
}
