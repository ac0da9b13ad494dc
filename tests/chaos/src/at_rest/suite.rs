//! The suite: damages of a plan through opener processes, and what became of them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use parking_lot::Mutex;

use super::damage::Damage;
use super::fields::{Format, unknown};
use super::folders::{self, TARGETS};
use super::opener::{Opened, Outcome};
use super::plan::{Effort, damages};
use super::untouched::Held;
use super::verdict::{Verdict, judge};
use crate::suite::{Form, Setting, Suite, Tally};

/// A start that takes longer hangs.
const START_MAX: Duration = Duration::from_mins(1);
/// An opener is replaced after so many folders: a node that could not go on leaves things behind.
const FOLDERS_PER_OPENER: usize = 100;
/// Starts at the same time: they wait more than they compute.
const OPENERS: usize = 4;
/// So often a start may need more than one election, which changes the state.
const ELECTIONS_MAX: usize = 10;
/// So often, and with these pauses, a second start is tried until the first one has let go.
const LOCKED_MAX: usize = 100;
const PAUSE: Duration = Duration::from_millis(10);
/// Findings that are shown at most.
const SHOWN_MAX: usize = 20;

/// Damage at rest: a round damages one of the folders in many ways, one at a time.
#[derive(Debug, Clone, Copy)]
pub struct AtRest;

impl Suite for AtRest {
    fn name(&self) -> &'static str {
        "at-rest"
    }

    fn about(&self) -> &'static str {
        "files that rotted, were cut, swapped, lost or replaced by older ones are named"
    }

    fn rounds(&self, setting: &Setting) -> Result<u64> {
        Ok(setting.form.pick(1, 6) * TARGETS.len() as u64)
    }

    fn classes(&self, _: Form) -> Vec<&'static str> {
        Format::ALL
            .into_iter()
            .flat_map(Format::classes)
            .chain(["folder stale", "folder foreign"])
            .collect()
    }

    fn round(&self, setting: &Setting, round: u64, tally: &mut Tally) -> Result<()> {
        let mut random = setting.random(self.name(), round);
        let place = in_memory()?;
        let place = place.path();
        let opener = opener_program()?;
        write_folders(&opener, place, random.number())?;
        let target = TARGETS[usize::try_from(round)? % TARGETS.len()];
        let files = folders::files(&place.join(target))?;
        let unknown = unknown(&files);
        ensure!(
            unknown.is_empty(),
            "nobody damages these files of '{target}', and nobody says that they mean nothing: \
             {unknown:?}"
        );
        let effort = setting.form.pick(Effort::SHORT, Effort::LONG);
        let cases = damages(place, target, effort, &mut random)?;
        let found = try_all(&opener, place, target, cases)?;
        found.count(tally);
        found.check()
    }
}

/// What was found.
#[derive(Debug, Default)]
struct Found {
    verdicts: BTreeMap<&'static str, u64>,
    classes: BTreeMap<&'static str, u64>,
    /// What must not be.
    wrong: Vec<String>,
}

impl Found {
    fn add(&mut self, damage: &Damage, verdict: Verdict) {
        let format = Format::of(&damage.path);
        if let Some(class) = damage.kind.class_of(format) {
            *self.classes.entry(class).or_default() += 1;
        }
        let figure = match verdict {
            Verdict::Refused => "damages refused by name",
            Verdict::Harmless => "damages harmless by hash and records",
            Verdict::Unreadable => "damaged records told and named to readers",
            Verdict::Wrong(sentence) => {
                self.wrong.push(sentence);
                return;
            }
        };
        *self.verdicts.entry(figure).or_default() += 1;
    }

    fn count(&self, tally: &mut Tally) {
        for (figure, number) in &self.verdicts {
            tally.count(figure, *number);
        }
        self.classes.keys().for_each(|class| tally.hit(class));
    }

    fn check(&self) -> Result<()> {
        let shown: Vec<_> = self.wrong.iter().take(SHOWN_MAX).map(String::as_str).collect();
        ensure!(
            shown.is_empty(),
            "{} damages were neither named nor harmless:\n{}",
            self.wrong.len(),
            shown.join("\n")
        );
        Ok(())
    }
}

/// A folder in memory, if there is memory that looks like a disk: nothing here needs to last.
fn in_memory() -> Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.context("make a folder")
}

/// The program `at-rest-opener` of this build.
fn opener_program() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    own.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("at-rest-opener"))
        .find(|it| it.is_file())
        .context("the program at-rest-opener is not built; `cargo build -p baton-chaos` builds it")
}

/// Damages copies of the folder one after the other, and judges each start.
fn try_all(opener: &Path, place: &Path, target: &str, cases: Vec<Damage>) -> Result<Found> {
    let sound = open_sound(opener, place, target)?;
    let (cases, found) = (Mutex::new(cases.into_iter()), Mutex::new(Found::default()));
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..OPENERS)
            .map(|number| {
                let (cases, found, sound) = (&cases, &found, &sound);
                let copy = place.join(format!("try-{number}"));
                scope.spawn(move || -> Result<()> {
                    let mut opener = Opener::start(opener)?;
                    loop {
                        let Some(damage) = cases.lock().next() else { return Ok(()) };
                        let outcome =
                            opener.open_copy(place, target, &copy, sound.term, |copy| {
                                damage.apply(copy, place)
                            })?;
                        found.lock().add(&damage, judge(&damage, sound, &outcome));
                    }
                })
            })
            .collect();
        workers.into_iter().try_for_each(|it| match it.join() {
            Ok(done) => done,
            Err(_) => bail!("a thread of the suite panicked"),
        })
    })?;
    Ok(found.into_inner())
}

fn write_folders(opener: &Path, place: &Path, seed: u64) -> Result<()> {
    let written = Command::new(opener)
        .arg("write")
        .arg(place)
        .arg(seed.to_string())
        .output()
        .context("start the opener")?;
    ensure!(
        written.status.success(),
        "the folders were not written: {}",
        String::from_utf8_lossy(&written.stderr)
    );
    Ok(())
}

/// Opens undamaged copies: what they lead to must not depend on chance. A start that needed
/// another number of elections is in another term, which the state knows.
fn open_sound(program: &Path, place: &Path, target: &str) -> Result<Opened> {
    let mut opener = Opener::start(program)?;
    let copy = place.join("sound");
    let mut starts = Vec::new();
    for _ in 0..3 {
        match opener.open_once(place, target, &copy, |_| Ok(()))? {
            Outcome::Opened(start) if start.records.is_ok() => starts.push(start),
            other => bail!("the sound folder '{target}' does not start: {other:?}"),
        }
    }
    let least = starts.iter().map(|it| it.term).min().unwrap_or_default();
    starts.retain(|it| it.term == least);
    let first = starts.swap_remove(0);
    ensure!(starts.iter().all(|it| *it == first), "starts of '{target}' differ: {starts:?}");
    Ok(first)
}

/// A running `at-rest-opener open`. Dropping it kills it.
struct Opener {
    program: PathBuf,
    process: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    /// What it said of panics on its standard error.
    panics: Arc<Mutex<Vec<String>>>,
    opened: usize,
}

impl Opener {
    fn start(program: &Path) -> Result<Self> {
        let mut process = Command::new(program)
            .arg("open")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("start {}", program.display()))?;
        let input = process.stdin.take().context("the opener has no input")?;
        let output = process.stdout.take().context("the opener has no output")?;
        let (send, answers) = channel();
        // The thread ends with the pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let panics = Arc::new(Mutex::new(Vec::new()));
        let (errors, told) = (process.stderr.take().context("no errors")?, panics.clone());
        std::thread::spawn(move || {
            let lines = BufReader::new(errors).lines().map_while(Result::ok);
            lines.filter(|it| it.contains("panicked at")).for_each(|it| told.lock().push(it));
        });
        Ok(Self { program: program.to_owned(), process, input, answers, panics, opened: 0 })
    }

    /// Opens a damaged copy of a folder, until it is led in the term in which a sound one is.
    fn open_copy(
        &mut self,
        place: &Path,
        target: &str,
        copy: &Path,
        term: u64,
        damage: impl Fn(&Path) -> Result<()>,
    ) -> Result<Outcome> {
        let mut left = ELECTIONS_MAX;
        loop {
            left -= 1;
            match self.open_once(place, target, copy, &damage)? {
                Outcome::Opened(opened) if opened.term > term && left > 0 => {}
                outcome => return Ok(outcome),
            }
        }
    }

    fn open_once(
        &mut self,
        place: &Path,
        target: &str,
        copy: &Path,
        damage: impl Fn(&Path) -> Result<()>,
    ) -> Result<Outcome> {
        // A path of its own: what a node that ended still deletes must not be of the next one.
        let copy = copy.with_extension(self.opened.to_string());
        folders::copy(&place.join(target), &copy)?;
        damage(&copy)?;
        let before = Held::read(&copy)?;
        let outcome = match self.open(&copy)? {
            Outcome::Refused(sentence) => self.refuse_again(&copy, &before, sentence)?,
            outcome => outcome,
        };
        std::fs::remove_dir_all(&copy)?;
        Ok(outcome)
    }

    /// A start that was refused leaves all as it was, and so a second one says the same.
    fn refuse_again(&mut self, copy: &Path, before: &Held, sentence: String) -> Result<Outcome> {
        let changed = before.changed(&Held::read(copy)?, &sentence);
        if !changed.is_empty() {
            return Ok(Outcome::Unsteady(format!("changed {changed:?}: {sentence}")));
        }
        let mut left = LOCKED_MAX;
        loop {
            left -= 1;
            match self.open(copy)? {
                Outcome::Refused(second) if second == sentence => {
                    return Ok(Outcome::Refused(sentence));
                }
                // The first node may let go of log and folder a little later than it ends.
                Outcome::Refused(second) if second.contains("in another process") && left > 0 => {
                    std::thread::sleep(PAUSE);
                }
                second => {
                    let what = format!("a second start led to {second:?}: {sentence}");
                    return Ok(Outcome::Unsteady(what));
                }
            }
        }
    }

    fn open(&mut self, folder: &Path) -> Result<Outcome> {
        if self.opened >= FOLDERS_PER_OPENER {
            *self = Self::start(&self.program)?;
        }
        self.opened += 1;
        writeln!(self.input, "{}", folder.display())?;
        self.input.flush()?;
        let why = match self.answers.recv_timeout(START_MAX) {
            Ok(line) => {
                let outcome = Outcome::read(&line)?;
                let panics = std::mem::take(&mut *self.panics.lock());
                return Ok(match outcome {
                    Outcome::Refused(sentence) if !panics.is_empty() => {
                        Outcome::Unsteady(format!("said {panics:?}: {sentence}"))
                    }
                    outcome => outcome,
                });
            }
            Err(RecvTimeoutError::Timeout) => format!("it hung for {START_MAX:?}"),
            Err(RecvTimeoutError::Disconnected) => {
                format!("the process died without a sentence ({})", self.process.wait()?)
            }
        };
        *self = Self::start(&self.program)?;
        Ok(Outcome::Broken(why))
    }
}

impl Drop for Opener {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at_rest::damage::Kind;

    /// Nothing in a folder can tell that all of a partition is older: so this must be found here.
    #[test]
    fn a_partition_that_was_put_back_as_a_whole_is_reported() -> Result<()> {
        let (place, opener) = (in_memory()?, opener_program()?);
        write_folders(&opener, place.path(), 1)?;
        let path = PathBuf::from("partitions");
        let back = Damage { path: path.clone(), kind: Kind::Stale("after") };
        let lost = Damage { path, kind: Kind::Missing };
        let found = try_all(&opener, place.path(), "tail", vec![back, lost])?;
        let error = found.check().expect_err("is reported").to_string();
        assert!(error.starts_with("1 damages were neither named nor harmless:"), "{error}");
        assert!(error.contains("it started with another state"), "{error}");
        Ok(())
    }
}
