//! Evaluating elements of a graph, each once and after what it requires.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feel::{Callable, Edition, Env, Failure, Value, Variables};
use value::Str;

use crate::evaluate::Machine;
use crate::graph::{Element, Fill, Graph, Logic, Unit, UnitIx};
use crate::knowledge;
use crate::result::EvaluatedDecision;
use crate::table::Audit;
use crate::trouble::Trouble;
use crate::types::from_json;

/// One evaluation of a part of the graph.
pub(crate) struct Run<'a, 'env> {
    pub(crate) graph: &'a Arc<Graph>,
    pub(crate) vars: &'a dyn Variables,
    pub(crate) env: &'a mut Env<'env>,
    pub(crate) values: BTreeMap<UnitIx, Value>,
    /// The knowledge models among them that captured nothing.
    alone: BTreeSet<UnitIx>,
    /// The largest table whose rules that do not match are noted; 0 for none.
    pub(crate) explained_max: usize,
    /// The decisions evaluated so far, required ones first.
    pub(crate) evaluated: Vec<EvaluatedDecision>,
}

impl<'a, 'env> Run<'a, 'env> {
    pub(crate) fn new(
        graph: &'a Arc<Graph>,
        vars: &'a dyn Variables,
        env: &'a mut Env<'env>,
    ) -> Self {
        let (values, alone) = (BTreeMap::new(), BTreeSet::new());
        Self { graph, vars, env, values, alone, explained_max: 0, evaluated: Vec::new() }
    }

    /// The value of an element, after the values of all that it requires. The graph has no
    /// cycles, so this ends.
    pub(crate) fn value(&mut self, root: UnitIx) -> Result<Value, Trouble> {
        let graph = Arc::clone(self.graph);
        let mut waiting = vec![root];
        while let Some(&ix) = waiting.last() {
            match self.advance(&graph, ix) {
                Ok(Some(missing)) => waiting.push(missing),
                Ok(None) => {
                    waiting.pop();
                }
                Err(trouble) if self.env.edition == Edition::First => return Err(trouble),
                Err(trouble) => return Err(required_by(trouble, &graph, &waiting)),
            }
        }
        Ok(self.values.get(&root).cloned().unwrap_or(Value::Null))
    }

    /// Computes an element, or answers another one that must be computed before.
    fn advance(&mut self, graph: &Graph, ix: UnitIx) -> Result<Option<UnitIx>, Trouble> {
        self.env.budget.steps(1)?;
        let unit = &graph.units[ix];
        if self.values.contains_key(&ix) {
            return Ok(None);
        }
        let first_missing = unit.before().iter().find(|it| !self.values.contains_key(it));
        if let Some(missing) = first_missing {
            return Ok(Some(*missing));
        }
        let value = self.compute(ix, unit)?;
        self.values.insert(ix, value);
        Ok(None)
    }

    /// The values of what an element requires, in their slots.
    fn frame(&mut self, unit: &Unit) -> Result<Vec<Value>, Trouble> {
        let values = &self.values;
        let of = |need, _: &mut Env<'_>| Ok(values.get(&need).cloned().unwrap_or(Value::Null));
        let vars = self.vars;
        let variable =
            |name: &str| vars.get(name).map(Value::from_msgpack).or_else(|| vars.value(name));
        Ok(frame(unit, self.env, of, variable)?)
    }

    fn compute(&mut self, ix: UnitIx, unit: &Unit) -> Result<Value, Trouble> {
        let element = &unit.element;
        match &element.logic {
            Logic::Input { read, of } => {
                let mut machine =
                    Machine { vars: self.vars, env: &mut *self.env, frame: Vec::new() };
                let value = machine.evaluate(read)?;
                let value = from_json(value, of.structure(), machine.env.edition);
                machine.fit(of, value, || format!("input '{}'", element.name))
            }
            Logic::Decision { .. } => self.decision(unit),
            Logic::Knowledge(definition) => {
                if self.stands_alone(unit) {
                    self.alone.insert(ix);
                    return Ok(knowledge::at(self.graph, ix, self.env)?);
                }
                let frame = self.frame(unit)?;
                Ok(knowledge::capturing(self.graph, ix, definition, frame, self.env)?)
            }
            Logic::Service { .. } => Ok(service(self.graph, ix, self.env)?),
        }
    }

    /// Whether a knowledge model needs no values but other functions that do not, so that these are
    /// found by their places in the graph. By the first edition every model captures what it requires.
    fn stands_alone(&self, unit: &Unit) -> bool {
        let mut needs = unit.element.fills.iter().zip(&unit.needs);
        self.env.edition >= Edition::Refined
            && needs.all(|(fill, need)| match &self.graph.units[*need].element.logic {
                Logic::Service { .. } => true,
                Logic::Knowledge(_) => self.alone.contains(need),
                Logic::Input { .. } | Logic::Decision { .. } => matches!(fill, Fill::Nothing),
            })
    }

    fn decision(&mut self, unit: &Unit) -> Result<Value, Trouble> {
        let element = Arc::clone(&unit.element);
        let Logic::Decision { body, of, declared, .. } = &element.logic else {
            return Ok(Value::Null);
        };
        let place = || format!("decision '{}'", element.name);
        let frame = self.frame(unit).map_err(|it| it.within(place))?;
        let mut machine = Machine { vars: self.vars, env: &mut *self.env, frame };
        let mut audit = Audit { explained_max: self.explained_max, ..Audit::default() };
        let first = machine.env.warnings.len();
        let result = match body {
            crate::boxed::Boxed::Table(table) => table.evaluate(&mut machine, &mut audit),
            body => machine.boxed(body),
        };
        if let Ok(value) = &result {
            machine.tell_mistyped(declared.as_ref(), value);
        }
        machine.env.place_warnings(first, place);
        let result = result.and_then(|value| machine.fit(of, value, place));
        let output = result.as_ref().map_or(Value::Null, Clone::clone);
        self.evaluated.push(EvaluatedDecision::new(&element, output, audit));
        result.map_err(|it| it.within(place))
    }

    /// The result of a service, whose parameters have values already; the caller tells of its
    /// warnings that they arose in it.
    pub(crate) fn service(&mut self, ix: UnitIx) -> Result<Value, Trouble> {
        let graph = Arc::clone(self.graph);
        let unit = &graph.units[ix];
        let Logic::Service { outputs, of } = &unit.element.logic else { return Ok(Value::Null) };
        let results = &unit.needs[..*outputs];
        let value = match results {
            [only] => self.value(*only)?,
            _ => {
                let mut entries = Vec::with_capacity(results.len());
                for need in results {
                    entries.push((graph.units[*need].element.name.clone(), self.value(*need)?));
                }
                self.env.context(entries)?
            }
        };
        let mut machine = Machine { vars: self.vars, env: &mut *self.env, frame: Vec::new() };
        machine.fit_inside(of, value, || format!("service '{}'", unit.element.name))
    }

    /// Gives the parameters of a service the values of variables with their names.
    pub(crate) fn take_parameters(&mut self, ix: UnitIx) -> Result<(), Trouble> {
        let graph = Arc::clone(self.graph);
        let unit = &graph.units[ix];
        let Logic::Service { outputs, .. } = &unit.element.logic else { return Ok(()) };
        for need in &unit.needs[*outputs..] {
            let parameter = &graph.units[*need];
            if let Logic::Decision { of, .. } = &parameter.element.logic {
                let name = &parameter.element.name;
                let value = self.vars.get(name).map(Value::from_msgpack);
                let value = value.or_else(|| self.vars.value(name)).unwrap_or(Value::Null);
                let value = from_json(value, of.structure(), self.env.edition);
                self.preset(*need, value)?;
            }
        }
        Ok(())
    }

    /// Gives an element a value instead of evaluating it.
    fn preset(&mut self, ix: UnitIx, value: Value) -> Result<(), Trouble> {
        let element = Arc::clone(&self.graph.units[ix].element);
        let of = match &element.logic {
            Logic::Decision { of, .. } | Logic::Input { of, .. } => of,
            Logic::Knowledge(_) | Logic::Service { .. } => return Ok(()),
        };
        let mut machine = Machine { vars: self.vars, env: &mut *self.env, frame: Vec::new() };
        let value = machine.fit(of, value, || format!("parameter '{}'", element.name))?;
        self.values.insert(ix, value);
        Ok(())
    }
}

/// The values of what an element requires, in their slots.
pub(crate) fn frame(
    unit: &Unit,
    env: &mut Env<'_>,
    value_of: impl Fn(UnitIx, &mut Env<'_>) -> Result<Value, Failure>,
    variable_of: impl Fn(&str) -> Option<Value>,
) -> Result<Vec<Value>, Failure> {
    let mut frame = vec![Value::Null; unit.element.frame_size];
    // Further names of a decision cost nothing.
    let further = |it: &Fill| if let Fill::Named(slots) = it { slots.len() - 1 } else { 0 };
    let further: usize = unit.element.fills.iter().map(further).sum();
    env.budget.steps((frame.len() - further) as u64)?;
    let mut imports: BTreeMap<usize, Vec<(Str, Value)>> = BTreeMap::new();
    for (fill, need) in unit.element.fills.iter().zip(&unit.needs) {
        match fill {
            Fill::Nothing => {}
            Fill::Slot(slot) => frame[*slot] = value_of(*need, env)?,
            Fill::Named(slots) => {
                let value = value_of(*need, env)?;
                for (slot, variable) in slots {
                    // By the first edition every name stood for the decision.
                    let variable = variable.as_ref().filter(|_| env.edition > Edition::First);
                    let hides = variable.and_then(|it| variable_of(it));
                    frame[*slot] = hides.unwrap_or_else(|| value.clone());
                }
            }
            Fill::Entry { slot, name } => {
                let entry = (name.clone(), value_of(*need, env)?);
                imports.entry(*slot).or_default().push(entry);
            }
        }
    }
    for (slot, entries) in imports {
        frame[slot] = env.context(entries)?;
    }
    Ok(frame)
}

/// A failure with the element that failed, if it is not told yet, and the decision that requires it.
fn required_by(trouble: Trouble, graph: &Graph, waiting: &[UnitIx]) -> Trouble {
    let element = |ix: &UnitIx| &*graph.units[*ix].element;
    let Some(failed) = waiting.last().map(element) else { return trouble };
    let name = &failed.name;
    let trouble = match failed.logic {
        Logic::Decision { .. } if trouble.place.is_empty() => {
            return trouble.within(|| format!("decision '{name}'"));
        }
        Logic::Decision { .. } => return trouble,
        Logic::Input { .. } => trouble.within(|| format!("input '{name}'")),
        Logic::Knowledge(_) => trouble.within(|| format!("function '{name}'")),
        Logic::Service { .. } => trouble.within(|| format!("service '{name}'")),
    };
    let is_decision = |it: &&Element| matches!(it.logic, Logic::Decision { .. });
    match waiting.iter().rev().map(element).find(is_decision) {
        Some(decision) => trouble.within(|| format!("decision '{}'", decision.name)),
        None => trouble,
    }
}

/// A decision service as a function value.
pub(crate) fn service(graph: &Arc<Graph>, ix: UnitIx, env: &mut Env<'_>) -> Result<Value, Failure> {
    let unit = &graph.units[ix];
    let needs = match &unit.element.logic {
        Logic::Service { outputs, .. } => &unit.needs[*outputs..],
        Logic::Input { .. } | Logic::Decision { .. } | Logic::Knowledge(_) => &[],
    };
    let parameter = |need: &UnitIx| {
        let needed = &graph.units[*need].element;
        let of = match &needed.logic {
            Logic::Input { of, .. } | Logic::Decision { of, .. } => of.structure().clone(),
            Logic::Knowledge(_) | Logic::Service { .. } => feel::Type::Any,
        };
        (needed.name.clone(), of)
    };
    let parameters = needs.iter().map(parameter).collect();
    let call = Service { graph: Arc::clone(graph), ix };
    env.function(parameters, feel::Type::Any, &[], Arc::new(call))
}

/// A decision service as a function.
#[derive(Debug)]
struct Service {
    graph: Arc<Graph>,
    ix: UnitIx,
}

impl Callable for Service {
    fn call(
        &self,
        arguments: Vec<Value>,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Value, Failure> {
        let unit = &self.graph.units[self.ix];
        let Logic::Service { outputs, .. } = &unit.element.logic else { return Ok(Value::Null) };
        let needs = &unit.needs[*outputs..];
        let name = |need: &UnitIx| self.graph.units[*need].element.name.clone();
        let given = needs.iter().map(name).zip(arguments.iter().cloned()).collect();
        let vars = Given { given, below: vars };
        let first = env.warnings.len();
        let mut run = Run::new(&self.graph, &vars, env);
        let mut result = Ok(());
        for (need, value) in needs.iter().zip(arguments) {
            result = result.and_then(|()| run.preset(*need, value));
        }
        let result = result.and_then(|()| run.service(self.ix));
        let place = || format!("service '{}'", unit.element.name);
        env.place_warnings(first, place);
        result.map_err(|it| it.within(place).into_failure())
    }
}

/// The arguments of a service in front of the variables.
struct Given<'v> {
    given: BTreeMap<Str, Value>,
    below: &'v dyn Variables,
}

impl Variables for Given<'_> {
    fn get(&self, name: &str) -> Option<&[u8]> {
        if self.given.contains_key(name) { None } else { self.below.get(name) }
    }

    fn value(&self, name: &str) -> Option<Value> {
        self.given.get(name).cloned().or_else(|| self.below.value(name))
    }
}
