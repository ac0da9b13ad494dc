//! What looks wrong with a table that decides one rule at a time: inputs that no rule matches, two
//! rules that match the same input, and rules that are never reached.
//!
//! ```text
//! constants of a column ─▶ segments: the values themselves and the gaps between them
//! cell ─▶ the segments in which it holds        rule ─▶ one set of segments for each column
//! ```
//!
//! Every input lies in one segment of each column, so a search through segments finds all that
//! there is to find. Only rules whose cells are all constants are judged.

mod column;

use value::Str;

use self::column::Column;
use super::{Cell, Policy, Table};

/// How many combinations of segments are looked at for one table; beyond it nothing is claimed.
const STEPS_MAX: usize = 200_000;

/// Tables with more inputs are not judged: the search is as deep as there are inputs.
const INPUTS_MAX: usize = 64;

/// How many findings of one table are listed.
const FINDINGS_MAX: usize = 20;

/// Something that looks wrong with a decision table.
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
}

/// The search took more steps than it may.
struct GivenUp;

/// A rule as the segments in which it holds, by column.
type Area = Vec<Vec<bool>>;

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
        if self.inputs.len() > INPUTS_MAX {
            return Vec::new();
        }
        let columns: Option<Vec<Column>> =
            (0..self.inputs.len()).map(|ix| Column::new(self, ix)).collect();
        let Some(columns) = columns else { return Vec::new() };
        let areas: Vec<Option<Area>> = self
            .rules
            .iter()
            .map(|rule| columns.iter().zip(&rule.cells).map(|(it, cell)| it.holds(cell)).collect())
            .collect();
        let finder = Finder {
            decision_id,
            columns: &columns,
            areas: &areas,
            steps: std::cell::Cell::new(STEPS_MAX),
        };
        let mut found = Vec::new();
        let has_default = self.outputs.iter().any(|it| it.default.is_some());
        if !has_default && areas.iter().all(Option::is_some) {
            found.extend(finder.gap());
        }
        if overlaps {
            finder.overlaps(&mut found);
        }
        if shadows {
            finder.shadows(&mut found);
        }
        found.truncate(FINDINGS_MAX);
        found
    }
}

struct Finder<'a> {
    decision_id: &'a Str,
    columns: &'a [Column],
    areas: &'a [Option<Area>],
    /// How many combinations may still be looked at.
    steps: std::cell::Cell<usize>,
}

impl Finder<'_> {
    fn gap(&self) -> Option<Finding> {
        let all: Area = self.columns.iter().map(|it| it.domain.clone()).collect();
        let rules: Vec<&Area> = self.areas.iter().flatten().collect();
        let segments = self.uncovered(&all, &rules).ok()??;
        let message = format!("No rule matches {}.", self.shown(&segments));
        Some(self.finding(FindingKind::Gap, Vec::new(), message))
    }

    fn overlaps(&self, found: &mut Vec<Finding>) {
        for (second, area) in self.areas.iter().enumerate() {
            let Some(area) = area else { continue };
            for (first, other) in self.areas.iter().enumerate().take(second) {
                if found.len() > FINDINGS_MAX {
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
                found.push(self.finding(FindingKind::Overlap, rules, message));
            }
        }
    }

    fn shadows(&self, found: &mut Vec<Finding>) {
        for (ix, area) in self.areas.iter().enumerate() {
            let Some(area) = area else { continue };
            let before: Vec<&Area> = self.areas.iter().take(ix).flatten().collect();
            if !matches!(self.uncovered(area, &before), Ok(None)) {
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
            found.push(self.finding(FindingKind::Shadowed, vec![number(ix)], message));
        }
    }

    fn finding(&self, kind: FindingKind, rules: Vec<u32>, message: String) -> Finding {
        Finding { decision_id: self.decision_id.clone(), kind, rules, message }
    }

    /// Segments in which none of the rules holds, one for each column, if there are some.
    fn uncovered(&self, area: &Area, rules: &[&Area]) -> Result<Option<Vec<usize>>, GivenUp> {
        let mut steps = self.steps.get();
        let all: Vec<usize> = (0..rules.len()).collect();
        let found = search(area, rules, &all, &mut Vec::new(), &mut steps);
        self.steps.set(steps);
        found
    }

    /// An input of the segments, in words.
    fn shown(&self, segments: &[usize]) -> String {
        let values = self.columns.iter().zip(segments);
        let values: Vec<String> = values.map(|(column, at)| column.shown(*at)).collect();
        if values.is_empty() { "the empty input".to_owned() } else { values.join(", ") }
    }
}

/// Goes on in the next column with the rules that hold so far. As deep as there are columns.
fn search(
    area: &Area,
    rules: &[&Area],
    left: &[usize],
    segments: &mut Vec<usize>,
    steps: &mut usize,
) -> Result<Option<Vec<usize>>, GivenUp> {
    *steps = steps.checked_sub(1).ok_or(GivenUp)?;
    let first = |column: &Vec<bool>| column.iter().position(|it| *it);
    if left.is_empty() {
        // No rule holds whatever the rest is; an area without segments has no input at all.
        let rest: Option<Vec<usize>> = area[segments.len()..].iter().map(first).collect();
        return Ok(rest.map(|it| [segments.as_slice(), it.as_slice()].concat()));
    }
    let Some(column) = area.get(segments.len()) else { return Ok(None) };
    let mut seen: Vec<Vec<usize>> = Vec::new();
    for (segment, _) in column.iter().enumerate().filter(|(_, it)| **it) {
        let holds = |rule: &&usize| rules[**rule][segments.len()][segment];
        let still: Vec<usize> = left.iter().filter(holds).copied().collect();
        // Segments in which the same rules hold lead to the same.
        if seen.contains(&still) {
            continue;
        }
        segments.push(segment);
        let found = search(area, rules, &still, segments, steps)?;
        segments.pop();
        if found.is_some() {
            return Ok(found);
        }
        seen.push(still);
    }
    Ok(None)
}

/// Segments in which both hold, one for each column.
fn common(one: &Area, other: &Area) -> Option<Vec<usize>> {
    let both = |(a, b): (&Vec<bool>, &Vec<bool>)| a.iter().zip(b).position(|(a, b)| *a && *b);
    one.iter().zip(other).map(both).collect()
}

fn number(ix: usize) -> u32 {
    u32::try_from(ix + 1).unwrap_or(u32::MAX)
}

/// The tests of a cell against constants; `None` if it is not made of such tests.
fn tests(cell: &Cell) -> Option<&[feel::ConstantTest]> {
    match cell {
        Cell::Any => Some(&[]),
        Cell::Constants { tests, .. } => Some(tests),
        Cell::Program(_) => None,
    }
}
