//! Filters: an index, or a condition on each item.

use std::sync::Arc;

use ::value::msgpack::Reader;
use ::value::{Dec, Rounding};

use super::operators::{encoded_order, holds};
use super::{Evaluated, Machine};
use crate::code::{Node, NodeId};
use crate::failure::Failure;
use crate::values::{List, Raw, Value};
use crate::warning::WarningDetail;

impl Machine<'_, '_, '_> {
    /// The list to filter; null with a warning for anything else. By the standard a single value
    /// is a list of one.
    fn base(&mut self, base: NodeId) -> Result<Option<Arc<List>>, Failure> {
        let value = self.eval(base)?;
        let list = self.list_of(&value)?;
        if list.is_none() {
            if self.code.standard && !value.is_null() {
                self.charge_values(1)?;
                return Ok(Some(Arc::new(List::new(vec![value]))));
            }
            self.wrong_type("list", value)?;
        }
        Ok(list)
    }

    #[inline(never)]
    pub(super) fn index(&mut self, base: NodeId, index: u32) -> Evaluated {
        let Some(list) = self.base(base)? else { return Ok(Value::Null) };
        let index = self.code.constants[index as usize].as_dec();
        Ok(index.map_or(Value::Null, |it| self.item(&list, it)))
    }

    #[inline(never)]
    pub(super) fn filter(&mut self, base: NodeId, filter: NodeId, slot: u32) -> Evaluated {
        if let Some(selected) = self.select_encoded(base, filter, slot)? {
            return Ok(selected);
        }
        let Some(list) = self.base(base)? else { return Ok(Value::Null) };
        self.select(&list, filter, slot)
    }

    /// The filter is tried without an item first: if it is a number then, it is an index.
    #[inline(never)]
    pub(super) fn index_or_filter(&mut self, base: NodeId, filter: NodeId, slot: u32) -> Evaluated {
        let Some(list) = self.base(base)? else { return Ok(Value::Null) };
        self.locals[slot as usize] = Value::Null;
        let warnings = self.env.warnings.len();
        let parts = self.env.parts();
        let index = self.eval(filter)?.as_dec();
        // What only an item would have is no fault here.
        self.env.warnings.truncate(warnings);
        match index {
            Some(index) => Ok(self.item(&list, index)),
            None => {
                self.env.forget_parts(parts);
                self.select(&list, filter, slot)
            }
        }
    }

    /// Selects from an encoded list by a comparison of one entry with a constant, and decodes no
    /// item that is not selected. It is paid for as if it did. `None` leaves it to the general way,
    /// before anything is paid for.
    fn select_encoded(
        &mut self,
        base: NodeId,
        filter: NodeId,
        slot: u32,
    ) -> Result<Option<Value>, Failure> {
        let code = self.code;
        let Node::Compare { relation, left, right } = *code.node(filter) else { return Ok(None) };
        let Node::Scoped { name, slots, .. } = *code.node(left) else { return Ok(None) };
        let Node::Constant(constant) = *code.node(right) else { return Ok(None) };
        let Node::Variable(variable) = *code.node(base) else { return Ok(None) };
        if *slots.of(&code.slots) != [slot] || self.is_decoded(variable) {
            return Ok(None);
        }
        let (name, constant) = (&code.names[name as usize], &code.constants[constant as usize]);
        let Some(bytes) = self.bytes(variable) else { return Ok(None) };
        let Some(items) = Reader::new(bytes).array() else { return Ok(None) };
        let (count, mut read, mut selected) = (items.len() as u64, 0, Vec::new());
        for item in items {
            let (order, length) = match item.get(name) {
                Some(entry) => encoded_order(entry, constant),
                None => return Ok(None),
            };
            let Some(order) = order else { return Ok(None) };
            read += length;
            if holds(relation, order) {
                selected.push(item);
            }
        }
        // The list itself, then for each item its decoding, the round, and the comparison.
        self.env.budget.steps(1 + 4 * count)?;
        self.charge_text(bytes.len())?;
        self.charge_reading(bytes.len())?;
        self.charge_reading(read)?;
        self.charge_values(count + selected.len() as u64)?;
        let selected = Raw::parts(bytes, &selected);
        self.make_list(selected).map(Some)
    }

    fn select(&mut self, list: &List, filter: NodeId, slot: u32) -> Evaluated {
        let mut selected = Vec::new();
        let mut warned = false;
        for (ix, item_value) in list.items().iter().enumerate() {
            self.env.budget.step()?;
            self.locals[slot as usize] = item_value.clone();
            let warnings = self.env.warnings.len();
            match self.eval(filter)? {
                Value::Bool(true) => {
                    self.charge_values(1)?;
                    selected.push(item_value.clone());
                }
                // A filter that is a number for the first item is an index.
                index @ (Value::Int(_) | Value::Dec(_)) if ix == 0 => {
                    return Ok(index.as_dec().map_or(Value::Null, |it| self.item(list, it)));
                }
                Value::Bool(false) => {}
                // One warning for all items, and none where the condition has given one.
                found => {
                    if !warned && self.env.warnings.len() == warnings {
                        self.warn(WarningDetail::WrongType { expected: "boolean", found });
                    }
                    warned = true;
                }
            }
        }
        self.make_list(selected)
    }

    /// An item by its number: from 1, or from -1 at the end; null when there is none.
    fn item(&mut self, list: &List, index: Dec) -> Value {
        if let Some(found) = item(list, index) {
            return found;
        }
        let (index, count) = (Value::from_dec(index), list.items().len());
        self.warn(WarningDetail::NoItem { index, count });
        Value::Null
    }
}

fn item(list: &List, index: Dec) -> Option<Value> {
    let index = index.round(0, Rounding::Down)?.to_i64()?;
    let count = i64::try_from(list.items().len()).ok()?;
    let at = if index > 0 { index - 1 } else { count.checked_add(index)? };
    // Without this, 0 would be the first item behind the end, and 0.5 the same.
    if index == 0 { None } else { list.items().get(usize::try_from(at).ok()?).cloned() }
}
