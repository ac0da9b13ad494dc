//! Work until no instance is left: whatever waits gets what it waits for, again and again.

use std::collections::BTreeSet;

use record::{
    AdHocResult, BroadcastSignal, CancelInstance, CommandBody, CompleteJob, CompleteUserTask,
    ElementType, JobKind, JobResult, Key, PublishMessage, ResolveIncident, ResumeInstance,
};
use value::{Doc, Str};

use crate::actions::instances::good;
use crate::models::JOB_TYPES;
use crate::oracle::instances::Element;
use crate::oracle::jobs::Place;
use crate::world::World;

/// Rounds of work until only instances that wait for messages may be left.
const ROUNDS_MAX: u32 = 12;
/// The longest timer of a model, in milliseconds.
const TIMER_MS_MAX: i64 = 61_000;
/// After so long, silent gateways and buffered messages are forgotten, in milliseconds.
const FORGOTTEN_MS: i64 = 700_000;
/// An entry takes less time on a disk that is well, in milliseconds.
const ENTRY_MS: u64 = 30;
/// So often jobs are done that follow from jobs, before something else is: a loop may need it.
const PASSES_MAX: u32 = 40;
/// More jobs than that may come of a loop that forks: each pass would double them for ever.
const JOBS_MAX: usize = 500;
/// More records come of no liveness phase unless something multiplies, which would fill the memory.
const RECORDS_MAX: usize = 500_000;
/// So often instances may begin after the last one had ended: those that timers start.
const LATE_MAX: u32 = 4;

impl World {
    /// Brings everything to its end.
    ///
    /// # Errors
    /// Something does not come to it, or does not hold meanwhile.
    pub(crate) fn drain(&mut self) -> Result<(), String> {
        let most = self.shadow.records.len() + RECORDS_MAX;
        for _ in 0..LATE_MAX {
            self.resume_all()?;
            self.end_instances(most)?;
            self.leap(FORGOTTEN_MS)?;
            self.settle()?;
            if self.oracles.instances.roots.is_empty() && self.oracles.timers.live.is_empty() {
                return Ok(());
            }
        }
        let (roots, timers) = (&self.oracles.instances.roots, &self.oracles.timers.live);
        Err(format!("it does not come to its end: instances {roots:?}, timers {timers:?}"))
    }

    fn resume_all(&mut self) -> Result<(), String> {
        let suspended: Vec<Key> = self.oracles.suspensions.suspended.keys().copied().collect();
        for instance in suspended {
            self.submit(CommandBody::ResumeInstance(ResumeInstance { instance }));
            self.settle()?;
        }
        Ok(())
    }

    fn end_instances(&mut self, records_most: usize) -> Result<(), String> {
        for round in 0..ROUNDS_MAX {
            if self.oracles.instances.roots.is_empty() {
                return Ok(());
            }
            if self.shadow.records.len() > records_most {
                return Err(format!("something multiplies: {RECORDS_MAX} records have no end"));
            }
            if round % 4 == 2 || self.oracles.jobs.live.len() > JOBS_MAX {
                self.give_all()?;
            }
            self.do_work()?;
            self.publish_awaited()?;
            self.leap(TIMER_MS_MAX)?;
        }
        self.cancel_waiting()
    }

    /// Gives all instances what their conditions may wait for.
    fn give_all(&mut self) -> Result<(), String> {
        for instance in self.roots() {
            self.give_variables(instance);
            self.settle()?;
        }
        Ok(())
    }

    /// The instances that nothing called.
    fn roots(&self) -> Vec<Key> {
        let instances = &self.oracles.instances;
        let roots = instances.roots.keys().filter(|it| !instances.called.contains_key(it));
        roots.copied().collect()
    }

    /// Does all jobs and user tasks, and resolves all incidents.
    fn do_work(&mut self) -> Result<(), String> {
        self.stop_waiting();
        let many = JOBS_MAX.max(self.oracles.jobs.live.len());
        for _ in 0..PASSES_MAX {
            let free = self.free_jobs();
            if free.is_empty() || self.oracles.jobs.live.len() > many {
                break;
            }
            let mut done = 0;
            for job_type in JOB_TYPES {
                done += self.do_jobs(job_type)?;
            }
            // One that became free meanwhile may be of a type that was asked for before.
            if done == 0 && free.intersection(&self.free_jobs()).next().is_some() {
                let live = &self.oracles.jobs.live;
                return Err(format!("jobs are free, and nobody gets them: {live:?}"));
            }
        }
        let tasks: Vec<Key> = self.oracles.tasks.live.keys().copied().collect();
        for task in tasks {
            let (variables, action) = (good(), Str::default());
            let body = CompleteUserTask { task, variables, action };
            self.submit(CommandBody::CompleteUserTask(body));
            // Its listeners are done in the next round: their people wait, or give up by then.
            self.advance(0, ENTRY_MS);
            self.observe()?;
            self.stop_waiting();
        }
        self.resolve_incidents()
    }

    fn free_jobs(&self) -> BTreeSet<Key> {
        let live = self.oracles.jobs.live.iter();
        live.filter(|(_, it)| it.place == Place::Activatable).map(|(key, _)| *key).collect()
    }

    /// Whoever waits for the end of an instance, or for the listeners to a user task, gives up in
    /// time: where few more may wait, they keep out those who would complete the next user task.
    fn stop_waiting(&mut self) {
        if !self.options.is_narrow_beside(self.clients.open.len()) {
            return;
        }
        for number in self.clients.open.clone() {
            let request = self.clients.requests.get(&number);
            if request.is_some_and(|it| it.wait_ms.is_none()) {
                self.clients.give_up(number);
            }
        }
        self.advance(10, 5);
    }

    /// Instances that wait for messages may do so for ever: what a message begins may wait for the
    /// same message, and each message reaches one of them.
    fn cancel_waiting(&mut self) -> Result<(), String> {
        let roots = self.roots();
        if roots.is_empty() {
            return Ok(());
        }
        let oracles = &self.oracles;
        let waits = oracles.instances.subscriptions.len()
            + oracles.instances.incidents.len()
            + oracles.instances.conditions.len()
            + oracles.signals.waiting()
            + oracles.tasks.live.len();
        let elements = || oracles.instances.elements.values();
        // A worker may have left it to others what an ad-hoc subprocess begins.
        let is_left = |it: &&Element| it.has_joins || it.kind == ElementType::AdHocSubProcess;
        let waits = waits + elements().filter(is_left).count();
        if waits + oracles.jobs.live.len() + oracles.timers.live.len() == 0 {
            let left: Vec<_> = elements().collect();
            return Err(format!("nothing is waited for, but these do not end: {left:?}"));
        }
        for instance in roots {
            self.count("instance canceled at the end");
            self.submit(CommandBody::CancelInstance(CancelInstance { instance }));
            self.settle()?;
        }
        // Entries with little work each need some more, and listeners hear of it.
        for _ in 0..ROUNDS_MAX {
            self.advance(0, 5_000);
            self.observe()?;
            if self.oracles.instances.roots.is_empty() {
                return Ok(());
            }
            self.do_work()?;
        }
        let (roots, engine) = (&self.oracles.instances.roots, &self.shadow.engine);
        let (pending, due) = (engine.has_pending(), engine.next_due());
        Err(format!("canceled, but still there: {roots:?}; pending {pending}, due {due:?}"))
    }

    /// Does all jobs of a type; how many that were.
    fn do_jobs(&mut self, job_type: &'static str) -> Result<usize, String> {
        loop {
            let before = self.clients.held.len();
            self.poll_for(job_type, 50, 60_000, 0);
            self.settle()?;
            if self.clients.held.len() == before {
                break;
            }
        }
        // Jobs that somebody holds still, or held and lost, are done here or time out.
        let all = std::mem::take(&mut self.clients.held);
        let count = all.len();
        for held in all {
            let kind = self.oracles.jobs.live.get(&held.job).map(|it| it.kind);
            let is_listener = kind == Some(JobKind::TaskListener);
            let decides = kind == Some(JobKind::AdHocSubProcess);
            let enough = AdHocResult { is_fulfilled: true, ..AdHocResult::default() };
            let result = JobResult { ad_hoc: Some(Box::new(enough)), ..JobResult::default() };
            self.submit(CommandBody::CompleteJob(CompleteJob {
                job: held.job,
                variables: if is_listener { Doc::empty() } else { good() },
                result: decides.then(|| Box::new(result)),
                ..CompleteJob::default()
            }));
            self.settle()?;
        }
        Ok(count)
    }

    fn resolve_incidents(&mut self) -> Result<(), String> {
        let open: Vec<Key> = self.oracles.instances.incidents.keys().copied().collect();
        for incident in open {
            self.repair(incident);
            self.settle()?;
            self.submit(CommandBody::ResolveIncident(ResolveIncident { incident }));
            self.settle()?;
        }
        Ok(())
    }

    fn publish_awaited(&mut self) -> Result<(), String> {
        // Once each: what a message begins may wait for another one.
        let waits = self.oracles.instances.subscriptions.values();
        let awaited: BTreeSet<_> =
            waits.map(|(name, key, _)| (name.clone(), key.clone())).collect();
        for (name, correlation_key) in awaited {
            let variables = good();
            let body =
                PublishMessage { name, correlation_key, variables, ..PublishMessage::default() };
            self.submit(CommandBody::PublishMessage(body));
            self.settle()?;
        }
        for name in self.oracles.signals.awaited() {
            let body = BroadcastSignal { name, variables: good() };
            self.submit(CommandBody::BroadcastSignal(body));
            self.settle()?;
        }
        Ok(())
    }
}
