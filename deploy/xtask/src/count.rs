//! How many tests passed, failed and were skipped, read from what the test harness prints.
//!
//! A test that cannot run, because data it reads or a program it starts is not there, prints a
//! line `skipped: <why>` and returns. The harness calls that a success; here it is a skip.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::AddAssign;

/// Numbers of tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// One skipped test and the reason it gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Skip {
    pub(crate) test: String,
    pub(crate) reason: String,
}

/// What one run of the harness printed, read with `--show-output` on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) counts: Counts,
    pub(crate) skips: Vec<Skip>,
}

/// Reads the output of one or several harness runs, one after the other.
pub(crate) fn read(output: &str) -> Report {
    let mut report = Report::default();
    let mut test = "";
    let mut succeeded = false;
    let mut skipped = BTreeSet::new();
    for line in output.lines() {
        if let Some(name) = section(line) {
            test = name;
        } else if line == "successes:" {
            succeeded = true;
        } else if line == "failures:" {
            succeeded = false;
        } else if let Some(reason) = line.strip_prefix("skipped: ") {
            // A failing test may have said so too; it stays a failure.
            if succeeded && skipped.insert(test) {
                report.skips.push(Skip { test: test.to_owned(), reason: reason.to_owned() });
            }
        } else if let Some(summary) = line.strip_prefix("test result: ") {
            let said = u32::try_from(skipped.len()).unwrap_or(u32::MAX);
            report.counts += Counts {
                passed: number_before(summary, " passed").saturating_sub(said),
                failed: number_before(summary, " failed"),
                skipped: number_before(summary, " ignored").saturating_add(said),
            };
            skipped.clear();
            succeeded = false;
        }
    }
    report
}

/// The test's name in `---- name stdout ----`.
fn section(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" stdout ----")
}

/// The number that stands before `label` in `ok. 3 passed; 1 failed; …`.
fn number_before(summary: &str, label: &str) -> u32 {
    let before = summary.split_once(label).map_or("", |(before, _)| before);
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "
running 4 tests
test reads_logs ... ok
test adds ... ok
test subtracts ... FAILED
test slow ... ignored

successes:

---- adds stdout ----
a remark

---- reads_logs stdout ----
skipped: BATON_REFERENCE names no folder
skipped: and a second thing

successes:
    adds
    reads_logs

failures:

---- subtracts stdout ----
skipped: said before it failed
assertion failed

failures:
    subtracts

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 5 filtered out; finished in 0.01s
";

    #[test]
    fn a_test_that_says_it_skipped_is_not_counted_as_passed() {
        let report = read(OUTPUT);
        assert_eq!(report.counts, Counts { passed: 1, failed: 1, skipped: 2 });
        let reason = "BATON_REFERENCE names no folder".to_owned();
        assert_eq!(report.skips, [Skip { test: "reads_logs".to_owned(), reason }]);
    }

    #[test]
    fn several_runs_in_one_output_are_summed() {
        let twice = format!("{OUTPUT}{OUTPUT}");
        assert_eq!(read(&twice).counts, Counts { passed: 2, failed: 2, skipped: 4 });
    }

    #[test]
    fn output_without_a_summary_counts_nothing() {
        assert_eq!(read("thread 'main' panicked"), Report::default());
    }
}
