//! Activities with a loop marker: a body as of a multi-instance activity, and one instance inside it
//! after the other, while the condition holds (BPMN 2.0.2 §13.3.6).
//!
//! ```text
//!          ┌────────────── true ──────────────┐
//! body ─▶ round: mappings, work ─▶ outputs ─▶ condition ─ false ─▶ body completes
//! ```
//!
//! What a round maps out moves to the body and beyond, as with an activity that runs once: the
//! condition reads it there. `loopCounter` is the number of the round that ended, 0 before the first.

use super::at::At;
use super::condition;
use super::expression::{Failure, Place};
use super::multi_instance::{LOOP_COUNTER, number_value};
use super::step::Step;
use super::{flow, subscribe};
use crate::ctx::Ctx;
use bpmn::StandardLoop;
use record::{ConditionEvaluation, Event, MultiInstanceEvent, MultiInstanceIntent};
use value::Doc;

/// Activates the body at `at`, after asking the condition if that comes before the first round.
pub(super) fn activate(ctx: &mut Ctx<'_>, at: &At, model: &StandardLoop) -> Result<(), Failure> {
    let (begins, conditions) = if model.tests_before {
        let place = Place { instance: at.instance, scope: at.element_instance };
        ask(ctx, place, 0, model)?
    } else {
        (true, Vec::new())
    };
    subscribe::open_boundary(ctx, at)?;
    let event = MultiInstanceEvent {
        intent: MultiInstanceIntent::LoopEntered,
        origin: at.origin(),
        count: if begins { model.maximum.unwrap_or(u32::MAX) } else { 0 },
        is_sequential: true,
        ..MultiInstanceEvent::default()
    };
    ctx.emit(at.element_instance, Event::MultiInstance(event));
    let activated = record::ProcessInstanceIntent::ElementActivated;
    flow::explain(ctx, at, activated, None, conditions);
    ctx.then(if begins { Step::BeginNext(at.step()) } else { Step::Complete(at.step()) });
    Ok(())
}

/// Whether another round follows the one at `at`. After the last that there may be, the condition is
/// not asked.
pub(super) fn goes_on(
    ctx: &mut Ctx<'_>,
    at: &At,
    model: &StandardLoop,
) -> Result<(bool, Vec<ConditionEvaluation>), Failure> {
    let body = ctx.state.element(at.instance, at.scope).and_then(|it| it.body.as_ref());
    if !body.is_some_and(|it| it.has_more()) {
        return Ok((true, Vec::new()));
    }
    let round = ctx.state.element(at.instance, at.element_instance).map_or(0, |it| it.loop_counter);
    ask(ctx, Place { instance: at.instance, scope: at.scope }, round, model)
}

/// Whether the condition holds in the body, after so many rounds.
fn ask(
    ctx: &mut Ctx<'_>,
    place: Place,
    rounds: u32,
    model: &StandardLoop,
) -> Result<(bool, Vec<ConditionEvaluation>), Failure> {
    let Some(expression) = &model.condition else { return Ok((true, Vec::new())) };
    let rounds = Doc::empty().set(LOOP_COUNTER, &number_value(rounds));
    let (holds, evaluation) = condition::of_completion(ctx, place, Some(&rounds), expression)?;
    Ok((holds, vec![evaluation]))
}
