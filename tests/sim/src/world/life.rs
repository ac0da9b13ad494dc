//! How the node begins, ends, and is mended.

use broker::io::Loss;
use broker_api::Broker as _;

use super::World;
use crate::oracle::records::Segments;

/// How long a node needs to be well again after something was mended, in milliseconds.
const RECOVERY_MS_MAX: u64 = 10_000;
/// Records before the last one that are read again after a restart.
const REREAD: u64 = 300;

impl World {
    /// Starts the node, and checks that it has everything that it ever applied.
    ///
    /// # Errors
    /// It does not start although nothing is broken, or something is lost.
    pub fn start(&mut self) -> Result<(), String> {
        let clock = self.node.machine.clock.clone();
        let before = clock.passed_ms();
        let was_broken = self.is_broken();
        let started = self.node.start(&self.clients.inbox);
        self.oracles.timers.pass(clock.passed_ms() - before, clock.wall_at_rest());
        if let Err(reason) = started {
            self.trace.note(format!("start failed: {reason}"));
            self.check_archive()?;
            if !was_broken {
                return Err(format!("the node does not start: {reason}"));
            }
            self.count("start that failed");
            self.power_goes_at = None;
            self.heal();
            return Ok(());
        }
        self.count("start");
        self.is_disturbed = self.is_broken();
        self.well_since_ms = (!self.is_disturbed).then(|| self.now_ms());
        self.check_identity()?;
        self.follow()?;
        self.verify(true)?;
        let (now, wall) = (self.shadow.engine.now(), clock.wall_at_rest());
        self.oracles.timers.restart(now, wall);
        self.segments = Some(Segments::open(&self.node, self.shadow.records.len() as u64, REREAD));
        self.compare()
    }

    fn check_identity(&mut self) -> Result<(), String> {
        let Some(broker) = self.node.broker() else { return Ok(()) };
        let found = broker.topology().cluster_id;
        match &self.cluster_id {
            Some(known) if *known != found => Err("the node forgot its cluster".to_owned()),
            Some(_) | None => {
                self.cluster_id = Some(found);
                Ok(())
            }
        }
    }

    /// True while something is broken or was since the last crash.
    pub(super) fn is_broken(&self) -> bool {
        self.node.machine.disk.is_broken() || self.power_goes_at.is_some()
    }

    /// Mends whatever is broken.
    pub fn heal(&mut self) {
        let machine = &self.node.machine;
        machine.disk.set_faults(crate::disk::Faults::default());
        machine.disk.limit_space(None);
        machine.bases.fail_at(None);
        machine.set_sync_ms_max(self.options.sync_ms_max);
        if self.node.is_up() && self.power_goes_at.is_none() && self.well_since_ms.is_none() {
            self.well_since_ms = Some(self.now_ms() + RECOVERY_MS_MAX);
        }
    }

    /// The process or machine dies.
    ///
    /// # Errors
    /// What clients had heard until then does not hold.
    pub fn crash(&mut self, loss: Loss) -> Result<(), String> {
        self.hear()?;
        self.trace.note(format!("crash {loss:?}"));
        self.node.crash(loss);
        self.power_goes_at = None;
        self.is_disturbed = false;
        self.well_since_ms = None;
        self.segments = None;
        self.clients.lose_contact();
        Ok(())
    }

    /// What a crash takes with it: a dead process leaves everything to the operating system.
    pub(super) fn draw_loss(&mut self, is_power: bool) -> Loss {
        match self.random.below(4) {
            0 => Loss::Everything,
            1 if !is_power => Loss::Nothing,
            _ => Loss::Some(self.random.number()),
        }
    }
}
