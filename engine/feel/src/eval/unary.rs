//! Unary tests: an input against comparisons, ranges, lists and values.

use super::{Evaluated, Machine};
use crate::ast::Relation;
use crate::code::{Node, NodeId};
use crate::edition::Edition;
use crate::failure::Failure;
use crate::values::{self, Range, Shape, Value};
use crate::warning::WarningDetail;

impl Machine<'_, '_, '_> {
    #[inline(never)]
    pub(super) fn contained(&mut self, value: NodeId, slot: u32, test: NodeId) -> Evaluated {
        let value = self.eval(value)?;
        self.locals[slot as usize] = value;
        self.eval(test)
    }

    #[inline(never)]
    pub(super) fn input_compare(
        &mut self,
        relation: Relation,
        slot: u32,
        operand: NodeId,
    ) -> Evaluated {
        let operand = self.eval(operand)?;
        let input = self.locals[slot as usize].clone();
        self.related(relation, input, operand)
    }

    /// A test that names its input is what it evaluates to, if the input was read for it; by the
    /// first edition in any case.
    #[inline(never)]
    pub(super) fn boolean_test(&mut self, slot: u32, operand: NodeId) -> Evaluated {
        let around = std::mem::replace(&mut self.reads_input, false);
        let value = self.eval(operand)?;
        let is_read = std::mem::replace(&mut self.reads_input, around);
        if is_read || self.env.edition == Edition::First {
            self.truth(value)
        } else {
            self.tested(slot, value)
        }
    }

    /// The same where the input is read by a function inside of the test.
    #[inline(never)]
    pub(super) fn captured_test(&mut self, operand: NodeId) -> Evaluated {
        let value = self.eval(operand)?;
        self.truth(value)
    }

    fn truth(&mut self, value: Value) -> Evaluated {
        match value {
            it @ (Value::Bool(_) | Value::Null) => Ok(it),
            _ if self.env.edition == Edition::First => Ok(Value::Null),
            other => self.wrong_type("boolean", other),
        }
    }

    #[inline(never)]
    pub(super) fn not_tests(&mut self, tests: NodeId) -> Evaluated {
        match self.eval(tests)? {
            Value::Bool(it) => Ok(Value::Bool(!it)),
            other => self.wrong_type("boolean", other),
        }
    }

    #[inline(never)]
    pub(super) fn test(&mut self, slot: u32, operand: NodeId) -> Evaluated {
        let is_range = matches!(self.code.node(operand), Node::Range(_));
        let operand = self.eval(operand)?;
        if is_range && operand.is_null() {
            return Ok(Value::Null);
        }
        self.tested(slot, operand)
    }

    /// Tests the input with a value.
    fn tested(&mut self, slot: u32, operand: Value) -> Evaluated {
        let input = self.locals[slot as usize].clone();
        if let Value::Range(range) = &operand {
            return self.in_range(&input, range);
        }
        if let Value::Bool(true) = operand {
            return Ok(operand);
        }
        let is_list = operand.is_list();
        if is_list && self.contains(&operand, &input)? {
            return Ok(Value::Bool(true));
        }
        match self.equal(&input, &operand)? {
            Some(true) => Ok(Value::Bool(true)),
            _ if is_list => Ok(Value::Bool(false)),
            Some(false) => Ok(Value::Bool(false)),
            None if operand.as_bool().is_some() => Ok(Value::Bool(false)),
            None => {
                self.warn(WarningDetail::NotComparable { left: input, right: operand });
                Ok(Value::Null)
            }
        }
    }

    /// Whether a list has an item that equals the input, or a range around it.
    fn contains(&mut self, list: &Value, input: &Value) -> Result<bool, Failure> {
        let Some(list) = self.list_of(list)? else { return Ok(false) };
        for item in list.items() {
            self.env.budget.step()?;
            let found = match item {
                Value::Range(range) => range.includes(input) == Some(true),
                _ => self.equal(item, input)? == Some(true),
            };
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn in_range(&mut self, input: &Value, range: &Range) -> Evaluated {
        match range.includes(input) {
            Some(it) => Ok(Value::Bool(it)),
            None => {
                let (low, high) = (range.low.clone(), range.high.clone());
                self.warn(WarningDetail::NotInRange { value: input.clone(), low, high });
                Ok(Value::Null)
            }
        }
    }
}

impl Range {
    /// Whether a value lies between the ends; `None` if it cannot be compared with them.
    pub fn includes(&self, value: &Value) -> Option<bool> {
        if self.shape == Shape::Except {
            return values::compare(value, &self.low).map(std::cmp::Ordering::is_ne);
        }
        let above = match &self.low {
            Value::Null => true,
            low => {
                let order = values::compare(value, low)?;
                order.is_gt() || (self.low_closed && order.is_eq())
            }
        };
        let below = match &self.high {
            Value::Null => true,
            high => {
                let order = values::compare(value, high)?;
                order.is_lt() || (self.high_closed && order.is_eq())
            }
        };
        Some(above && below)
    }
}
