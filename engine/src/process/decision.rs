//! Evaluating decisions, and what is kept of it: values, the rules that matched, and why the others
//! did not.

use super::expression::{self, Place, Visible};
use crate::ctx::Ctx;
use crate::state::State;
use crate::state::decision::Decision;
use feel::Value;
use record::{
    DecisionEvaluationEvent, DecisionEvaluationIntent, DecisionType, EvaluatedDecision,
    EvaluatedInput, EvaluatedOutput, Key, LOGIC_REFINED, MatchedRule, Origin, UnmatchedRule,
};
use std::sync::Arc;
use value::Doc;

/// Where a decision finds its variables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reads<'a> {
    /// Those of an element instance and the scopes around it.
    pub(crate) place: Option<Place>,
    /// Nearest of all: those that a client gave.
    pub(crate) given: &'a Doc,
}

/// An evaluation whose event is still to be emitted.
#[derive(Debug)]
pub(crate) struct Evaluation {
    pub(crate) event: DecisionEvaluationEvent,
    /// Where it failed and why, without the warnings; empty if it has a result.
    pub(crate) reason: String,
    /// The warnings of a failure as its message lists them; empty if there are none.
    pub(crate) warnings: String,
}

/// Evaluates a decision after those it requires. The event is still to be emitted.
///
/// `None` only if the deployed file can no longer be compiled, which stops the partition.
pub(crate) fn evaluate(
    ctx: &mut Ctx<'_>,
    decision: &Decision,
    reads: Reads<'_>,
    origin: Origin,
) -> Option<Evaluation> {
    let model = ctx.models.get(ctx.state, decision.requirements)?;
    let asked = model.decision(&decision.id)?;
    let instance = reads.place.and_then(|it| ctx.state.instance(it.instance));
    let scope = reads.place.map_or(Key::NONE, |it| it.scope);
    let variables = Visible { overlay: Some(reads.given), instance, scope };
    let mut env = feel::Env::new(ctx.now, ctx.zone, ctx.seed, &mut ctx.budget);
    env.reads_written_names = ctx.state.meta.logic() >= LOGIC_REFINED;
    env.edition = expression::edition(ctx.state);
    let rules_max = EvaluatedDecision::RULES_EXPLAINED_MAX;
    let result = model.explain(asked, rules_max, &variables, &mut env);
    ctx.seed = env.seed;
    let warnings = std::mem::take(&mut env.warnings);

    let mut event = DecisionEvaluationEvent {
        decision: decision.deployed(),
        origin,
        variables: reads.given.clone(),
        ..DecisionEvaluationEvent::default()
    };
    let (mut reason, mut told) = (String::new(), String::new());
    let decisions = match result {
        Ok(evaluation) => {
            event.output = expression::stored(&evaluation.output).into();
            evaluation.decisions
        }
        Err(failure) => {
            event.intent = DecisionEvaluationIntent::Failed;
            event.failed_decision_id = failure.decision_id.unwrap_or_else(|| decision.id.clone());
            reason = format!("{}.", failure.message.trim_end_matches('.'));
            if let feel::Failure::Budget { resource, .. } = failure.failure {
                ctx.budget_is_spent = true;
                reason.push_str(expression::budget_advice(ctx.state, resource));
            }
            // By the first logic version warnings do not say where they arose.
            if ctx.state.meta.logic() >= LOGIC_REFINED {
                expression::append_placed_warnings(&mut told, &warnings);
            } else {
                expression::append_warnings(&mut told, &warnings);
            }
            event.failure_message = format!("{reason}{told}").into();
            failure.decisions
        }
    };
    let mut keeping = Keeping { state: ctx.state, bytes_left: BYTES_MAX, left_out: 0 };
    event.evaluated =
        decisions.into_iter().map(|it| keeping.decision(it, decision.deployment)).collect();
    event.values_left_out = keeping.left_out;
    Some(Evaluation { event, reason, warnings: told })
}

const BYTES_MAX: usize = DecisionEvaluationEvent::VALUES_BYTES_MAX;

/// What is kept of an evaluation, within bounds.
struct Keeping<'a> {
    state: &'a State,
    bytes_left: usize,
    left_out: u32,
}

impl Keeping<'_> {
    fn decision(
        &mut self,
        evaluated: dmn::EvaluatedDecision,
        deployment: Key,
    ) -> EvaluatedDecision {
        let deployed = self.state.decisions.deployed(&evaluated.id, deployment);
        let unmatched = evaluated.unmatched.into_iter();
        EvaluatedDecision {
            key: deployed.map_or(Key::NONE, |it| it.key),
            version: deployed.map_or(0, |it| it.version),
            kind: kind(evaluated.kind),
            output: self.value(&evaluated.output),
            inputs: evaluated.inputs.into_iter().map(|it| self.input(it)).collect(),
            matched: evaluated.matched.into_iter().map(|it| self.rule(it)).collect(),
            unmatched: unmatched
                .map(|it| UnmatchedRule { rule: it.number, input: it.input })
                .collect(),
            unmatched_left_out: evaluated.unmatched_left_out,
            id: evaluated.id,
            name: evaluated.name,
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

    /// A value, if there is room for it. Large ones are not even encoded: many columns may show the
    /// same one.
    fn value(&mut self, value: &Value) -> Arc<[u8]> {
        let encoded = if value.weight() > self.bytes_left as u64 {
            None
        } else {
            Some(expression::stored(value)).filter(|it| it.len() <= self.bytes_left)
        };
        let Some(encoded) = encoded else {
            self.left_out += 1;
            return Arc::default();
        };
        self.bytes_left -= encoded.len();
        encoded.into()
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
