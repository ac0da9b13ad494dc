//! `Engine::apply`: one entry, all or nothing per work item.

use crate::command;
use crate::compiled::{self, Compiled, Held, Uncompiled};
use crate::ctx::Ctx;
use crate::graphs::Graphs;
use crate::models::Models;
use crate::output::{JobsAvailable, Output, Push};
use crate::process;
use crate::process::queue::Queue;
use crate::state::State;
use crate::state::meta::PendingWork;
use crate::state::rows::{Rows, StateRow};
use record::{Caller, CommandBody, Deploy, Entry, Key, Millis, PartitionId};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The engine of one partition.
#[derive(Debug)]
pub struct Engine {
    pub(crate) state: State,
    graphs: Graphs,
    models: Models,
    /// The system zone, looked up once per change.
    zone: jiff::tz::TimeZone,
    zone_name: value::Str,
}

/// Why a state could not be restored from its rows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RestoreError {
    /// A row cannot be read.
    #[error("row {row} of the state: {source}")]
    Unreadable {
        /// The row's key as hexadecimal digits.
        row: String,
        /// What is wrong with it.
        source: value::wire::WireError,
    },
    /// A row of a kind or encoding version this binary does not know.
    #[error(
        "row {row} of the state has kind {kind} and version {version}: written by a newer Baton"
    )]
    Newer {
        /// The row's key as hexadecimal digits.
        row: String,
        /// The kind of row.
        kind: u8,
        /// The version of its encoding.
        version: u32,
    },
}

/// So many instances are parked one after the other before a work item is given up as a whole.
const POISONED_MAX: usize = 8;
/// However much a command has looked at, what follows from it is begun in its own entry, if the
/// entry may do so much: who asked sees it begun.
const BEGUN_UNITS: u64 = 32;

/// The units of an entry's work that are left after the first part of a work item, which has taken
/// one, and some for what it has looked at.
fn left_after(units: u64, looked: u64) -> u64 {
    let left = units.saturating_sub(1);
    left.saturating_sub(looked).max(left.min(BEGUN_UNITS))
}

/// One entry while it is applied.
struct Run<'a> {
    out: &'a mut Output,
    /// Units of work that are left.
    units: u64,
    /// The number of the work item; 0 is the command.
    item: u64,
    /// Job types with activatable jobs that no stream took.
    waiting_types: Vec<value::Str>,
}

/// What ended a work item.
enum Ending {
    /// It ran.
    Done,
    /// It panicked: a defect of Baton.
    Panicked(Panic),
}

/// What its records say of why a work item is done.
#[derive(Debug, Clone, Copy, Default)]
struct Because {
    /// The position of the first record of the work item whose rest it is; 0 if it is no rest.
    source: u64,
    /// The number that the caller of the command gave it; 0 if there is none.
    operation_reference: u64,
}

/// Where a work item panicked.
struct Panic {
    /// The instance at work, if there was one.
    at_work: Key,
    /// The instance that the work item is about, if it is about one.
    about: Key,
}

impl Ending {
    /// Parking what a defect undid is the last resort. If that fails too, going on would mean
    /// guessing, so the partition stops.
    fn must_be_done(self) {
        assert!(matches!(self, Self::Done), "parking an undone work item failed as well");
    }
}

impl Engine {
    /// The engine of a partition that has seen nothing.
    pub fn new(partition: PartitionId) -> Self {
        Self::over(State::new(partition))
    }

    /// The engine over the rows of a checkpoint.
    ///
    /// # Errors
    /// [`RestoreError`] names the row that cannot be read.
    pub fn restore(
        partition: PartitionId,
        rows: impl IntoIterator<Item = StateRow>,
    ) -> Result<Self, RestoreError> {
        let mut state = State::new(partition);
        for row in rows {
            state.restore_row(&row)?;
        }
        state.restore_indexes();
        Ok(Self::over(state))
    }

    fn over(state: State) -> Self {
        let mut engine = Self {
            state,
            graphs: Graphs::default(),
            models: Models::default(),
            zone: jiff::tz::TimeZone::UTC,
            zone_name: "UTC".into(),
        };
        engine.look_up_zone();
        engine
    }

    /// Applies one committed entry: all or nothing per work item. `out` is cleared, then filled.
    ///
    /// Costs about ten microseconds for a client command and is bounded by the settings.
    pub fn apply(&mut self, entry: &Entry, out: &mut Output) {
        out.clear();
        self.state.meta.index = entry.index;
        if self.state.meta.clock_pinned_at.is_none() {
            self.state.meta.now = self.state.meta.now.max(entry.body.now);
        }
        let limit = self.state.meta.settings.0.work_per_entry;
        let units = match entry.body.units_max {
            0 => limit,
            of_leader => limit.min(of_leader),
        };
        let mut run = Run { out, units, item: 0, waiting_types: Vec::new() };
        self.command(entry, &mut run);
        if let CommandBody::Deploy(deploy) = &entry.body.command.body {
            compiled::settle(deploy, &mut self.graphs.files, &mut self.models.files);
        }
        run.item = 1;
        while run.units > 0 && self.due_or_pending(entry, &mut run) {
            run.item += 1;
        }
        let units_done = units - run.units;
        let waiting_types = run.waiting_types;
        for job_type in waiting_types {
            if self.has_activatable(&job_type) {
                out.pushes.push(Push::JobsAvailable(JobsAvailable { job_type }));
            }
        }
        out.units = units_done;
        self.state.meta.output_hash = out.seal(self.state.meta.output_hash);
        self.look_up_zone();
    }

    fn command(&mut self, entry: &Entry, run: &mut Run<'_>) {
        let command = &entry.body.command;
        let operation_reference = command.envelope.operation_reference;
        let because = Because { source: 0, operation_reference };
        let ending = self.isolate(entry, run, because, &|ctx| command::handle(ctx, entry));
        if let Ending::Panicked(panic) = ending {
            let ending = self.work_item(entry, run, because, &[], &|ctx| {
                command::refuse_defect(ctx, command, panic.at_work);
            });
            ending.must_be_done();
        }
    }

    /// Does the oldest pending or due work item. False if there is none.
    fn due_or_pending(&mut self, entry: &Entry, run: &mut Run<'_>) -> bool {
        if let Some((_, work)) = self.state.pending.first() {
            let work = work.clone();
            let resume = |ctx: &mut Ctx<'_>| process::pending::resume(ctx, &work);
            let PendingWork { source, operation_reference, .. } = *work;
            let because = Because { source, operation_reference };
            if let Ending::Panicked(panic) = self.isolate(entry, run, because, &resume) {
                let park = |ctx: &mut Ctx<'_>| process::pending::park(ctx, &work, panic.at_work);
                self.work_item(entry, run, because, &[], &park).must_be_done();
            }
            return true;
        }
        let now = self.state.meta.now;
        let Some((&due, &instance)) = self.state.due.first().filter(|(it, _)| it.0 <= now) else {
            return false;
        };
        let because = Because::default();
        let fire = |ctx: &mut Ctx<'_>| process::due::handle(ctx, due, instance);
        if let Ending::Panicked(_) = self.isolate(entry, run, because, &fire) {
            let park = |ctx: &mut Ctx<'_>| process::due::park(ctx, due, instance);
            self.work_item(entry, run, because, &[], &park).must_be_done();
        }
        true
    }

    /// Runs a work item. If another instance than the one it is about panics, it is run again with
    /// that instance's steps parked there, so that one instance's defect does not stop others.
    fn isolate(
        &mut self,
        entry: &Entry,
        run: &mut Run<'_>,
        because: Because,
        first: &dyn Fn(&mut Ctx<'_>),
    ) -> Ending {
        let mark = run.out.mark();
        let units = run.units;
        let mut poisoned = Vec::new();
        loop {
            let ending = self.work_item(entry, run, because, &poisoned, first);
            let Ending::Panicked(panic) = ending else { return ending };
            self.state.rollback();
            run.out.cut(mark);
            run.units = units;
            let is_other = panic.at_work != panic.about && !panic.at_work.is_none();
            if !is_other || poisoned.len() == POISONED_MAX || poisoned.contains(&panic.at_work) {
                return Ending::Panicked(panic);
            }
            poisoned.push(panic.at_work);
        }
    }

    /// Runs one work item with its follow-up steps, up to the entry's units of work. Steps of
    /// `poisoned` instances are parked with an incident instead.
    fn work_item(
        &mut self,
        entry: &Entry,
        run: &mut Run<'_>,
        because: Because,
        poisoned: &[Key],
        first: &dyn Fn(&mut Ctx<'_>),
    ) -> Ending {
        self.state.begin();
        let settings = self.state.meta.settings.0.clone();
        let is_command = run.item == 0;
        let mut ctx = Ctx {
            now: self.state.meta.now,
            seed: entry.body.seed ^ run.item.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            state: &mut self.state,
            graphs: &mut self.graphs,
            models: &mut self.models,
            out: run.out,
            zone: &self.zone,
            budget: process::expression::budget(&settings),
            steps: Queue::default(),
            source: because.source,
            caller: if is_command { Caller::of(&entry.body.command.envelope) } else { None },
            operation_reference: because.operation_reference,
            at_work: Key::NONE,
            budget_is_spent: false,
            units: 0,
            waiting_types: std::mem::take(&mut run.waiting_types),
        };
        let mut about = None;
        let units = &mut run.units;
        let ran = catch_unwind(AssertUnwindSafe(|| {
            first(&mut ctx);
            about = Some(ctx.at_work);
            *units = left_after(*units, ctx.units);
            let mut kept = Vec::new();
            while *units > 0
                && !ctx.budget_is_spent
                && let Some(step) = ctx.steps.pop()
            {
                if poisoned.contains(&step.instance()) {
                    kept.push(step);
                } else {
                    *units = units.saturating_sub(step.units());
                    process::suspension::run(&mut ctx, step);
                }
            }
            process::pending::park_steps(&mut ctx, poisoned, kept);
            if !ctx.steps.is_empty() {
                process::pending::set_aside(&mut ctx);
            }
        }));
        let at_work = ctx.at_work;
        run.waiting_types = std::mem::take(&mut ctx.waiting_types);
        if ran.is_err() {
            return Ending::Panicked(Panic { at_work, about: about.unwrap_or(at_work) });
        }
        self.state.commit();
        Ending::Done
    }

    /// When the next timer, time-out, back-off or expiry is due; the leader then proposes a `Tick`.
    pub fn next_due(&self) -> Option<Millis> {
        self.state.due.first().map(|(it, _)| it.0)
    }

    /// True while work waits that did not fit its entry; the leader then proposes a `Continue`.
    pub fn has_pending(&self) -> bool {
        self.state.pending.len() > 0
    }

    /// Takes a file that was compiled before the log, so that `apply` need not compile it. It is
    /// kept until its deployment is applied, and then as long as others (see `compiled.rs`).
    pub fn offer(&mut self, compiled: Compiled) {
        self.hold(compiled, Held::ForDeployment);
    }

    /// Takes a deployed file that was compiled beside the engine ([`Engine::uncompiled`]).
    pub fn offer_deployed(&mut self, compiled: Compiled) {
        self.hold(compiled, Held::Ahead);
    }

    fn hold(&mut self, compiled: Compiled, held: Held) {
        match compiled {
            Compiled::Processes(source, it) => drop(self.graphs.files.put(source, it, held)),
            Compiled::Decisions(source, it) => drop(self.models.files.put(source, it, held)),
        }
    }

    /// The deployed files that `apply` would have to compile when they are used, as many as can be
    /// held beside those that are, the largest first. Whoever has time compiles and offers them.
    ///
    /// Costs about half a microsecond for each definition.
    pub fn uncompiled(&self) -> Vec<Uncompiled> {
        let (processes, decisions) =
            (self.graphs.missing(&self.state), self.models.missing(&self.state));
        processes.into_iter().chain(decisions).collect()
    }

    /// True if `apply` would have to compile a file of this deployment.
    pub fn lacks(&self, deploy: &Deploy) -> bool {
        compiled::lacks(deploy, &self.graphs.files, &self.models.files)
    }

    /// How many files `apply` had to compile, because nobody had offered them or because they had
    /// no room. Whatever waits for the partition waits meanwhile.
    pub fn compiled_in_apply(&self) -> u64 {
        self.graphs.compiled + self.models.compiled
    }

    /// A process definition or decision requirements graph that was deployed and that this binary
    /// cannot compile. What was decided without it must not be followed: the partition has to stop.
    pub fn unreadable_definition(&self) -> Option<Key> {
        self.graphs.unreadable.or(self.models.unreadable)
    }

    /// The rows that changed since the last call, for a checkpoint at the applied index.
    ///
    /// Costs about a microsecond per changed row: values are shared, and encoded elsewhere.
    pub fn take_changes(&mut self) -> Rows {
        self.state.take_changes()
    }

    fn look_up_zone(&mut self) {
        let name = &self.state.meta.settings.0.zone;
        if *name != self.zone_name {
            self.zone_name = name.clone();
            // A name that is not in the bundled database never gets into the settings.
            self.zone = jiff::tz::TimeZone::get(name).unwrap_or(jiff::tz::TimeZone::UTC);
        }
    }
}
