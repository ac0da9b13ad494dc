//! What workers and operators do with jobs.

use broker_api::Broker as _;
use draw::model::ERRORS;
use record::{
    ActivateActivity, ActivateAdHocActivities, Activation, AdHocResult, CommandBody, CompleteJob,
    ElementType, FailJob, JobKind, JobResult, Key, ThrowError, UpdateJobRetries, UpdateJobTimeout,
};
use value::Doc;

use crate::clients::Held;
use crate::node::PARTITION;
use crate::world::World;

impl World {
    pub(super) fn take_held(&mut self) -> Option<Held> {
        let index = usize::try_from(self.random.below(self.clients.held.len() as u64)).ok()?;
        if self.clients.held.is_empty() {
            return None;
        }
        let held = self.clients.held.swap_remove(index);
        self.clients.once_held.push(held);
        Some(held)
    }

    pub(super) fn complete(&mut self, times: u32) {
        let Some(held) = self.take_held() else { return };
        for _ in 0..times {
            let body = self.draw_completion(held.job);
            self.submit_once(CommandBody::CompleteJob(body));
        }
    }

    /// What a worker says when it is done, sensible or not.
    fn draw_completion(&mut self, job: Key) -> CompleteJob {
        let variables = if self.random.percent(50) { Doc::empty() } else { self.draw_variables() };
        let kind = self.oracles.jobs.live.get(&job).map(|it| it.kind);
        let (variables, result) = match kind {
            Some(JobKind::TaskListener) => {
                let denied = self.random.percent(20);
                let result = JobResult { denied, ..JobResult::default() };
                (Doc::empty(), Some(Box::new(result)))
            }
            Some(JobKind::AdHocSubProcess) => {
                let decided = self.draw_decision(job);
                let result = JobResult { ad_hoc: Some(Box::new(decided)), ..JobResult::default() };
                (variables, Some(Box::new(result)))
            }
            Some(JobKind::BpmnElement | JobKind::ExecutionListener) | None => (variables, None),
        };
        CompleteJob { job, variables, result, ..CompleteJob::default() }
    }

    fn draw_decision(&mut self, job: Key) -> AdHocResult {
        let at = self.oracles.jobs.live.get(&job).map(|it| it.element_instance);
        AdHocResult {
            activities: self.draw_activities(at.unwrap_or_default()),
            is_fulfilled: self.random.percent(30),
            cancel_remaining: self.random.percent(20),
        }
    }

    /// Some of what an ad-hoc subprocess may begin, and some of what it may not.
    fn draw_activities(&mut self, ad_hoc: Key) -> Vec<ActivateActivity> {
        let instances = &self.oracles.instances;
        let found = instances.elements.get(&ad_hoc);
        let process_id = found.and_then(|it| instances.roots.get(&it.instance)).cloned();
        let processes = self.models.iter().flat_map(|it| &it.processes);
        let process = processes.filter(|it| Some(&it.id) == process_id.as_ref());
        let ids = process.flat_map(|it| it.ids_in(found.map_or("", |it| &it.id)));
        let ids: Vec<_> = ids.cloned().collect();
        let mut activities = Vec::new();
        for _ in 0..self.random.below(3) {
            let Some(element_id) = self.random.pick(&ids).cloned() else { continue };
            let variables = self.draw_variables();
            activities.push(ActivateActivity { element_id, variables });
        }
        activities
    }

    pub(super) fn begin_activities(&mut self) {
        let elements = self.oracles.instances.elements.iter();
        let found = elements.filter(|(_, it)| it.kind == ElementType::AdHocSubProcess);
        let found: Vec<Key> = found.map(|(key, _)| *key).collect();
        let Some(element_instance) = self.random.pick(&found).copied() else { return };
        let activities = self.draw_activities(element_instance);
        let cancel_remaining = self.random.percent(20);
        let body = ActivateAdHocActivities { element_instance, activities, cancel_remaining };
        self.submit(CommandBody::ActivateAdHocActivities(body));
    }

    pub(super) fn throw_error(&mut self) {
        let Some(held) = self.take_held() else { return };
        let code = self.random.one_of(&[ERRORS[0], ERRORS[1], "other"]);
        let variables = self.draw_variables();
        let (job, message) = (held.job, "it cannot be".into());
        let body = ThrowError { job, code: code.into(), message, variables };
        self.submit(CommandBody::ThrowError(body));
    }

    pub(super) fn complete_late(&mut self) {
        let Some(held) = self.random.pick(&self.clients.once_held).copied() else { return };
        let body = if self.random.percent(60) {
            CommandBody::CompleteJob(CompleteJob { job: held.job, ..CompleteJob::default() })
        } else {
            CommandBody::FailJob(FailJob { job: held.job, retries: 1, ..FailJob::default() })
        };
        self.submit(body);
    }

    pub(super) fn fail(&mut self) {
        let Some(held) = self.take_held() else { return };
        let fail = FailJob {
            job: held.job,
            retries: self.random.one_of(&[0, 1, 3]),
            message: "it broke".into(),
            back_off_ms: self.random.one_of(&[0, 0, 300, 20_000]),
            variables: Doc::empty(),
        };
        self.submit(CommandBody::FailJob(fail));
    }

    pub(super) fn yield_job(&mut self) {
        let Some(held) = self.take_held() else { return };
        let Some(broker) = self.node.broker().cloned() else { return };
        self.node.spawn(async move {
            let activation = Activation { job: held.job, number: held.activation };
            broker.yield_jobs(PARTITION, vec![activation]);
        });
    }

    pub(super) fn draw_job(&mut self) -> Key {
        let live: Vec<Key> = self.oracles.jobs.live.keys().copied().collect();
        self.random.pick(&live).copied().unwrap_or(Key::new(PARTITION, 2))
    }

    pub(super) fn retries(&mut self) {
        let job = self.draw_job();
        let retries = self.random.one_of(&[0, 1, 3]);
        self.submit(CommandBody::UpdateJobRetries(UpdateJobRetries { job, retries }));
    }

    pub(super) fn timeout(&mut self) {
        let job = self.draw_job();
        let timeout_ms = self.random.one_of(&[0, 100, 5_000, 60_000]);
        self.submit(CommandBody::UpdateJobTimeout(UpdateJobTimeout { job, timeout_ms }));
    }
}
