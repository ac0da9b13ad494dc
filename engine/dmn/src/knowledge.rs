//! Business knowledge models as functions.
//!
//! A model that needs nothing but other models and services captures none of them: it finds them by
//! their places in the graph when it is called. So the functions hold each other at no depth, however
//! long a chain of requirements is, and only calls count.

use std::sync::Arc;

use feel::{Callable, Env, Failure, Value, Variables};

use crate::boxed::Definition;
use crate::graph::{Graph, Logic, UnitIx};
use crate::run;

/// The function of a model that captures nothing, nor does what it requires; made once in an
/// evaluation.
pub(crate) fn at(graph: &Arc<Graph>, ix: UnitIx, env: &mut Env<'_>) -> Result<Value, Failure> {
    let Logic::Knowledge(definition) = &graph.units[ix].element.logic else {
        return Ok(Value::Null);
    };
    env.made_at((address(graph), ix), |env| {
        function(definition, Knowledge { graph: Arc::clone(graph), ix, frame: None }, &[], env)
    })
}

/// The function of a model that keeps the values it requires.
pub(crate) fn capturing(
    graph: &Arc<Graph>,
    ix: UnitIx,
    definition: &Definition,
    frame: Vec<Value>,
    env: &mut Env<'_>,
) -> Result<Value, Failure> {
    let captured = frame.clone();
    let call = Knowledge { graph: Arc::clone(graph), ix, frame: Some(frame) };
    function(definition, call, &captured, env)
}

fn function(
    definition: &Definition,
    call: Knowledge,
    captured: &[Value],
    env: &mut Env<'_>,
) -> Result<Value, Failure> {
    let parameters = definition.parameters.iter();
    let parameters = parameters.map(|(name, of)| (name.clone(), of.structure().clone()));
    let result = definition.of.structure().clone();
    env.function(parameters.collect(), result, captured, Arc::new(call))
}

/// The same for as long as a function of the graph is there, which holds the graph.
fn address(graph: &Arc<Graph>) -> usize {
    Arc::as_ptr(graph).addr()
}

/// What a model requires that captures nothing, in its slots; made once in an evaluation.
fn required(graph: &Arc<Graph>, ix: UnitIx, env: &mut Env<'_>) -> Result<Vec<Value>, Failure> {
    // Behind the places of the functions.
    let place = (address(graph), graph.units.len() + ix);
    let frame = env.made_at(place, |env| {
        // It holds the graph, so that the address stays its own.
        at(graph, ix, env)?;
        let value_of = |need: UnitIx, env: &mut Env<'_>| match &graph.units[need].element.logic {
            Logic::Knowledge(_) => at(graph, need, env),
            Logic::Service { .. } => run::service(graph, need, env),
            Logic::Input { .. } | Logic::Decision { .. } => Ok(Value::Null),
        };
        let frame = run::frame(&graph.units[ix], env, value_of, |_| None)?;
        env.list(frame)
    })?;
    Ok(frame.as_list().map_or_else(Vec::new, |it| it.items().to_vec()))
}

/// A business knowledge model as a function.
#[derive(Debug)]
struct Knowledge {
    graph: Arc<Graph>,
    ix: UnitIx,
    /// The values it requires, if there are any but functions that stand in the graph.
    frame: Option<Vec<Value>>,
}

impl Callable for Knowledge {
    fn call(
        &self,
        arguments: Vec<Value>,
        vars: &dyn Variables,
        env: &mut Env<'_>,
    ) -> Result<Value, Failure> {
        let element = &self.graph.units[self.ix].element;
        let Logic::Knowledge(definition) = &element.logic else { return Ok(Value::Null) };
        let place = || format!("function '{}'", element.name);
        let first = env.warnings.len();
        let frame = match &self.frame {
            Some(frame) => Ok(frame.clone()),
            None => required(&self.graph, self.ix, env),
        };
        let result =
            frame.map_err(Into::into).and_then(|frame| definition.run(frame, arguments, env, vars));
        env.place_warnings(first, place);
        result.map_err(|it| it.within(place).into_failure())
    }
}
