//! The search for inputs that no rule matches.

use std::collections::{BTreeMap, BTreeSet};

use super::column::Column;
use super::grid::Grid;
use super::set::Set;

/// How much the searches in one table may cost, in about nanoseconds; beyond it nothing more is
/// claimed.
pub(super) const WORK_MAX: u64 = 200_000_000;

/// What a look at one segment costs besides the words of its rules.
const SEGMENT_WORK: u64 = 50;

/// How many sets of rules are remembered because they leave no place.
const REMEMBERED_MAX: usize = 20_000;

/// What a search found.
pub(super) struct Uncovered {
    /// Segments in which no rule holds, one for each column.
    pub(super) places: Vec<Vec<usize>>,
    /// Whether nothing was left out because it would have taken too long.
    pub(super) is_complete: bool,
}

/// A search through the combinations of segments of an area.
pub(super) struct Search<'a> {
    grid: &'a Grid,
    columns: &'a [Column],
    /// The segments to look at, by column.
    area: Vec<&'a Set>,
    /// By column: the rules that hold wherever one is in this one and all behind it.
    covering: Vec<Set>,
    /// Whether two segments that lie side by side are one place, where the columns say so.
    joins_neighbours: bool,
    /// How many places are wanted.
    places_max: usize,
    /// What the search may still cost.
    work: u64,
    /// By column: the sets of rules that leave no place there and behind.
    covered: Vec<BTreeSet<Set>>,
    remembered: usize,
    /// The segments chosen so far.
    segments: Vec<usize>,
    places: Vec<Vec<usize>>,
}

/// The search took longer than it may.
struct GivenUp;

impl<'a> Search<'a> {
    /// A search in the area of a rule, or of all inputs: the numbers of its sets.
    pub(super) fn new(
        grid: &'a Grid,
        columns: &'a [Column],
        area: &[usize],
        places_max: usize,
    ) -> Self {
        let mut covering = vec![grid.judged.clone()];
        for (lines, set) in grid.columns.iter().zip(area).rev() {
            let mut rules = lines.covers[*set].clone();
            covering.last().into_iter().for_each(|it| rules.keep(it));
            covering.push(rules);
        }
        covering.reverse();
        Self {
            grid,
            columns,
            area: grid.area(area),
            covering,
            joins_neighbours: places_max > 1,
            places_max,
            work: 0,
            covered: vec![BTreeSet::new(); area.len()],
            remembered: 0,
            segments: Vec::new(),
            places: Vec::new(),
        }
    }

    /// Looks for places where none of these rules holds, for as much work as there is.
    pub(super) fn run(mut self, rules: &Set, work: &mut u64) -> Uncovered {
        self.work = *work;
        let is_complete = self.column(rules).is_ok();
        *work = self.work;
        Uncovered { places: self.places, is_complete }
    }

    fn pay(&mut self, words: usize) -> Result<(), GivenUp> {
        let cost = SEGMENT_WORK + words as u64;
        match self.work.checked_sub(cost) {
            Some(left) => {
                self.work = left;
                Ok(())
            }
            None => {
                self.work = 0;
                Err(GivenUp)
            }
        }
    }

    /// Goes on in the next column with the rules that hold so far; whether a place was found.
    /// Recurses as deep as there are columns.
    fn column(&mut self, left: &Set) -> Result<bool, GivenUp> {
        self.pay(left.words())?;
        let number = self.segments.len();
        if left.is_empty() {
            // No rule holds whatever the rest is; an area without segments has no input at all.
            let rest = self.area[number..].iter().map(|it| it.members().next());
            let Some(rest) = rest.collect::<Option<Vec<_>>>() else { return Ok(false) };
            self.places.push([self.segments.as_slice(), &rest].concat());
            return Ok(true);
        }
        if left.meets(&self.covering[number]) || self.covered[number].contains(left) {
            return Ok(false);
        }
        let any = self.segments_of(number, left)?;
        if !any && self.remembered < REMEMBERED_MAX {
            self.remembered += 1;
            self.covered[number].insert(left.clone());
        }
        Ok(any)
    }

    fn segments_of(&mut self, number: usize, left: &Set) -> Result<bool, GivenUp> {
        let (grid, column) = (self.grid, &self.columns[number]);
        let joins = self.joins_neighbours && column.is_ordered();
        // Segments in which the same rules hold lead to the same.
        let mut seen: BTreeMap<Set, bool> = BTreeMap::new();
        let mut before: Option<(Set, bool)> = None;
        let mut still = left.clone();
        let mut any = false;
        for segment in self.area[number].members() {
            self.pay(left.words())?;
            still.become_common(left, &grid.columns[number].holds[segment]);
            let is_same = before.as_ref().is_some_and(|it| it.0 == still);
            let known = match &before {
                Some(before) if is_same => Some(before.1),
                _ => seen.get(&still).copied(),
            };
            let is_neighbour = joins && is_same && !column.is_null(segment);
            let is_told = known.is_some_and(|found| !found || is_neighbour);
            let found = match known {
                Some(found) if is_told => found,
                _ => {
                    self.segments.push(segment);
                    let found = self.column(&still)?;
                    self.segments.pop();
                    any |= found;
                    known.unwrap_or(found)
                }
            };
            if known.is_none() {
                seen.insert(still.clone(), found);
            }
            if !is_same {
                before = Some((still.clone(), found));
            }
            if self.places.len() >= self.places_max {
                break;
            }
        }
        Ok(any)
    }
}
