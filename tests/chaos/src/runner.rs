//! Runs suites round by round: with progress, resumable, and with a line that repeats a failure.

mod resume;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub use resume::{Progress, State};

use crate::suite::{ACKNOWLEDGED, CUTS, Form, KILLS, LOSSES, Setting, Suite, Tally};

/// Where a run tells how far it is.
pub trait Listener {
    /// Takes note of a sentence.
    fn say(&mut self, sentence: &str);
    /// Takes note of the state, to go on from there another time.
    ///
    /// # Errors
    /// It cannot be kept.
    fn keep(&mut self, state: &State) -> Result<()>;
}

/// Runs one suite from where `state` is to its end.
///
/// # Errors
/// What a round found, with the command that repeats it; a class of faults that was never hit.
pub fn run(
    suite: &dyn Suite,
    setting: &Setting,
    state: &mut State,
    listener: &mut dyn Listener,
) -> Result<()> {
    let name = suite.name();
    if let Some(reason) = suite.skipped() {
        listener.say(&format!("skipped: {name}: {reason}"));
        return Ok(());
    }
    let rounds = suite.rounds(setting).with_context(|| format!("prepare the suite {name}"))?;
    let first = state.progress(name).done;
    let started = Instant::now();
    let mut next = first;
    while next < rounds {
        let width = u64::try_from(suite.rounds_at_once().max(1))?;
        let end = rounds.min(next + width);
        let tallies = run_beside(suite, setting, next..end)?;
        let progress = state.progress(name);
        for tally in &tallies {
            progress.tally.merge(tally);
        }
        progress.done = end;
        listener.keep(state)?;
        let left = time_left(started.elapsed(), end - first, rounds - end);
        listener.say(&format!("{name}: round {end} of {rounds}, about {left} left"));
        next = end;
    }
    let tally = &state.progress(name).tally;
    let missed: Vec<_> =
        suite.classes(setting.form).into_iter().filter(|it| tally.hits(it) == 0).collect();
    if !missed.is_empty() {
        bail!("{name}: these faults never happened, so nothing was shown: {}", missed.join(", "));
    }
    suite.conclude(setting.form, rounds, tally).with_context(|| name.to_owned())
}

/// Runs some rounds at the same time.
fn run_beside(
    suite: &dyn Suite,
    setting: &Setting,
    rounds: std::ops::Range<u64>,
) -> Result<Vec<Tally>> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = rounds
            .map(|round| (round, scope.spawn(move || run_round(suite, setting, round))))
            .collect();
        let ended = threads.into_iter().map(|(round, thread)| {
            thread.join().unwrap_or_else(|_| bail!("round {round} panicked"))
        });
        // All are awaited, whatever the first one says.
        ended.collect::<Vec<_>>().into_iter().collect()
    })
}

/// Runs one round.
///
/// # Errors
/// What it found, with the command that repeats it.
pub fn run_round(suite: &dyn Suite, setting: &Setting, round: u64) -> Result<Tally> {
    let mut tally = Tally::default();
    suite.round(setting, round, &mut tally).with_context(|| {
        let name = suite.name();
        format!("{name}, round {round}\nreproduce: {}", reproduce(name, setting, round))
    })?;
    Ok(tally)
}

/// The command that repeats a round.
fn reproduce(name: &str, setting: &Setting, round: u64) -> String {
    let form = match setting.form {
        Form::Short => "short",
        Form::Long => "long",
    };
    let seed = setting.seed;
    format!("cargo xtask chaos {form} --suite {name} --seed {seed} --round {round}")
}

fn time_left(spent: Duration, done: u64, left: u64) -> String {
    let seconds = spent.as_secs_f64() / f64::from(u32::try_from(done.max(1)).unwrap_or(u32::MAX))
        * f64::from(u32::try_from(left).unwrap_or(u32::MAX));
    match seconds {
        it if it < 90.0 => format!("{it:.0} s"),
        it if it < 5_400.0 => format!("{:.0} min", it / 60.0),
        it => format!("{:.1} h", it / 3_600.0),
    }
}

/// What was done, as a table: the figures that every suite has, then its own.
pub fn table(state: &State) -> String {
    let mut text = String::new();
    let common = [ACKNOWLEDGED, KILLS, CUTS, LOSSES];
    let row = |text: &mut String, cells: [&str; 6]| {
        let [name, rounds, numbers @ ..] = cells;
        // Writing to a text never fails.
        let _ = write!(text, "{name:<14} {rounds:>7}");
        for (cell, title) in numbers.iter().zip(common) {
            let width = title.len();
            let _ = write!(text, "  {cell:>width$}");
        }
        text.push('\n');
    };
    row(&mut text, ["suite", "rounds", common[0], common[1], common[2], common[3]]);
    for (name, progress) in state.suites() {
        let [acknowledged, kills, cuts, losses] =
            common.map(|it| progress.tally.figure(it).to_string());
        row(&mut text, [name, &progress.done.to_string(), &acknowledged, &kills, &cuts, &losses]);
    }
    for (name, progress) in state.suites() {
        let own = progress.tally.lines().filter(|(figure, _)| !common.contains(figure));
        for (figure, number) in own {
            let _ = writeln!(text, "{name:<14} {number:>7}  {figure}");
        }
    }
    text
}

#[cfg(test)]
mod tests;
