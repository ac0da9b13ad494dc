//! Exclusive gateway: the first flow whose condition is true.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::condition::{decided, evaluation, no_way, of_default};
use crate::process::expression::Failure;
use bpmn::{ElementIx, Flow};
use record::ConditionEvaluation;

pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    default: Option<ElementIx>,
) -> Result<Next, Failure> {
    let process = at.process.clone();
    let flows: Vec<&Flow> = process.outgoing(at.model()).collect();
    if let [only] = flows.as_slice()
        && only.condition.is_none()
    {
        return Ok(Next::Leave { flow: Some(only.ix), conditions: Vec::new() });
    }
    if flows.is_empty() {
        return Ok(Next::Leave { flow: None, conditions: Vec::new() });
    }
    let mut conditions = Vec::with_capacity(flows.len());
    match choose(ctx, at, default, &flows, &mut conditions) {
        Ok(way) => Ok(Next::Leave { flow: Some(way), conditions }),
        Err(failure) => Err(Failure { conditions, ..failure }),
    }
}

/// The flow to take. `conditions` gets one evaluation per flow, up to one that fails.
fn choose(
    ctx: &mut Ctx<'_>,
    at: &At,
    default: Option<ElementIx>,
    flows: &[&Flow],
    conditions: &mut Vec<ConditionEvaluation>,
) -> Result<ElementIx, Failure> {
    let mut taken = None;
    for flow in flows {
        let Some(condition) = flow.condition.as_ref().filter(|_| Some(flow.ix) != default) else {
            conditions.push(of_default(flow));
            continue;
        };
        let position = conditions.len();
        conditions.push(evaluation(ctx, at, flow, condition, None));
        if taken.is_none() {
            let is_true = decided(ctx, at, condition, None, &mut conditions[position])?;
            taken = is_true.then_some(flow.ix);
        }
    }
    let way = taken.or(default).ok_or_else(|| no_way(conditions))?;
    if taken.is_none() {
        for (flow, evaluation) in flows.iter().zip(conditions) {
            evaluation.taken = flow.ix == way;
        }
    }
    Ok(way)
}
