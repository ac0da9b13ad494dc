//! The liveness phase: everything is mended, and what was begun must come to its end.

use broker::io::Loss;
use record::{ChangeClock, ClockChange, CommandBody};

use crate::clients::{StreamOrder, Wish};
use crate::shadow::replay_cold;
use crate::world::World;

/// How long open requests may take on a node that is well, in milliseconds.
const SETTLE_MS_MAX: u64 = 30_000;
/// How long an idle node is watched, in milliseconds.
const IDLE_MS: u64 = 60_000;

impl World {
    /// Starts the node, and deploys the models.
    ///
    /// # Errors
    /// A sentence that says what does not hold.
    pub fn begin(&mut self) -> Result<(), String> {
        self.start()?;
        self.deploy_all()?;
        match self.counts.get("refused: invalid resources") {
            Some(_) => Err("a model of the simulation is not valid".to_owned()),
            None => Ok(()),
        }
    }

    fn deploy_all(&mut self) -> Result<(), String> {
        for model in self.models.clone() {
            self.deploy_model(model);
            self.settle()?;
        }
        Ok(())
    }

    /// Mends everything, deploys what was deleted, works until no instance is left, and compares all that is left with the
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
        self.deploy_all()?;
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
    pub(crate) fn leap(&mut self, ms: i64) -> Result<(), String> {
        let clock = &self.node.machine.clock;
        // Log time may be ahead of a clock that was set back.
        let behind = self.shadow.engine.now().saturating_sub(clock.wall_at_rest()).max(0);
        clock.jump(behind + ms);
        self.well_since_ms = Some(self.now_ms());
        self.advance(0, 2_000);
        self.observe()
    }

    /// Lets time pass until every request that does not wait for something has its answer.
    pub(crate) fn settle(&mut self) -> Result<(), String> {
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

    /// After the last instance nothing may be left of any.
    fn check_nothing_left(&mut self) -> Result<(), String> {
        let oracles = &self.oracles;
        let instances = &oracles.instances;
        let left = [
            ("instances", instances.roots.len()),
            ("element instances", instances.elements.len()),
            ("incidents", instances.incidents.len()),
            ("subscriptions", instances.subscriptions.len()),
            ("signal subscriptions", oracles.signals.waiting()),
            ("conditions", instances.conditions.len()),
            ("compensations", oracles.compensations.live.len()),
            ("suspended instances", oracles.suspensions.suspended.len()),
            ("user tasks", oracles.tasks.live.len()),
            ("jobs", oracles.jobs.live.len()),
            ("timers", oracles.timers.live.len()),
            ("messages", oracles.messages.live.len()),
            ("deleted definitions", oracles.definitions.retired.len()),
        ];
        if let Some((what, count)) = left.into_iter().find(|(_, count)| *count > 0) {
            return Err(format!("{count} {what} are left after the last instance ended"));
        }
        let open = self.clients.open.iter().filter_map(|it| self.clients.requests.get(it));
        match open.into_iter().find(|it| matches!(it.wish, Wish::Command { .. })) {
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
