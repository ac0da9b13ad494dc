//! What is asked about models and instances.

use broker_api::{Broker as _, Resource};
use record::{
    ActivateElement, CancelInstance, CommandBody, CreateInstance, DeleteResource, Key,
    MigrateInstance, ModifyInstance, MoveElement, MoveScope, ResolveIncident, ResumeInstance,
    SetVariables, SuspendInstance, TerminateElement, UpdateJobRetries,
};
use value::{Doc, Str};

use super::envelope;
use crate::clients::{Answer, Heard, Wish};
use crate::models::{Model, Process};
use crate::node::PARTITION;
use crate::world::World;

/// Variables that are good for every condition, mapping and correlation key.
///
/// # Panics
/// Never: they are JSON.
pub(crate) fn good() -> Doc {
    let json = r#"{"k": "key-0", "x": 2, "n": 99, "y": 1, "r": 1, "set": 1, "list": [1]}"#;
    Doc::from_json(json).expect("it is JSON")
}

impl World {
    pub(super) fn deploy(&mut self) {
        let Some(mut model) = self.random.pick(&self.models).cloned() else { return };
        match self.random.below(10) {
            0..3 => model.moved(self.random.below(3)),
            3 => model.broken(),
            _ => {}
        }
        self.deploy_model(model);
    }

    /// Deploys a model.
    pub fn deploy_model(&mut self, model: Model) {
        let number = self.clients.ask(Wish::Deploy(model.id.clone()), self.now_ms(), Some(0));
        let Some(broker) = self.node.broker().cloned() else { return };
        let inbox = self.clients.inbox.clone();
        let task = self.node.spawn(async move {
            let resource = |(name, content): (String, String)| Resource {
                name: name.as_str().into(),
                content: content.into_bytes().into(),
            };
            let resources = model.files.into_iter().map(resource).collect();
            let answer = broker.deploy(envelope(number), resources).await;
            inbox.lock().push_back(Heard::Answer(number, answer.map(Answer::Reply)));
        });
        self.clients.tasks.extend(task.map(|it| (number, it)));
    }

    /// Deletes a definition or decisions, or something that is neither; often what was deleted is
    /// deployed again at once.
    pub(super) fn delete(&mut self) {
        let instances = &self.oracles.instances;
        let decisions = self.random.percent(20);
        let found: Vec<(Str, Key)> = if decisions {
            instances.requirements.iter().map(|it| (Str::default(), *it)).collect()
        } else {
            let all = instances.definitions.iter();
            all.flat_map(|(id, keys)| keys.iter().map(|it| (id.clone(), *it))).collect()
        };
        let nothing = (Str::default(), Key::new(PARTITION, 6));
        let (id, resource) = self.random.pick(&found).cloned().unwrap_or(nothing);
        self.submit(CommandBody::DeleteResource(DeleteResource { resource }));
        if self.random.percent(70) {
            let is_it = |it: &&Model| decisions || it.processes.iter().any(|it| it.id == id);
            if let Some(model) = self.models.iter().find(is_it).cloned() {
                self.deploy_model(model);
            }
        }
    }

    pub(super) fn create(&mut self, await_result: bool) {
        if !self.has_room() {
            return;
        }
        let Some(model) = self.random.pick(&self.models) else { return };
        let process_id = model.id.as_str().into();
        let mut start_at = Vec::new();
        if self.random.percent(5) {
            start_at.extend(self.draw_element(&process_id));
        }
        let variables = self.draw_variables();
        self.submit_once(CommandBody::CreateInstance(CreateInstance {
            process_id,
            version: -1,
            variables,
            await_result,
            start_at,
            ..CreateInstance::default()
        }));
    }

    /// True if more instances may be started.
    pub(super) fn has_room(&self) -> bool {
        self.oracles.instances.roots.len() < self.options.instances_max
    }

    /// Some element or sequence flow of a process.
    fn draw_element(&mut self, process_id: &Str) -> Option<Str> {
        let processes = self.models.iter().flat_map(|it| &it.processes);
        let ids = processes.filter(|it| it.id == *process_id).flat_map(|it| &it.ids);
        let ids: Vec<&Str> = ids.collect();
        self.random.pick(&ids).map(|it| (*it).clone())
    }

    pub(super) fn draw_variables(&mut self) -> Doc {
        let key = self.random.below(self.options.correlation_keys);
        let (n, x) = (self.random.below(12), self.random.below(5));
        let json = match self.random.below(10) {
            0 => format!(r#"{{"k": "key-{key}"}}"#),
            1 => format!(r#"{{"n": {n}, "x": "text", "list": []}}"#),
            2 => format!(r#"{{"k": "key-{key}", "n": {n}, "set": 1}}"#),
            _ => {
                let filler = "x".repeat(30);
                format!(
                    r#"{{"k": "key-{key}", "n": {n}, "x": {x}, "y": 1, "list": [1, 2], "z": "{filler}"}}"#
                )
            }
        };
        Doc::from_json(&json).unwrap_or_else(|_| Doc::empty())
    }

    /// An instance, now and then something that is none.
    fn draw_instance(&mut self) -> Key {
        let roots: Vec<Key> = self.oracles.instances.roots.keys().copied().collect();
        self.random.pick(&roots).copied().unwrap_or(Key::new(PARTITION, 1))
    }

    pub(super) fn cancel(&mut self) {
        let instance = self.draw_instance();
        self.submit(CommandBody::CancelInstance(CancelInstance { instance }));
    }

    pub(super) fn suspend(&mut self) {
        let instance = self.draw_instance();
        self.submit(CommandBody::SuspendInstance(SuspendInstance { instance }));
    }

    pub(super) fn resume(&mut self) {
        let suspended: Vec<Key> = self.oracles.suspensions.suspended.keys().copied().collect();
        let Some(instance) = self.random.pick(&suspended).copied() else { return };
        self.submit(CommandBody::ResumeInstance(ResumeInstance { instance }));
    }

    /// An operator moves an instance, if that can be.
    pub(super) fn modify(&mut self) {
        let instance = self.draw_instance();
        let instances = &self.oracles.instances;
        let process_id = instances.roots.get(&instance).cloned().unwrap_or_default();
        let inside = instances
            .elements
            .iter()
            .filter(|(key, it)| it.instance == instance && **key != instance);
        let inside: Vec<Key> = inside.map(|(key, _)| *key).collect();
        let source = self.random.pick(&inside).copied().unwrap_or(Key::new(PARTITION, 4));
        let element_id = self.draw_element(&process_id).unwrap_or_default();
        let mut body = ModifyInstance { instance, ..ModifyInstance::default() };
        let activate = |ancestor| ActivateElement {
            element_id: element_id.clone(),
            ancestor,
            ..ActivateElement::default()
        };
        match self.random.below(5) {
            0 => body.activate.push(activate(Key::NONE)),
            1 => body.activate.push(activate(source)),
            2 => body
                .terminate
                .push(TerminateElement { element_instance: source, ..Default::default() }),
            _ => body.moves.push(MoveElement {
                source,
                target_id: element_id.clone(),
                scope: self.random.one_of(&[MoveScope::Named, MoveScope::Inferred]),
                ..MoveElement::default()
            }),
        }
        self.submit(CommandBody::ModifyInstance(body));
    }

    /// An instance goes on by a version of its process, perhaps its own.
    pub(super) fn migrate(&mut self) {
        let instance = self.draw_instance();
        let instances = &self.oracles.instances;
        let Some(process_id) = instances.roots.get(&instance) else { return };
        let versions = instances.definitions.get(process_id).cloned().unwrap_or_default();
        let processes = self.models.iter().flat_map(|it| &it.processes);
        let Some(process) = processes.into_iter().find(|it| it.id == *process_id) else { return };
        let mapping = Process::unchanged(process);
        let Some(target) = self.random.pick(&versions).copied() else { return };
        let body = MigrateInstance { instance, target, mapping };
        self.submit(CommandBody::MigrateInstance(body));
    }

    pub(super) fn resolve(&mut self) {
        let open: Vec<Key> = self.oracles.instances.incidents.keys().copied().collect();
        let Some(incident) = self.random.pick(&open).copied() else { return };
        if self.random.percent(70) {
            self.repair(incident);
        }
        self.submit(CommandBody::ResolveIncident(ResolveIncident { incident }));
    }

    /// Sets what an incident may need.
    pub fn repair(&mut self, incident: Key) {
        let Some(it) = self.oracles.instances.incidents.get(&incident).copied() else { return };
        if !it.job.is_none() {
            let body = UpdateJobRetries { job: it.job, retries: 1 };
            self.submit(CommandBody::UpdateJobRetries(body));
        }
        self.give_variables(it.element_instance);
    }

    /// Sets what is good for everything.
    pub(crate) fn give_variables(&mut self, element_instance: Key) {
        let body = SetVariables { element_instance, variables: good(), local: false };
        self.submit(CommandBody::SetVariables(body));
    }

    pub(super) fn set_variables(&mut self) {
        let elements: Vec<Key> = self.oracles.instances.elements.keys().copied().collect();
        let element_instance =
            self.random.pick(&elements).copied().unwrap_or(Key::new(PARTITION, 3));
        let (variables, local) = (self.draw_variables(), self.random.percent(50));
        let body = SetVariables { element_instance, variables, local };
        self.submit(CommandBody::SetVariables(body));
    }
}
