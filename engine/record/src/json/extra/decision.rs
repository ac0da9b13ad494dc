//! What an evaluation of a decision warned of, and why rules of its tables did not match.

use super::super::object::Object;
use crate::{DecisionEvaluationEvent, EvaluatedDecision, EvaluationWarning};

pub(super) fn has_any(event: &DecisionEvaluationEvent) -> bool {
    event.values_left_out > 0 || warns(event) || event.evaluated.iter().any(explains)
}

fn explains(decision: &EvaluatedDecision) -> bool {
    decision.has_unmatched_rules() || decision.unmatched_left_out
}

fn warns(event: &DecisionEvaluationEvent) -> bool {
    !event.warnings.is_empty() || event.warnings_left_out > 0
}

/// Rules and inputs are counted from 1, as in `value`.
pub(super) fn write(event: &DecisionEvaluationEvent, o: &mut Object<'_>) {
    let explained = event.evaluated.iter().filter(|it| explains(it));
    o.objects("decisions", explained, |decision, o| {
        o.text("decisionId", &decision.id);
        o.objects("unmatchedRules", decision.unmatched_rules(), |rule, o| {
            o.number("ruleIndex", rule.rule);
            o.number("inputIndex", rule.input);
        });
        o.flag("unmatchedRulesLeftOut", decision.unmatched_left_out);
    });
    o.number("valuesLeftOut", event.values_left_out);
    if warns(event) {
        o.objects("warnings", &event.warnings, warning);
        o.number("warningsLeftOut", event.warnings_left_out);
    }
}

fn warning(warning: &EvaluationWarning, o: &mut Object<'_>) {
    o.text("kind", &warning.kind);
    o.text("message", &warning.message);
    o.text("place", &warning.place);
}
