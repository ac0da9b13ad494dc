//! `for`, `some` and `every`: iterators inside each other, without recursion.

use std::sync::Arc;

use super::{Evaluated, Machine};
use crate::code::{Loop, NodeId, Run};
use crate::failure::Failure;
use crate::iteration::Iteration;
use crate::values::{List, Value};

/// Runs through all combinations; the last iterator is the fastest.
struct Combinations {
    loops: Run,
    cursors: Vec<Iteration>,
}

impl Combinations {
    fn new(loops: Run) -> Self {
        Self { loops, cursors: Vec::with_capacity(loops.count as usize) }
    }
}

/// What [`Machine::advance`] found.
enum Advanced {
    /// The slots hold the next combination.
    Next,
    End,
    /// An iterator runs over something that is no list.
    NoList,
}

impl Machine<'_, '_, '_> {
    fn open(&mut self, it: Loop) -> Result<Option<Iteration>, Failure> {
        let from = self.eval(it.from)?;
        let Some(to) = it.to else {
            if matches!(from, Value::Range(_)) {
                return Iteration::over_range(from, self.env);
            }
            return match self.list_of(&from)? {
                Some(list) => Ok(Some(Iteration::over(list))),
                None => {
                    self.wrong_type("list", from)?;
                    Ok(None)
                }
            };
        };
        let to = self.eval(to)?;
        Iteration::between(from, to, self.env)
    }

    fn advance(&mut self, combinations: &mut Combinations) -> Result<Advanced, Failure> {
        let code = self.code;
        let loops = combinations.loops.of(&code.loops);
        loop {
            self.env.budget.step()?;
            let opened = combinations.cursors.len();
            if let Some(cursor) = combinations.cursors.last_mut() {
                match cursor.next() {
                    Some(value) => self.locals[loops[opened - 1].slot as usize] = value,
                    None => {
                        combinations.cursors.pop();
                        if combinations.cursors.is_empty() {
                            return Ok(Advanced::End);
                        }
                        continue;
                    }
                }
            }
            if opened == loops.len() {
                return Ok(Advanced::Next);
            }
            match self.open(loops[opened])? {
                Some(cursor) => combinations.cursors.push(cursor),
                None => return Ok(Advanced::NoList),
            }
        }
    }

    #[inline(never)]
    pub(super) fn iterate(&mut self, loops: Run, partial: Option<u32>, body: NodeId) -> Evaluated {
        let mut combinations = Combinations::new(loops);
        let mut results = Arc::new(List::new(Vec::new()));
        loop {
            match self.advance(&mut combinations)? {
                Advanced::Next => {}
                Advanced::End => return Ok(Value::List(results)),
                Advanced::NoList => return Ok(Value::Null),
            }
            if let Some(slot) = partial {
                self.locals[slot as usize] = Value::List(Arc::clone(&results));
            }
            let value = self.eval(body)?;
            if let Some(slot) = partial {
                self.locals[slot as usize] = Value::Null;
            }
            self.env.append(&mut results, value)?;
        }
    }

    #[inline(never)]
    pub(super) fn quantified(&mut self, loops: Run, body: NodeId, every: bool) -> Evaluated {
        let mut combinations = Combinations::new(loops);
        let mut unknown = false;
        loop {
            match self.advance(&mut combinations)? {
                Advanced::Next => {}
                Advanced::End if unknown => return Ok(Value::Null),
                Advanced::End => return Ok(Value::Bool(every)),
                Advanced::NoList => return Ok(Value::Null),
            }
            match self.eval(body)? {
                Value::Bool(it) if it != every => return Ok(Value::Bool(it)),
                Value::Bool(_) => {}
                other => {
                    unknown = true;
                    self.wrong_type("boolean", other)?;
                }
            }
        }
    }
}
