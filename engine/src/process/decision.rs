//! Evaluating decisions.

mod kept;

use super::expression::{self, Place, Visible};
use crate::ctx::Ctx;
use crate::state::decision::Decision;
use record::{
    DecisionEvaluationEvent, DecisionEvaluationIntent, EvaluatedDecision, Key, LOGIC_REFINED,
    Origin,
};
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
    let is_refined = ctx.state.meta.logic() >= LOGIC_REFINED;
    env.reads_written_names = is_refined;
    env.tells_undeclared = is_refined;
    env.edition = expression::edition(ctx.state);
    let rules_max = if is_refined {
        EvaluatedDecision::RULES_EXPLAINED_MAX
    } else {
        EvaluatedDecision::RULES_EXPLAINED_MAX_FIRST
    };
    let result = model.explain(asked, rules_max, &variables, &mut env);
    ctx.seed = env.seed;
    let dropped = env.warnings_dropped();
    let warnings = std::mem::take(&mut env.warnings);

    let mut event = DecisionEvaluationEvent {
        decision: decision.deployed(),
        origin,
        variables: reads.given.clone(),
        ..DecisionEvaluationEvent::default()
    };
    let (mut reason, mut told) = (String::new(), String::new());
    let mut lost = Vec::new();
    let decisions = match result {
        Ok(evaluation) => {
            lost = kept::result(&mut event, &evaluation);
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
            if is_refined {
                expression::append_placed_warnings(&mut told, &warnings);
            } else {
                expression::append_warnings(&mut told, &warnings);
            }
            event.failure_message = format!("{reason}{told}").into();
            failure.decisions
        }
    };
    lost.extend(kept::decisions(&mut event, decisions, ctx.state, decision.deployment));
    // The message of a failure tells its warnings.
    if is_refined && event.intent == DecisionEvaluationIntent::Evaluated {
        kept::warnings(&mut event, &lost, &warnings, dropped);
    }
    Some(Evaluation { event, reason, warnings: told })
}
