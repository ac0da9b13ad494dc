//! What looks wrong with a table that decides one rule at a time: inputs that no rule matches, two
//! rules that match the same input, and rules that are never reached.
//!
//! ```text
//! constants of a column ─▶ segments: the values themselves and the gaps between them
//! cell ─▶ the segments in which it holds        rule ─▶ one set of segments for each column
//! ```
//!
//! Every input lies in one segment of each column, so a search through segments finds all that
//! there is to find. Only rules whose cells are all constants are judged; what is not is said.

mod column;
mod search;

use value::Str;

use self::column::Column;
use self::search::{Area, Search, Uncovered, common};
use super::{Cell, Policy, Table};

/// Tables with more inputs are not judged: the search is as deep as there are inputs.
const INPUTS_MAX: usize = 64;

/// How many findings of one table are listed.
const FINDINGS_MAX: usize = 20;

/// How many gaps of one table are shown with an input.
const GAPS_SHOWN_MAX: usize = 5;

/// How many gaps of one table are counted.
const GAPS_COUNTED_MAX: usize = 100;

/// Something that looks wrong with a decision table, or that keeps it from being judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The decision's id.
    pub decision_id: Str,
    /// What it is.
    pub kind: FindingKind,
    /// The rules it is about, from 1.
    pub rules: Vec<u32>,
    /// What is wrong, with an input that shows it.
    pub message: String,
}

/// What looks wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingKind {
    /// No rule matches some input.
    Gap,
    /// Two rules match the same input, which the hit policy does not allow.
    Overlap,
    /// Rules before it match whatever it matches.
    Shadowed,
    /// Rules, or the whole table if none is named, could not be judged.
    NotJudged,
}

impl Table {
    /// What looks wrong; nothing for tables that collect what matches.
    pub(crate) fn findings(&self, decision_id: &Str) -> Vec<Finding> {
        let (overlaps, shadows) = match self.policy {
            Policy::Unique => (true, false),
            Policy::First => (false, true),
            Policy::Any
            | Policy::Priority
            | Policy::Collect(_)
            | Policy::RuleOrder
            | Policy::OutputOrder => return Vec::new(),
        };
        let mut found = Found { decision_id, all: Vec::new() };
        let columns = match self.columns() {
            Ok(columns) => columns,
            Err(why) => {
                let message = format!("The table was not judged, because {why}.");
                found.add(FindingKind::NotJudged, Vec::new(), message);
                return found.all;
            }
        };
        let areas: Vec<Option<Area>> = self
            .rules
            .iter()
            .map(|rule| columns.iter().zip(&rule.cells).map(|(it, cell)| it.holds(cell)).collect())
            .collect();
        let finder = Finder { columns: &columns, areas: &areas };
        let has_default = self.outputs.iter().any(|it| it.default.is_some());
        let is_judged = areas.iter().all(Option::is_some);
        let mut is_complete = true;
        if !has_default && is_judged {
            is_complete = finder.gaps(&mut found);
        }
        if overlaps {
            finder.overlaps(&mut found);
        }
        if shadows {
            is_complete &= finder.shadows(&mut found);
        }
        found.all.truncate(FINDINGS_MAX);
        if !is_judged {
            self.not_judged(&areas, !has_default, &mut found);
        }
        if !is_complete {
            let message = "The table was not judged to the end, because its inputs have too many \
                           combinations."
                .to_owned();
            found.add(FindingKind::NotJudged, Vec::new(), message);
        }
        found.all
    }

    /// The columns, or why they cannot be judged.
    fn columns(&self) -> Result<Vec<Column>, String> {
        if self.inputs.len() > INPUTS_MAX {
            return Err(format!("it has more than {INPUTS_MAX} inputs"));
        }
        (0..self.inputs.len()).map(|ix| Column::new(self, ix)).collect()
    }

    /// Says which rules were left out, and why the first of them was.
    fn not_judged(&self, areas: &[Option<Area>], has_gaps: bool, found: &mut Found<'_>) {
        let left_out: Vec<usize> =
            (0..areas.len()).filter(|ix| areas.get(*ix).is_some_and(Option::is_none)).collect();
        let Some(&first) = left_out.first() else { return };
        let cells = self.rules.get(first).map_or(&[][..], |it| &it.cells);
        let cell = self.inputs.iter().zip(cells).find(|it| matches!(Shape::of(it.1), Shape::Other));
        let Some((input, cell)) = cell else { return };
        let shown = crate::evaluate::shown(cell.text());
        let why = format!("its cell '{shown}' of input '{}' is no test of constants", input.name);
        let numbers: Vec<u32> = left_out.iter().map(|it| number(*it)).collect();
        let mut message = match numbers.as_slice() {
            [only] => format!("Rule {only} was not judged, because {why}."),
            [first, ..] => {
                format!("{} rules were not judged; rule {first} because {why}.", numbers.len())
            }
            [] => return,
        };
        if has_gaps {
            message.push_str(" Gaps are looked for only where all rules are judged.");
        }
        found.add(FindingKind::NotJudged, numbers, message);
    }
}

/// What was found in the table of one decision.
struct Found<'a> {
    decision_id: &'a Str,
    all: Vec<Finding>,
}

impl Found<'_> {
    fn add(&mut self, kind: FindingKind, rules: Vec<u32>, message: String) {
        let decision_id = self.decision_id.clone();
        self.all.push(Finding { decision_id, kind, rules, message });
    }
}

struct Finder<'a> {
    columns: &'a [Column],
    areas: &'a [Option<Area>],
}

impl Finder<'_> {
    /// Finds inputs that no rule matches; false when the search was given up.
    fn gaps(&self, found: &mut Found<'_>) -> bool {
        let all: Area = self.columns.iter().map(|it| it.domain.clone()).collect();
        let rules: Vec<&Area> = self.areas.iter().flatten().collect();
        let is_ordered = self.columns.iter().map(Column::is_ordered).collect();
        let Uncovered { places, is_complete } =
            Search::new(&all, &rules, is_ordered, GAPS_COUNTED_MAX).run();
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

    fn overlaps(&self, found: &mut Found<'_>) {
        for (second, area) in self.areas.iter().enumerate() {
            let Some(area) = area else { continue };
            for (first, other) in self.areas.iter().enumerate().take(second) {
                if found.all.len() > FINDINGS_MAX {
                    return;
                }
                let Some(segments) = other.as_ref().and_then(|it| common(it, area)) else {
                    continue;
                };
                let message = format!(
                    "The rules {} and {} both match {}. The hit policy UNIQUE allows only one.",
                    first + 1,
                    second + 1,
                    self.shown(&segments)
                );
                let rules = vec![number(first), number(second)];
                found.add(FindingKind::Overlap, rules, message);
            }
        }
    }

    /// Finds rules that are never reached; false when the search for one was given up.
    fn shadows(&self, found: &mut Found<'_>) -> bool {
        let mut steps = search::STEPS_MAX;
        for (ix, area) in self.areas.iter().enumerate() {
            let Some(area) = area else { continue };
            let before: Vec<&Area> = self.areas.iter().take(ix).flatten().collect();
            let mut search = Search::new(area, &before, Vec::new(), 1);
            search.steps = steps;
            let Uncovered { places, is_complete } = search.run_on(&mut steps);
            if !is_complete {
                return false;
            }
            if !places.is_empty() {
                continue;
            }
            let Some(segments) = common(area, area) else { continue };
            let matches = |it: &Option<Area>| {
                let holds = |it: &Area| it.iter().zip(&segments).all(|(it, at)| it[*at]);
                it.as_ref().is_some_and(holds)
            };
            let by = self.areas.iter().position(matches).unwrap_or(0);
            let message = format!(
                "Rule {} is never reached: rules before it match everything that it matches. For \
                 example, rule {} matches {}.",
                ix + 1,
                by + 1,
                self.shown(&segments)
            );
            found.add(FindingKind::Shadowed, vec![number(ix)], message);
        }
        true
    }

    /// An input of the segments, in words.
    fn shown(&self, segments: &[usize]) -> String {
        let values = self.columns.iter().zip(segments);
        let values: Vec<String> = values.map(|(column, at)| column.shown(*at)).collect();
        if values.is_empty() { "the empty input".to_owned() } else { values.join(", ") }
    }
}

fn number(ix: usize) -> u32 {
    u32::try_from(ix + 1).unwrap_or(u32::MAX)
}

/// What a cell is made of.
enum Shape<'a> {
    /// `-`.
    Any,
    /// Tests against constants.
    Tests(&'a feel::ConstantTests),
    /// Anything else, which is not judged.
    Other,
}

impl<'a> Shape<'a> {
    fn of(cell: &'a Cell) -> Self {
        match cell {
            Cell::Any => Self::Any,
            Cell::Constants { tests, .. } => Self::Tests(tests),
            Cell::Program(_) => Self::Other,
        }
    }
}
