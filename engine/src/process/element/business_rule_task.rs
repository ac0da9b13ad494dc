//! Business rule task: a decision whose result becomes a variable.

use super::next::Next;
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::process::decision::{self, Evaluation, Reads};
use crate::process::expression::{self, Failure, Place};
use crate::process::trigger;
use crate::state::decision::Decision;
use bpmn::{Binding, CalledDecision};
use record::{
    Cause, CauseKind, DecisionEvaluationEvent, DecisionEvaluationIntent, Event, IncidentType,
    LOGIC_REFINED,
};
use std::sync::Arc;
use value::{Doc, Str};

pub(super) fn activate(
    ctx: &mut Ctx<'_>,
    at: &At,
    called: &CalledDecision,
) -> Result<Next, Failure> {
    let place = Place { instance: at.instance, scope: at.element_instance };
    let id = expression::text(ctx, place, &called.decision_id)?;
    let decision = find(ctx, at, &id, &called.binding)?;
    let reads = Reads { place: Some(place), given: &Doc::empty() };
    let evaluation =
        decision::evaluate(ctx, &decision, reads, at.origin()).ok_or_else(|| unreadable(&id))?;
    let output = evaluation.event.output.clone();
    let is_failed = evaluation.event.intent == DecisionEvaluationIntent::Failed;
    let failure = is_failed.then(|| failed(ctx, at, &called.binding, &evaluation));
    let key = ctx.next_key();
    ctx.emit(key, Event::DecisionEvaluation(evaluation.event));
    if let Some(failure) = failure {
        return Err(failure);
    }
    let variables = Doc::empty().set(&called.result_variable, &output);
    let cause = Cause { kind: CauseKind::Element, key: at.element_instance, ..Cause::default() };
    trigger::trigger(ctx, at, at.element, variables, cause);
    Ok(Next::Wait)
}

/// The version of the decision that the task is bound to.
fn find(ctx: &Ctx<'_>, at: &At, id: &Str, binding: &Binding) -> Result<Arc<Decision>, Failure> {
    let deployment = ctx.state.deployment_of(at.definition);
    let found = ctx.state.decisions.bound(id, binding, deployment);
    found.cloned().ok_or_else(|| {
        let message = match binding {
            Binding::Latest => format!(
                "No decision with the id '{id}' is deployed. Deploy it, then resolve the incident."
            ),
            Binding::Deployment => format!(
                "No decision with the id '{id}' was deployed together with version {} of the \
                 process '{}', which asks for that one. Deploy both files together and start a \
                 new instance.",
                at.version, at.process.id
            ),
            Binding::VersionTag(tag) => format!(
                "No decision with the id '{id}' and the version tag '{tag}' is deployed. Deploy \
                 it, then resolve the incident."
            ),
        };
        Failure::new(IncidentType::CalledDecisionError, message)
    })
}

fn unreadable(id: &Str) -> Failure {
    let message = format!("The decision '{id}' can no longer be compiled. Deploy it again.");
    Failure::new(IncidentType::CalledDecisionError, message)
}

/// What the person sees who has to mend the data or the decision.
fn failed(ctx: &Ctx<'_>, at: &At, binding: &Binding, evaluation: &Evaluation) -> Failure {
    let Evaluation { event, reason, warnings } = evaluation;
    // The list of warnings has no end of its own, so it comes last. By the first logic version it
    // stands in the middle.
    let is_refined = ctx.state.meta.logic() >= LOGIC_REFINED;
    let (before, after) = if is_refined { ("", &**warnings) } else { (&**warnings, "") };
    // By the first logic version the way out is that of the binding to the latest version.
    let way_out = way_out(at, if is_refined { binding } else { &Binding::Latest });
    let decision = &event.decision;
    let message = format!(
        "The decision '{}' (version {}) has no result. It stopped in {reason}{before}{} Change the \
         variables it reads{way_out}{after}",
        decision.id,
        decision.version,
        inputs(event)
    );
    Failure::new(IncidentType::DecisionEvaluationError, message)
}

/// What else than other variables helps a decision that failed, by the version it is bound to.
fn way_out(at: &At, binding: &Binding) -> String {
    match binding {
        Binding::Latest => " or deploy a corrected version, then resolve the incident.".to_owned(),
        Binding::Deployment => format!(
            ", then resolve the incident. A corrected version is asked only if it is deployed \
             together with the process '{}': then migrate the instance to that version before you \
             resolve the incident.",
            at.process.id
        ),
        Binding::VersionTag(tag) => format!(
            " or deploy a corrected version with the version tag '{tag}', then resolve the incident."
        ),
    }
}

/// What the table that failed had read, as a sentence; empty if it was no table.
fn inputs(event: &DecisionEvaluationEvent) -> String {
    let Some(failed) = event.evaluated.last().filter(|it| !it.inputs.is_empty()) else {
        return String::new();
    };
    let shown = failed.inputs.iter().take(INPUTS_SHOWN_MAX).map(|it| {
        let mut value = value::json::value_to_json(&it.value);
        if let Some((end, _)) = value.char_indices().nth(INPUT_CHARS_MAX) {
            value.truncate(end);
            value.push('…');
        }
        format!("{} = {value}", it.name)
    });
    let shown: Vec<String> = shown.collect();
    let more = if failed.inputs.len() > INPUTS_SHOWN_MAX { " and more" } else { "" };
    format!(" Its inputs were {}{more}.", shown.join(", "))
}

/// How many inputs an incident's text names.
const INPUTS_SHOWN_MAX: usize = 5;
/// How many characters of each.
const INPUT_CHARS_MAX: usize = 100;
