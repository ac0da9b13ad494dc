//! Why an element instance still lives: what it waits for, which must be there.

use super::{Lives, Watch};
use bpmn::{ElementIx, Kind, Process, Throw};
use record::{ElementType, EventType, JobIntent, JobKind, Key, ProcessInstanceIntent};
use std::collections::BTreeSet;

impl Watch {
    /// Checks that everything that lives waits for something, while no work is pending.
    ///
    /// # Errors
    /// Names what stands still without a reason.
    pub(crate) fn check_reasons(&self) -> Result<(), String> {
        for (key, job) in &self.jobs {
            let has_incident = self.incidents.values().any(|it| it.job == *key);
            let waits = match job.state {
                JobIntent::Failed => job.retries > 0 || has_incident,
                JobIntent::ErrorThrown => has_incident,
                _ => true,
            };
            if !waits {
                return Err(format!("job {key} is neither offered again nor stopped"));
            }
        }
        let scopes: BTreeSet<Key> = self.elements.values().map(|it| it.scope).collect();
        for (key, it) in &self.elements {
            if self.stands_still(it.instance) {
                continue;
            }
            let has_children = scopes.contains(key);
            if !has_children && !self.waits(*key, it) {
                return Err(format!(
                    "{} ({:?}, {key}) is {:?} and waits for nothing",
                    it.id, it.kind, it.state
                ));
            }
            if it.state == ProcessInstanceIntent::ElementActivated {
                self.check_tokens(*key, it)?;
            }
        }
        Ok(())
    }

    /// True if an instance is suspended, or one around it that may have to end something in it.
    fn stands_still(&self, instance: Key) -> bool {
        let caller = self.elements.get(&instance).and_then(|it| self.elements.get(&it.caller));
        self.suspended.contains(&instance)
            || caller.is_some_and(|it| self.stands_still(it.instance))
    }

    /// True if something that is there can make an element instance without children go on.
    fn waits(&self, key: Key, it: &Lives) -> bool {
        let is_stopped = || self.incidents.values().any(|it| it.at == key);
        let has_job = || self.jobs.values().any(|it| it.at == key);
        let has_task = || self.tasks.values().any(|it| *it == key);
        let has_called = || self.elements.values().any(|it| it.caller == key);
        if it.state == ProcessInstanceIntent::ElementTerminating {
            // Only what somebody else has to end first holds it.
            return has_called() || has_job() || is_stopped();
        }
        let mut own_jobs = self.jobs.values().filter(|it| it.at == key);
        if is_stopped() || own_jobs.any(|it| it.kind == JobKind::ExecutionListener) {
            return true;
        }
        let process = self.definitions.get(&it.instance).and_then(|it| self.processes.get(it));
        let own = |waits: u32| {
            let event = process.and_then(|it| it.event(ElementIx(waits)));
            event.map_or(waits, |it| it.ix.0) == it.element
        };
        let any = |_: u32| true;
        match it.kind {
            ElementType::ServiceTask
            | ElementType::SendTask
            | ElementType::BusinessRuleTask
            | ElementType::ScriptTask => has_job(),
            ElementType::UserTask => has_task() || has_job(),
            // Callers may begin more in it at any time.
            ElementType::AdHocSubProcess => true,
            ElementType::ReceiveTask | ElementType::IntermediateCatchEvent => {
                self.listens(key, &own)
            }
            ElementType::EventBasedGateway => self.listens(key, &any),
            ElementType::CallActivity => has_called(),
            ElementType::IntermediateThrowEvent | ElementType::EndEvent => match it.event {
                EventType::Message => has_job(),
                EventType::Compensation | EventType::Multiple => {
                    self.compensations.values().any(|one| one.thrower == key)
                }
                // What everything else has to end for first, and what it then undoes.
                EventType::Cancel => {
                    let mut others = self.elements.iter();
                    others.any(|(other, one)| one.scope == it.scope && *other != key)
                        || self.compensations.values().any(|one| one.thrower == key)
                }
                _ => false,
            },
            ElementType::Process | ElementType::SubProcess | ElementType::EventSubProcess => {
                self.arrived.keys().any(|(scope, _, _)| *scope == key)
            }
            _ => false,
        }
    }

    fn listens(&self, key: Key, is_meant: &dyn Fn(u32) -> bool) -> bool {
        let timers = self.timers.values().any(|(at, element)| *at == key && is_meant(*element));
        let listens = self.messages.values().chain(self.signals.values());
        let mut listens = listens.chain(self.conditions.values());
        timers || listens.any(|it| it.at == key && is_meant(it.element))
    }

    /// Tokens directly inside an active scope wait at gateways that lack one which can still come,
    /// and nowhere else.
    fn check_tokens(&self, key: Key, it: &Lives) -> Result<(), String> {
        if let Some((token, _)) = self.moving.iter().find(|(_, scope)| **scope == key) {
            return Err(format!("token {token} in {} comes to nothing", it.id));
        }
        let Some(process) = self.definitions.get(&it.instance) else { return Ok(()) };
        let Some(process) = self.processes.get(process) else { return Ok(()) };
        let all = self.arrived.keys().filter(|(scope, _, _)| *scope == key);
        let started = self.started.keys().filter(|(scope, _)| *scope == key);
        let started: BTreeSet<u32> = started.map(|(_, gateway)| *gateway).collect();
        let gateways: BTreeSet<u32> = all.map(|(_, gateway, _)| *gateway).collect();
        let is_complex = |it: &u32| {
            let model = process.element(ElementIx(*it));
            model.is_some_and(|it| matches!(it.kind, Kind::ComplexGateway(_)))
        };
        // What waits at a complex gateway may come out of it later, and holds back others.
        let holding: BTreeSet<u32> = gateways.iter().copied().filter(is_complex).collect();
        let holding = &holding | &started;
        for gateway in &gateways | &started {
            let inside = self.elements.values().filter(|it| it.scope == key);
            let active: BTreeSet<u32> = inside.map(|it| it.element).collect();
            if is_complex(&gateway) && !started.contains(&gateway) {
                if active.is_empty() {
                    return Err(format!("gateway {gateway} in {} waits for ever", it.id));
                }
                continue;
            }
            let lacks: Vec<ElementIx> = process
                .flows
                .iter()
                .filter(|it| it.target.0 == gateway)
                .filter(|it| !self.arrived.contains_key(&(key, gateway, it.ix.0)))
                .filter(|it| {
                    let before = self.started.get(&(key, gateway));
                    before.is_none_or(|flows| !flows.contains(&it.ix.0))
                })
                .map(|it| it.ix)
                .collect();
            let Some(model) = process.element(ElementIx(gateway)) else { continue };
            if active.contains(&gateway) && is_complex(&gateway) {
                // It does one thing at a time.
                continue;
            }
            if lacks.is_empty() {
                return Err(format!("{} has all its tokens and does not go", model.id));
            }
            let is_asked =
                matches!(model.kind, Kind::InclusiveGateway { .. } | Kind::ComplexGateway(_));
            let others = holding.iter().filter(|it| **it != gateway);
            let mut elements = active.iter().chain(others).map(|it| ElementIx(*it));
            if is_asked && !elements.any(|it| comes_to(process, it, &lacks)) {
                return Err(format!("{} waits for what cannot come", model.id));
            }
        }
        Ok(())
    }
}

/// True if a path from an element leads over one of some flows.
fn comes_to(process: &Process, from: ElementIx, flows: &[ElementIx]) -> bool {
    let mut seen = BTreeSet::new();
    let mut pending = vec![from];
    while let Some(ix) = pending.pop() {
        let Some(element) = process.element(ix).filter(|_| seen.insert(ix)) else { continue };
        pending.extend(element.boundary_events.iter().copied());
        if let Kind::ThrowEvent(Throw::Link { target }) = &element.kind {
            pending.push(*target);
        }
        for flow in process.outgoing(element) {
            if flows.contains(&flow.ix) {
                return true;
            }
            pending.push(flow.target);
        }
    }
    false
}
