//! The liveness phase: everything is mended, and what was begun must come to its end.

use std::collections::BTreeSet;

use broker::io::Loss;
use record::{
    CancelInstance, ChangeClock, ClockChange, CommandBody, CompleteJob, Key, PublishMessage,
    ResolveIncident,
};

use crate::clients::{StreamOrder, Wish};
use crate::models::JOB_TYPES;
use crate::oracle::jobs::Place;
use crate::shadow::replay_cold;
use crate::world::World;

/// How long open requests may take on a node that is well, in milliseconds.
const SETTLE_MS_MAX: u64 = 30_000;
/// Rounds of work until only instances that wait for messages may be left.
const ROUNDS_MAX: u32 = 12;
/// The longest timer of a model, in milliseconds.
const TIMER_MS_MAX: i64 = 61_000;
/// After so long, silent gateways and buffered messages are forgotten, in milliseconds.
const FORGOTTEN_MS: i64 = 700_000;
/// How long an idle node is watched, in milliseconds.
const IDLE_MS: u64 = 60_000;

impl World {
    /// Starts the node, and deploys the models.
    ///
    /// # Errors
    /// A sentence that says what does not hold.
    pub fn begin(&mut self) -> Result<(), String> {
        self.start()?;
        for model in self.models.clone() {
            self.deploy_model(model);
            self.settle()?;
        }
        match self.counts.get("refused: invalid resources") {
            Some(_) => Err("a model of the simulation is not valid".to_owned()),
            None => Ok(()),
        }
    }

    /// Mends everything, works until no instance is left, and compares all that is left with the
    /// log.
    ///
    /// # Errors
    /// A sentence that says what does not hold.
    pub fn finish(&mut self) -> Result<(), String> {
        self.trace.note(format!("{:>8} liveness phase", self.now_ms()));
        self.mend()?;
        if self.options.clock_is_controllable {
            let reset = ChangeClock { change: ClockChange::Reset, value: 0 };
            self.submit(CommandBody::ChangeClock(reset));
            self.settle()?;
        }
        self.close_streams()?;
        self.drain()?;
        self.check_nothing_left()?;
        self.check_idle()?;
        self.read_all_segments()?;
        self.compare()?;
        let cold = replay_cold(&self.node.machine.archive, self.shadow.index)?;
        let engine = &self.shadow.engine;
        let is_equal =
            (cold.state_hash(), cold.output_hash()) == (engine.state_hash(), engine.output_hash());
        if !is_equal {
            return Err("a replay from the first entry gives another state".to_owned());
        }
        self.well_since_ms = Some(self.now_ms());
        self.restart()?;
        self.crash(Loss::Everything)?;
        self.start()?;
        self.advance(0, 100);
        self.observe()?;
        self.read_all_segments()
    }

    fn mend(&mut self) -> Result<(), String> {
        if self.power_goes_at.is_some() {
            let loss = Loss::Some(self.random.number());
            self.crash(loss)?;
        }
        self.heal();
        // A node that something happened to may end yet; if it goes on, it must be well soon.
        for _ in 0..11 {
            self.advance(0, 1_000);
            if self.node.is_up() {
                self.observe()?;
            } else {
                self.start()?;
            }
        }
        if !self.node.is_up() {
            self.start()?;
        }
        self.settle()
    }

    /// Sets the wall clock forward, which takes less time than waiting, and lets what is due happen.
    fn leap(&mut self, ms: i64) -> Result<(), String> {
        let clock = &self.node.machine.clock;
        // Log time may be ahead of a clock that was set back.
        let behind = self.shadow.engine.now().saturating_sub(clock.wall_at_rest()).max(0);
        clock.jump(behind + ms);
        self.well_since_ms = Some(self.now_ms());
        self.advance(0, 2_000);
        self.observe()
    }

    /// Lets time pass until every request that does not wait for something has its answer.
    fn settle(&mut self) -> Result<(), String> {
        let until = self.now_ms() + SETTLE_MS_MAX;
        while self.has_open_request() {
            if self.now_ms() > until {
                let open = self.clients.open.clone();
                return Err(format!("requests {open:?} have no answer"));
            }
            self.advance(0, 5);
            self.observe()?;
            if !self.node.is_up() {
                return Err("the node gave up although nothing is broken".to_owned());
            }
        }
        Ok(())
    }

    fn has_open_request(&self) -> bool {
        let open = self.clients.open.iter().filter_map(|it| self.clients.requests.get(it));
        let now = self.now_ms();
        open.into_iter().any(|it| it.wait_ms.is_some_and(|wait| it.at_ms + wait <= now))
    }

    fn close_streams(&mut self) -> Result<(), String> {
        for stream in self.clients.streams.values() {
            drop(stream.orders.send(StreamOrder::Close));
        }
        // Polls that wait for jobs come to their end too.
        self.advance(0, 6_000);
        self.observe()?;
        self.settle()
    }

    fn drain(&mut self) -> Result<(), String> {
        for _ in 0..ROUNDS_MAX {
            if self.oracles.instances.roots.is_empty() {
                return Ok(());
            }
            while self.oracles.jobs.live.values().any(|it| it.place == Place::Activatable) {
                for job_type in JOB_TYPES {
                    self.do_jobs(job_type)?;
                }
            }
            self.resolve_incidents()?;
            self.publish_awaited()?;
            self.leap(TIMER_MS_MAX)?;
        }
        self.cancel_waiting()
    }

    /// Instances that wait for messages may do so for ever: what a message begins may wait for the
    /// same message, and each message reaches one of them.
    fn cancel_waiting(&mut self) -> Result<(), String> {
        let roots: Vec<Key> = self.oracles.instances.roots.keys().copied().collect();
        if roots.is_empty() {
            return Ok(());
        }
        let oracles = &self.oracles;
        let waits = oracles.instances.subscriptions.len() + oracles.instances.incidents.len();
        if waits + oracles.jobs.live.len() + oracles.timers.live.len() == 0 {
            return Err(format!("nothing is waited for, but these do not end: {roots:?}"));
        }
        for instance in roots {
            self.submit(CommandBody::CancelInstance(CancelInstance { instance }));
            self.settle()?;
        }
        // Entries with little work each need some more.
        self.advance(0, 5_000);
        self.observe()?;
        if self.oracles.instances.roots.is_empty() {
            return Ok(());
        }
        let (roots, engine) = (&self.oracles.instances.roots, &self.shadow.engine);
        let (pending, due) = (engine.has_pending(), engine.next_due());
        Err(format!("canceled, but still there: {roots:?}; pending {pending}, due {due:?}"))
    }

    fn do_jobs(&mut self, job_type: &'static str) -> Result<(), String> {
        loop {
            let before = self.clients.held.len();
            self.poll_for(job_type, 50, 60_000, 0);
            self.settle()?;
            if self.clients.held.len() == before {
                break;
            }
        }
        // Jobs that somebody holds still, or held and lost, are done here or time out.
        for held in std::mem::take(&mut self.clients.held) {
            let body = CompleteJob { job: held.job, ..CompleteJob::default() };
            self.submit(CommandBody::CompleteJob(body));
            self.settle()?;
        }
        Ok(())
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
            let body = PublishMessage { name, correlation_key, ..PublishMessage::default() };
            self.submit(CommandBody::PublishMessage(body));
            self.settle()?;
        }
        Ok(())
    }

    /// After the last instance nothing may be left of any.
    fn check_nothing_left(&mut self) -> Result<(), String> {
        self.leap(FORGOTTEN_MS)?;
        self.settle()?;
        let oracles = &self.oracles;
        let instances = &oracles.instances;
        let left = [
            ("instances", instances.roots.len()),
            ("element instances", instances.elements.len()),
            ("incidents", instances.incidents.len()),
            ("subscriptions", instances.subscriptions.len()),
            ("jobs", oracles.jobs.live.len()),
            ("timers", oracles.timers.live.len()),
            ("messages", oracles.messages.live.len()),
        ];
        if let Some((what, count)) = left.into_iter().find(|(_, count)| *count > 0) {
            return Err(format!("{count} {what} are left after the last instance ended"));
        }
        let open = self.clients.open.iter().filter_map(|it| self.clients.requests.get(it));
        match open.into_iter().find(|it| matches!(it.wish, Wish::Command(_))) {
            Some(request) => Err(format!("{:?} was never answered", request.wish)),
            None => Ok(()),
        }
    }

    /// A node that has nothing to do writes nothing.
    fn check_idle(&mut self) -> Result<(), String> {
        let before = self.node.machine.archive.last_index();
        self.advance(0, IDLE_MS);
        self.observe()?;
        let after = self.node.machine.archive.last_index();
        if after == before {
            return Ok(());
        }
        Err(format!("an idle node wrote {} log entries", after - before))
    }
}
