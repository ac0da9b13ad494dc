//! Complex gateways: whether the tokens that have come are enough for a start, and the reset.
//!
//! ```text
//! waits for its start ─▶ condition holds ─▶ takes a token of each flow that has one, goes on
//!        ▲                                        └─▶ waits for its reset: for a token of each
//!        └── takes these tokens, goes on again ◀──────── other flow on which one can still come
//! ```
//!
//! The condition is evaluated when a token comes, and once more when nothing else goes on in the
//! scope: an incident says then that the gateway would wait for ever. While an element instance of it
//! is active, a gateway does nothing else, and tokens wait. See `docs/0017-complex-gateways.md`.

use super::at::At;
use super::condition;
use super::expression::{Failure, Place};
use super::step::{Activate, Step, Terminate};
use super::{incident, join, termination};
use crate::ctx::Ctx;
use crate::state::instance::ElementInstance;
use bpmn::{Expression, Kind, Process};
use record::{
    Cause, CauseKind, ComplexGatewayEvent, ComplexGatewayIntent, ConditionEvaluation, Event,
    GatewayPhase, IncidentType, LOGIC_REFINED,
};
use value::Doc;
use value::msgpack::Writer;

/// How many tokens wait, as the activation condition calls it.
const COUNT: &str = "activationCount";
/// How many tokens wait on each flow, as it calls that.
const COUNTS: &str = "activationCounts";
/// Whether the gateway waits for its start, as all its conditions call it.
const WAITING_FOR_START: &str = "waitingForStart";

/// How an element takes the tokens that have come, when it may begin.
#[derive(Default)]
pub(crate) struct Taking {
    pub(crate) phase: GatewayPhase,
    pub(crate) conditions: Vec<ConditionEvaluation>,
    /// Why it cannot go on.
    pub(crate) failure: Option<Failure>,
}

/// Finds out what the complex gateway at `at` does with the tokens that have come; `None` if it waits.
pub(crate) fn turn(ctx: &mut Ctx<'_>, at: &At, cause: &Cause) -> Option<Taking> {
    let instance = ctx.state.instance(at.instance)?;
    let scope = instance.element(at.scope)?;
    if join::is_active(instance, at.scope, at.element) {
        return None;
    }
    if scope.awaiting_reset_of(at.element.0).is_some() {
        let goes = has_come_from_all(scope, at) || join::is_next(ctx, at);
        return goes.then(|| Taking { phase: GatewayPhase::Reset, ..Taking::default() });
    }
    // Nothing came: others went on, and it is asked whether they were the last.
    let is_last = cause.kind == CauseKind::Scope;
    let has_tokens = scope.arrivals_at(at.element.0).next().is_some();
    if !has_tokens || (is_last && !join::is_next(ctx, at)) {
        return None;
    }
    let place = Place { instance: at.instance, scope: at.scope };
    match is_enough(ctx, at, place) {
        Ok((true, conditions)) => {
            Some(Taking { phase: GatewayPhase::Start, conditions, failure: None })
        }
        Ok((false, conditions)) if is_last => Some(undecided(never_enough(ctx, at, conditions))),
        Ok((false, conditions)) => {
            let key = ctx.next_key();
            tell(ctx, at, key, ComplexGatewayIntent::Waiting, conditions);
            None
        }
        Err(failure) => Some(undecided(failure)),
    }
}

fn undecided(failure: Failure) -> Taking {
    let phase = GatewayPhase::Undecided;
    Taking { phase, conditions: Vec::new(), failure: Some(failure) }
}

/// True if a token has come on each flow since the gateway at `at` could start.
fn has_come_from_all(scope: &ElementInstance, at: &At) -> bool {
    let Kind::ComplexGateway(model) = &at.model().kind else { return false };
    let Some(started) = scope.awaiting_reset_of(at.element.0) else { return false };
    let has_come = |flow: u32| started.took_from(flow) || scope.has_token_on(flow);
    model.joins.iter().all(|it| has_come(it.flow.0))
}

/// Finds out whether the tokens that have come to the gateway at `at` are enough for a start: those
/// that wait, and those that an undecided element instance of it has taken.
fn is_enough(
    ctx: &mut Ctx<'_>,
    at: &At,
    place: Place,
) -> Result<(bool, Vec<ConditionEvaluation>), Failure> {
    let process = at.process.clone();
    // A gateway without condition has all it needs with any token.
    let Some(condition) = activation(&process, at) else { return Ok((true, Vec::new())) };
    let counts = ctx.state.element(at.instance, at.scope).map(|it| counts(it, at));
    let (holds, evaluation) = condition::of_completion(ctx, place, counts.as_ref(), condition)?;
    Ok((holds, vec![evaluation]))
}

fn activation<'a>(process: &'a Process, at: &At) -> Option<&'a Expression> {
    process.element(at.element)?.kind.activation()
}

/// What the activation condition sees besides variables.
fn counts(scope: &ElementInstance, at: &At) -> Doc {
    let taken = scope.awaiting_reset_of(at.element.0);
    let on = |flow: u32| {
        let waits = scope.arrivals_at(at.element.0).find(|it| it.flow == flow);
        let is_taken = taken.is_some_and(|it| it.took_from(flow));
        i64::from(waits.map_or(0, |it| it.tokens)) + i64::from(is_taken)
    };
    let into: Vec<_> = at.process.flows.iter().filter(|it| it.target == at.element).collect();
    let (mut total, mut each) = (0, Writer::new());
    each.map(into.len());
    for flow in into {
        let count = on(flow.ix.0);
        total += count;
        each.str(&flow.id).int(count);
    }
    let mut count = Writer::new();
    count.int(total);
    phase(true).set(COUNT, &count.into_bytes()).set(COUNTS, &each.into_bytes())
}

/// What the conditions of outgoing flows see besides variables.
pub(crate) fn phase(waiting_for_start: bool) -> Doc {
    let mut value = Writer::new();
    value.bool(waiting_for_start);
    Doc::empty().set(WAITING_FOR_START, &value.into_bytes())
}

/// The incident of tokens that will never be enough.
fn never_enough(ctx: &Ctx<'_>, at: &At, conditions: Vec<ConditionEvaluation>) -> Failure {
    let text = conditions.first().map(|it| it.expression.clone()).unwrap_or_default();
    // It may read nothing but the counts of tokens, which no variable changes.
    let way_out = if ctx.state.meta.logic() < LOGIC_REFINED {
        "Set the variables that it reads"
    } else {
        "Set the variables that it reads besides the counts of tokens, or activate an element before \
         the gateway by a modification"
    };
    let message = format!(
        "The activation condition '{text}' of the gateway '{}' is false, and nothing goes on that \
         could bring it another token. {way_out}, then resolve the incident.",
        at.model().id
    );
    Failure { conditions, ..Failure::new(IncidentType::ConditionError, message) }
}

/// Decides again whether what the element instance at `at` has taken is enough, if it is a gateway
/// that had not decided. Returns whether it goes on.
pub(crate) fn decide_again(ctx: &mut Ctx<'_>, at: &At) -> bool {
    let element = ctx.state.element(at.instance, at.element_instance);
    if element.is_none_or(|it| it.phase != GatewayPhase::Undecided) {
        return true;
    }
    let key = at.element_instance;
    let place = Place { instance: at.instance, scope: key };
    match is_enough(ctx, at, place) {
        Ok((true, conditions)) => {
            tell(ctx, at, key, ComplexGatewayIntent::Started, conditions);
            true
        }
        Ok((false, conditions)) => {
            tell(ctx, at, key, ComplexGatewayIntent::Returned, conditions);
            let cause = Cause { kind: CauseKind::Element, key, ..Cause::default() };
            let instance = at.instance;
            termination::terminate(ctx, &Terminate { instance, element_instance: key, cause });
            false
        }
        Err(failure) => {
            incident::create(ctx, at, failure);
            false
        }
    }
}

fn tell(
    ctx: &mut Ctx<'_>,
    at: &At,
    key: record::Key,
    intent: ComplexGatewayIntent,
    conditions: Vec<ConditionEvaluation>,
) {
    let (origin, flow_scope) = (at.origin(), at.scope);
    let event = ComplexGatewayEvent { intent, origin, flow_scope, conditions };
    ctx.emit(key, Event::ComplexGateway(event));
}

/// Asks the gateway at `at`, which has just gone on, about the tokens that came before it did: whether
/// they are enough for another start, or all that was missing for its reset.
pub(crate) fn ask_again(ctx: &mut Ctx<'_>, at: &At) {
    let Some(scope) = ctx.state.element(at.instance, at.scope) else { return };
    let is_reset = scope.awaiting_reset_of(at.element.0).is_some();
    let has_tokens = scope.arrivals_at(at.element.0).next().is_some();
    if !(if is_reset { has_come_from_all(scope, at) } else { has_tokens }) {
        return;
    }
    let kind = if is_reset { CauseKind::Scope } else { CauseKind::Element };
    let key = if is_reset { at.scope } else { at.element_instance };
    ctx.then(Step::Activate(Activate {
        instance: at.instance,
        scope: at.scope,
        element: at.element.0,
        from_flow: true,
        cause: Cause { kind, key, ..Cause::default() },
        variables: Doc::empty(),
        passed: at.passed,
    }));
}
