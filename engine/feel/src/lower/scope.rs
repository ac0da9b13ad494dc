//! Which names are in scope, and where their values are.

use std::collections::BTreeMap;

use ::value::Str;

use crate::scope::Scope as Outer;

/// What a name means.
pub(super) struct Found {
    /// Items of filters around, innermost first: an entry of one of them goes first.
    pub(super) slots: Vec<u32>,
    /// The local value that has the name; `None` if it is a variable.
    pub(super) local: Option<u32>,
}

/// Something that gives meaning to names.
#[derive(Debug)]
enum Scope {
    Local {
        name: Str,
        slot: u32,
    },
    /// The item of a filter: it is `item`, and its entries are names.
    Item {
        slot: u32,
    },
    /// The input of unary tests.
    Input {
        slot: u32,
    },
    /// Results so far of a `for`.
    Partial {
        slot: u32,
        read: bool,
    },
}

/// The scopes of one function body, or of the expression itself.
#[derive(Debug, Default)]
pub(super) struct Frame {
    scopes: Vec<Scope>,
    /// Slots of the enclosing frame and where their values are in this one.
    pub(super) captures: Vec<(u32, u32)>,
    pub(super) slot_count: u32,
}

/// All scopes at one place of the tree.
#[derive(Debug)]
pub(super) struct Scopes<'s> {
    /// What the model around the text declares.
    outer: Option<&'s Outer>,
    frames: Vec<Frame>,
    variables: BTreeMap<Str, u32>,
}

impl<'s> Scopes<'s> {
    pub(super) fn new(outer: Option<&'s Outer>) -> Self {
        Self { outer, frames: vec![Frame::default()], variables: BTreeMap::new() }
    }

    /// Whether a name that has no value here is that of a built-in function.
    pub(super) fn names_builtin(&self, name: &str) -> bool {
        self.outer.is_some_and(|it| it.names_builtin(name))
    }

    pub(super) fn variable(&self, name: &str) -> Option<u32> {
        self.variables.get(name).copied()
    }

    pub(super) fn add_variable(&mut self, name: &Str, number: u32) {
        self.variables.insert(name.clone(), number);
    }

    fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    pub(super) fn slot_count(&mut self) -> u32 {
        self.frame().slot_count
    }

    fn add(&mut self, scope: impl FnOnce(u32) -> Scope) -> u32 {
        let frame = self.frame();
        let slot = frame.slot_count;
        frame.slot_count += 1;
        frame.scopes.push(scope(slot));
        slot
    }

    pub(super) fn local(&mut self, name: Str) -> u32 {
        self.add(|slot| Scope::Local { name, slot })
    }

    pub(super) fn item(&mut self) -> u32 {
        self.add(|slot| Scope::Item { slot })
    }

    pub(super) fn input(&mut self) -> u32 {
        self.add(|slot| Scope::Input { slot })
    }

    pub(super) fn partial(&mut self) -> u32 {
        self.add(|slot| Scope::Partial { slot, read: false })
    }

    /// How many scopes there are; [`Scopes::reset`] removes later ones.
    pub(super) fn mark(&mut self) -> usize {
        self.frame().scopes.len()
    }

    pub(super) fn reset(&mut self, mark: usize) {
        self.frame().scopes.truncate(mark);
    }

    /// Like [`Scopes::reset`], and whether `partial` was read.
    pub(super) fn reset_partial(&mut self, mark: usize) -> bool {
        let frame = self.frame();
        let read =
            frame.scopes[mark..].iter().any(|it| matches!(it, Scope::Partial { read: true, .. }));
        frame.scopes.truncate(mark);
        read
    }

    pub(super) fn enter_function(&mut self) {
        self.frames.push(Frame::default());
    }

    pub(super) fn leave_function(&mut self) -> Frame {
        self.frames.pop().unwrap_or_default()
    }

    /// The slot of the nearest input, if there is one.
    pub(super) fn input_slot(&mut self) -> Option<u32> {
        for level in (0..self.frames.len()).rev() {
            let scopes = &self.frames[level].scopes;
            let slot = scopes.iter().rev().find_map(|it| match it {
                Scope::Input { slot } => Some(*slot),
                _ => None,
            });
            if let Some(slot) = slot {
                return Some(self.capture(level, slot));
            }
        }
        None
    }

    /// What a name means here.
    pub(super) fn find(&mut self, name: &str) -> Found {
        let mut slots = Vec::new();
        for level in (0..self.frames.len()).rev() {
            for ix in (0..self.frames[level].scopes.len()).rev() {
                let local = match &mut self.frames[level].scopes[ix] {
                    Scope::Local { name: local, slot } if **local == *name => Some(*slot),
                    Scope::Item { slot } => {
                        let slot = *slot;
                        let captured = self.capture(level, slot);
                        slots.push(captured);
                        (name == "item").then_some(slot)
                    }
                    Scope::Partial { slot, read } if name == "partial" => {
                        *read = true;
                        Some(*slot)
                    }
                    Scope::Local { .. } | Scope::Input { .. } | Scope::Partial { .. } => None,
                };
                if let Some(slot) = local {
                    return Found { slots, local: Some(self.capture(level, slot)) };
                }
            }
        }
        let outer = self.outer.and_then(|it| it.slot(name));
        let local = outer.and_then(|it| u32::try_from(it).ok()).map(|outer| {
            let slot = captured(&mut self.frames[0], outer);
            self.capture(0, slot)
        });
        Found { slots, local }
    }

    /// Slots of the frame around the text and where their values are in the outermost one here.
    pub(super) fn captures(&mut self) -> Vec<(u32, u32)> {
        std::mem::take(&mut self.frames[0].captures)
    }

    /// The slot of the innermost frame that holds what is in a slot of frame `level`; every
    /// function between passes it on.
    fn capture(&mut self, level: usize, slot: u32) -> u32 {
        let mut slot = slot;
        for frame in &mut self.frames[level + 1..] {
            slot = captured(frame, slot);
        }
        slot
    }
}

/// The slot of a frame that holds what is in a slot of the one around it.
fn captured(frame: &mut Frame, slot: u32) -> u32 {
    if let Some((_, inner)) = frame.captures.iter().find(|it| it.0 == slot) {
        return *inner;
    }
    let inner = frame.slot_count;
    frame.slot_count += 1;
    frame.captures.push((slot, inner));
    inner
}
