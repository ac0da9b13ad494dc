//! Evaluating boxed expressions.

mod loops;

use std::sync::Arc;

use feel::{Callable, Edition, Env, Failure, Program, Type, Value, Variables};
use value::Str;

use crate::boxed::{Boxed, Definition, Entry};
use crate::table::Audit;
use crate::trouble::Trouble;
use crate::types::ItemType;

/// The surroundings of one expression: variables, clock and budget, and the values of the names
/// that the model declares, each in its slot.
pub(crate) struct Machine<'a, 'env> {
    pub(crate) vars: &'a dyn Variables,
    pub(crate) env: &'a mut Env<'env>,
    pub(crate) frame: Vec<Value>,
}

type Evaluated = Result<Value, Trouble>;

impl Machine<'_, '_> {
    pub(crate) fn evaluate(&mut self, program: &Program) -> Evaluated {
        Ok(program.evaluate_in(&self.frame, self.vars, self.env)?)
    }

    /// Does a part of the work; its failure and its warnings are told where they arose.
    pub(crate) fn within<T>(
        &mut self,
        place: impl Fn() -> String,
        work: impl FnOnce(&mut Self) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let first = self.env.warnings.len();
        let result = work(self);
        self.env.place_warnings(first, &place);
        result.map_err(|it| it.within(place))
    }

    /// Whether a value passes unary tests.
    pub(crate) fn passes(&mut self, tests: &Program, value: &Value) -> Result<bool, Trouble> {
        let result =
            tests.evaluate_unary_tests_in(value.clone(), &self.frame, self.vars, self.env)?;
        Ok(result.as_bool() == Some(true))
    }

    /// Warns of a value that is none of those that the model declares and does not enforce, if
    /// somebody wants to know. The evaluation goes on as if nobody had looked.
    pub(crate) fn tell_undeclared(&mut self, declared: Option<&Program>, value: &Value) {
        let Some(declared) = declared.filter(|_| self.env.tells_undeclared) else { return };
        if value.is_null() {
            return;
        }
        let (budget, seed, first) =
            (self.env.budget.clone(), self.env.seed, self.env.warnings.len());
        let passes = self.passes(declared, value);
        *self.env.budget = budget;
        self.env.seed = seed;
        self.env.warnings.truncate(first);
        if matches!(passes, Ok(false)) {
            let declared = shown(declared.text());
            let message = format!(
                "the value {} is none of {declared}, which the model declares; it stays, because \
                 the model is made for Camunda",
                value.shown(100)
            );
            self.env.warn_of_model(message);
        }
    }

    /// Warns of a result that is not of its declared type where Camunda fails, if somebody wants to
    /// know; the first edition does not.
    pub(crate) fn tell_mistyped(&mut self, declared: Option<&Type>, value: &Value) {
        let is_told = self.env.tells_undeclared && self.env.edition >= Edition::Refined;
        let declared = declared.filter(|it| is_told && !value.is_null() && !it.has(value));
        if let Some(declared) = declared {
            let message = format!(
                "the value {} is no {} as it is declared; it stays, because the model is made for \
                 Camunda, but there the decision fails",
                value.shown(100),
                declared.name()
            );
            self.env.warn_of_model(message);
        }
    }

    /// The value as the type takes it; null with a warning when it does not conform, which is told
    /// to have arisen at this place.
    pub(crate) fn fit(
        &mut self,
        of: &ItemType,
        value: Value,
        place: impl Fn() -> String,
    ) -> Evaluated {
        let first = self.env.warnings.len();
        let value = self.fit_inside(of, value, &place);
        if self.env.edition >= Edition::Refined {
            self.env.place_warnings(first, place);
        }
        value
    }

    /// The same where those around tell the place; by the first edition the text tells it, too.
    pub(crate) fn fit_inside(
        &mut self,
        of: &ItemType,
        value: Value,
        place: impl Fn() -> String,
    ) -> Evaluated {
        if of.is_any() || value.is_null() {
            return Ok(value);
        }
        let misfit = match of.fit(value.clone(), self.vars, self.env)? {
            Ok(value) => return Ok(value),
            Err(misfit) => misfit,
        };
        let message = match self.env.edition {
            // It told the structure of the type alone, also of a value that has it.
            Edition::First => {
                let (place, wanted) = (place(), of.structure().name());
                format!("{place}: the value {} is no {wanted} as it is declared", value.shown(100))
            }
            Edition::Refined => misfit.message(),
        };
        self.env.warn_of_model(message);
        Ok(Value::Null)
    }

    fn set(&mut self, slot: usize, value: Value) {
        if let Some(at) = self.frame.get_mut(slot) {
            *at = value;
        }
    }

    /// Evaluates a boxed expression. Recurses as deep as they are nested, which is limited when
    /// they are compiled, and counts together with the expressions around them.
    pub(crate) fn boxed(&mut self, boxed: &Boxed) -> Evaluated {
        self.env.budget.steps(1)?;
        // How many waiting nodes of an expression it counts for.
        let nodes = match self.env.edition {
            Edition::First => 6,
            Edition::Refined => 1,
        };
        self.env.enter(nodes)?;
        let evaluated = self.kind(boxed);
        self.env.leave(nodes);
        evaluated
    }

    /// Evaluates a part of a boxed expression, which is named where it fails or warns; by the first
    /// edition it is not.
    fn part(&mut self, place: impl Fn() -> String, boxed: &Boxed) -> Evaluated {
        match self.env.edition {
            Edition::First => self.boxed(boxed),
            Edition::Refined => self.within(place, |it| it.boxed(boxed)),
        }
    }

    /// Warns of what is written in a model and has no effect; the first edition does not.
    pub(crate) fn tell(&mut self, message: impl FnOnce() -> String) {
        if self.env.edition >= Edition::Refined {
            self.env.warn_of_model(message());
        }
    }

    fn kind(&mut self, boxed: &Boxed) -> Evaluated {
        match boxed {
            Boxed::Empty => {
                self.tell(|| "no expression is written here, so the value is null".to_owned());
                Ok(Value::Null)
            }
            Boxed::Literal(program) => {
                let place = || format!("expression '{}'", shown(program.text()));
                self.within(place, |it| it.evaluate(program))
            }
            Boxed::Typed { of, value: typed } => {
                let value = self.boxed(typed)?;
                let edition = self.env.edition;
                self.fit(of, value, || match &**typed {
                    Boxed::Literal(program) if edition >= Edition::Refined => {
                        format!("expression '{}'", shown(program.text()))
                    }
                    _ => "expression".to_owned(),
                })
            }
            Boxed::Table(table) => table.evaluate(self, &mut Audit::default()),
            Boxed::Context { entries, twice } => self.context(entries, twice.as_ref()),
            Boxed::List(items) => {
                let items = (1..).zip(items);
                let items = items.map(|(number, it)| self.part(|| format!("item {number}"), it));
                let items = items.collect::<Result<_, _>>()?;
                Ok(self.env.list(items)?)
            }
            Boxed::Relation { columns, rows, twice } => {
                if let Some(name) = twice {
                    self.tell(|| lost("columns", name));
                }
                self.relation(columns, rows)
            }
            Boxed::Invocation { function, name, bindings } => {
                self.invocation(function, name, bindings)
            }
            Boxed::Function(definition) => self.function(definition),
            Boxed::Conditional { condition, then, otherwise } => {
                let condition = self.part(|| "'if'".to_owned(), condition)?;
                match condition.as_bool() {
                    Some(true) => self.part(|| "'then'".to_owned(), then),
                    None if !condition.is_null() => Ok(self.no_boolean("condition", &condition)),
                    Some(false) | None => self.part(|| "'else'".to_owned(), otherwise),
                }
            }
            Boxed::Filter { list, slot, condition } => self.filter(list, *slot, condition),
            Boxed::For { slot, partial, list, body } => self.iterate(*slot, *partial, list, body),
            Boxed::Quantified { every, slot, list, body } => {
                self.quantified(*every, *slot, list, body)
            }
        }
    }

    /// Answers null, because something is neither a boolean nor null.
    fn no_boolean(&mut self, what: &str, found: &Value) -> Value {
        let message = format!("the {what} gives {}, no boolean", found.shown(100));
        self.env.warn_of_model(message);
        Value::Null
    }

    fn context(&mut self, entries: &[Entry], twice: Option<&Str>) -> Evaluated {
        let mut built = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some((name, slot)) = &entry.name else {
                let value = self.within(|| "result".to_owned(), |it| it.boxed(&entry.value))?;
                return self.fit(&entry.of, value, || "result".to_owned());
            };
            let place = || format!("entry '{name}'");
            let value = self.within(place, |it| it.boxed(&entry.value))?;
            let value = self.fit(&entry.of, value, place)?;
            self.set(*slot, value.clone());
            built.push((name.clone(), value));
        }
        if let Some(name) = twice {
            self.tell(|| lost("entries", name));
        }
        Ok(self.env.context(built)?)
    }

    fn relation(&mut self, columns: &[Str], rows: &[Vec<Boxed>]) -> Evaluated {
        let mut contexts = Vec::with_capacity(rows.len());
        for (number, row) in (1..).zip(rows) {
            let mut values = Vec::with_capacity(row.len());
            for (column, cell) in columns.iter().zip(row) {
                let place = || format!("row {number}, column '{column}'");
                values.push(self.part(place, cell)?);
            }
            contexts.push(self.env.context(columns.iter().cloned().zip(values))?);
        }
        Ok(self.env.list(contexts)?)
    }

    fn invocation(&mut self, function: &Boxed, name: &Str, bindings: &[(Str, Boxed)]) -> Evaluated {
        let function = self.boxed(function)?;
        let Value::Function(function) = function else {
            self.env.warn_of_model(format!("'{}' is no function", shown(name)));
            return Ok(Value::Null);
        };
        let mut arguments = vec![Value::Null; function.parameters().len()];
        for (parameter, value) in bindings {
            let place = || format!("parameter '{parameter}'");
            let value = self.within(place, |it| it.boxed(value))?;
            match function.parameters().iter().position(|it| it == parameter) {
                Some(at) => arguments[at] = value,
                None => {
                    let message = format!("'{}' has no parameter '{parameter}'", shown(name));
                    self.env.warn_of_model(message);
                    return Ok(Value::Null);
                }
            }
        }
        Ok(feel::invoke(&function, arguments, self.vars, self.env)?)
    }

    fn function(&mut self, definition: &Arc<Definition>) -> Evaluated {
        let parameters = definition
            .parameters
            .iter()
            .map(|(name, of)| (name.clone(), of.structure().clone()))
            .collect();
        let result = definition.of.structure().clone();
        let closure = Closure { definition: Arc::clone(definition), frame: self.frame.clone() };
        Ok(self.env.function(parameters, result, &self.frame, Arc::new(closure))?)
    }
}

/// What is lost where two things have one name.
pub(crate) fn lost(things: &str, name: &str) -> String {
    format!("two {things} are named '{name}', and the value of the first is lost")
}

/// Text of a model, cut off when it is long.
pub(crate) fn shown(text: &str) -> &str {
    match text.char_indices().nth(100) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

/// A boxed function with the frame it was defined in.
#[derive(Debug)]
struct Closure {
    definition: Arc<Definition>,
    frame: Vec<Value>,
}

impl Callable for Closure {
    fn call(
        &self,
        arguments: Vec<Value>,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Value, Failure> {
        self.definition
            .run(self.frame.clone(), arguments, &mut *env, vars)
            .map_err(Trouble::into_failure)
    }
}

impl Definition {
    /// Runs the function in a frame, whose slots for the parameters are filled here.
    pub(crate) fn run(
        &self,
        mut frame: Vec<Value>,
        arguments: Vec<Value>,
        env: &mut Env<'_>,
        vars: &dyn Variables,
    ) -> Evaluated {
        env.budget.steps(frame.len() as u64)?;
        frame.resize(frame.len().max(self.first + self.parameters.len()), Value::Null);
        let mut machine = Machine { vars, env, frame };
        if let Some(name) = &self.twice {
            machine.tell(|| lost("parameters", name));
        }
        for (ix, ((name, of), value)) in self.parameters.iter().zip(arguments).enumerate() {
            let missing = value.is_null();
            let value = machine.fit(of, value, || format!("parameter '{name}'"))?;
            if value.is_null() && !missing {
                return Ok(Value::Null);
            }
            machine.set(self.first + ix, value);
        }
        let value = machine.boxed(&self.body)?;
        machine.fit(&self.of, value, || "result".to_owned())
    }
}
