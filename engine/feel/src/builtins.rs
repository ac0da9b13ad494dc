//! The built-in functions: one table, closed; there is no other way out of an expression.

mod boolean;
mod context;
mod conversion;
mod json;
mod list;
mod list_change;
mod list_sets;
mod number;
mod pattern;
mod random;
mod range;
pub(crate) mod regex;
mod statistics;
mod string;
mod temporal;

use std::sync::Arc;

use crate::edition::Edition;
use crate::eval::Machine;
use crate::failure::Failure;
use crate::values::{List, Value};

/// One overload of a built-in function.
pub(crate) struct Builtin {
    pub(crate) name: &'static str,
    pub(crate) parameters: &'static [&'static str],
    /// The last parameter takes all further arguments as a list; a single list is this list.
    pub(crate) variadic: bool,
    /// The second argument is a regular expression.
    pub(crate) takes_pattern: bool,
    /// Whether only Camunda names the parameters so.
    pub(crate) camunda_only: bool,
    /// Makes the value of a literal when the expression is compiled.
    pub(crate) folds: Option<fn(&str, Edition) -> Option<Value>>,
    pub(crate) run: fn(&mut Invocation<'_, '_, '_, '_>, &[Value]) -> Outcome,
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({})", self.name, self.parameters.join(", "))
    }
}

/// What a function gives or why it does not.
pub(crate) type Outcome = Result<Value, Reject>;

/// Why a function gives no value.
pub(crate) enum Reject {
    /// It has no meaning for arguments of these types.
    Arguments,
    /// A sentence says why.
    Because(String),
    /// The whole evaluation ends.
    Stop(Failure),
}

impl From<Failure> for Reject {
    fn from(failure: Failure) -> Self {
        Self::Stop(failure)
    }
}

/// The surroundings of a running function.
pub(crate) struct Invocation<'a, 'p, 'e, 'env> {
    pub(crate) machine: &'a mut Machine<'p, 'e, 'env>,
    /// The compiled pattern, if it was a literal, or why it is not supported.
    pub(crate) pattern: Option<&'a Result<regex::Pattern, Box<str>>>,
}

impl Invocation<'_, '_, '_, '_> {
    /// The list that an argument must be.
    fn list(&mut self, value: &Value) -> Result<Arc<List>, Reject> {
        self.machine.list_of(value)?.ok_or(Reject::Arguments)
    }

    /// A new list; it is paid for here.
    fn new_list(&mut self, items: Vec<Value>) -> Outcome {
        self.machine.charge_values(items.len() as u64)?;
        Ok(self.machine.make_list(items)?)
    }

    /// New text; it is paid for here, after it was made: only for text not longer than its
    /// arguments.
    fn new_text(&mut self, text: &str) -> Outcome {
        Ok(self.machine.text(text)?)
    }

    /// Pays for looking at every item of a list.
    fn visit(&mut self, list: &List) -> Result<(), Reject> {
        Ok(self.machine.env.budget.steps(list.items().len() as u64)?)
    }

    /// Pays for reading a text.
    fn read<'t>(&mut self, value: &'t Value) -> Result<&'t str, Reject> {
        let text = value.as_str().ok_or(Reject::Arguments)?;
        self.machine.charge_reading(text.len())?;
        Ok(text)
    }
}

/// A function of fixed parameters.
const fn fixed(
    name: &'static str,
    parameters: &'static [&'static str],
    run: fn(&mut Invocation<'_, '_, '_, '_>, &[Value]) -> Outcome,
) -> Builtin {
    Builtin {
        name,
        parameters,
        variadic: false,
        takes_pattern: false,
        camunda_only: false,
        folds: None,
        run,
    }
}

/// A function whose last parameter takes any number of arguments.
const fn variadic(
    name: &'static str,
    parameters: &'static [&'static str],
    run: fn(&mut Invocation<'_, '_, '_, '_>, &[Value]) -> Outcome,
) -> Builtin {
    Builtin { variadic: true, ..fixed(name, parameters, run) }
}

const GROUPS: [&[Builtin]; 14] = [
    boolean::TABLE,
    string::TABLE,
    pattern::TABLE,
    number::TABLE,
    random::TABLE,
    list::TABLE,
    list_change::TABLE,
    list_sets::TABLE,
    statistics::TABLE,
    context::TABLE,
    conversion::TABLE,
    json::TABLE,
    temporal::TABLE,
    range::TABLE,
];

/// A form of a built-in function. A function may have several, of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionForm {
    /// The name.
    pub name: &'static str,
    /// The names of the parameters.
    pub parameters: &'static [&'static str],
    /// Whether the last parameter takes any number of arguments.
    pub is_variadic: bool,
}

/// All forms of all built-in functions.
pub fn function_forms() -> impl Iterator<Item = FunctionForm> {
    GROUPS.into_iter().flatten().map(|it| FunctionForm {
        name: it.name,
        parameters: it.parameters,
        is_variadic: it.variadic,
    })
}

/// The names of all built-in functions; one that has several forms occurs several times.
pub fn function_names() -> impl Iterator<Item = &'static str> {
    function_forms().map(|it| it.name)
}

fn named(name: &str) -> impl Iterator<Item = &'static Builtin> {
    GROUPS.into_iter().flatten().filter(move |it| it.name == name)
}

/// Whether a built-in function has this name.
pub(crate) fn is_name(name: &str) -> bool {
    named(name).next().is_some()
}

/// The first form of the function with this name, which stands for all of them as a value.
pub(crate) fn first(name: &str) -> Option<&'static Builtin> {
    named(name).next()
}

/// Whether a form of the function takes this number of arguments.
pub(crate) fn takes(name: &str, count: usize) -> bool {
    by_count(name, count).is_some()
}

/// The overload for this number of arguments.
pub(crate) fn by_count(name: &str, count: usize) -> Option<&'static Builtin> {
    named(name)
        .find(|it| !it.variadic && it.parameters.len() == count)
        .or_else(|| named(name).find(|it| it.variadic && count + 1 >= it.parameters.len()))
}

/// The smallest overload that has all these parameters; `strict` leaves out what only Camunda has.
pub(crate) fn by_names(name: &str, names: &[&str], strict: bool) -> Option<&'static Builtin> {
    named(name)
        .filter(|it| !(strict && it.camunda_only))
        .filter(|it| names.iter().all(|name| it.parameters.contains(name)))
        .min_by_key(|it| it.parameters.len())
}

/// A whole number in the range of indexes; fractions are cut off.
fn index(value: &Value) -> Result<i64, Reject> {
    let number = value.as_dec().ok_or(Reject::Arguments)?;
    number
        .round(0, ::value::Rounding::Down)
        .and_then(::value::Dec::to_i64)
        .filter(|it| i32::try_from(*it).is_ok())
        .ok_or(Reject::Arguments)
}

/// The position from 0 that an index from 1, or from -1 at the end, names; may lie outside.
fn position(index: i64, count: usize) -> i64 {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if index > 0 { index - 1 } else { count.saturating_add(index) }
}
