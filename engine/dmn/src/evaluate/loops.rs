//! Boxed `for`, `some`, `every` and filters.

use std::sync::Arc;

use feel::{Edition, Iteration, List, Value};

use super::{Evaluated, Machine, shown};
use crate::boxed::{Boxed, Condition};
use crate::trouble::Trouble;

impl Machine<'_, '_> {
    /// What `for`, `some` and `every` run through. A range gives its numbers or dates, as in the
    /// text form; by the first edition it is a single value.
    fn iteration(&mut self, list: &Boxed) -> Result<Option<Iteration>, Trouble> {
        let value = self.part(|| "'in'".to_owned(), list)?;
        if matches!(value, Value::Range(_)) && self.env.edition >= Edition::Refined {
            return Ok(Iteration::over_range(value, self.env)?);
        }
        Ok(self.items(value)?.map(Iteration::over))
    }

    /// The list to run through; a single value counts as a list of one.
    fn items(&mut self, value: Value) -> Result<Option<Arc<List>>, Trouble> {
        if value.is_null() {
            return Ok(None);
        }
        let items = value.as_list().unwrap_or_else(|| Arc::new(List::new(vec![value])));
        self.env.budget.steps(items.items().len() as u64)?;
        Ok(Some(items))
    }

    pub(super) fn filter(&mut self, list: &Boxed, slot: usize, condition: &Condition) -> Evaluated {
        let list = self.part(|| "'in'".to_owned(), list)?;
        let Some(list) = self.items(list)? else { return Ok(Value::Null) };
        let mut kept = Vec::new();
        for item in list.items() {
            self.set(slot, item.clone());
            let holds = self.condition(item, condition)?;
            match holds.as_bool() {
                Some(true) => kept.push(item.clone()),
                Some(false) => {}
                None if holds.is_null() => {}
                None => return Ok(self.no_boolean("filter", &holds)),
            }
        }
        Ok(self.env.list(kept)?)
    }

    /// What the condition of a filter says of an item.
    fn condition(&mut self, item: &Value, condition: &Condition) -> Evaluated {
        let place = || "'match'".to_owned();
        let program = match condition {
            Condition::Literal(program) => program,
            Condition::Other(boxed) => return self.part(place, boxed),
        };
        let evaluate = |it: &mut Self| {
            Ok(program.evaluate_unary_tests_in(item.clone(), &it.frame, it.vars, it.env)?)
        };
        match self.env.edition {
            Edition::First => evaluate(self),
            Edition::Refined => {
                let place = || format!("'match', expression '{}'", shown(program.text()));
                self.within(place, evaluate)
            }
        }
    }

    pub(super) fn iterate(
        &mut self,
        slot: usize,
        partial: usize,
        list: &Boxed,
        body: &Boxed,
    ) -> Evaluated {
        let Some(items) = self.iteration(list)? else { return Ok(Value::Null) };
        if self.env.edition == Edition::First {
            return self.iterate_with_copies(slot, partial, items, body);
        }
        let mut results = Arc::new(List::new(Vec::new()));
        for item in items {
            self.set(slot, item);
            self.set(partial, Value::List(Arc::clone(&results)));
            let value = self.part(|| "'return'".to_owned(), body)?;
            self.set(partial, Value::Null);
            self.env.append(&mut results, value)?;
        }
        Ok(Value::List(results))
    }

    /// By the first edition every round had a copy of the results so far, and paid for it.
    fn iterate_with_copies(
        &mut self,
        slot: usize,
        partial: usize,
        items: Iteration,
        body: &Boxed,
    ) -> Evaluated {
        let mut results = Vec::new();
        for item in items {
            self.set(slot, item);
            let so_far = self.env.list(results.clone())?;
            self.set(partial, so_far);
            results.push(self.boxed(body)?);
        }
        Ok(self.env.list(results)?)
    }

    pub(super) fn quantified(
        &mut self,
        every: bool,
        slot: usize,
        list: &Boxed,
        body: &Boxed,
    ) -> Evaluated {
        let Some(items) = self.iteration(list)? else { return Ok(Value::Null) };
        let mut unknown = false;
        for item in items {
            self.set(slot, item);
            let holds = self.part(|| "'satisfies'".to_owned(), body)?;
            match holds.as_bool() {
                Some(it) if it != every => return Ok(Value::Bool(it)),
                Some(_) => {}
                None if holds.is_null() => unknown = true,
                None => return Ok(self.no_boolean("condition", &holds)),
            }
        }
        Ok(if unknown { Value::Null } else { Value::Bool(every) })
    }
}
