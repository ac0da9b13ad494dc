//! Evaluating elements of a graph, each once and after what it requires.

use std::collections::BTreeMap;
use std::sync::Arc;

use feel::{Callable, Env, Failure, Value, Variables};
use value::Str;

use crate::boxed::Definition;
use crate::evaluate::Machine;
use crate::graph::{Element, Fill, Graph, Logic, Unit, UnitIx};
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
        Self { graph, vars, env, values: BTreeMap::new(), explained_max: 0, evaluated: Vec::new() }
    }

    /// The value of an element, after the values of all that it requires. The graph has no
    /// cycles, so this ends.
    pub(crate) fn value(&mut self, root: UnitIx) -> Result<Value, Trouble> {
        let graph = Arc::clone(self.graph);
        let mut waiting = vec![root];
        while let Some(&ix) = waiting.last() {
            self.env.budget.steps(1)?;
            let unit = &graph.units[ix];
            if self.values.contains_key(&ix) {
                waiting.pop();
                continue;
            }
            let first_missing = unit.before().iter().find(|it| !self.values.contains_key(it));
            if let Some(missing) = first_missing {
                waiting.push(*missing);
                continue;
            }
            let value = self.compute(ix, unit)?;
            self.values.insert(ix, value);
            waiting.pop();
        }
        Ok(self.values.get(&root).cloned().unwrap_or(Value::Null))
    }

    /// The values of what an element requires, in their slots.
    fn frame(&mut self, unit: &Unit) -> Result<Vec<Value>, Trouble> {
        let mut frame = vec![Value::Null; unit.element.frame_size];
        self.env.budget.steps(frame.len() as u64)?;
        let mut imports: BTreeMap<usize, Vec<(Str, Value)>> = BTreeMap::new();
        for (fill, need) in unit.element.fills.iter().zip(&unit.needs) {
            let value = self.values.get(need).cloned().unwrap_or(Value::Null);
            match fill {
                Fill::Nothing => {}
                Fill::Slot(slot) => frame[*slot] = value,
                Fill::Entry { slot, name } => {
                    imports.entry(*slot).or_default().push((name.clone(), value));
                }
            }
        }
        for (slot, entries) in imports {
            frame[slot] = self.env.context(entries)?;
        }
        Ok(frame)
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
                let frame = self.frame(unit)?;
                let call = Knowledge { element: Arc::clone(element), frame: frame.clone() };
                let parameters = definition.parameters.iter();
                let parameters =
                    parameters.map(|(name, of)| (name.clone(), of.structure().clone()));
                let result = definition.of.structure().clone();
                Ok(self.env.function(parameters.collect(), result, &frame, Arc::new(call))?)
            }
            Logic::Service { outputs, .. } => {
                let graph = Arc::clone(self.graph);
                let parameters: Vec<_> = unit.needs[*outputs..]
                    .iter()
                    .map(|need| {
                        let needed = &graph.units[*need].element;
                        let of = match &needed.logic {
                            Logic::Input { of, .. } | Logic::Decision { of, .. } => {
                                of.structure().clone()
                            }
                            Logic::Knowledge(_) | Logic::Service { .. } => feel::Type::Any,
                        };
                        (needed.name.clone(), of)
                    })
                    .collect();
                let call = Service { graph, ix };
                Ok(self.env.function(parameters, feel::Type::Any, &[], Arc::new(call))?)
            }
        }
    }

    fn decision(&mut self, unit: &Unit) -> Result<Value, Trouble> {
        let element = Arc::clone(&unit.element);
        let Logic::Decision { body, of, .. } = &element.logic else { return Ok(Value::Null) };
        let place = || format!("decision '{}'", element.name);
        let frame = self.frame(unit).map_err(|it| it.within(place))?;
        let mut machine = Machine { vars: self.vars, env: &mut *self.env, frame };
        let mut audit = Audit { explained_max: self.explained_max, ..Audit::default() };
        let first = machine.env.warnings.len();
        let result = match body {
            crate::boxed::Boxed::Table(table) => table.evaluate(&mut machine, &mut audit),
            body => machine.boxed(body),
        };
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

/// A business knowledge model as a function.
#[derive(Debug)]
struct Knowledge {
    element: Arc<Element>,
    frame: Vec<Value>,
}

impl Callable for Knowledge {
    fn call(
        &self,
        arguments: Vec<Value>,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Value, Failure> {
        let Logic::Knowledge(definition) = &self.element.logic else { return Ok(Value::Null) };
        let definition: &Definition = definition;
        let place = || format!("function '{}'", self.element.name);
        let first = env.warnings.len();
        let result = definition.run(self.frame.clone(), arguments, env, vars);
        env.place_warnings(first, place);
        result.map_err(|it| it.within(place).into_failure())
    }
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
