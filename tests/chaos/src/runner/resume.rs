//! How far a run is, in a file, so that another process can go on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::suite::{Form, Setting, Tally};

/// How far a suite is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// How many rounds are done.
    pub done: u64,
    /// What they did.
    pub tally: Tally,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    form: Form,
    seed: u64,
    /// What identifies the server and this program; a run that does not say it is of others.
    #[serde(default)]
    build: String,
    suites: BTreeMap<String, Progress>,
}

impl State {
    /// A run that begins.
    pub fn new(setting: &Setting) -> Self {
        let build = build(&setting.binary);
        Self { form: setting.form, seed: setting.seed, build, suites: BTreeMap::new() }
    }

    /// The run in a file, or a new one if there is no such file.
    ///
    /// # Errors
    /// The file is of another form, seed or build, or cannot be read.
    pub fn open(file: &Path, setting: &Setting) -> Result<Self> {
        if !file.exists() {
            return Ok(Self::new(setting));
        }
        let shown = file.display();
        let text = fs::read_to_string(file).with_context(|| format!("read '{shown}'"))?;
        let state: Self = serde_json::from_str(&text).with_context(|| format!("read '{shown}'"))?;
        ensure!(
            state.form == setting.form && state.seed == setting.seed,
            "'{shown}' is of a run in the {:?} form with seed {}. Use these, or another file.",
            state.form,
            state.seed
        );
        ensure!(
            state.build == build(&setting.binary),
            "'{shown}' is of a run of another build of the server or of the suites, of which nothing \
             counts for this one. Remove it to begin anew."
        );
        Ok(state)
    }

    /// The seed of the run in a file, if there is one that can be read.
    pub fn seed_of(file: &Path) -> Option<u64> {
        let state: Self = serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
        Some(state.seed)
    }

    /// Writes the run to a file, whole or not at all.
    ///
    /// # Errors
    /// The file system's.
    pub fn save(&self, file: &Path) -> Result<()> {
        let beside = file.with_extension("tmp");
        fs::write(&beside, serde_json::to_vec(self)?)
            .with_context(|| format!("write '{}'", beside.display()))?;
        fs::rename(&beside, file).with_context(|| format!("write '{}'", file.display()))
    }

    /// How far a suite is.
    pub fn progress(&mut self, suite: &str) -> &mut Progress {
        self.suites.entry(suite.to_owned()).or_default()
    }

    /// All suites that have begun.
    pub fn suites(&self) -> impl Iterator<Item = (&str, &Progress)> {
        self.suites.iter().map(|(name, progress)| (name.as_str(), progress))
    }
}

/// What tells this server and this program from those of another build.
fn build(server: &Path) -> String {
    let own = std::env::current_exe().unwrap_or_default();
    format!("server {}, suites {}", stamp(server), stamp(&own))
}

/// The size and the time of a program.
fn stamp(program: &Path) -> String {
    let Ok(it) = fs::metadata(program) else { return "missing".to_owned() };
    let written = it.modified().ok().and_then(|it| it.duration_since(UNIX_EPOCH).ok());
    format!("{} bytes of {} ns", it.len(), written.unwrap_or_default().as_nanos())
}
