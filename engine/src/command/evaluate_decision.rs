//! Evaluate a decision, by key or the latest version by its id.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::decision::{self, Reads};
use crate::state::decision::Decision;
use record::{
    CommandIntent, DecisionEvaluated, EvaluateDecision, Event, Origin, RejectionType, Reply,
};
use std::sync::Arc;

/// A decision without a result is an answer, not a refusal.
pub(super) fn handle(ctx: &mut Ctx<'_>, command: &EvaluateDecision) -> Result<Answer, Refused> {
    let decision = find(ctx, command)?;
    let reads = Reads { place: None, given: &command.variables };
    let evaluation = decision::evaluate(ctx, &decision, reads, Origin::default());
    let Some(evaluation) = evaluation else {
        return Err(refuse(
            RejectionType::ProcessingError,
            CommandIntent::DecisionEvaluationEvaluate,
            format!(
                "The deployed decision '{}' can no longer be compiled. Deploy it again.",
                decision.id
            ),
        ));
    };
    let key = ctx.next_key();
    ctx.emit(key, Event::DecisionEvaluation(evaluation.event.clone()));
    let evaluation = Box::new(evaluation.event);
    Ok(Answer::Now(Reply::DecisionEvaluated(DecisionEvaluated { key, evaluation })))
}

fn find(ctx: &Ctx<'_>, command: &EvaluateDecision) -> Result<Arc<Decision>, Refused> {
    let (found, name) = if command.decision.is_none() {
        let id = &command.decision_id;
        (ctx.state.decisions.latest(id), format!("id '{id}'"))
    } else {
        let key = command.decision;
        (ctx.state.decisions.get(&key), format!("key '{key}'"))
    };
    found.cloned().ok_or_else(|| {
        refuse(
            RejectionType::NotFound,
            CommandIntent::DecisionEvaluationEvaluate,
            format!(
                "Expected to evaluate the decision with {name}, but no such decision is deployed. \
                 Deploy it first."
            ),
        )
    })
}
