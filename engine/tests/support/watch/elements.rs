//! The lives of element instances, and the tokens between them.

use super::{Lives, Watch, begun, ended};
use record::{
    ComplexGatewayEvent, ComplexGatewayIntent, GatewayPhase, Key, ProcessInstanceEvent,
    ProcessInstanceIntent,
};
use std::collections::BTreeSet;

impl Watch {
    pub(super) fn see_element(
        &mut self,
        key: Key,
        event: &ProcessInstanceEvent,
    ) -> Result<(), String> {
        let origin = &event.origin;
        match event.intent {
            ProcessInstanceIntent::SequenceFlowTaken => {
                if event.joined_by == 0 {
                    begun("token", key, self.moving.insert(key, event.flow_scope))?;
                } else {
                    let place = (event.flow_scope, event.joined_by, origin.element);
                    *self.arrived.entry(place).or_default() += 1;
                }
            }
            ProcessInstanceIntent::ElementActivating => self.see_begin(key, event)?,
            ProcessInstanceIntent::ElementCompleted | ProcessInstanceIntent::ElementTerminated => {
                ended("element instance", key, self.elements.remove(&key))?;
                if self.elements.values().any(|it| it.scope == key) {
                    return Err(format!("{} ended before what is inside", origin.element_id));
                }
                self.drop_tokens(key);
                if let Some(gateway) = self.undecided.remove(&key) {
                    self.started.remove(&gateway);
                }
                if event.interrupts {
                    self.drop_tokens(event.flow_scope);
                }
            }
            ProcessInstanceIntent::BusinessIdAssigned => {}
            ProcessInstanceIntent::Suspended => {
                self.suspended.insert(key);
            }
            ProcessInstanceIntent::Resumed => {
                self.suspended.remove(&key);
            }
            ProcessInstanceIntent::SequenceFlowDeleted => {
                self.depart(event.flow_scope, origin.element)?;
            }
            ProcessInstanceIntent::ElementMigrated => self.see_migration(key, event),
            state => {
                if state == ProcessInstanceIntent::ElementTerminating {
                    self.suspended.remove(&key);
                }
                if let Some(lives) = self.elements.get_mut(&key) {
                    lives.state = state;
                }
                if event.interrupts {
                    self.drop_tokens(event.flow_scope);
                }
            }
        }
        Ok(())
    }

    fn see_begin(&mut self, key: Key, event: &ProcessInstanceEvent) -> Result<(), String> {
        let origin = &event.origin;
        let lives = Lives {
            id: origin.element_id.clone(),
            instance: origin.instance,
            scope: event.flow_scope,
            element: origin.element,
            kind: event.element_type,
            event: event.event_type,
            state: event.intent,
            caller: event.parent_element,
        };
        self.definitions.insert(origin.instance, origin.definition);
        self.kinds.insert((event.element_type, event.event_type));
        self.begun += u64::from(event.flow_scope.is_none());
        begun("element instance", key, self.elements.insert(key, lives))?;
        if event.phase != GatewayPhase::None {
            self.consume_some(key, event)?;
        } else if event.from_flow {
            self.consume(event)?;
        }
        Ok(())
    }

    fn see_migration(&mut self, key: Key, event: &ProcessInstanceEvent) {
        let origin = &event.origin;
        if let Some(lives) = self.elements.get_mut(&key) {
            lives.element = origin.element;
            lives.id = origin.element_id.clone();
        }
        self.definitions.insert(origin.instance, origin.definition);
        self.started.retain(|(scope, _), _| *scope != key);
        for it in &event.awaiting_reset {
            let flows = it.flows.iter().map(|it| it.flow).collect();
            self.started.insert((key, it.gateway), flows);
        }
        if let Some(gateway) = self.undecided.get_mut(&key) {
            gateway.1 = origin.element;
        }
    }

    /// An element takes the token that came to it, or one of each flow that it joins.
    fn consume(&mut self, event: &ProcessInstanceEvent) -> Result<(), String> {
        let (scope, element) = (event.flow_scope, event.origin.element);
        let mut is_joined = false;
        let joined = self.arrived.range_mut((scope, element, 0)..=(scope, element, u32::MAX));
        for (_, count) in joined {
            *count -= 1;
            is_joined = true;
        }
        self.arrived.retain(|_, count| *count > 0);
        let came = event.cause.as_ref().and_then(|it| self.moving.remove(&it.key));
        if is_joined || came == Some(scope) {
            return Ok(());
        }
        Err(format!("no token came to {}", event.origin.element_id))
    }

    /// A complex gateway takes one token of each flow at its start, and of each other flow at its
    /// reset.
    fn consume_some(&mut self, key: Key, event: &ProcessInstanceEvent) -> Result<(), String> {
        let gateway = (event.flow_scope, event.origin.element);
        let (scope, element) = gateway;
        let id = &event.origin.element_id;
        let before = self.started.remove(&gateway);
        if before.is_some() != (event.phase == GatewayPhase::Reset) {
            return Err(format!("{id} begins for {:?} after {before:?}", event.phase));
        }
        let before = before.unwrap_or_default();
        let mut taken = BTreeSet::new();
        let joined = self.arrived.range_mut((scope, element, 0)..=(scope, element, u32::MAX));
        for ((_, _, flow), count) in joined.filter(|((_, _, flow), _)| !before.contains(flow)) {
            *count -= 1;
            taken.insert(*flow);
        }
        self.arrived.retain(|_, count| *count > 0);
        if event.phase == GatewayPhase::Reset {
            return Ok(());
        }
        if taken.is_empty() {
            return Err(format!("{id} starts with no token"));
        }
        self.started.insert(gateway, taken);
        if event.phase == GatewayPhase::Undecided {
            self.undecided.insert(key, gateway);
        }
        Ok(())
    }

    /// A complex gateway found out whether the tokens that have come are enough.
    pub(super) fn see_gateway(
        &mut self,
        key: Key,
        event: &ComplexGatewayEvent,
    ) -> Result<(), String> {
        let id = &event.origin.element_id;
        if event.intent == ComplexGatewayIntent::Waiting {
            return Ok(());
        }
        let gateway = self.undecided.remove(&key);
        let gateway = gateway.ok_or_else(|| format!("{id} decides a second time"))?;
        if event.intent == ComplexGatewayIntent::Returned {
            let flows = self.started.remove(&gateway).unwrap_or_default();
            for flow in flows {
                *self.arrived.entry((gateway.0, gateway.1, flow)).or_default() += 1;
            }
        }
        Ok(())
    }

    /// A token no longer waits on a flow into a joining gateway.
    fn depart(&mut self, scope: Key, flow: u32) -> Result<(), String> {
        let mut all = self.arrived.iter_mut();
        let Some((_, count)) = all.find(|((at, _, it), _)| (*at, *it) == (scope, flow)) else {
            return Err(format!("no token waits on flow {flow} in {scope}"));
        };
        *count -= 1;
        self.arrived.retain(|_, count| *count > 0);
        Ok(())
    }

    pub(super) fn drop_tokens(&mut self, scope: Key) {
        self.moving.retain(|_, it| *it != scope);
        self.arrived.retain(|(it, _, _), _| *it != scope);
        self.started.retain(|(it, _), _| *it != scope);
    }
}
