//! Inclusive gateway: every flow whose condition is true.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::condition::{decided, evaluation, no_way, of_default};
use crate::process::expression::Failure;
use bpmn::{ElementIx, Flow};
use record::ConditionEvaluation;
use value::Doc;

/// How flows are chosen.
pub(super) struct Ways<'a> {
    /// The flow taken when no condition holds.
    pub(super) default: Option<ElementIx>,
    /// What conditions see besides variables.
    pub(super) seen: Option<&'a Doc>,
    /// Whether a flow is taken for its own condition only, so that perhaps none is.
    pub(super) only_conditions: bool,
}

pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    default: Option<ElementIx>,
) -> Result<Next, Failure> {
    fork(ctx, at, &Ways { default, seen: None, only_conditions: false })
}

/// Takes all flows whose condition is true.
pub(super) fn fork(ctx: &mut Ctx<'_>, at: &At, ways: &Ways<'_>) -> Result<Next, Failure> {
    let process = at.process.clone();
    let flows: Vec<&Flow> = process.outgoing(at.model()).collect();
    match flows.as_slice() {
        [] => return Ok(Next::Fork { flows: Vec::new(), conditions: Vec::new() }),
        [only] if only.condition.is_none() => {
            let flows = if ways.only_conditions { Vec::new() } else { vec![only.ix] };
            return Ok(Next::Fork { flows, conditions: Vec::new() });
        }
        _ => {}
    }
    let mut conditions = Vec::with_capacity(flows.len());
    match choose(ctx, at, ways, &flows, &mut conditions) {
        Ok(flows) => Ok(Next::Fork { flows, conditions }),
        Err(failure) => Err(Failure { conditions, ..failure }),
    }
}

/// The flows to take: all whose condition is true, else the default one. `conditions` gets one
/// evaluation per flow, up to one that fails.
fn choose(
    ctx: &mut Ctx<'_>,
    at: &At,
    ways: &Ways<'_>,
    flows: &[&Flow],
    conditions: &mut Vec<ConditionEvaluation>,
) -> Result<Vec<ElementIx>, Failure> {
    let default = ways.default;
    let mut taken = Vec::new();
    for flow in flows {
        let Some(condition) = flow.condition.as_ref().filter(|_| Some(flow.ix) != default) else {
            conditions.push(of_default(flow));
            continue;
        };
        let position = conditions.len();
        conditions.push(evaluation(ctx, at, flow, condition, ways.seen));
        let is_true = decided(ctx, at, condition, ways.seen, &mut conditions[position])?;
        if is_true {
            taken.push(flow.ix);
        }
    }
    if taken.is_empty() && !ways.only_conditions {
        let way = default.ok_or_else(|| no_way(conditions))?;
        for (flow, evaluation) in flows.iter().zip(conditions) {
            evaluation.taken = flow.ix == way;
        }
        taken.push(way);
    }
    Ok(taken)
}
