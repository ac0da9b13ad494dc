//! The short form of the power-loss test: what was acknowledged is there after every crash.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use baton_chaos::power_loss::{MIXED, Plan, can_mount, run};

/// Set this variable to a seed that an earlier run printed to repeat it.
const SEED: &str = "BATON_CHAOS_SEED";

#[test]
fn acknowledged_entries_survive_power_cuts_kills_and_failed_syncs() {
    if !can_mount().expect("mounting works or is not possible here") {
        eprintln!("skipped: needs root and /dev/fuse");
        return;
    }
    let seed = std::env::var(SEED).map_or_else(
        |_| SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs(),
        |seed| seed.parse().expect("the seed is a number"),
    );
    eprintln!("repeat with {SEED}={seed} cargo test -p baton-chaos --test power_loss");
    let writer = PathBuf::from(env!("CARGO_BIN_EXE_log-writer"));
    let total =
        run(&Plan { writer, seed, rounds: 30, crashes: MIXED.to_vec() }, |_, _| {}).unwrap();
    eprintln!("{total:?}");
    assert!(total.cuts >= 10, "a run with few cuts shows little: {total:?}");
    assert!(total.acknowledged > 0 && total.at_stake > 0, "nothing was at stake: {total:?}");
}
