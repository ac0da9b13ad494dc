//! What is looked at after each step, and at a start.

use broker_api::Broker as _;
use record::{
    CauseKind, CompensationIntent, DeployedIntent, ElementType, Event, JobIntent, JobKind, Millis,
    ProcessEventIntent, ProcessInstanceIntent, Record, UserTaskIntent,
};

use super::World;
use crate::oracle::acknowledged::Told;
use crate::oracle::records::Segments;
use crate::oracle::state::{check_engine, check_node};
use crate::shadow::Applied;

/// How long an answer may take on a node that is well, in milliseconds.
const ANSWER_MS_MAX: u64 = 30_000;

impl World {
    /// Looks at everything that came of a step.
    ///
    /// # Errors
    /// A sentence that says what does not hold.
    pub fn observe(&mut self) -> Result<(), String> {
        let operations = self.node.machine.disk.operations();
        let is_dark = self.power_goes_at.is_some_and(|at| operations > at);
        let fatal = self.hear()?;
        self.check_archive()?;
        self.follow()?;
        self.verify(false)?;
        if let Some(reason) = fatal {
            self.trace.note(format!("fatal: {reason}"));
            if !self.is_disturbed && !self.is_broken() {
                return Err(format!("the node gave up: {reason}"));
            }
            self.count("fatal");
            let loss = self.draw_loss(is_dark);
            return self.crash(loss);
        }
        if is_dark {
            self.count("power loss at a write");
            let loss = self.draw_loss(true);
            return self.crash(loss);
        }
        self.read_segments()?;
        self.check_well()
    }

    /// Compares the node with the engine that never restarted, if it answers.
    ///
    /// # Errors
    /// They differ.
    pub fn compare(&mut self) -> Result<(), String> {
        let clock = self.node.machine.clock.clone();
        let before = clock.passed_ms();
        let status = self.node.status();
        self.oracles.timers.pass(clock.passed_ms() - before, clock.wall_at_rest());
        let Some(status) = status else { return Ok(()) };
        self.check_archive()?;
        self.follow_upto(status.applied_index)?;
        if self.shadow.engine.applied_index() == status.applied_index {
            check_node(&status, &self.shadow)?;
            self.count("comparison");
        }
        self.trace.note(format!("state {:016x} at {}", status.state_hash, status.applied_index));
        check_engine(&self.shadow, &self.oracles.instances)
    }

    pub(super) fn check_archive(&self) -> Result<(), String> {
        self.node.machine.archive.contradiction().map_or(Ok(()), Err)
    }

    /// Follows the node as far as it says that it has applied.
    pub(super) fn follow(&mut self) -> Result<(), String> {
        let Some(broker) = self.node.broker() else { return Ok(()) };
        let applied = &broker.metrics().applied_index;
        let index = applied.load(std::sync::atomic::Ordering::Relaxed);
        self.follow_upto(index)
    }

    fn follow_upto(&mut self, index: u64) -> Result<(), String> {
        if index <= self.shadow.index {
            return Ok(());
        }
        let archive = self.node.machine.archive.clone();
        archive.settle(index);
        for applied in self.shadow.follow(&archive, index)? {
            self.applied(&applied).map_err(|error| format!("entry {}: {error}", applied.index))?;
        }
        Ok(())
    }

    fn applied(&mut self, applied: &Applied) -> Result<(), String> {
        let Applied { index, now, request, records, is_settled } = applied;
        self.trace
            .note(format!("entry {index} at {now} of {request:?}: {} records", records.len()));
        let oracles = &mut self.oracles;
        if !self.options.clock_is_controllable {
            oracles.timers.reached(*now)?;
        }
        oracles.acknowledged.see(applied, &self.clients)?;
        oracles.keys.see(records)?;
        for record in records {
            oracles.suspensions.see(record, &oracles.jobs)?;
            oracles.jobs.see(record)?;
            oracles.tasks.see(record)?;
            oracles.instances.see(record)?;
            oracles.messages.see(record)?;
            oracles.signals.see(record)?;
            oracles.decisions.see(record)?;
            oracles.definitions.see(record)?;
            oracles.compensations.see(record)?;
            oracles.idempotency.see(record)?;
            oracles.timers.see(record)?;
        }
        if *is_settled {
            oracles.suspensions.settled();
            oracles.signals.settled()?;
        }
        records.iter().filter_map(happened).for_each(|what| self.count(what));
        Ok(())
    }

    pub(super) fn verify(&mut self, must_all: bool) -> Result<(), String> {
        let oracles = &mut self.oracles;
        let (clients, shadow) = (&self.clients, &self.shadow);
        let told = Told {
            jobs: &mut oracles.jobs,
            tasks: &mut oracles.tasks,
            idempotency: &mut oracles.idempotency,
        };
        oracles.acknowledged.verify(clients, shadow, told, must_all)?;
        let mut later = Vec::new();
        for held in std::mem::take(&mut self.arrivals) {
            if !oracles.jobs.delivered(held)? {
                if must_all {
                    return Err(format!("{held:?} was handed out, but the log does not know it"));
                }
                later.push(held);
            }
        }
        self.arrivals = later;
        Ok(())
    }

    fn read_segments(&mut self) -> Result<(), String> {
        match &mut self.segments {
            Some(segments) => segments.check(&self.shadow.records).map(drop),
            None => Ok(()),
        }
    }

    /// The last record that can be read.
    ///
    /// # Errors
    /// A record is missing or another one.
    pub fn read_all_segments(&mut self) -> Result<(), String> {
        let count = self.shadow.records.len() as u64;
        let read = Segments::open(&self.node, count, count).check(&self.shadow.records)?;
        if read < count {
            return Err(format!("only {read} of {count} records can be read"));
        }
        Ok(())
    }

    /// On a node that is well, answers come in time and what is due is done.
    fn check_well(&mut self) -> Result<(), String> {
        self.oracles.timers.notice(self.shadow.engine.next_due());
        let now = self.now_ms();
        let Some(well) = self.well_since_ms.filter(|it| *it + ANSWER_MS_MAX < now) else {
            return Ok(());
        };
        if self.is_broken() {
            return Ok(());
        }
        for number in &self.clients.open {
            let Some(request) = self.clients.requests.get(number) else { continue };
            let Some(wait) = request.wait_ms else { continue };
            let until = request.at_ms.max(well) + wait + ANSWER_MS_MAX;
            if until < now {
                return Err(format!("request {number} has no answer: {:?}", request.wish));
            }
        }
        if let Some(broker) = self.node.broker()
            && !broker.health().is_ready
        {
            return Err(format!("the node is well, but says {:?}", broker.health().reasons));
        }
        if !self.options.clock_is_controllable {
            let sync_ms = Millis::try_from(self.node.machine.sync_ms_max()).unwrap_or(Millis::MAX);
            self.oracles.timers.check_late(self.shadow.engine.next_due(), sync_ms)?;
        }
        Ok(())
    }
}

/// What a record says happened, if a run must show that it did.
fn happened(record: &Record) -> Option<&'static str> {
    match &record.event {
        Event::UserTask(it) => (it.intent == UserTaskIntent::Completed).then_some("task completed"),
        Event::ProcessEvent(it) => {
            let is_heard = it.cause.kind == CauseKind::Signal;
            (is_heard && it.intent == ProcessEventIntent::Triggering).then_some("signal heard")
        }
        Event::CompensationSubscription(it) => {
            (it.intent == CompensationIntent::Completed).then_some("activity undone")
        }
        Event::DecisionEvaluation(_) => Some("decision evaluated"),
        Event::Job(it) => match it.intent {
            JobIntent::ErrorThrown => Some("error thrown"),
            JobIntent::Completed if it.kind == JobKind::TaskListener => {
                Some("listener's job completed")
            }
            JobIntent::Completed if it.kind == JobKind::ExecutionListener => {
                Some("listener's job completed")
            }
            _ => None,
        },
        Event::Process(it) => {
            (it.intent == DeployedIntent::Deleted).then_some("definition deleted")
        }
        Event::Modification(_) => Some("instance modified"),
        Event::Migration(_) => Some("instance migrated"),
        Event::ProcessInstance(it) => match it.intent {
            ProcessInstanceIntent::Resumed => Some("instance resumed"),
            ProcessInstanceIntent::ElementActivating if it.element_type == ElementType::Process => {
                match it.cause.as_ref().map(|it| it.kind) {
                    Some(CauseKind::Signal) => Some("instance started by a signal"),
                    Some(CauseKind::Condition) => Some("instance started by a condition"),
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}
