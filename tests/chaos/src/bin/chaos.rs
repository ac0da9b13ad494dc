//! Runs the suites: `chaos long|short [--suite NAME] [--seed N] [--resume FILE] [--round N]`.

#![expect(clippy::print_stdout, reason = "a runner reports on stdout")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use baton_chaos::runner::{Listener, State, run, run_round, table};
use baton_chaos::short::sibling;
use baton_chaos::suite::{Form, Setting, Suite};
use baton_chaos::suites::{SUITES, find};

const USAGE: &str = "\
usage: chaos long|short [--suite NAME] [--seed N] [--resume FILE] [--round N]

  --suite NAME    only this suite
  --seed N        what everything random follows from; if not given, that of the run that is
                  resumed, else the time
  --resume FILE   goes on with the run in this file, and keeps it there
  --round N       only this round of the suite, to repeat a failure

BATON_BIN names the server; if it is not set, the one beside this program is taken.
Suites:";

/// What the command line says.
struct Arguments {
    form: Form,
    suite: Option<&'static dyn Suite>,
    seed: Option<u64>,
    resume: Option<PathBuf>,
    round: Option<u64>,
}

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some(arguments) = read(&words)? else {
        println!("{USAGE}");
        for suite in SUITES {
            println!("  {:<14} {}", suite.name(), suite.about());
        }
        return Ok(());
    };
    let kept = arguments.resume.as_deref().and_then(State::seed_of);
    let seed = match arguments.seed.or(kept) {
        Some(seed) => seed,
        None => SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
    };
    let setting = Setting { form: arguments.form, seed, binary: binary()? };
    println!("seed {seed}, server {}", setting.binary.display());
    if let (Some(suite), Some(round)) = (arguments.suite, arguments.round) {
        println!("{:?}", run_round(suite, &setting, round)?);
        return Ok(());
    }
    let mut state = match &arguments.resume {
        Some(file) => State::open(file, &setting)?,
        None => State::new(&setting),
    };
    let mut shown = Shown { file: arguments.resume, started: Instant::now() };
    let mut failed = Vec::new();
    for suite in arguments.suite.map_or(SUITES.to_vec(), |it| vec![it]) {
        println!("{}: {}", suite.name(), suite.about());
        if let Err(error) = run(suite, &setting, &mut state, &mut shown) {
            println!("FAILED {}: {error:#}", suite.name());
            failed.push(suite.name());
        }
    }
    println!("\n{}", table(&state));
    if failed.is_empty() {
        // The next run begins anew.
        if let Some(file) = shown.file.filter(|it| it.exists()) {
            std::fs::remove_file(file)?;
        }
        return Ok(());
    }
    bail!("these suites failed: {}", failed.join(", "))
}

fn read(words: &[String]) -> Result<Option<Arguments>> {
    let mut words = words.iter().map(String::as_str);
    let form = match words.next() {
        Some("long") => Form::Long,
        Some("short") => Form::Short,
        Some("help" | "--help" | "-h") | None => return Ok(None),
        Some(other) => bail!("'{other}' is neither long nor short"),
    };
    let mut read = Arguments { form, suite: None, seed: None, resume: None, round: None };
    while let Some(option) = words.next() {
        let value = words.next().with_context(|| format!("{option} needs a value"))?;
        let number = || value.parse().with_context(|| format!("{option}: '{value}' is no number"));
        match option {
            "--suite" => {
                let found = find(value).with_context(|| format!("there is no suite '{value}'"))?;
                read.suite = Some(found);
            }
            "--seed" => read.seed = Some(number()?),
            "--resume" => read.resume = Some(value.into()),
            "--round" => read.round = Some(number()?),
            other => bail!("unknown option '{other}'"),
        }
    }
    if read.round.is_some() && read.suite.is_none() {
        bail!("--round needs --suite");
    }
    Ok(Some(read))
}

/// The server that the environment names, or the one of the same build.
fn binary() -> Result<PathBuf> {
    if let Some(binary) = std::env::var_os("BATON_BIN") {
        return Ok(binary.into());
    }
    sibling(&std::env::current_exe()?).context(
        "there is no server beside this program. Build one with `cargo build -p baton`, or name \
         one in BATON_BIN",
    )
}

/// Says everything at once, and keeps the state in a file if there is one.
struct Shown {
    file: Option<PathBuf>,
    started: Instant,
}

impl Listener for Shown {
    fn say(&mut self, sentence: &str) {
        println!("{:>6.0} s  {sentence}", self.started.elapsed().as_secs_f64());
    }

    fn keep(&mut self, state: &State) -> Result<()> {
        self.file.as_ref().map_or(Ok(()), |file| state.save(file))
    }
}
