//! How many calls on the disk a script makes, found by playing it once without a fault.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};

use crate::places::{check_script, kind};
use crate::play::{Ending, Play};
use crate::power_loss::can_mount;
use crate::powerfs::disk::Disk;
use crate::powerfs::faults::{Called, Calls, Faults, Op, Place};
use crate::script::Script;
use crate::suite::Setting;

/// The script of which every point is tried, where that must not take long.
pub(super) const PLAIN_SCRIPT: Script = Script::plain(40);
/// The script of which every point is tried.
pub(super) const SHORT_SCRIPT: Script = Script::mixed(46);
/// The script of which some points are tried.
pub(super) const LONG_SCRIPT: Script = Script::mixed(200);

/// The server syncs the mark a moment after it moved, which may be after the script.
pub(super) const SYNC_OF_MARK: Place = Place { op: Op::Sync, kind: "the mark", number: 1 };
/// Many times the moment that a moved mark waits for its sync.
pub(super) const MARK_PATIENCE: Duration = Duration::from_secs(10);

/// A script that shows too little is played so often at most.
const TRIES_MAX: u32 = 5;
/// So often a script is played without a fault, to know which calls it makes each time.
const PLAYS: usize = 3;

/// The calls of a start and a script.
#[derive(Debug, Clone)]
pub(super) struct Length {
    pub(super) calls: Calls,
    pub(super) trace: Vec<Called>,
    /// Those of the start alone.
    pub(super) of_start: u64,
    /// How many of each operation on each kind of file all plays made.
    steady: BTreeMap<(Op, &'static str), u64>,
}

impl Length {
    /// How many calls of this kind each play made, and how many of them its start.
    pub(super) fn count(&self, op: Op, kind_of: &'static str) -> (u64, u64) {
        let all = self.steady.get(&(op, kind_of)).copied().unwrap_or(0);
        let start = self.trace.iter().take(usize::try_from(self.of_start).unwrap_or(usize::MAX));
        let of_start = start.filter(|it| it.op == op && kind(&it.path) == kind_of).count() as u64;
        (all, of_start)
    }

    /// Whether all plays came by this place: threads that work beside each other decide about the
    /// last ones of each kind.
    pub(super) fn is_steady(&self, place: Place) -> bool {
        self.steady.get(&(place.op, place.kind)).is_some_and(|it| place.number <= *it)
    }
}

static PLAIN: OnceLock<Result<Length, String>> = OnceLock::new();
static SHORT: OnceLock<Result<Length, String>> = OnceLock::new();
static LONG: OnceLock<Result<Length, String>> = OnceLock::new();

/// The calls of the plain script.
pub(super) fn plain(setting: &Setting) -> Result<&'static Length> {
    known(&PLAIN, setting, PLAIN_SCRIPT)
}

/// The calls of the short script.
pub(super) fn short(setting: &Setting) -> Result<&'static Length> {
    known(&SHORT, setting, SHORT_SCRIPT)
}

/// The calls of the long script.
pub(super) fn long(setting: &Setting) -> Result<&'static Length> {
    known(&LONG, setting, LONG_SCRIPT)
}

fn known(
    slot: &'static OnceLock<Result<Length, String>>,
    setting: &Setting,
    script: Script,
) -> Result<&'static Length> {
    let length = slot.get_or_init(|| {
        measure(setting, script)
            .with_context(|| {
                format!("play the script of {} commands without a fault", script.commands)
            })
            .map_err(|error| format!("{error:#}"))
    });
    length.as_ref().map_err(|error| anyhow!(error.clone()))
}

fn measure(setting: &Setting, script: Script) -> Result<Length> {
    let mut length = play_until_it_shows(setting, script)?;
    for _ in 1..PLAYS {
        let other = play_until_it_shows(setting, script)?.steady;
        length.steady.retain(|what, count| {
            *count = (*count).min(other.get(what).copied().unwrap_or(0));
            *count > 0
        });
    }
    Ok(length)
}

/// Checkpoints are taken and folded beside the commands: on a machine that is busy elsewhere the
/// script may end before that, so it is played again.
fn play_until_it_shows(setting: &Setting, script: Script) -> Result<Length> {
    let mut tries = 1;
    loop {
        let length = play(setting, script)?;
        match check_script(&length.trace) {
            Ok(()) => return Ok(length),
            Err(_) if tries < TRIES_MAX => tries += 1,
            Err(error) => return Err(error.context(format!("{tries} times"))),
        }
    }
}

fn play(setting: &Setting, script: Script) -> Result<Length> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut play = Play::new(&setting.binary);
    let mut stage = play.stage(Disk::default(), Faults::default())?;
    let ending = runtime.block_on(play.act(&mut stage, script))?;
    ensure!(ending == Ending::Played, "{ending:?}: {}", stage.log());
    let trace = stage.mounted.trace();
    let mut steady = BTreeMap::new();
    for called in &trace {
        *steady.entry((called.op, kind(&called.path))).or_default() += 1;
    }
    let of_start = stage.calls_of_start();
    Ok(Length { calls: stage.mounted.calls(), trace, of_start, steady })
}

/// Why nothing can be mounted here; none if it can.
pub(super) fn cannot_mount() -> Option<String> {
    match can_mount() {
        Ok(true) => None,
        Ok(false) => Some("needs root and /dev/fuse".to_owned()),
        Err(error) => Some(format!("cannot mount a file system: {error:#}")),
    }
}
