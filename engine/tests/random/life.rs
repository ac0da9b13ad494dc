//! The life of a partition with a random model.

use super::case::Case;
use super::{commands, drain};
use crate::support::names::Names;
use crate::support::scenario::{self, Runner};
use crate::support::trace;
use crate::support::twins::Care;
use draw::Random;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Once;

/// How many random commands there are at most.
const COMMANDS_MAX: u64 = 45;

/// What became of a life.
pub(crate) struct Lived {
    /// The lines that were played.
    pub(crate) lines: Vec<String>,
    pub(crate) failure: Option<String>,
    /// The kinds of elements that came to life.
    pub(crate) kinds: BTreeSet<String>,
    /// What listeners were asked about.
    pub(crate) asked: BTreeSet<&'static str>,
    /// How many instances began.
    pub(crate) begun: u64,
    /// How many had to be canceled at the end.
    pub(crate) canceled: u64,
}

/// A partition that is played with.
pub(crate) struct Life<'a> {
    pub(crate) runner: Runner<'a>,
    pub(crate) lines: Vec<String>,
    pub(crate) canceled: u64,
}

impl Life<'_> {
    /// Lives a model through with commands of a seed, then brings everything to its end.
    pub(crate) fn live(case: &Case, seed: u64) -> Lived {
        play(case, |life| {
            let mut random = Random::new(seed ^ 0x5eed);
            for number in 0..random.between(COMMANDS_MAX / 3, COMMANDS_MAX) {
                let line = commands::line(&mut random, case, &life.runner, number);
                life.play(line);
            }
            drain::drain(life);
        })
    }

    /// Plays the lines of a case as far as they mean something.
    pub(crate) fn replay(case: &Case) -> Lived {
        play(case, |life| {
            for line in &case.lines {
                if is_playable(line, &life.runner.names) {
                    life.play(line.clone());
                }
            }
        })
    }

    /// Plays a line.
    pub(crate) fn play(&mut self, line: String) {
        self.lines.push(line);
        let line = &self.lines[self.lines.len() - 1];
        self.runner.perform(line);
    }

    /// Lets everything that is pending be done.
    pub(crate) fn settle(&mut self) {
        while self.runner.twins.engine().has_pending() {
            self.play("continue".to_owned());
        }
    }
}

/// Deploys a model and does something with it; a panic is a failure.
fn play(case: &Case, act: impl FnOnce(&mut Life<'_>)) -> Lived {
    let scenario = scenario::parse(&case.text());
    let runner = Runner::new(&scenario, Care::Pair);
    let mut life = Life { runner, lines: Vec::new(), canceled: 0 };
    let outcome = quietly(|| {
        life.runner.perform(&case.deployment());
        act(&mut life);
        life.runner.finish();
    });
    let kinds = life.runner.watch.kinds.iter();
    Lived {
        failure: outcome.err(),
        kinds: kinds.map(|it| trace::kind(it.0, it.1)).collect(),
        asked: life.runner.watch.asked.clone(),
        begun: life.runner.watch.begun,
        lines: life.lines,
        canceled: life.canceled,
    }
}

thread_local! {
    /// True while a panic is caught and told in another way.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Catches a panic without printing it.
pub(crate) fn quietly(act: impl FnOnce()) -> Result<(), String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |it| {
            if !IS_QUIET.get() {
                print(it);
            }
        }));
    });
    IS_QUIET.set(true);
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(act));
    IS_QUIET.set(false);
    outcome.map_err(|it| {
        let text = it.downcast_ref::<String>().cloned();
        let text = text.or_else(|| it.downcast_ref::<&str>().map(|it| (*it).to_owned()));
        text.unwrap_or_else(|| "a panic without words".to_owned())
    })
}

/// True if everything that a line names is there by now.
fn is_playable(line: &str, names: &Names) -> bool {
    let head = line.split('{').next().unwrap_or_default();
    let mut words = head.split_whitespace();
    let takes_none = matches!(
        words.next(),
        Some(
            "create"
                | "activate"
                | "publish"
                | "signal"
                | "stream"
                | "settings"
                | "advance"
                | "restart"
                | "tick"
                | "continue"
                | "wait"
        )
    );
    let subject = words.next();
    let others = head.split([' ', ',', '=', '>', '@']).filter(|it| it.contains('.'));
    takes_none || subject.into_iter().chain(others).all(|it| names.has(it))
}
