//! Tokens that wait at joining gateways: each goes on waiting on the flow that its flow becomes. So
//! do complex gateways that have started.

use super::mapping::Mapping;
use super::{Obstacle, check};
use crate::ctx::Ctx;
use crate::process::at::At;
use crate::state::instance::{ElementInstance, Instance};
use crate::state::tokens::Arrival;
use bpmn::{Element, ElementIx, Flow};
use record::{
    AwaitingReset, Cause, ElementType, Event, EventType, JoinedFlow, Key, ProcessInstanceEvent,
    ProcessInstanceIntent,
};
use std::collections::{BTreeMap, BTreeSet};

/// Tokens that wait on one flow.
#[derive(Debug)]
pub(super) struct Moved {
    pub(super) scope: Key,
    /// The gateway in the target.
    pub(super) gateway: ElementIx,
    tokens: u32,
    from: ElementIx,
    to: ElementIx,
}

/// Finds out on which flows tokens go on waiting.
pub(super) fn plan(instance: &Instance, mapping: &Mapping) -> Result<Vec<Moved>, Obstacle> {
    let mut moved = Vec::new();
    for scope in instance.elements.iter() {
        let mut taken = BTreeSet::new();
        for arrival in &scope.arrivals {
            let to = place(scope, arrival, mapping)?;
            if !taken.insert(to.ix) {
                return Err(Obstacle::state(format!(
                    "two sequence flows with tokens cannot both become '{}'",
                    to.id
                )));
            }
            moved.push(Moved {
                scope: scope.key,
                gateway: to.target,
                tokens: arrival.tokens,
                from: ElementIx(arrival.flow),
                to: to.ix,
            });
        }
    }
    Ok(moved)
}

fn place<'a>(
    scope: &ElementInstance,
    arrival: &Arrival,
    mapping: &'a Mapping,
) -> Result<&'a Flow, Obstacle> {
    let id = mapping.source_id(arrival.gateway);
    let target = gateway(scope, arrival.gateway, mapping, "a token waits at")?;
    let flow = mapping.source.flow(ElementIx(arrival.flow));
    let becomes = flow.and_then(|it| counterpart(it, target, mapping));
    becomes.filter(|it| it.target == target.ix).ok_or_else(|| {
        let flow = flow.map_or("", |it| &*it.id);
        Obstacle::state(format!(
            "a token waits on sequence flow '{flow}' into gateway '{id}', and it is not clear \
             which flow into '{}' that becomes; map it, too",
            target.id
        ))
    })
}

/// What becomes of a gateway at which something waits.
fn gateway<'a>(
    scope: &ElementInstance,
    gateway: u32,
    mapping: &'a Mapping,
    what: &str,
) -> Result<&'a Element, Obstacle> {
    let source = mapping.source.element(ElementIx(gateway));
    let (Some(source), Some(target)) = (source, mapping.target(gateway)) else {
        let id = mapping.source_id(gateway);
        let why = format!("{what} gateway '{id}', which is not mapped; say what it becomes");
        return Err(Obstacle::state(why));
    };
    check::check_kind(source, target)?;
    check::check_place(mapping, (source, target), scope.element)?;
    Ok(target)
}

/// Finds out which complex gateways go on waiting for the rest, by scope. Of a flow that has no
/// counterpart it is as if no token had been taken.
pub(super) fn awaiting_reset(
    instance: &Instance,
    mapping: &Mapping,
) -> Result<BTreeMap<Key, Vec<AwaitingReset>>, Obstacle> {
    let mut all: BTreeMap<Key, Vec<AwaitingReset>> = BTreeMap::new();
    for scope in instance.elements.iter() {
        for it in &scope.awaiting_reset {
            let what = "the rest of the tokens is waited for at";
            let target = gateway(scope, it.gateway, mapping, what)?;
            if target.kind.activation().is_none() {
                // It waits for nothing any more.
                continue;
            }
            let becomes = |it: &JoinedFlow| {
                let flow = mapping.source.flow(ElementIx(it.flow))?;
                let becomes = counterpart(flow, target, mapping)?;
                (becomes.target == target.ix).then_some(becomes.ix.0)
            };
            let flows: BTreeSet<u32> = it.flows.iter().filter_map(becomes).collect();
            let moved = all.entry(scope.key).or_default();
            if moved.iter().any(|it| it.gateway == target.ix.0) {
                return Err(Obstacle::state(format!(
                    "two gateways that wait for the rest of their tokens cannot both become '{}'",
                    target.id
                )));
            }
            let flows = flows.into_iter().map(|flow| JoinedFlow { flow }).collect();
            moved.push(AwaitingReset { gateway: target.ix.0, flows });
        }
    }
    Ok(all)
}

/// The flow that a flow becomes: the one it is mapped to, else that of the same id, else the only
/// one that comes from what its source becomes.
fn counterpart<'a>(flow: &Flow, gateway: &Element, mapping: &'a Mapping) -> Option<&'a Flow> {
    if let Some(mapped) = mapping.target_flow(flow.ix.0) {
        return Some(mapped);
    }
    let into = || mapping.target.flows.iter().filter(|it| it.target == gateway.ix);
    if let Some(same) = into().find(|it| it.id == flow.id) {
        return Some(same);
    }
    let source_id = mapping.source_id(flow.source.0);
    let source = mapping.target(flow.source.0).or_else(|| mapping.target.by_id(source_id))?;
    let mut from_source = into().filter(|it| it.source == source.ix);
    from_source.next().filter(|_| from_source.next().is_none())
}

/// Puts out that tokens wait no longer on the flows of the source. `root` is the process in it.
pub(super) fn leave(ctx: &mut Ctx<'_>, root: &At, all: &[Moved]) {
    for moved in all {
        tell(ctx, root, moved, (ProcessInstanceIntent::SequenceFlowDeleted, moved.from), None);
    }
}

/// Puts out that they wait on flows of the target. `root` is the process in it.
pub(super) fn arrive(ctx: &mut Ctx<'_>, root: &At, all: &[Moved], cause: &Cause) {
    for moved in all {
        let intent = ProcessInstanceIntent::SequenceFlowTaken;
        tell(ctx, root, moved, (intent, moved.to), Some(cause));
    }
}

fn tell(
    ctx: &mut Ctx<'_>,
    root: &At,
    moved: &Moved,
    (intent, flow): (ProcessInstanceIntent, ElementIx),
    cause: Option<&Cause>,
) {
    let Some(flow) = root.process.flow(flow) else { return };
    for _ in 0..moved.tokens {
        let key = ctx.next_key();
        let event = ProcessInstanceEvent {
            origin: root.origin_of(flow.ix.0, flow.id.clone(), key),
            flow_scope: moved.scope,
            element_type: ElementType::SequenceFlow,
            event_type: EventType::Unspecified,
            joined_by: flow.target.0,
            cause: cause.cloned().map(Box::new),
            ..root.event(intent)
        };
        ctx.emit(key, Event::ProcessInstance(event));
    }
}
