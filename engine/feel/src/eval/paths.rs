//! Names and paths: variables read from their encoding, entries, properties.

use std::sync::Arc;

use ::value::Str;
use ::value::msgpack::Reader;

use super::{Evaluated, Machine};
use crate::code::{Node, NodeId, Run};
use crate::failure::Failure;
use crate::function::Function;
use crate::temporal;
use crate::values::{Value, scalar};
use crate::warning::WarningDetail;

impl<'e> Machine<'_, 'e, '_> {
    /// A variable that has no encoding, or none at all.
    #[cold]
    fn decoded(&mut self, variable: u32) -> Evaluated {
        if let Some(value) = self.vars.value(&self.code.variables[variable as usize]) {
            return Ok(value);
        }
        let name = self.code.variables[variable as usize].clone();
        if self.code.builtin_variables.binary_search(&variable).is_ok()
            && let Some(function) = Function::builtin(&name)
        {
            return Ok(Value::Function(Arc::new(function)));
        }
        self.warn(WarningDetail::NoVariable(name));
        Ok(Value::Null)
    }

    /// Whether a variable is a list that was decoded before.
    pub(super) fn is_decoded(&self, variable: u32) -> bool {
        matches!(self.cache.get(variable as usize), Some(Some(_)))
    }

    /// A variable's bytes.
    pub(super) fn bytes(&self, variable: u32) -> Option<&'e [u8]> {
        let vars: &'e dyn crate::variables::Variables = self.vars;
        vars.get(&self.code.variables[variable as usize])
    }

    /// A variable; a list is decoded once per evaluation.
    #[inline]
    pub(super) fn variable(&mut self, variable: u32) -> Evaluated {
        if let Some(Some(value)) = self.cache.get(variable as usize) {
            return Ok(value.clone());
        }
        let Some(bytes) = self.bytes(variable) else { return self.decoded(variable) };
        match scalar(Reader::new(bytes)) {
            Some(value) => {
                self.charge_text(bytes.len())?;
                Ok(value)
            }
            None => self.container(variable),
        }
    }

    #[inline(never)]
    fn container(&mut self, variable: u32) -> Evaluated {
        let raw = self.variable_raw(variable)?;
        let value = match self.list_of(&raw)? {
            Some(list) => Value::List(list),
            None => raw,
        };
        if self.cache.is_empty() {
            self.cache.resize(self.code.variables.len(), None);
        }
        self.cache[variable as usize] = Some(value.clone());
        Ok(value)
    }

    /// A variable; lists and contexts stay encoded.
    pub(super) fn variable_raw(&mut self, variable: u32) -> Evaluated {
        let Some(bytes) = self.bytes(variable) else { return self.decoded(variable) };
        self.charge_text(bytes.len())?;
        Ok(Value::from_msgpack(bytes))
    }

    /// A path below a variable, as long as it leads through contexts: no more than the value it
    /// ends at is decoded.
    #[inline]
    pub(super) fn reader(
        &mut self,
        variable: u32,
        names: Run,
    ) -> Result<Option<Reader<'e>>, Failure> {
        let Some(bytes) = self.bytes(variable) else { return Ok(None) };
        let mut reader = Reader::new(bytes);
        for name in self.code.names(names) {
            let before = reader.bytes().len();
            match reader.get(name) {
                Some(found) => reader = found,
                None => return Ok(None),
            }
            self.charge_reading(before.saturating_sub(reader.bytes().len()))?;
        }
        Ok(Some(reader))
    }

    #[inline]
    pub(super) fn variable_path(&mut self, variable: u32, names: Run) -> Evaluated {
        if let Some(reader) = self.reader(variable, names)? {
            if let Some(value) = scalar(reader) {
                if let Value::Str(text) = &value {
                    self.env.budget.bytes(text.len() as u64)?;
                }
                return Ok(value);
            }
            if let Some(bytes) = reader.skip() {
                self.charge_text(bytes.len())?;
                return Ok(Value::from_msgpack(bytes));
            }
        }
        let base = self.variable(variable)?;
        self.follow(base, names)
    }

    /// The bytes of a program that is nothing but a path to a variable, if there is one.
    pub(crate) fn encoded(&mut self, root: NodeId) -> Result<Option<&'e [u8]>, Failure> {
        match *self.code.node(root) {
            Node::Variable(variable) => {
                self.env.budget.step()?;
                Ok(self.bytes(variable))
            }
            Node::VariablePath { variable, names } => {
                self.env.budget.step()?;
                Ok(self.reader(variable, names)?.and_then(Reader::skip))
            }
            _ => Ok(None),
        }
    }

    #[inline(never)]
    pub(super) fn path(&mut self, base: NodeId, names: Run) -> Evaluated {
        let base = self.eval(base)?;
        self.follow(base, names)
    }

    fn follow(&mut self, base: Value, names: Run) -> Evaluated {
        let code = self.code;
        let mut value = base;
        for name in code.names(names) {
            value = self.member(&value, name)?;
        }
        Ok(value)
    }

    /// What `value.name` is.
    fn member(&mut self, value: &Value, name: &Str) -> Evaluated {
        if value.is_list() {
            return self.members(value, name);
        }
        if value.is_null() || value.is_context() {
            if let Value::Raw(raw) = value {
                self.charge_reading(raw.len())?;
            }
            return match value.entry(name) {
                Some(found) => Ok(found),
                None => {
                    self.warn(WarningDetail::NoEntry { key: name.clone(), of: value.clone() });
                    Ok(Value::Null)
                }
            };
        }
        match temporal::property(value, name) {
            Some(found) => Ok(found),
            None => {
                self.warn(WarningDetail::NoProperty { name: name.clone(), of: value.clone() });
                Ok(Value::Null)
            }
        }
    }

    /// A path on a list is the list of the paths on its items.
    ///
    /// Recurses as deep as lists are nested in lists, which is limited.
    fn members(&mut self, list: &Value, name: &Str) -> Evaluated {
        let Some(list) = self.list_of(list)? else { return Ok(Value::Null) };
        self.charge_values(list.items().len() as u64)?;
        let mut found = Vec::with_capacity(list.items().len());
        for item in list.items() {
            self.env.budget.step()?;
            found.push(self.member(item, name)?);
        }
        self.make_list(found)
    }

    /// A name inside filters.
    #[inline(never)]
    pub(super) fn scoped(&mut self, name: u32, slots: Run, fallback: NodeId) -> Evaluated {
        let code = self.code;
        let name = &code.names[name as usize];
        for slot in slots.of(&code.slots) {
            let item = &self.locals[*slot as usize];
            if let Some(found) = item.entry(name) {
                return Ok(found);
            }
            if let Value::Raw(raw) = item {
                let length = raw.len();
                self.charge_reading(length)?;
            }
        }
        self.eval(fallback)
    }
}
