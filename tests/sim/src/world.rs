//! The world of a run: a node, its clients, what goes wrong, and what must hold.
//!
//! ```text
//! seed ─▶ options ─▶ step: action ─▶ let tasks and time run ─▶ observe: oracles
//!                      ▲                                          │
//!                      └────────── safety phase ──────────────────┘──▶ finish: liveness phase
//! ```

mod checks;
mod hearing;
mod life;

use std::collections::BTreeMap;

use crate::clients::{Clients, Held};
use crate::models::{self, Model};
use crate::node::SimNode;
use crate::options::Options;
use crate::oracle::acknowledged::Acknowledged;
use crate::oracle::compensations::Compensations;
use crate::oracle::decisions::Decisions;
use crate::oracle::definitions::Definitions;
use crate::oracle::idempotency::Idempotency;
use crate::oracle::instances::Instances;
use crate::oracle::jobs::Jobs;
use crate::oracle::keys::Keys;
use crate::oracle::messages::Messages;
use crate::oracle::records::Segments;
use crate::oracle::signals::Signals;
use crate::oracle::suspensions::Suspensions;
use crate::oracle::tasks::Tasks;
use crate::oracle::timers::Timers;
use crate::platform::Simulated;
use crate::shadow::Shadow;
use crate::trace::Trace;
use draw::Random;

/// How often something happened, by name.
pub type Counts = BTreeMap<String, u64>;

/// Everything that the oracles know.
#[derive(Debug, Default)]
pub struct Oracles {
    /// Instances, incidents and subscriptions.
    pub instances: Instances,
    /// Jobs.
    pub jobs: Jobs,
    /// User tasks.
    pub tasks: Tasks,
    /// Messages.
    pub messages: Messages,
    /// Signals.
    pub signals: Signals,
    /// Instances that stand still.
    pub suspensions: Suspensions,
    /// What can be undone.
    pub compensations: Compensations,
    decisions: Decisions,
    /// What instances begin by.
    pub definitions: Definitions,
    idempotency: Idempotency,
    /// Timers and time.
    pub timers: Timers,
    keys: Keys,
    /// What clients were told.
    pub acknowledged: Acknowledged,
}

/// A run.
#[derive(Debug)]
pub struct World {
    /// What it is like.
    pub options: Options,
    /// Chooses what happens.
    pub random: Random,
    /// The node.
    pub node: SimNode,
    /// The clients.
    pub clients: Clients,
    /// The engine that never restarts.
    pub shadow: Shadow,
    /// What must hold.
    pub oracles: Oracles,
    /// Models to deploy.
    pub models: Vec<Model>,
    /// What happened.
    pub trace: Trace,
    /// How often.
    pub counts: Counts,
    /// Operations of the disk at which the power goes.
    pub power_goes_at: Option<u64>,
    /// Something may be broken since the node began to live.
    pub is_disturbed: bool,
    /// When the node became well, in milliseconds of real time; none while it is not.
    pub well_since_ms: Option<u64>,
    segments: Option<Segments>,
    arrivals: Vec<Held>,
    cluster_id: Option<String>,
}

impl World {
    /// The world of a seed.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        broker::raft::runtime::decide(random.number());
        let options = Options::draw(&mut random);
        let machine = Simulated::new(random.fork());
        machine.set_sync_ms_max(options.sync_ms_max);
        let models =
            (0..options.models).map(|it| models::draw(&mut random, &format!("process-{it}")));
        let models = models.collect();
        let node = SimNode::new(machine, options.config());
        let mut trace = Trace::default();
        trace.note(format!("{options:?}"));
        Self {
            options,
            random,
            node,
            clients: Clients::default(),
            shadow: Shadow::default(),
            oracles: Oracles::default(),
            models,
            trace,
            counts: Counts::new(),
            power_goes_at: None,
            is_disturbed: false,
            well_since_ms: None,
            segments: None,
            arrivals: Vec::new(),
            cluster_id: None,
        }
    }

    /// Counts something.
    pub fn count(&mut self, what: &str) {
        match self.counts.get_mut(what) {
            Some(count) => *count += 1,
            None => drop(self.counts.insert(what.to_owned(), 1)),
        }
    }

    /// Does one step.
    ///
    /// # Errors
    /// A sentence that says what does not hold.
    pub fn step(&mut self) -> Result<(), String> {
        if !self.node.is_up() {
            let ms = self.random.one_of(&[0, 100, 5_000]);
            self.advance(0, ms);
            return self.start();
        }
        let action = self.options.action(&mut self.random);
        self.act(action)?;
        let (turns, ms) = if self.random.percent(self.options.hurry_percent) {
            (self.random.below(20), 0)
        } else {
            (0, self.random.one_of(&[1, 2, 5, 20, 100, 400]))
        };
        self.advance(turns, ms);
        self.observe()
    }

    /// Lets tasks and time run.
    pub fn advance(&mut self, turns: u64, ms: u64) {
        let clock = self.node.machine.clock.clone();
        let before = clock.passed_ms();
        self.node.advance(turns, ms);
        self.oracles.timers.pass(clock.passed_ms() - before, clock.wall_at_rest());
    }

    /// Milliseconds of real time.
    pub fn now_ms(&self) -> u64 {
        self.node.machine.clock.passed_ms()
    }
}
