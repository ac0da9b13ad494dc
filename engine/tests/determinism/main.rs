//! Two processes apply the same random entries to engines of random models (`tests/draw`), one of
//! them in another environment and restarted from a checkpoint on the way: both must put out the
//! same.

#![expect(clippy::unwrap_used, reason = "tests may fail where something is missing")]

mod ad_hoc;
mod life;
mod units;

use std::process::Command;

/// Set in the child: what it is to do differently.
const CHILD: &str = "BATON_DETERMINISM_CHILD";
const CASES: u64 = 100;
/// How many lives the planted difference needs at most to show.
const CASES_PLANTED: u64 = 60;

/// One line per entry of each case, told by the hash of its records and of the output.
fn lives(cases: u64, is_restarted: bool, is_planted: bool) -> Vec<String> {
    (1..=cases).flat_map(|seed| life::live(seed, is_restarted, is_planted)).collect()
}

/// The same in a child process with another environment.
fn lives_of_child(what: &str) -> Vec<String> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_child_tells_what_it_computed", "--nocapture"])
        .env(CHILD, what)
        .env("TZ", "Pacific/Kiritimati")
        .env("LANG", "tr_TR.UTF-8")
        .env("LC_ALL", "tr_TR.UTF-8")
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "the child failed: {text}");
    let lines = text.lines().filter(|it| it.starts_with("seed "));
    lines.map(str::to_owned).collect()
}

#[test]
fn the_child_tells_what_it_computed() {
    let Some(what) = std::env::var_os(CHILD) else { return };
    println!();
    let is_checked = cfg!(debug_assertions);
    assert!(is_checked, "the child is built without debug assertions");
    let is_planted = what == "planted";
    let cases = if is_planted { CASES_PLANTED } else { CASES };
    for line in lives(cases, true, is_planted) {
        println!("{line}");
    }
}

#[test]
fn another_process_restarted_on_the_way_computes_the_same() {
    let here = lives(CASES, false, false);
    let there = lives_of_child("same");
    let first = here.iter().zip(&there).find(|(here, there)| here != there);
    assert_eq!(first, None, "the seed in the line reproduces the difference");
    assert_eq!(here.len(), there.len());
    assert!(here.len() as u64 > 50 * CASES, "the lives are not empty: {}", here.len());
}

#[test]
fn a_planted_difference_is_caught() {
    let here = lives(CASES_PLANTED, false, false);
    let there = lives_of_child("planted");
    assert_eq!(here.len(), there.len());
    assert!(here != there, "nothing in {CASES_PLANTED} lives depended on the seed of an entry");
}
