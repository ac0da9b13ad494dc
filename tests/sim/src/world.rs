//! The world of a run: a node, its clients, what goes wrong, and what must hold.
//!
//! ```text
//! seed ─▶ options ─▶ step: action ─▶ let tasks and time run ─▶ observe: oracles
//!                      ▲                                          │
//!                      └────────── safety phase ──────────────────┘──▶ finish: liveness phase
//! ```

use std::collections::BTreeMap;

use broker::io::Loss;
use broker_api::{Broker as _, Refusal};

use crate::clients::{Answer, Clients, Ending, Heard, Held, Wish};
use crate::models::{self, Model};
use crate::node::SimNode;
use crate::options::Options;
use crate::oracle::acknowledged::Acknowledged;
use crate::oracle::instances::Instances;
use crate::oracle::jobs::Jobs;
use crate::oracle::keys::Keys;
use crate::oracle::messages::Messages;
use crate::oracle::records::Segments;
use crate::oracle::state::{check_engine, check_node};
use crate::oracle::timers::Timers;
use crate::platform::Simulated;
use crate::shadow::{Applied, Shadow};
use crate::trace::Trace;
use draw::Random;

/// How long an answer may take on a node that is well, in milliseconds.
const ANSWER_MS_MAX: u64 = 30_000;
/// How long a node needs to be well again after something was mended, in milliseconds.
const RECOVERY_MS_MAX: u64 = 10_000;
/// Records before the last one that are read again after a restart.
const REREAD: u64 = 300;

/// How often something happened, by name.
pub type Counts = BTreeMap<String, u64>;

/// Everything that the oracles know.
#[derive(Debug, Default)]
pub struct Oracles {
    /// Instances, incidents and subscriptions.
    pub instances: Instances,
    /// Jobs.
    pub jobs: Jobs,
    /// Messages.
    pub messages: Messages,
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

    /// True while something is broken or was since the last crash.
    fn is_broken(&self) -> bool {
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

    /// What a crash takes with it: a dead process leaves everything to the operating system.
    fn draw_loss(&mut self, is_power: bool) -> Loss {
        match self.random.below(4) {
            0 => Loss::Everything,
            1 if !is_power => Loss::Nothing,
            _ => Loss::Some(self.random.number()),
        }
    }

    fn check_archive(&self) -> Result<(), String> {
        self.node.machine.archive.contradiction().map_or(Ok(()), Err)
    }

    /// Takes what clients heard. Answers why the node cannot go on, if it cannot.
    fn hear(&mut self) -> Result<Option<String>, String> {
        let mut fatal = None;
        loop {
            let heard = self.clients.inbox.lock().pop_front();
            match heard {
                None => return Ok(fatal),
                Some(Heard::Fatal(reason)) => fatal = Some(reason),
                Some(Heard::Answer(number, answer)) => self.answered(number, answer)?,
                Some(Heard::StreamOpened(number)) => {
                    self.trace.note(format!("stream {number} is open"));
                    self.clients.end(number, Ending::Served);
                }
                Some(Heard::StreamJob(number, job)) => {
                    let held = Held { job: job.key, activation: job.activation };
                    self.arrived(held);
                    if let Some(stream) = self.clients.streams.get_mut(&number) {
                        stream.received += 1;
                        if stream.received > stream.credit {
                            let credit = stream.credit;
                            return Err(format!("stream {number} got more than its {credit} jobs"));
                        }
                    }
                }
                Some(Heard::StreamEnded(number)) => {
                    self.trace.note(format!("stream {number} has ended"));
                    self.clients.streams.remove(&number);
                }
            }
        }
    }

    fn arrived(&mut self, held: Held) {
        self.trace.note(format!("got job {} hand-out {}", held.job, held.activation));
        self.count("job delivered");
        self.arrivals.push(held);
        self.clients.held.push(held);
    }

    fn answered(&mut self, number: u64, answer: Result<Answer, Refusal>) -> Result<(), String> {
        self.trace.note(format!("request {number} heard {answer:?}"));
        let ending = match answer {
            Ok(Answer::Jobs(batch)) => {
                for job in &batch.jobs {
                    self.arrived(Held { job: job.key, activation: job.activation });
                }
                Ending::Served
            }
            Ok(Answer::Reply(reply)) => {
                let is_rejected = matches!(reply, record::Reply::Rejected(_));
                self.count(if is_rejected { "rejected" } else { "acknowledged" });
                self.oracles.acknowledged.heard(number);
                Ending::Answered(reply)
            }
            Err(Refusal::Interrupted | Refusal::Stopping) => Ending::Unknown,
            Err(refusal) => {
                self.count(refusal_name(&refusal));
                let wish = self.clients.requests.get(&number).map(|it| it.wish.clone());
                if matches!(wish, Some(Wish::Command(_) | Wish::Deploy(_))) {
                    self.oracles.acknowledged.refused(number)?;
                    Ending::Refused
                } else {
                    Ending::Unknown
                }
            }
        };
        self.clients.end(number, ending);
        Ok(())
    }

    /// Follows the node as far as it says that it has applied.
    fn follow(&mut self) -> Result<(), String> {
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
        let Applied { index, now, request, records } = applied;
        self.trace
            .note(format!("entry {index} at {now} of {request:?}: {} records", records.len()));
        let oracles = &mut self.oracles;
        if !self.options.clock_is_controllable {
            oracles.timers.reached(*now)?;
        }
        oracles.acknowledged.see(applied, &self.clients)?;
        oracles.keys.see(records)?;
        for record in records {
            oracles.jobs.see(record)?;
            oracles.instances.see(record)?;
            oracles.messages.see(record)?;
            oracles.timers.see(record)?;
        }
        Ok(())
    }

    fn verify(&mut self, must_all: bool) -> Result<(), String> {
        let oracles = &mut self.oracles;
        let (clients, shadow) = (&self.clients, &self.shadow);
        oracles.acknowledged.verify(clients, shadow, &mut oracles.jobs, must_all)?;
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
            self.oracles.timers.check_late(self.shadow.engine.next_due())?;
        }
        Ok(())
    }
}

fn refusal_name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::LimitReached { limit: "disk-free-min" | "disk-space", .. } => {
            "refused: disk space"
        }
        Refusal::LimitReached { .. } => "refused: limit",
        Refusal::Unavailable { .. } => "refused: unavailable",
        Refusal::InvalidResources { .. } => "refused: invalid resources",
        _ => "refused: other",
    }
}
