//! Constants, and what becomes of literals that editions read otherwise.

use ::value::Str;

use super::{Lower, count};
use crate::code::{Node, NodeId};
use crate::edition::Edition;
use crate::temporal;
use crate::values::Value;

impl Lower<'_> {
    pub(super) fn constant(&mut self, value: Value) -> NodeId {
        self.code.constants.push(value);
        let number = count(self.code.constants.len()) - 1;
        self.push(Node::Constant(number))
    }

    pub(super) fn temporal_literal(&mut self, text: &Str) -> NodeId {
        let first = temporal::literal(text, Edition::First);
        let refined = temporal::literal(text, Edition::Refined);
        match (first, refined) {
            (Some(first), Some(refined)) => self.constant_by_edition(first, refined),
            (None, Some(refined)) => {
                let first = self.unreadable(text);
                let refined = self.constant(refined);
                self.push(Node::ByEdition { first, refined })
            }
            (_, None) => self.unreadable(text),
        }
    }

    fn unreadable(&mut self, text: &Str) -> NodeId {
        let number = self.text(text);
        self.push(Node::Unreadable(number))
    }

    /// What stands for a context of which a key is there twice.
    pub(super) fn key_twice(&mut self, key: &Str) -> NodeId {
        let number = self.text(key);
        self.push(Node::KeyTwice(number))
    }

    fn text(&mut self, text: &Str) -> u32 {
        self.code.constants.push(Value::Str(text.clone()));
        count(self.code.constants.len()) - 1
    }

    /// A temporal constant, of which editions may know the zone under different names.
    pub(super) fn constant_by_edition(&mut self, first: Value, refined: Value) -> NodeId {
        if temporal::feel_text(&first) == temporal::feel_text(&refined) {
            return self.constant(refined);
        }
        let (first, refined) = (self.constant(first), self.constant(refined));
        self.push(Node::ByEdition { first, refined })
    }
}
