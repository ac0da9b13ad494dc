//! What breaks, and is mended.

use broker::io::Loss;

use crate::disk::Faults;
use crate::options::Fault;
use crate::world::World;

impl World {
    /// Breaks something, or mends what is broken.
    pub(super) fn go_wrong(&mut self, fault: Fault) -> Result<(), String> {
        match fault {
            Fault::Kill => return self.crash(Loss::Nothing),
            Fault::PowerLoss => {
                let is_total = self.random.percent(40);
                let loss =
                    if is_total { Loss::Everything } else { Loss::Some(self.random.number()) };
                return self.crash(loss);
            }
            Fault::PowerLossAtWrite => self.cut_power(),
            Fault::FoldFails => {
                let bases = &self.node.machine.bases;
                bases.fail_at(Some(bases.calls() + self.random.below(6)));
                self.disturb();
            }
            Fault::WriteErrors => self.break_disk(Faults { write: 300, sync: 0 }),
            Fault::SyncErrors => self.break_disk(Faults { write: 0, sync: 300 }),
            Fault::NoSpace => {
                let free = self.random.one_of(&[0, 1 << 10, 64 << 10, 200 << 10]);
                self.node.machine.disk.limit_space(Some(free));
                self.disturb();
            }
            Fault::SlowSync => {
                self.node.machine.set_sync_ms_max(self.random.one_of(&[50, 2_000]));
                self.well_since_ms = None;
            }
            Fault::ClockJump => {
                let ms = self.random.between(1, 3_600_000).cast_signed();
                let ms = if self.random.percent(50) { ms } else { -ms };
                self.node.machine.clock.jump(ms);
                // What is due now may take a moment.
                self.well_since_ms = self.well_since_ms.map(|_| self.now_ms());
            }
            Fault::Heal => self.heal(),
        }
        Ok(())
    }

    fn disturb(&mut self) {
        self.is_disturbed = true;
        self.well_since_ms = None;
    }

    fn cut_power(&mut self) {
        let disk = &self.node.machine.disk;
        let operations = self.random.below(40);
        disk.cut_power_after(operations);
        self.power_goes_at = Some(disk.operations() + operations);
        self.disturb();
    }

    fn break_disk(&mut self, faults: Faults) {
        self.node.machine.disk.set_faults(faults);
        self.disturb();
    }

    /// Stops the node cleanly and starts it again, unless something is broken.
    ///
    /// # Errors
    /// It does not stop or start, or something is lost.
    pub fn restart(&mut self) -> Result<(), String> {
        if self.well_since_ms.is_none() {
            return Ok(());
        }
        self.observe()?;
        if !self.node.is_up() {
            return Ok(());
        }
        let clock = self.node.machine.clock.clone();
        let before = clock.passed_ms();
        self.node.stop()?;
        self.oracles.timers.pass(clock.passed_ms() - before, clock.wall_at_rest());
        self.crash(Loss::Everything)?;
        self.start()
    }
}
