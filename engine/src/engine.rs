//! `Engine::apply`: one entry, all or nothing per work item.

use crate::command;
use crate::ctx::Ctx;
use crate::graphs::Graphs;
use crate::output::{JobsAvailable, Output, Push};
use crate::process;
use crate::state::State;
use crate::state::rows::{Rows, StateRow};
use record::{Caller, Entry, Key, Millis, PartitionId};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The engine of one partition.
#[derive(Debug)]
pub struct Engine {
    pub(crate) state: State,
    graphs: Graphs,
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

/// What ended a work item.
enum Ending {
    /// It ran.
    Done,
    /// It panicked: a defect of Baton. The instance at work is named, if there was one.
    Panicked(Key),
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
        let mut units = self.state.meta.settings.0.work_per_entry;
        let mut waiting_types = Vec::new();
        self.command(entry, out, &mut units, &mut waiting_types);
        let mut item = 1;
        while units > 0 && self.due_or_pending(entry, item, out, &mut units, &mut waiting_types) {
            item += 1;
        }
        for job_type in waiting_types {
            if self.has_activatable(&job_type) {
                out.pushes.push(Push::JobsAvailable(JobsAvailable { job_type }));
            }
        }
        self.state.meta.output_hash = out.seal(self.state.meta.output_hash);
        self.look_up_zone();
    }

    fn command(
        &mut self,
        entry: &Entry,
        out: &mut Output,
        units: &mut u64,
        waiting: &mut Vec<value::Str>,
    ) {
        let command = &entry.body.command;
        let mark = out.mark();
        let ending = self.work_item(entry, 0, 0, out, units, waiting, |ctx| {
            command::handle(ctx, entry);
        });
        if let Ending::Panicked(instance) = ending {
            self.undone(out, mark);
            let ending = self.work_item(entry, 0, 0, out, units, waiting, |ctx| {
                command::refuse_defect(ctx, command, instance);
            });
            ending.must_be_done();
        }
    }

    /// Does the oldest pending or due work item. False if there is none.
    fn due_or_pending(
        &mut self,
        entry: &Entry,
        item: u64,
        out: &mut Output,
        units: &mut u64,
        waiting: &mut Vec<value::Str>,
    ) -> bool {
        let mark = out.mark();
        if let Some((_, work)) = self.state.pending.first() {
            let work = work.clone();
            let ending = self.work_item(entry, item, work.source, out, units, waiting, |ctx| {
                process::pending::resume(ctx, &work);
            });
            if let Ending::Panicked(instance) = ending {
                self.undone(out, mark);
                let ending = self.work_item(entry, item, work.source, out, units, waiting, |ctx| {
                    process::pending::park(ctx, &work, instance);
                });
                ending.must_be_done();
            }
            return true;
        }
        let now = self.state.meta.now;
        let Some((&due, &instance)) = self.state.due.first().filter(|(it, _)| it.0 <= now) else {
            return false;
        };
        let ending = self.work_item(entry, item, 0, out, units, waiting, |ctx| {
            process::due::handle(ctx, due, instance);
        });
        if let Ending::Panicked(_) = ending {
            self.undone(out, mark);
            let ending = self.work_item(entry, item, 0, out, units, waiting, |ctx| {
                process::due::park(ctx, due, instance);
            });
            ending.must_be_done();
        }
        true
    }

    fn undone(&mut self, out: &mut Output, mark: crate::output::Mark) {
        self.state.rollback();
        out.cut(mark);
    }

    /// Runs one work item with its follow-up steps, up to the entry's units of work.
    #[expect(clippy::too_many_arguments, reason = "the parts of an entry, borrowed apart")]
    fn work_item(
        &mut self,
        entry: &Entry,
        item: u64,
        source: u64,
        out: &mut Output,
        units: &mut u64,
        waiting: &mut Vec<value::Str>,
        first: impl FnOnce(&mut Ctx<'_>),
    ) -> Ending {
        self.state.begin();
        let settings = self.state.meta.settings.0.clone();
        let mut ctx = Ctx {
            now: self.state.meta.now,
            seed: entry.body.seed ^ item.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            state: &mut self.state,
            graphs: &mut self.graphs,
            out,
            zone: &self.zone,
            budget: process::expression::budget(&settings),
            steps: VecDeque::new(),
            source,
            caller: if item == 0 { Caller::of(&entry.body.command.envelope) } else { None },
            at_work: Key::NONE,
            budget_is_spent: false,
            waiting_types: std::mem::take(waiting),
        };
        let ran = catch_unwind(AssertUnwindSafe(|| {
            first(&mut ctx);
            *units = units.saturating_sub(1);
            while *units > 0
                && !ctx.budget_is_spent
                && let Some(step) = ctx.steps.pop_front()
            {
                *units -= 1;
                process::run(&mut ctx, step);
            }
            if !ctx.steps.is_empty() {
                process::pending::set_aside(&mut ctx);
            }
        }));
        let at_work = ctx.at_work;
        *waiting = std::mem::take(&mut ctx.waiting_types);
        if ran.is_err() {
            return Ending::Panicked(at_work);
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

    /// Takes a file that was compiled before the log, so that `apply` need not compile it.
    pub fn offer_graph(&mut self, resource: Arc<bpmn::Resource>) {
        self.graphs.offer(resource);
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
