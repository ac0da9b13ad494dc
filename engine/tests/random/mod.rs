//! Random models and random commands: whatever comes, tokens are neither lost nor made, scopes end,
//! nothing stands still without a reason, and every replica comes to the same.
//!
//! ```text
//! seed ─▶ model ─▶ life (commands, then what everything waits for) ─▶ all checks of scenarios
//!                    └─ a failure ─▶ smaller model, fewer commands ─▶ a scenario that shows it
//! ```
//!
//! `RANDOM_SEED` says where to begin, `RANDOM_MODELS` how many models are lived through.

mod case;
mod commands;
mod drain;
mod life;
mod shrink;

use case::Case;
use life::Life;
use std::collections::BTreeSet;
use std::path::Path;

use super::support::coverage;

/// How many models are lived through with every run of the tests.
const MODELS: u64 = 500;

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var_os(name)?.to_str()?.parse().ok()
}

#[test]
fn random_models_keep_their_promises() {
    let (first, models) =
        (number("RANDOM_SEED").unwrap_or(1), number("RANDOM_MODELS").unwrap_or(MODELS));
    let (mut seen, mut asked) = (BTreeSet::new(), BTreeSet::new());
    let (mut entries, mut begun, mut canceled) = (0, 0, 0);
    for seed in first..first + models {
        let case = Case::draw(seed);
        let lived = Life::live(&case, seed);
        if let Some(failure) = &lived.failure {
            let path =
                Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("random-{seed}.scenario"));
            let small = shrink::shrink(Case { lines: lived.lines, ..case }, failure);
            std::fs::write(&path, small.text()).unwrap();
            panic!(
                "RANDOM_SEED={seed} RANDOM_MODELS=1: {failure}\nAmong the scenarios, {} shows \
                 it:\n{}",
                path.display(),
                small.text()
            );
        }
        entries += lived.lines.len();
        begun += lived.begun;
        canceled += lived.canceled;
        seen.extend(lived.kinds);
        asked.extend(lived.asked);
    }
    println!(
        "RANDOM_SEED={first} RANDOM_MODELS={models}: {entries} commands, {begun} instances, of \
         which {canceled} were canceled at the end"
    );
    let missing: Vec<_> =
        coverage::kinds().filter(|it| !it.is_empty() && !seen.contains(*it)).collect();
    assert!(models < MODELS || missing.is_empty(), "no model came to {missing:?}");
    for event in ["BEFORE_ALL", "CANCEL", "CANCELING"] {
        assert!(models < MODELS || asked.contains(event), "no listener was asked for {event}");
    }
    assert!(canceled * 4 < begun, "{canceled} of {begun} instances did not end by themselves");
}

#[test]
fn every_drawn_model_can_be_deployed() {
    let refused = |seed| Case::draw(seed).compiles().err().map(|it| format!("seed {seed}: {it}"));
    let wrong: Vec<String> = (1..=MODELS * 4).filter_map(refused).take(5).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
