//! Why rules of a decision's tables did not match.

use super::super::object::Object;
use crate::{DecisionEvaluationEvent, EvaluatedDecision};

pub(super) fn has_any(event: &DecisionEvaluationEvent) -> bool {
    event.values_left_out > 0 || event.evaluated.iter().any(explains)
}

fn explains(decision: &EvaluatedDecision) -> bool {
    !decision.unmatched.is_empty() || decision.unmatched_left_out
}

/// Rules and inputs are counted from 1, as in `value`.
pub(super) fn write(event: &DecisionEvaluationEvent, o: &mut Object<'_>) {
    let explained = event.evaluated.iter().filter(|it| explains(it));
    o.objects("decisions", explained, |decision, o| {
        o.text("decisionId", &decision.id);
        o.objects("unmatchedRules", &decision.unmatched, |rule, o| {
            o.number("ruleIndex", rule.rule);
            o.number("inputIndex", rule.input);
        });
        o.flag("unmatchedRulesLeftOut", decision.unmatched_left_out);
    });
    o.number("valuesLeftOut", event.values_left_out);
}
