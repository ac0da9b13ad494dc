//! The OMG's DMN Technology Compatibility Kit, levels 2 and 3, read from where `BATON_REFERENCE`
//! says.
//!
//! `not-passed.tsv` lists the cases that do not pass, each with a reason that names the rule of
//! Baton's language it conflicts with. A case that fails and is not listed fails the run, and so
//! does a listed case that passes: the list may only shrink.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "data that cannot be read must fail loudly; what was skipped or passed is reported"
)]

mod case;
mod compare;
mod list;
mod xml;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// How many cases the kit has.
const CASES: u32 = 3_391;

/// How many cases must pass, whatever is listed.
const PASSED_MIN: u32 = 3_300;

/// How many cases may be listed. Lower it with the list; it never goes up.
const LISTED_MAX: usize = 39;

/// Where the kit is, if it is there.
fn kit() -> Option<PathBuf> {
    if let Ok(folder) = std::env::var("BATON_REFERENCE") {
        return Some(Path::new(&folder).join("dmn-tck"));
    }
    let required = std::env::var("BATON_REQUIRE_REFERENCE").is_ok_and(|it| it == "1");
    assert!(!required, "BATON_REFERENCE names no folder");
    println!("skipped: BATON_REFERENCE names no folder");
    None
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Numbers of one folder.
#[derive(Default, Clone, Copy)]
struct Counts {
    passed: u32,
    all: u32,
}

#[test]
fn the_list_of_cases_that_do_not_pass_only_shrinks() {
    let count = list::read().len();
    assert!(count <= LISTED_MAX, "{count} cases are listed, at most {LISTED_MAX} may be");
    assert!(count == LISTED_MAX, "only {count} cases are listed: lower LISTED_MAX");
}

#[test]
fn every_case_passes_or_is_listed_with_its_reason() {
    let Some(kit) = kit() else { return };
    let mut listed = list::read();
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    let mut wrong = String::new();
    for level in ["compliance-level-2", "compliance-level-3"] {
        for folder in sorted(&kit.join(level)) {
            let name = format!("{level}/{}", folder.file_name().unwrap().to_string_lossy());
            for outcome in case::run_folder(&folder) {
                let count = counts.entry(name.clone()).or_default();
                count.all += 1;
                let key = format!("{name}/{}", outcome.id);
                let reason = listed.remove(&key);
                match (&outcome.fault, reason) {
                    (None, None) => count.passed += 1,
                    (None, Some(_)) => {
                        count.passed += 1;
                        let _ = writeln!(wrong, "{key}\tpasses, but is listed");
                    }
                    (Some(_), Some(_)) => {}
                    (Some(fault), None) => {
                        let _ = writeln!(wrong, "{key}\t{fault}");
                    }
                }
            }
        }
    }
    for key in listed.keys() {
        let _ = writeln!(wrong, "{key}\tis listed, but there is no such case");
    }
    let mut total = Counts::default();
    for (folder, count) in &counts {
        println!("{folder}: {} of {} passed", count.passed, count.all);
        total.passed += count.passed;
        total.all += count.all;
    }
    println!("in all: {} of {} passed", total.passed, total.all);
    assert!(total.all >= CASES, "only {} cases were found", total.all);
    assert!(total.passed >= PASSED_MIN, "only {} cases pass", total.passed);
    assert!(wrong.is_empty(), "\n{wrong}");
}
