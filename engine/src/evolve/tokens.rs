//! Tokens at joining gateways: how they come, and how gateways take them.

use super::instance::element_mut;
use crate::state::State;
use crate::state::instance::ElementInstance;
use crate::state::tokens::Arrival;
use record::{
    AwaitingReset, ComplexGatewayEvent, ComplexGatewayIntent, GatewayPhase, JoinedFlow, Key,
    ProcessInstanceEvent,
};

/// A token waits on a flow into a joining gateway.
pub(super) fn arrive(scope: &mut ElementInstance, gateway: u32, flow: u32) {
    if gateway == 0 {
        return;
    }
    match scope.arrivals.iter_mut().find(|it| it.flow == flow) {
        Some(arrival) => arrival.tokens += 1,
        None => scope.arrivals.push(Arrival { gateway, flow, tokens: 1 }),
    }
}

/// A token no longer waits on a flow into a joining gateway.
pub(super) fn depart(scope: &mut ElementInstance, flow: u32) {
    if let Some(arrival) = scope.arrivals.iter_mut().find(|it| it.flow == flow) {
        arrival.tokens -= 1;
    }
    scope.arrivals.retain(|it| it.tokens > 0);
}

/// An element that begins takes the token that came to it, or those that it joins.
pub(super) fn take(scope: &mut ElementInstance, event: &ProcessInstanceEvent) {
    let gateway = event.origin.element;
    match event.phase {
        GatewayPhase::None if !event.from_flow => {}
        GatewayPhase::None => scope.tokens -= count(&join(scope, gateway, &[])).max(1),
        GatewayPhase::Undecided | GatewayPhase::Start => {
            let mut flows = join(scope, gateway, &[]);
            flows.sort_unstable();
            scope.tokens -= count(&flows);
            let flows = flows.into_iter().map(|flow| JoinedFlow { flow }).collect();
            scope.awaiting_reset.push(AwaitingReset { gateway, flows });
        }
        GatewayPhase::Reset => {
            let before = forget_start(scope, gateway);
            scope.tokens -= count(&join(scope, gateway, &before));
        }
    }
}

fn count(flows: &[u32]) -> u32 {
    u32::try_from(flows.len()).expect("flows are numbered by u32")
}

/// A joining gateway takes one token of each of its flows, some excepted; returns which.
fn join(scope: &mut ElementInstance, gateway: u32, except: &[u32]) -> Vec<u32> {
    let mut taken = Vec::new();
    let is_meant = |it: &&mut Arrival| it.gateway == gateway && !except.contains(&it.flow);
    for arrival in scope.arrivals.iter_mut().filter(is_meant) {
        arrival.tokens -= 1;
        taken.push(arrival.flow);
    }
    scope.arrivals.retain(|it| it.tokens > 0);
    taken
}

/// A complex gateway waits for the rest no longer; returns the flows of which it took a token when
/// it started.
pub(super) fn forget_start(scope: &mut ElementInstance, gateway: u32) -> Vec<u32> {
    let position = scope.awaiting_reset.iter().position(|it| it.gateway == gateway);
    let started = position.map(|at| scope.awaiting_reset.remove(at));
    started.into_iter().flat_map(|it| it.flows).map(|it| it.flow).collect()
}

/// A complex gateway that had not decided has.
pub(super) fn on_complex_gateway(state: &mut State, key: Key, event: &ComplexGatewayEvent) {
    let instance = event.origin.instance;
    match event.intent {
        ComplexGatewayIntent::Waiting => {}
        ComplexGatewayIntent::Started => {
            if let Some(element) = element_mut(state, instance, key) {
                element.phase = GatewayPhase::Start;
            }
        }
        ComplexGatewayIntent::Returned => {
            let Some(scope) = element_mut(state, instance, event.flow_scope) else { return };
            for flow in forget_start(scope, event.origin.element) {
                scope.tokens += 1;
                arrive(scope, event.origin.element, flow);
            }
        }
    }
}
