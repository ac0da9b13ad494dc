//! Inclusive gateway: every flow whose condition is true.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::condition::{evaluation, is_true, no_way, of_default};
use crate::process::expression::Failure;
use bpmn::{ElementIx, Flow};
use record::{ConditionEvaluation, ConditionResult};

pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    default: Option<ElementIx>,
) -> Result<Next, Failure> {
    let process = at.process.clone();
    let flows: Vec<&Flow> = process.outgoing(at.model()).collect();
    match flows.as_slice() {
        [] => return Ok(Next::Fork { flows: Vec::new(), conditions: Vec::new() }),
        [only] if only.condition.is_none() => {
            return Ok(Next::Fork { flows: vec![only.ix], conditions: Vec::new() });
        }
        _ => {}
    }
    let mut conditions = Vec::with_capacity(flows.len());
    match choose(ctx, at, default, &flows, &mut conditions) {
        Ok(flows) => Ok(Next::Fork { flows, conditions }),
        Err(failure) => Err(Failure { conditions, ..failure }),
    }
}

/// The flows to take: all whose condition is true, else the default one. `conditions` gets one
/// evaluation per flow, up to one that fails.
fn choose(
    ctx: &mut Ctx<'_>,
    at: &At,
    default: Option<ElementIx>,
    flows: &[&Flow],
    conditions: &mut Vec<ConditionEvaluation>,
) -> Result<Vec<ElementIx>, Failure> {
    let mut taken = Vec::new();
    for flow in flows {
        let Some(condition) = flow.condition.as_ref().filter(|_| Some(flow.ix) != default) else {
            conditions.push(of_default(flow));
            continue;
        };
        let position = conditions.len();
        conditions.push(evaluation(ctx, at, flow, condition));
        let is_true = is_true(ctx, at, condition)?;
        let evaluation = &mut conditions[position];
        evaluation.taken = is_true;
        evaluation.result = if is_true { ConditionResult::True } else { ConditionResult::False };
        if is_true {
            taken.push(flow.ix);
        }
    }
    if taken.is_empty() {
        let way = default.ok_or_else(|| no_way(conditions))?;
        for (flow, evaluation) in flows.iter().zip(conditions) {
            evaluation.taken = flow.ix == way;
        }
        taken.push(way);
    }
    Ok(taken)
}
