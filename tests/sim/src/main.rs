//! Runs seeds: one with its trace, or as many as fit a time.
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser;
use sim::campaign::{self, Plan, Report};
use sim::run::{Outcome, run};

/// Deterministic simulation of one node.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Run this seed only, and print what happened last if it fails.
    #[arg(long, conflicts_with_all = ["seeds", "minutes"])]
    seed: Option<u64>,
    /// Steps of each run; the liveness phase comes on top.
    #[arg(long, default_value_t = 3_000)]
    steps: u64,
    /// Run these seeds: `A..B`, or `A..` for as many as fit the time.
    #[arg(long, value_parser = seeds)]
    seeds: Option<Range<u64>>,
    /// Begin no seed after so many minutes.
    #[arg(long)]
    minutes: Option<f64>,
    /// Seeds that run at a time; as many as there are cores if not given.
    #[arg(long)]
    jobs: Option<usize>,
    /// Where the next seed is kept, so that a later call without `--seeds` goes on there.
    #[arg(long, default_value = "target/sim-next-seed")]
    state: PathBuf,
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let wrong = || format!("expected 'A..B' or 'A..', found '{text}'");
    let (start, end) = text.split_once("..").ok_or_else(wrong)?;
    let start = start.parse().map_err(|_| wrong())?;
    let end = if end.is_empty() { u64::MAX } else { end.parse().map_err(|_| wrong())? };
    Ok(start..end)
}

fn main() -> ExitCode {
    match begin(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            println!("sim: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn begin(arguments: &Arguments) -> Result<ExitCode> {
    let Some(seed) = arguments.seed else { return many(arguments) };
    let outcome = run(seed, arguments.steps);
    println!(
        "seed {seed}: {} steps, {} log entries, {:.0} simulated seconds in {:.2} s, trace {:016x}",
        outcome.steps,
        outcome.entries,
        outcome.simulated.as_secs_f64(),
        outcome.took.as_secs_f64(),
        outcome.hash
    );
    Ok(told(&outcome, arguments.steps))
}

/// Says what failed, if anything did.
fn told(outcome: &Outcome, steps: u64) -> ExitCode {
    let Some(failure) = &outcome.failure else { return ExitCode::SUCCESS };
    for line in &outcome.last_lines {
        println!("  {line}");
    }
    println!("FAILED after {} steps: {failure}", outcome.steps);
    println!("{}", reproduce(outcome.seed, steps));
    ExitCode::FAILURE
}

fn reproduce(seed: u64, steps: u64) -> String {
    format!("reproduce: cargo run -p baton-sim --profile sim -- --seed {seed} --steps {steps}")
}

fn many(arguments: &Arguments) -> Result<ExitCode> {
    let seeds = match &arguments.seeds {
        Some(seeds) => seeds.clone(),
        None => campaign::resume(&arguments.state)?.unwrap_or(1)..u64::MAX,
    };
    let minutes = match arguments.minutes {
        None if seeds.end == u64::MAX => Some(1.0),
        given => given,
    };
    let jobs = arguments.jobs.or_else(|| std::thread::available_parallelism().ok().map(Into::into));
    let time = minutes.map(|it| Duration::try_from_secs_f64(it * 60.0)).transpose();
    let time = time.context("--minutes")?;
    let plan = Plan { seeds, steps: arguments.steps, time, jobs: jobs.unwrap_or(1) };
    let last_line = parking_lot::Mutex::new(Duration::ZERO);
    let report = campaign::run_all(&plan, |report, passed| {
        let mut last = last_line.lock();
        if passed.saturating_sub(*last) >= Duration::from_secs(10) {
            *last = passed;
            println!("{}", standing(report, &plan, passed));
            if let Err(error) = campaign::note(&arguments.state, report.next_seed) {
                println!("sim: {error:#}");
            }
        }
    });
    campaign::note(&arguments.state, report.next_seed)?;
    for (what, count) in &report.counts {
        println!("{count:>10}  {what}");
    }
    println!(
        "{} runs, {} steps, {} log entries, {:.1} simulated hours; next seed {}",
        report.runs,
        report.steps,
        report.entries,
        report.simulated.as_secs_f64() / 3600.0,
        report.next_seed
    );
    Ok(report.failure.map_or(ExitCode::SUCCESS, |outcome| told(&outcome, plan.steps)))
}

fn standing(report: &Report, plan: &Plan, passed: Duration) -> String {
    let rate = report.steps / passed.as_secs().max(1);
    let left = if let Some(time) = plan.time {
        time.saturating_sub(passed)
    } else {
        let left = plan.seeds.end.saturating_sub(plan.seeds.start).saturating_sub(report.runs);
        let runs = u32::try_from(report.runs.max(1)).unwrap_or(u32::MAX);
        (passed / runs).saturating_mul(u32::try_from(left).unwrap_or(u32::MAX))
    };
    format!("{} runs, {rate} steps/s, about {} s left", report.runs, left.as_secs())
}

#[cfg(test)]
mod tests {
    use super::seeds;

    #[test]
    fn a_range_of_seeds_may_be_open() {
        assert_eq!(seeds("5..7"), Ok(5..7));
        assert_eq!(seeds("5.."), Ok(5..u64::MAX));
        assert!(seeds("5").is_err() && seeds("a..b").is_err());
    }
}
