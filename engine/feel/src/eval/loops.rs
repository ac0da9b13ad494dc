//! `for`, `some` and `every`: iterators inside each other, without recursion.

use std::cmp::Ordering;
use std::sync::Arc;

use ::value::Dec;
use jiff::civil::Date;

use super::{Evaluated, Machine};
use crate::code::{Loop, NodeId, Run};
use crate::env::{Failure, Resource};
use crate::values::{self, List, Value};

/// How far an iterator is.
enum Cursor {
    Items { list: Arc<List>, next: usize },
    Whole { next: i64, left: u64, down: bool },
    Steps { next: Dec, left: u64, down: bool },
    Days { next: Date, left: u64, down: bool },
}

impl Cursor {
    fn next(&mut self) -> Option<Value> {
        match self {
            Self::Items { list, next } => {
                let item = list.items().get(*next)?.clone();
                *next += 1;
                Some(item)
            }
            Self::Whole { next, left, down } => {
                *left = left.checked_sub(1)?;
                let value = *next;
                *next = value.saturating_add(if *down { -1 } else { 1 });
                Some(Value::Int(value))
            }
            Self::Steps { next, left, down } => {
                *left = left.checked_sub(1)?;
                let value = *next;
                let step = if *down { Dec::ONE.neg() } else { Dec::ONE };
                *next = value.checked_add(step)?;
                Some(Value::from_dec(value))
            }
            Self::Days { next, left, down } => {
                *left = left.checked_sub(1)?;
                let value = *next;
                let following = if *down { value.yesterday() } else { value.tomorrow() };
                // At the end of the calendar `left` is zero as well.
                *next = following.unwrap_or(value);
                Some(Value::Date(value))
            }
        }
    }
}

/// Runs through all combinations; the last iterator is the fastest.
struct Combinations {
    loops: Run,
    cursors: Vec<Cursor>,
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
    fn open(&mut self, it: Loop) -> Result<Option<Cursor>, Failure> {
        let from = self.eval(it.from)?;
        let Some(to) = it.to else {
            if let Value::Range(range) = &from
                && range.low_closed
                && range.high_closed
                && values::compare(&range.low, &range.high).is_some_and(Ordering::is_le)
            {
                return self.steps(range.low.clone(), range.high.clone());
            }
            return match self.list_of(&from)? {
                Some(list) => Ok(Some(Cursor::Items { list, next: 0 })),
                None => {
                    self.wrong_type("list", from)?;
                    Ok(None)
                }
            };
        };
        let to = self.eval(to)?;
        self.steps(from, to)
    }

    /// The steps from one number to another, by one up or down. More than the budget has left
    /// fail before the first.
    fn steps(&mut self, from: Value, to: Value) -> Result<Option<Cursor>, Failure> {
        if let (Value::Date(first), Value::Date(last)) = (&from, &to) {
            let days = last.duration_since(*first).as_hours() / 24;
            let left = self.affordable(days.unsigned_abs().checked_add(1))?;
            return Ok(Some(Cursor::Days { next: *first, left, down: days < 0 }));
        }
        let (first, last) = match (from.as_dec(), to.as_dec()) {
            (Some(first), Some(last)) => (first, last),
            (None, _) => {
                self.wrong_type("number", from)?;
                return Ok(None);
            }
            (Some(_), None) => {
                self.wrong_type("number", to)?;
                return Ok(None);
            }
        };
        let down = last < first;
        let distance = last.checked_sub(first).map(Dec::abs);
        let count = distance
            .and_then(|it| it.round(0, ::value::Rounding::Down)?.to_i64()?.checked_add(1))
            .and_then(|it| u64::try_from(it).ok());
        let left = self.affordable(count)?;
        Ok(Some(match first.to_i64() {
            Some(next) => Cursor::Whole { next, left, down },
            None => Cursor::Steps { next: first, left, down },
        }))
    }

    /// A number of steps, if that many are left.
    fn affordable(&self, count: Option<u64>) -> Result<u64, Failure> {
        let budget = &self.env.budget;
        let left = budget.limits().steps - budget.steps_used();
        count.filter(|it| *it <= left).ok_or_else(|| budget.exceeded(Resource::Steps))
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
            self.charge_values(1)?;
            self.push_result(&mut results, value)?;
        }
    }

    /// Appends in place, unless a result kept the list: then it is copied, which costs.
    fn push_result(&mut self, results: &mut Arc<List>, value: Value) -> Result<(), Failure> {
        if Arc::get_mut(results).is_none() {
            self.env.budget.steps(results.items().len() as u64)?;
            self.charge_values(results.items().len() as u64)?;
        }
        Arc::make_mut(results).push(value);
        self.check(results.extent())
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
