//! The lives of element instances, and the tokens between them.

use super::{Lives, Watch, begun, ended};
use record::{Key, ProcessInstanceEvent, ProcessInstanceIntent};

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
            ProcessInstanceIntent::ElementActivating => {
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
                if event.from_flow {
                    self.consume(event)?;
                }
            }
            ProcessInstanceIntent::ElementCompleted | ProcessInstanceIntent::ElementTerminated => {
                ended("element instance", key, self.elements.remove(&key))?;
                if self.elements.values().any(|it| it.scope == key) {
                    return Err(format!("{} ended before what is inside", origin.element_id));
                }
                self.drop_tokens(key);
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
            ProcessInstanceIntent::ElementMigrated => {
                if let Some(lives) = self.elements.get_mut(&key) {
                    lives.element = origin.element;
                    lives.id = origin.element_id.clone();
                }
                self.definitions.insert(origin.instance, origin.definition);
            }
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
    }
}
