//! What is kept of an evaluation for people: values, the rules that matched, why the others did not,
//! and what was answered with null; each within bounds.

use crate::process::expression;
use crate::state::State;
use feel::{Value, Warning};
use record::{
    DecisionEvaluationEvent, DecisionType, EvaluatedDecision, EvaluatedInput, EvaluatedOutput,
    EvaluationWarning, Key, LOGIC_REFINED, MatchedRule, UnmatchedRule,
};
use std::sync::Arc;

/// Keeps the result. Answers a warning of each kind of value in it that becomes null.
pub(super) fn result(
    event: &mut DecisionEvaluationEvent,
    evaluation: &dmn::Evaluation,
) -> Vec<Warning> {
    let (output, lost) = expression::stored_with_loss(&evaluation.output);
    event.output = output.into();
    let name = evaluation.decisions.last().map_or(&event.decision.name, |it| &it.name);
    told(lost, name)
}

/// Keeps the decisions of a deployment. Answers a warning of each kind of value that becomes null in
/// the results of those that were required.
pub(super) fn decisions(
    event: &mut DecisionEvaluationEvent,
    decisions: Vec<dmn::EvaluatedDecision>,
    state: &State,
    deployment: Key,
) -> Vec<Warning> {
    let mut keeping = Keeping {
        state,
        deployment,
        bytes_left: DecisionEvaluationEvent::VALUES_BYTES_MAX,
        left_out: 0,
        failing_inputs_bytes_left: DecisionEvaluationEvent::FAILING_INPUTS_BYTES_MAX,
    };
    let mut warnings = Vec::new();
    let required = decisions.len().saturating_sub(1);
    for (ix, evaluated) in decisions.into_iter().enumerate() {
        let (output, lost) = keeping.value_with_loss(&evaluated.output);
        if ix < required {
            warnings.extend(told(lost, &evaluated.name));
        }
        event.evaluated.push(keeping.decision(evaluated, output));
    }
    event.values_left_out = keeping.left_out;
    warnings
}

/// Keeps warnings. `dropped` is how many more the evaluation had.
pub(super) fn warnings(
    event: &mut DecisionEvaluationEvent,
    lost: &[Warning],
    evaluation: &[Warning],
    dropped: u32,
) {
    let mut bytes_left = DecisionEvaluationEvent::WARNINGS_BYTES_MAX;
    event.warnings_left_out = dropped;
    // What comes behind as many says that there were more, which the number tells.
    let evaluation = evaluation.iter().take(feel::WARNINGS_MAX);
    for warning in lost.iter().chain(evaluation) {
        let message = warning.text();
        let left = bytes_left.checked_sub(message.len() + warning.place().len());
        match left.filter(|_| event.warnings.len() < DecisionEvaluationEvent::WARNINGS_MAX) {
            Some(left) => {
                bytes_left = left;
                event.warnings.push(EvaluationWarning {
                    kind: warning.kind().name().into(),
                    message: message.into(),
                    place: warning.place().into(),
                });
            }
            None => event.warnings_left_out = event.warnings_left_out.saturating_add(1),
        }
    }
}

/// What became null in the result of a decision, which is named as the evaluation itself does.
fn told(lost: feel::Lost, name: &str) -> Vec<Warning> {
    if lost == feel::Lost::default() {
        return Vec::new();
    }
    lost.warnings(&format!("decision '{name}'")).collect()
}

struct Keeping<'a> {
    state: &'a State,
    deployment: Key,
    bytes_left: usize,
    left_out: u32,
    failing_inputs_bytes_left: usize,
}

impl Keeping<'_> {
    fn decision(
        &mut self,
        evaluated: dmn::EvaluatedDecision,
        output: Arc<[u8]>,
    ) -> EvaluatedDecision {
        let deployed = self.state.decisions.deployed(&evaluated.id, self.deployment);
        let mut kept = EvaluatedDecision {
            key: deployed.map_or(Key::NONE, |it| it.key),
            version: deployed.map_or(0, |it| it.version),
            kind: kind(evaluated.kind),
            output,
            unmatched_left_out: evaluated.unmatched_left_out,
            ..EvaluatedDecision::default()
        };
        if self.state.meta.logic() >= LOGIC_REFINED {
            self.failing_inputs(&mut kept, &evaluated.failing_inputs);
        } else {
            let unmatched = evaluated.unmatched();
            kept.unmatched =
                unmatched.map(|it| UnmatchedRule { rule: it.number, input: it.input }).collect();
        }
        kept.inputs = evaluated.inputs.into_iter().map(|it| self.input(it)).collect();
        kept.matched = evaluated.matched.into_iter().map(|it| self.rule(it)).collect();
        kept.id = evaluated.id;
        kept.name = evaluated.name;
        kept
    }

    /// Why rules did not match, if there is room for it.
    fn failing_inputs(&mut self, kept: &mut EvaluatedDecision, inputs: &[u32]) {
        let packed = EvaluatedDecision::pack_failing_inputs(inputs);
        match self.failing_inputs_bytes_left.checked_sub(packed.len()) {
            Some(left) => {
                self.failing_inputs_bytes_left = left;
                kept.failing_inputs = packed;
            }
            None => kept.unmatched_left_out = true,
        }
    }

    fn input(&mut self, input: dmn::EvaluatedInput) -> EvaluatedInput {
        EvaluatedInput { value: self.value(&input.value), id: input.id, name: input.name }
    }

    fn rule(&mut self, rule: dmn::MatchedRule) -> MatchedRule {
        let outputs = rule.outputs.into_iter().map(|it| EvaluatedOutput {
            value: self.value(&it.value),
            id: it.id,
            name: it.name,
        });
        MatchedRule { outputs: outputs.collect(), id: rule.id, number: rule.number }
    }

    fn value(&mut self, value: &Value) -> Arc<[u8]> {
        self.value_with_loss(value).0
    }

    /// A value, if there is room for it, and what became null in it. Large ones are not even
    /// encoded: many columns may show the same one.
    fn value_with_loss(&mut self, value: &Value) -> (Arc<[u8]>, feel::Lost) {
        let encoded = if value.weight() > self.bytes_left as u64 {
            None
        } else {
            Some(expression::stored_with_loss(value)).filter(|it| it.0.len() <= self.bytes_left)
        };
        let Some((encoded, lost)) = encoded else {
            self.left_out += 1;
            return (Arc::default(), feel::Lost::default());
        };
        self.bytes_left -= encoded.len();
        (encoded.into(), lost)
    }
}

fn kind(kind: dmn::DecisionType) -> DecisionType {
    match kind {
        dmn::DecisionType::DecisionTable => DecisionType::DecisionTable,
        dmn::DecisionType::LiteralExpression => DecisionType::LiteralExpression,
        dmn::DecisionType::Context => DecisionType::Context,
        dmn::DecisionType::Invocation => DecisionType::Invocation,
        dmn::DecisionType::List => DecisionType::List,
        dmn::DecisionType::Relation => DecisionType::Relation,
        dmn::DecisionType::Other | dmn::DecisionType::Empty => DecisionType::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::LOGIC;

    /// A table of as many rules as one may have, none of which fails like its neighbors.
    fn table() -> dmn::EvaluatedDecision {
        let rules = u32::try_from(EvaluatedDecision::RULES_EXPLAINED_MAX).unwrap();
        dmn::EvaluatedDecision {
            id: "t".into(),
            name: "T".into(),
            kind: dmn::DecisionType::DecisionTable,
            output: Value::Null,
            inputs: Vec::new(),
            matched: Vec::new(),
            failing_inputs: (0..rules).map(|it| it % 2 + 1).collect(),
            unmatched_left_out: false,
        }
    }

    #[test]
    fn very_many_rules_of_large_tables_are_left_out_and_the_tables_say_so() {
        let mut state = State::new(1);
        state.meta.raised_logic = LOGIC;
        let mut event = DecisionEvaluationEvent::default();
        decisions(&mut event, (0..17).map(|_| table()).collect(), &state, Key::NONE);
        let explained: Vec<(usize, bool)> = event
            .evaluated
            .iter()
            .map(|it| (it.unmatched_rules().count(), it.unmatched_left_out))
            .collect();
        let (all, rest) = explained.split_at(16);
        assert!(all.iter().all(|it| *it == (16_384, false)), "{all:?}");
        assert_eq!(rest, [(0, true)]);
        let kept: usize = event.evaluated.iter().map(|it| it.failing_inputs.len()).sum();
        assert_eq!(kept, DecisionEvaluationEvent::FAILING_INPUTS_BYTES_MAX);
    }
}
