//! The short form of a suite as a test.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use crate::runner::{Listener, State, run, run_round, table};
use crate::suite::{Form, Setting};
use crate::suites;

/// Chooses other random numbers.
const SEED: &str = "BATON_CHAOS_SEED";
/// Runs only this round.
const ROUND: &str = "BATON_CHAOS_ROUND";

static ALONE: Mutex<()> = Mutex::new(());

/// Runs the short form of a suite on the server that `BATON_BIN` names.
///
/// # Errors
/// What the suite found.
#[expect(clippy::print_stdout, reason = "a skipped test says why, and the gate counts that")]
pub fn run_short(name: &str, seed: u64) -> Result<()> {
    let Some(binary) = std::env::var_os("BATON_BIN") else {
        println!("skipped: BATON_BIN is not set");
        return Ok(());
    };
    // Beside each other they would take time from each other, which some of them measure.
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let suite = suites::find(name).with_context(|| format!("there is no suite '{name}'"))?;
    let seed = number(SEED)?.unwrap_or(seed);
    println!("repeat with {SEED}={seed}");
    let setting = Setting { form: Form::Short, seed, binary: PathBuf::from(binary) };
    if let Some(reason) = suite.skipped() {
        println!("skipped: {reason}");
        return Ok(());
    }
    if let Some(round) = number(ROUND)? {
        println!("{:?}", run_round(suite, &setting, round)?);
        return Ok(());
    }
    let mut state = State::new(&setting);
    run(suite, &setting, &mut state, &mut Quiet)?;
    println!("{}", table(&state));
    Ok(())
}

fn number(variable: &str) -> Result<Option<u64>> {
    let text = std::env::var(variable).ok();
    text.map(|it| it.parse().with_context(|| format!("{variable} is no number: '{it}'")))
        .transpose()
}

struct Quiet;

impl Listener for Quiet {
    fn say(&mut self, _sentence: &str) {}

    fn keep(&mut self, _state: &State) -> Result<()> {
        Ok(())
    }
}

/// The server beside a program of the same build.
pub fn sibling(program: &Path) -> Option<PathBuf> {
    let beside = program.with_file_name("baton");
    beside.is_file().then_some(beside)
}
