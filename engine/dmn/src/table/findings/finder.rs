//! Gaps, overlaps and rules that are never reached, in words.

use super::column::Column;
use super::grid::Grid;
use super::search::{Search, Uncovered, WORK_MAX};
use super::set::Set;
use super::{FindingKind, Found, LISTED_MAX, listed, number};

/// How many gaps of one table are shown with an input.
const GAPS_SHOWN_MAX: usize = 5;

/// How many gaps of one table are counted.
const GAPS_COUNTED_MAX: usize = 100;

pub(super) struct Finder<'a> {
    columns: &'a [Column],
    grid: &'a Grid,
    /// What the searches may still cost.
    work: u64,
}

impl<'a> Finder<'a> {
    pub(super) fn new(columns: &'a [Column], grid: &'a Grid) -> Self {
        Self { columns, grid, work: WORK_MAX }
    }

    /// Finds inputs that no rule matches; false when the search was given up.
    pub(super) fn gaps(&mut self, found: &mut Found<'_>) -> bool {
        let all = self.grid.all_inputs();
        let search = Search::new(self.grid, self.columns, &all, GAPS_COUNTED_MAX);
        // What is left is for rules that are never reached.
        let mut work = self.work / 2;
        self.work -= work;
        let Uncovered { places, is_complete } = search.run(&self.grid.judged, &mut work);
        self.work += work;
        for segments in places.iter().take(GAPS_SHOWN_MAX) {
            let message = format!("No rule matches {}.", self.shown(segments));
            found.add(FindingKind::Gap, Vec::new(), message);
        }
        let more = places.len().saturating_sub(GAPS_SHOWN_MAX);
        if more > 0 {
            let is_all = is_complete && places.len() < GAPS_COUNTED_MAX;
            let least = if is_all { "" } else { "at least " };
            let message = format!("No rule matches {least}{more} more such inputs.");
            found.add(FindingKind::Gap, Vec::new(), message);
        }
        is_complete
    }

    /// The rules that match some input which a rule matches, too.
    fn meeting(&self, rule: &[usize]) -> Set {
        let mut rules = self.grid.judged.clone();
        for (lines, set) in self.grid.columns.iter().zip(rule) {
            rules.keep(&lines.meets[*set]);
        }
        rules
    }

    /// Finds pairs of rules that match the same input.
    pub(super) fn overlaps(&self, found: &mut Found<'_>) {
        let (mut listed_pairs, mut more) = (0, 0);
        let mut others = Set::new(self.grid.rules.len());
        for (second, rule) in self.grid.rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            let mut before = self.meeting(rule);
            before.keep_below(second);
            for first in before.members() {
                if listed_pairs >= LISTED_MAX {
                    more += 1;
                    others.extend([first, second]);
                    continue;
                }
                let Some(segments) = self.common(first, second) else { continue };
                listed_pairs += 1;
                let message = format!(
                    "The rules {} and {} both match {}. The hit policy UNIQUE allows only one.",
                    first + 1,
                    second + 1,
                    self.shown(&segments)
                );
                found.add(FindingKind::Overlap, vec![number(first), number(second)], message);
            }
        }
        if more > 0 {
            let rules: Vec<u32> = others.members().map(number).collect();
            let (pairs, match_) = if more == 1 { ("pair", "matches") } else { ("pairs", "match") };
            let message = format!(
                "{more} more {pairs} of rules {match_} the same input and are not listed, of the \
                 rules {}.",
                listed(&rules)
            );
            found.add(FindingKind::Overlap, rules, message);
        }
    }

    /// Segments in which two rules hold, one for each column.
    fn common(&self, one: usize, other: usize) -> Option<Vec<usize>> {
        let [one, other] = [one, other].map(|it| self.grid.rules.get(it)?.as_ref());
        let pairs = self.grid.area(one?).into_iter().zip(self.grid.area(other?));
        pairs.map(|(one, other)| one.first_common(other)).collect()
    }

    /// Finds rules that are never reached; false when the search for one was given up.
    pub(super) fn shadows(&mut self, found: &mut Found<'_>) -> bool {
        let mut hidden = Vec::new();
        let mut is_complete = true;
        for (ix, rule) in self.grid.rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            // A rule that matches nothing is hidden by none.
            let Some(segments) = self.common(ix, ix) else { continue };
            match self.is_hidden(ix, rule) {
                Some(true) => hidden.push((ix, segments)),
                Some(false) => {}
                None => {
                    is_complete = false;
                    break;
                }
            }
        }
        for (ix, segments) in hidden.iter().take(LISTED_MAX) {
            let mut by = self.grid.judged.clone();
            for (lines, segment) in self.grid.columns.iter().zip(segments) {
                by.keep(&lines.holds[*segment]);
            }
            let message = format!(
                "Rule {} is never reached: rules before it match everything that it matches. For \
                 example, rule {} matches {}.",
                ix + 1,
                by.members().next().unwrap_or(0) + 1,
                self.shown(segments)
            );
            found.add(FindingKind::Shadowed, vec![number(*ix)], message);
        }
        if hidden.len() > LISTED_MAX {
            let rules: Vec<u32> = hidden.iter().skip(LISTED_MAX).map(|it| number(it.0)).collect();
            let message =
                format!("Never reached, and not listed, are the rules {}.", listed(&rules));
            found.add(FindingKind::Shadowed, rules, message);
        }
        is_complete
    }

    /// Whether the rules before one match everything that it matches; `None` when the search was
    /// given up.
    fn is_hidden(&mut self, ix: usize, rule: &[usize]) -> Option<bool> {
        let mut before = self.meeting(rule);
        before.keep_below(ix);
        let search = Search::new(self.grid, self.columns, rule, 1);
        let Uncovered { places, is_complete } = search.run(&before, &mut self.work);
        if places.is_empty() && !is_complete { None } else { Some(places.is_empty()) }
    }

    /// An input of the segments, in words.
    fn shown(&self, segments: &[usize]) -> String {
        let values = self.columns.iter().zip(segments);
        let values: Vec<String> = values.map(|(column, at)| column.shown(*at)).collect();
        if values.is_empty() { "the empty input".to_owned() } else { values.join(", ") }
    }
}
