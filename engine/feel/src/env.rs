//! What an evaluation is given, and what it costs: clock, zone, seed, edition and budget.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::value::Str;
use jiff::tz::TimeZone;

use crate::builtins::regex::Patterns;
use crate::edition::Edition;
use crate::explain::Trace;
use crate::failure::{Failure, Resource};
use crate::function::{Callable, Function};
use crate::limits::Limits;
use crate::types::Type;
use crate::values::{Context, Extent, List, VALUE_DEPTH_MAX, Value};
use crate::warning::{Warning, WarningDetail};

/// Bytes that one value costs, wherever it is kept.
pub(crate) const VALUE_BYTES: u64 = size_of::<Value>() as u64;

/// How many nodes may wait for each other, per level of the depth limit: expressions are higher
/// than invocations.
const NODES_PER_DEPTH: u32 = 5;

/// How often a regular expression that needs it may go back for one match.
pub(crate) const BACKTRACKS_MAX: u64 = 20_000;

/// What the evaluations of one work item may still use together.
#[derive(Debug, Clone)]
pub struct Budget {
    limits: Limits,
    steps_left: u64,
    bytes_left: u64,
}

impl Budget {
    /// A full budget.
    pub fn new(limits: Limits) -> Self {
        Self { limits, steps_left: limits.steps, bytes_left: limits.bytes }
    }

    /// The limits it started with.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How many steps were taken.
    pub fn steps_used(&self) -> u64 {
        self.limits.steps - self.steps_left
    }

    /// How many bytes were created.
    pub fn bytes_used(&self) -> u64 {
        self.limits.bytes - self.bytes_left
    }

    #[inline]
    pub(crate) fn step(&mut self) -> Result<(), Failure> {
        match self.steps_left.checked_sub(1) {
            Some(left) => {
                self.steps_left = left;
                Ok(())
            }
            None => Err(self.exceeded(Resource::Steps)),
        }
    }

    /// Takes back a step that only an explanation takes.
    pub(crate) fn return_step(&mut self) {
        self.steps_left += 1;
    }

    /// Pays for steps of the caller.
    ///
    /// # Errors
    /// When fewer are left.
    pub fn steps(&mut self, count: u64) -> Result<(), Failure> {
        match self.steps_left.checked_sub(count) {
            Some(left) => {
                self.steps_left = left;
                Ok(())
            }
            None => {
                self.steps_left = 0;
                Err(self.exceeded(Resource::Steps))
            }
        }
    }

    pub(crate) fn bytes(&mut self, count: u64) -> Result<(), Failure> {
        match self.bytes_left.checked_sub(count) {
            Some(left) => {
                self.bytes_left = left;
                Ok(())
            }
            None => {
                self.bytes_left = 0;
                Err(self.exceeded(Resource::Bytes))
            }
        }
    }

    /// How many nodes may wait for each other.
    pub(crate) fn nodes_max(&self) -> u32 {
        self.limits.depth.saturating_mul(NODES_PER_DEPTH)
    }

    #[cold]
    pub(crate) fn exceeded(&self, resource: Resource) -> Failure {
        let limit = match resource {
            Resource::Steps => self.limits.steps,
            Resource::Bytes => self.limits.bytes,
            Resource::Depth | Resource::Calls => u64::from(self.limits.depth),
            Resource::Operations => u64::from(self.nodes_max()),
            Resource::Values => u64::from(VALUE_DEPTH_MAX),
            Resource::Backtracks => BACKTRACKS_MAX,
        };
        Failure::Budget { resource, limit, place: "".into() }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

/// The surroundings of an evaluation. The clock does not move during one.
#[derive(Debug)]
pub struct Env<'a> {
    /// Milliseconds since 1970 in UTC.
    pub now_ms: i64,
    /// The zone of `now()` and of what has none.
    pub zone: &'a TimeZone,
    /// Where `random number()` and `uuid()` draw from; advances with each draw.
    pub seed: u64,
    /// Shared by all evaluations of one work item.
    pub budget: &'a mut Budget,
    /// What the evaluations found wrong without failing; at most [`WARNINGS_MAX`], and one
    /// that says so if there were more.
    pub warnings: Vec<Warning>,
    /// Whether values that a model declares, but does not enforce, are checked all the same, and
    /// warned of. Answers are the same either way, and so is the budget.
    pub tells_undeclared: bool,
    /// Whether a variable that a model's input declares is also found by its name as it is written,
    /// with several blanks or with a point.
    pub reads_written_names: bool,
    /// How what was decided otherwise once is answered; the newest, unless the caller replays.
    pub edition: Edition,
    /// How many warnings there were beyond those that are kept.
    pub(crate) warnings_dropped: u32,
    /// How many nodes and invocations wait for a function of the caller that runs.
    pub(crate) nesting: (u32, u32),
    /// What the parts of the expression gave, if somebody asked.
    pub(crate) trace: Option<Box<Trace>>,
    /// Regular expressions that were compiled while evaluating.
    pub(crate) patterns: Patterns,
    /// What the caller made while evaluating, by places that it gave.
    pub(crate) made: BTreeMap<(usize, usize), Value>,
}

/// How many warnings are kept; one more says that later ones were dropped.
pub const WARNINGS_MAX: usize = 64;

impl<'a> Env<'a> {
    /// Surroundings without warnings so far.
    pub fn new(now_ms: i64, zone: &'a TimeZone, seed: u64, budget: &'a mut Budget) -> Self {
        Self {
            now_ms,
            zone,
            seed,
            budget,
            warnings: Vec::new(),
            tells_undeclared: false,
            reads_written_names: false,
            edition: Edition::default(),
            warnings_dropped: 0,
            nesting: (0, 0),
            trace: None,
            patterns: Patterns::default(),
            made: BTreeMap::new(),
        }
    }

    /// Counts nodes of the caller that wait for what is evaluated next; [`Env::leave`] takes them
    /// back, also after a failure.
    ///
    /// # Errors
    /// When more would wait than the depth allows.
    pub fn enter(&mut self, nodes: u32) -> Result<(), Failure> {
        self.nesting.0 = self.nesting.0.saturating_add(nodes);
        if self.nesting.0 > self.budget.nodes_max() {
            self.nesting.0 -= nodes;
            return Err(self.too_deep(Resource::Operations));
        }
        Ok(())
    }

    /// Takes back what [`Env::enter`] counted.
    pub fn leave(&mut self, nodes: u32) {
        self.nesting.0 = self.nesting.0.saturating_sub(nodes);
    }

    /// Notes that a value is not of the type that a model declares.
    pub fn warn_of_model(&mut self, message: String) {
        self.warn(WarningDetail::Model(message));
    }

    /// Tells of the warnings from the one with this number on, counted from 0, where in the model
    /// they arose; called by each layer of it, from the inside out.
    pub fn place_warnings(&mut self, first: usize, place: impl FnOnce() -> String) {
        let new = self.warnings.get_mut(first..).unwrap_or_default();
        if new.is_empty() {
            return;
        }
        let place = place();
        for warning in new {
            warning.add_place(&place);
        }
    }

    /// Appends a value in the form a variable has, as [`Value::to_msgpack`] does, and warns of what
    /// is lost.
    pub fn export(&mut self, value: &Value, out: &mut Vec<u8>) {
        for detail in value.to_msgpack(out).details() {
            self.warn(detail);
        }
    }

    /// How many warnings there were beyond the first [`WARNINGS_MAX`].
    pub fn warnings_dropped(&self) -> u32 {
        self.warnings_dropped
    }

    /// Makes a list; it is paid for, and refused when it is nested too deep or too large.
    ///
    /// # Errors
    /// When the budget does not allow it.
    pub fn list(&mut self, items: Vec<Value>) -> Result<Value, Failure> {
        self.budget.bytes((items.len() as u64).saturating_mul(VALUE_BYTES))?;
        let list = List::new(items);
        self.check(list.extent())?;
        Ok(Value::List(Arc::new(list)))
    }

    /// Appends to a list that grows: in place, unless something kept the list; then it is copied,
    /// which costs.
    ///
    /// # Errors
    /// When the budget does not allow it.
    pub fn append(&mut self, list: &mut Arc<List>, value: Value) -> Result<(), Failure> {
        self.budget.bytes(VALUE_BYTES)?;
        if Arc::get_mut(list).is_none() {
            let count = list.items().len() as u64;
            self.budget.steps(count)?;
            self.budget.bytes(count.saturating_mul(VALUE_BYTES))?;
        }
        Arc::make_mut(list).push(value);
        self.check(list.extent())
    }

    /// Makes a context; it is paid for, and refused when it is nested too deep or too large.
    ///
    /// # Errors
    /// When the budget does not allow it.
    pub fn context(
        &mut self,
        entries: impl IntoIterator<Item = (Str, Value)>,
    ) -> Result<Value, Failure> {
        let context = Context::new(entries);
        self.budget.bytes((context.entries().len() as u64).saturating_mul(2 * VALUE_BYTES))?;
        self.check(context.extent())?;
        Ok(Value::Context(Arc::new(context)))
    }

    /// Makes a function of the caller, which keeps the captured values; it is paid for, and
    /// refused when it is nested too deep.
    ///
    /// # Errors
    /// When the budget does not allow it.
    pub fn function(
        &mut self,
        parameters: Vec<(Str, Type)>,
        result: Type,
        captured: &[Value],
        call: Arc<dyn Callable>,
    ) -> Result<Value, Failure> {
        self.budget.bytes((captured.len() as u64 + 1).saturating_mul(VALUE_BYTES))?;
        let function = Function::native(parameters, result, captured, call);
        self.check(function.extent())?;
        Ok(Value::Function(Arc::new(function)))
    }

    /// Refuses values that are nested too deep, or too large once their shared parts are written
    /// out.
    pub(crate) fn check(&self, extent: Extent) -> Result<(), Failure> {
        if extent.depth > VALUE_DEPTH_MAX {
            return Err(self.too_deep(Resource::Values));
        }
        if extent.weight > self.budget.limits().bytes {
            return Err(self.budget.exceeded(Resource::Bytes));
        }
        Ok(())
    }

    /// What is nested too deep; the first edition does not tell calls from values.
    #[cold]
    pub(crate) fn too_deep(&self, what: Resource) -> Failure {
        let is_first = self.edition == Edition::First;
        self.budget.exceeded(if is_first { Resource::Depth } else { what })
    }

    pub(crate) fn warn(&mut self, detail: WarningDetail) {
        match self.warnings.len() {
            0..WARNINGS_MAX => self.warnings.push(Warning::new(detail)),
            WARNINGS_MAX => {
                self.warnings.push(Warning::new(WarningDetail::MoreDropped));
                self.warnings_dropped = 1;
            }
            _ => self.warnings_dropped = self.warnings_dropped.saturating_add(1),
        }
    }
}
