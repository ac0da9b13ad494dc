//! Conditions of gateways: evaluated, and kept for Explain.

use super::at::At;
use super::expression::{self, Failure, Place, Visible};
use crate::ctx::Ctx;
use bpmn::{Expression, Flow};
use feel::Variables as _;
use record::{ConditionEvaluation, ConditionResult, IncidentType, VariableRead};

/// Evaluates a condition, which must be true or false.
pub(crate) fn is_true(ctx: &mut Ctx<'_>, at: &At, condition: &Expression) -> Result<bool, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let kind = IncidentType::ExtractValueError;
    let result = expression::evaluate(ctx, place, None, condition, kind)?;
    result.value.as_bool().ok_or_else(|| expression::wrong_type(condition, "'BOOLEAN'", &result))
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
) -> ConditionEvaluation {
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
