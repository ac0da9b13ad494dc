//! Many seeds, on all cores, until the time is over or one fails.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use parking_lot::Mutex;

use crate::run::{Outcome, run};
use crate::world::Counts;

/// How many seeds, and for how long.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The seeds, in order.
    pub seeds: Range<u64>,
    /// Steps of each.
    pub steps: u64,
    /// No seed is begun after that.
    pub time: Option<Duration>,
    /// Seeds that run at a time.
    pub jobs: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    /// Runs that ended well.
    pub runs: u64,
    /// Their steps.
    pub steps: u64,
    /// Their log entries.
    pub entries: u64,
    /// Their simulated time.
    pub simulated: Duration,
    /// How often things happened.
    pub counts: Counts,
    /// The first seed that was not run, all before it were.
    pub next_seed: u64,
    /// The failed run with the lowest seed.
    pub failure: Option<Outcome>,
    ahead: BTreeSet<u64>,
}

impl Report {
    fn add(&mut self, outcome: Outcome) {
        if outcome.failure.is_some() {
            if self.failure.as_ref().is_none_or(|it| outcome.seed < it.seed) {
                self.failure = Some(outcome);
            }
            return;
        }
        self.runs += 1;
        self.steps += outcome.steps;
        self.entries += outcome.entries;
        self.simulated += outcome.simulated;
        for (what, count) in outcome.counts {
            *self.counts.entry(what).or_default() += count;
        }
        self.ahead.insert(outcome.seed);
        while self.ahead.remove(&self.next_seed) {
            self.next_seed += 1;
        }
    }
}

/// Runs a plan. `progress` hears after each run how it stands.
pub fn run_all(plan: &Plan, progress: impl Fn(&Report, Duration) + Sync) -> Report {
    let began = Instant::now();
    let next = Mutex::new(plan.seeds.clone());
    let report = Mutex::new(Report { next_seed: plan.seeds.start, ..Report::default() });
    let has_failed = AtomicBool::new(false);
    let work = || {
        while !has_failed.load(Ordering::Relaxed)
            && plan.time.is_none_or(|time| began.elapsed() < time)
            && let Some(seed) = next.lock().next()
        {
            let outcome = run(seed, plan.steps);
            if outcome.failure.is_some() {
                has_failed.store(true, Ordering::Relaxed);
            }
            let mut report = report.lock();
            report.add(outcome);
            progress(&report, began.elapsed());
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..plan.jobs.max(1) {
            scope.spawn(work);
        }
    });
    report.into_inner()
}

/// Where an earlier campaign stopped.
///
/// # Errors
/// The file cannot be read, or does not hold a seed.
pub fn resume(file: &Path) -> Result<Option<u64>> {
    match fs::read_to_string(file) {
        Ok(text) => {
            let seed = text.trim().parse();
            seed.map(Some).with_context(|| format!("'{}' holds no seed", file.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read '{}'", file.display())),
    }
}

/// Notes where a campaign stands.
///
/// # Errors
/// The file cannot be written.
pub fn note(file: &Path, next_seed: u64) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("create '{}'", folder.display()))?;
    }
    fs::write(file, format!("{next_seed}\n")).with_context(|| format!("write '{}'", file.display()))
}
