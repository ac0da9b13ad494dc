//! Conditions of gateways and of completion: evaluated, and kept for Explain.

use super::at::At;
use super::expression::{self, Failure, Place, Visible};
use crate::ctx::Ctx;
use bpmn::{Expression, Flow};
use feel::Variables as _;
use record::{ConditionEvaluation, ConditionResult, IncidentType, LOGIC_REFINED, VariableRead};
use value::Doc;

/// Evaluates a condition of a gateway, which must be true or false, and notes what came of it. What
/// is in `seen` comes before the variables.
pub(crate) fn decided(
    ctx: &mut Ctx<'_>,
    at: &At,
    condition: &Expression,
    seen: Option<&Doc>,
    evaluation: &mut ConditionEvaluation,
) -> Result<bool, Failure> {
    let holds = holds(ctx, place(at), seen, condition);
    match holds {
        Ok(holds) => {
            evaluation.taken = holds;
            evaluation.result = if holds { ConditionResult::True } else { ConditionResult::False };
        }
        // By the first logic version it is told like one that was not evaluated.
        Err(_) if ctx.state.meta.logic() < LOGIC_REFINED => {}
        Err(_) => evaluation.result = ConditionResult::Invalid,
    }
    holds
}

fn place(at: &At) -> Place {
    Place { instance: at.instance, scope: at.element_instance }
}

fn holds(
    ctx: &mut Ctx<'_>,
    place: Place,
    overlay: Option<&Doc>,
    condition: &Expression,
) -> Result<bool, Failure> {
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place, overlay, condition, kind)?;
    result.value.as_bool().ok_or_else(|| expression::wrong_type(condition, "'BOOLEAN'", &result))
}

/// Evaluates a condition that belongs to no sequence flow, at a place where `overlay` comes before
/// the variables.
///
/// # Errors
/// An incident that tells what the condition read.
pub(crate) fn of_completion(
    ctx: &mut Ctx<'_>,
    place: Place,
    overlay: Option<&Doc>,
    condition: &Expression,
) -> Result<(bool, ConditionEvaluation), Failure> {
    let mut evaluation = unevaluated(ctx, place, overlay, condition);
    match holds(ctx, place, overlay, condition) {
        Ok(holds) => {
            evaluation.taken = holds;
            evaluation.result = if holds { ConditionResult::True } else { ConditionResult::False };
            Ok((holds, evaluation))
        }
        Err(failure) => {
            evaluation.result = ConditionResult::Invalid;
            Err(Failure { conditions: vec![evaluation], ..failure })
        }
    }
}

/// What Explain needs of the default flow.
pub(crate) fn of_default(flow: &Flow) -> ConditionEvaluation {
    ConditionEvaluation {
        flow_id: flow.id.clone(),
        result: ConditionResult::Default,
        ..ConditionEvaluation::default()
    }
}

/// What Explain needs of one evaluation: the text and the variables it reads, within bounds.
pub(crate) fn evaluation(
    ctx: &Ctx<'_>,
    at: &At,
    flow: &Flow,
    condition: &Expression,
    seen: Option<&Doc>,
) -> ConditionEvaluation {
    ConditionEvaluation { flow_id: flow.id.clone(), ..unevaluated(ctx, place(at), seen, condition) }
}

fn unevaluated(
    ctx: &Ctx<'_>,
    place: Place,
    overlay: Option<&Doc>,
    condition: &Expression,
) -> ConditionEvaluation {
    let names = match condition {
        Expression::Feel(feel) => feel.program().variables(),
        Expression::Static(_) => &[],
    };
    let instance = ctx.state.instance(place.instance);
    let visible = Visible { overlay, instance, scope: place.scope };
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
        expression: condition.text().clone(),
        reads,
        reads_truncated: names.len() > VariableRead::COUNT_MAX,
        result: ConditionResult::NotEvaluated,
        taken: false,
        ..ConditionEvaluation::default()
    }
}

/// The failure of a gateway without a way on.
pub(crate) fn no_way(conditions: &[ConditionEvaluation]) -> Failure {
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
