//! Evaluate the conditional start events of processes: each whose condition holds starts an instance.

use super::answer::Answer;
use crate::ctx::{Ctx, Refused, refuse};
use crate::process::condition;
use crate::process::expression::{Place, budget_advice};
use crate::process::instance::{Beginning, begin};
use crate::state::instance::Caller;
use bpmn::{Condition, ElementIx, Process};
use feel::Resource;
use record::{
    Cause, CauseKind, CommandIntent, ConditionEvaluation, ConditionalEvaluated, ConditionalEvent,
    ConditionalIntent, Envelope, EvaluateConditional, Event, InstanceCreated, Key, LOGIC_REFINED,
    Labels, Origin, RejectionType, Reply,
};
use std::sync::Arc;
use value::{Doc, Str};

const INTENT: CommandIntent = CommandIntent::ConditionalEvaluationEvaluate;

pub(super) fn handle(
    ctx: &mut Ctx<'_>,
    envelope: &Envelope,
    command: &EvaluateConditional,
) -> Result<Answer, Refused> {
    let mut conditions = Vec::new();
    let mut holding = Vec::new();
    for definition in definitions(ctx, command.definition)? {
        let Some(process) = ctx.graph(definition) else { continue };
        for (event, condition) in process.condition_starts() {
            if !may_hold(condition, &command.variables) {
                continue;
            }
            let (holds, evaluation) = evaluate(ctx, condition, &command.variables)?;
            conditions.push(ConditionEvaluation { flow_id: event.id.clone(), ..evaluation });
            if holds {
                holding.push((definition, process.clone(), event.ix));
            }
        }
    }
    let key = ctx.next_key();
    let started: Vec<_> = holding
        .iter()
        .map(|(definition, process, _)| InstanceCreated {
            definition: *definition,
            process_id: process.id.clone(),
            version: ctx.state.definitions.get(definition).map_or(0, |it| it.version),
            instance: ctx.next_key(),
            labels: Labels::default(),
        })
        .collect();
    let event = ConditionalEvent {
        intent: ConditionalIntent::Evaluated,
        origin: Origin { definition: command.definition, ..Origin::default() },
        conditions,
        variables: command.variables.clone(),
        started: started.clone(),
        ..ConditionalEvent::default()
    };
    ctx.emit(key, Event::ConditionalSubscription(event));
    let cause = Cause {
        kind: CauseKind::Condition,
        key,
        principal: envelope.principal.clone(),
        reason: envelope.reason.clone(),
    };
    for (created, (_, process, start)) in started.iter().zip(holding) {
        start_one(ctx, created, (process, start), cause.clone(), &command.variables);
    }
    Ok(Answer::Now(Reply::ConditionalEvaluated(ConditionalEvaluated { key, started })))
}

/// The definitions whose start events are meant: one, or the latest of each process.
fn definitions(ctx: &Ctx<'_>, wanted: Key) -> Result<Vec<Key>, Refused> {
    if wanted.is_none() {
        let definitions = &ctx.state.definitions;
        let latest =
            ctx.state.condition_starts.iter().filter_map(|(id, ())| definitions.latest(id));
        return Ok(latest.filter(|it| it.summary.has_condition_starts).map(|it| it.key).collect());
    }
    if ctx.state.definitions.current(&wanted).is_some() {
        return Ok(vec![wanted]);
    }
    Err(refuse(
        RejectionType::NotFound,
        INTENT,
        format!(
            "Expected to evaluate the conditional start events of the process definition with key \
             '{wanted}', but no such process definition was found. Deploy it first."
        ),
    ))
}

/// False if the condition counts only variables of which none is given.
fn may_hold(condition: &Condition, given: &Doc) -> bool {
    condition.variables.is_empty() || condition.variables.iter().any(|it| given.contains(it))
}

/// Evaluates a condition; one that cannot be evaluated does not hold.
fn evaluate(
    ctx: &mut Ctx<'_>,
    condition: &Condition,
    given: &Doc,
) -> Result<(bool, ConditionEvaluation), Refused> {
    let nowhere = Place { instance: Key::NONE, scope: Key::NONE };
    match condition::of_completion(ctx, nowhere, Some(given), &condition.expression) {
        Ok(found) => Ok(found),
        Err(failure) if ctx.budget_is_spent => {
            let told = format!(
                "The conditional start events could not all be evaluated: the condition '{}' has \
                 spent what expressions of one command may use.",
                condition.expression.text()
            );
            // By the first logic version the advice was the same whatever ran out.
            let message = if ctx.state.meta.logic() < LOGIC_REFINED {
                format!("{told}{}", budget_advice(ctx.state, Resource::Steps))
            } else {
                format!("{told} {}", failure.message)
            };
            Err(refuse(RejectionType::ResourceExhausted, INTENT, message))
        }
        Err(failure) => Ok((false, failure.conditions.into_iter().next().unwrap_or_default())),
    }
}

fn start_one(
    ctx: &mut Ctx<'_>,
    created: &InstanceCreated,
    (process, start): (Arc<Process>, ElementIx),
    cause: Cause,
    variables: &Doc,
) {
    let beginning = Beginning {
        definition: created.definition,
        version: created.version,
        process,
        instance: created.instance,
        start,
        cause,
        variables: variables.clone(),
        start_lock: Str::default(),
        caller: Caller::default(),
        labels: Labels::default(),
    };
    begin(ctx, beginning);
}
