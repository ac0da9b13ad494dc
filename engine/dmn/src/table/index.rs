//! Which rules can match at all, looked up instead of tried one by one.
//!
//! For a column whose cells are constants or intervals, the ends of the intervals cut the values
//! into segments: the ends themselves and the gaps between them. Each segment has a mask of the
//! rules whose cell passes there. A rule is left out only by a column before which all its cells
//! are constants: those cannot fail, so leaving the rule out changes nothing.

use feel::Value;

use super::{Cell, Rule};

/// From this many rules on an index pays.
const RULES_MIN: usize = 32;

/// How many words the masks of one column may have: 1 MiB.
const WORDS_MAX: usize = 128 * 1024;

/// A set of rules, one bit each.
pub(super) type Mask = Box<[u64]>;

/// The indexed columns of a table.
#[derive(Debug, Default)]
pub(crate) struct Index {
    columns: Vec<Column>,
}

#[derive(Debug)]
struct Column {
    number: usize,
    /// The ends of all intervals, ascending and distinct, all of one ordered type.
    points: Vec<Value>,
    /// One for the gap before each point, one for the point, and one for the gap behind the last.
    masks: Vec<Mask>,
}

impl Index {
    /// The index of a table with these rules.
    pub(crate) fn new(rules: &[Rule]) -> Self {
        if rules.len() < RULES_MIN {
            return Self::default();
        }
        let columns = rules.first().map_or(0, |it| it.cells.len());
        // How many cells from the left cannot fail in each rule.
        let safe: Vec<usize> = rules
            .iter()
            .map(|rule| {
                let program = rule.cells.iter().position(|it| matches!(it, Cell::Program(_)));
                program.unwrap_or(columns)
            })
            .collect();
        let column = |number| Column::new(number, rules, &safe);
        Self { columns: (0..columns).filter_map(column).collect() }
    }

    /// The rules that no column leaves out for these inputs; `None` when no column knows.
    pub(super) fn candidates(&self, inputs: &[Value]) -> Option<Mask> {
        let mut left: Option<Mask> = None;
        for column in &self.columns {
            let Some(mask) = inputs.get(column.number).and_then(|it| column.mask(it)) else {
                continue;
            };
            match &mut left {
                None => left = Some(mask.clone()),
                Some(left) => left.iter_mut().zip(mask.iter()).for_each(|(left, it)| *left &= it),
            }
        }
        left
    }
}

/// The rules of a set, ascending.
pub(super) fn members(mask: &Mask) -> impl Iterator<Item = usize> {
    mask.iter().enumerate().flat_map(|(ix, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            if bit == 64 {
                return None;
            }
            rest &= rest - 1;
            Some(ix * 64 + bit)
        })
    })
}

impl Column {
    fn new(number: usize, rules: &[Rule], safe: &[usize]) -> Option<Self> {
        let decides = |ix: usize| safe[ix] > number;
        let mut points: Vec<Value> = Vec::new();
        for (_, rule) in rules.iter().enumerate().filter(|it| decides(it.0)) {
            for ends in intervals(rule.cells.get(number)?).unwrap_or_default() {
                let ends = ends.into_iter().flatten().map(|it| it.0);
                points.extend(ends.filter(|it| orderly(it)).cloned());
            }
        }
        // The first type decides; cells of another one are left to their programs.
        let first = points.first()?.clone();
        points.retain(|it| it.order(&first).is_some());
        points.sort_by(|left, right| left.order(right).unwrap_or(std::cmp::Ordering::Equal));
        points.dedup_by(|left, right| left.order(right).is_some_and(std::cmp::Ordering::is_eq));
        let (segments, words) = (points.len() * 2 + 1, rules.len().div_ceil(64));
        if segments.saturating_mul(words) > WORDS_MAX {
            return None;
        }
        let mut column = Self { number, points, masks: vec![vec![0; words].into(); segments] };
        for (ix, rule) in rules.iter().enumerate() {
            let spans = rule.cells.get(number).filter(|_| decides(ix)).and_then(|cell| {
                intervals(cell)?.into_iter().map(|it| column.span(it)).collect::<Option<Vec<_>>>()
            });
            for (from, to) in spans.unwrap_or_else(|| vec![(0, segments - 1)]) {
                for mask in column.masks.iter_mut().take(to + 1).skip(from) {
                    mask[ix / 64] |= 1 << (ix % 64);
                }
            }
        }
        Some(column)
    }

    /// The first and last segment between two ends; `None` when an end is of another type.
    fn span(&self, [low, high]: Ends<'_>) -> Option<(usize, usize)> {
        let place = |end: &Value| {
            self.points
                .binary_search_by(|it| it.order(end).unwrap_or(std::cmp::Ordering::Less))
                .ok()
        };
        let from = match low {
            None => 0,
            Some((end, closed)) => place(end)? * 2 + if closed { 1 } else { 2 },
        };
        let to = match high {
            None => self.points.len() * 2,
            Some((end, closed)) => place(end)? * 2 + usize::from(closed),
        };
        Some((from, to))
    }

    /// The rules that a value leaves; `None` when it is of another type than the points.
    fn mask(&self, value: &Value) -> Option<&Mask> {
        value.order(self.points.first()?)?;
        let found =
            self.points.binary_search_by(|it| it.order(value).unwrap_or(std::cmp::Ordering::Less));
        let segment = match found {
            Ok(at) => at * 2 + 1,
            Err(at) => at * 2,
        };
        self.masks.get(segment)
    }
}

/// The lower and the upper end, each with whether it belongs to the interval.
type Ends<'v> = [Option<(&'v Value, bool)>; 2];

/// The intervals of a cell, one of which must hold the input; `None` when it has no such shape.
fn intervals(cell: &Cell) -> Option<Vec<Ends<'_>>> {
    match cell {
        Cell::Constants { tests, .. } if !tests.is_negated => {
            tests.tests.iter().map(feel::ConstantTest::bounds).collect()
        }
        Cell::Constants { .. } | Cell::Any | Cell::Program(_) => None,
    }
}

fn orderly(value: &Value) -> bool {
    value.order(value).is_some()
}
