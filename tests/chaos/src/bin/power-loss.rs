//! The long form of the power-loss test: `power-loss [ROUNDS] [SEED] [CRASHES] [WRITER]`.
//!
//! CRASHES is `mixed`, or a list of `cut`, `kill` and `sync`, each as often as it should come.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use baton_chaos::power_loss::{Crash, MIXED, Plan, can_mount, run};

fn main() -> anyhow::Result<()> {
    if !can_mount()? {
        bail!("skipped: needs root and /dev/fuse");
    }
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().map_or(Ok(100), |it| it.parse()).context("rounds")?;
    let seed = arguments.next().map_or(Ok(1), |it| it.parse()).context("seed")?;
    let crashes = crashes(arguments.next().as_deref().unwrap_or("mixed"))?;
    let writer = match arguments.next() {
        Some(writer) => PathBuf::from(writer),
        None => std::env::current_exe()?.with_file_name("log-writer"),
    };
    let start = Instant::now();
    let mut out = io::stdout();
    let total = run(&Plan { writer, seed, rounds, crashes }, |round, total| {
        // Progress is worth no failure.
        let _ = writeln!(out, "round {round}/{rounds} after {:.0?}: {total:?}", start.elapsed());
    })?;
    writeln!(io::stdout(), "all acknowledged steps were found: {total:?}")?;
    Ok(())
}

fn crashes(names: &str) -> anyhow::Result<Vec<Crash>> {
    if names == "mixed" {
        return Ok(MIXED.to_vec());
    }
    let crash = |name| match name {
        "cut" => Ok(Crash::Cut),
        "kill" => Ok(Crash::Kill),
        "sync" => Ok(Crash::FailedSync),
        other => bail!("'{other}' is not cut, kill or sync"),
    };
    names.split(',').map(crash).collect()
}
