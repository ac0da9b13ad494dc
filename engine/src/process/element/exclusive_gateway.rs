//! Exclusive gateway: the first flow whose condition is true.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::expression::{self, Failure, Place, Visible};
use bpmn::{ElementIx, Expression, Flow};
use feel::Variables as _;
use record::{ConditionEvaluation, ConditionResult, IncidentType, VariableRead};

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
        conditions.push(evaluation(ctx, at, flow, condition));
        if taken.is_none() {
            let is_true = is_true(ctx, at, condition)?;
            let evaluation = &mut conditions[position];
            evaluation.taken = is_true;
            evaluation.result =
                if is_true { ConditionResult::True } else { ConditionResult::False };
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

fn is_true(ctx: &mut Ctx<'_>, at: &At, condition: &Expression) -> Result<bool, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place, None, condition, kind)?;
    result.value.as_bool().ok_or_else(|| expression::wrong_type(condition, "'BOOLEAN'", &result))
}

fn of_default(flow: &Flow) -> ConditionEvaluation {
    ConditionEvaluation {
        flow_id: flow.id.clone(),
        result: ConditionResult::Default,
        ..ConditionEvaluation::default()
    }
}

/// What Explain needs of one evaluation: the text and the variables it reads, within bounds.
fn evaluation(ctx: &Ctx<'_>, at: &At, flow: &Flow, condition: &Expression) -> ConditionEvaluation {
    let names = match condition {
        Expression::Feel(feel) => feel.program().variables(),
        Expression::Static(_) => &[],
    };
    let instance = ctx.state.instance(at.instance);
    let visible = Visible { overlay: None, instance, scope: at.element_instance };
    let reads = names
        .iter()
        .take(VariableRead::COUNT_MAX)
        .map(|name| {
            let value = visible.get(name).unwrap_or_default();
            let truncated = value.len() > VariableRead::BYTES_MAX;
            let value = if truncated { &[] } else { value };
            VariableRead { name: name.clone(), value: value.into(), truncated }
        })
        .collect();
    ConditionEvaluation {
        flow_id: flow.id.clone(),
        expression: condition.text().clone(),
        reads,
        reads_truncated: names.len() > VariableRead::COUNT_MAX,
        result: ConditionResult::NotEvaluated,
        taken: false,
    }
}

fn no_way(conditions: &[ConditionEvaluation]) -> Failure {
    let texts: Vec<String> =
        conditions.iter().map(|it| format!("'{}' to '{}'", it.expression, it.flow_id)).collect();
    Failure::new(
        IncidentType::ConditionError,
        format!(
            "No condition of the gateway is true and it has no default flow: {}. Set the \
             variables, then resolve the incident.",
            texts.join(", ")
        ),
    )
}
