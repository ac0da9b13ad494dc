//! The long form of the power-loss test: `power-loss [ROUNDS] [SEED] [CRASHES] [WRITER]`.
//!
//! CRASHES is `mixed`, `cut`, or `cut,kill`.

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
    let crashes = match arguments.next().as_deref() {
        None | Some("mixed") => MIXED.to_vec(),
        Some("cut") => vec![Crash::Cut],
        Some("cut,kill") => vec![Crash::Cut, Crash::Cut, Crash::Kill],
        Some(other) => bail!("'{other}' is not mixed, cut or cut,kill"),
    };
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
