//! Finding what a failure needs: fewer lines, then a smaller model, again and again.

use super::case::Case;
use super::life::Life;

/// How often a failure is lived through again; each time takes milliseconds.
const TRIES: u32 = 4_000;

/// The smallest case that is found to fail in the same way.
pub(crate) fn shrink(case: Case, failure: &str) -> Case {
    let mut tries = TRIES;
    let wanted = sort_of(failure);
    let mut best = case;
    loop {
        let before = (best.lines.len(), best.model.size());
        best = with_fewer_lines(best, &wanted, &mut tries);
        best = with_a_smaller_model(best, &wanted, &mut tries);
        if (best.lines.len(), best.model.size()) == before || tries == 0 {
            return best;
        }
    }
}

/// What a failure says without what differs from case to case: keys, numbers and names.
fn sort_of(failure: &str) -> String {
    let first = failure.lines().next().unwrap_or_default();
    let words = first.split_whitespace().filter(|it| !it.chars().any(|c| c.is_ascii_digit()));
    words.collect::<Vec<_>>().join(" ")
}

/// The case with the lines that were played until it failed, if it still fails in the same way.
fn failing(case: &Case, wanted: &str, tries: &mut u32) -> Option<Case> {
    *tries = tries.saturating_sub(1);
    case.compiles().ok()?;
    let lived = Life::replay(case);
    let is_same = lived.failure.is_some_and(|it| sort_of(&it) == wanted);
    is_same.then(|| Case { lines: lived.lines, ..case.clone() })
}

fn with_fewer_lines(case: Case, wanted: &str, tries: &mut u32) -> Case {
    let mut best = case;
    let mut size = best.lines.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < best.lines.len() && *tries > 0 {
            let mut less = best.clone();
            less.lines.drain(at..(at + size).min(best.lines.len()));
            match failing(&less, wanted, tries) {
                Some(found) => best = found,
                None => at += size,
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    best
}

fn with_a_smaller_model(case: Case, wanted: &str, tries: &mut u32) -> Case {
    let mut best = case;
    loop {
        let size = best.model.size();
        let smaller = best.model.smaller().into_iter().filter(|it| it.size() < size);
        let mut found = None;
        for model in smaller {
            if *tries == 0 {
                break;
            }
            found = failing(&Case { model, ..best.clone() }, wanted, tries);
            if found.is_some() {
                break;
            }
        }
        match found {
            Some(found) => best = found,
            None => return best,
        }
    }
}
