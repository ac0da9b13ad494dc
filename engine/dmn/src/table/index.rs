//! What the constant cells of a column say of an input, looked up instead of tried one by one.
//!
//! For a column whose cells are constants or intervals, the ends of the intervals cut the values
//! into segments: the ends themselves and the gaps between them. Each segment has a mask of the
//! rules whose cell passes there; the cells that are neither are not decided by it. A rule is left
//! out altogether only by a column before which all its cells are constants: those cannot fail, so
//! leaving the rule out changes nothing.

use std::cmp::Ordering;

use feel::{Edition, Value};

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
    /// The ends of all intervals, ascending and distinct, all of one ordered type; none where
    /// every value passes.
    points: Vec<Value>,
    /// One for the gap before each point, one for the point, and one for the gap behind the last:
    /// the rules whose cell passes there, and those whose cell is not decided.
    masks: Vec<Mask>,
    /// The rules whose cell the masks decide.
    decided: Mask,
    /// Those of them that the column may leave out.
    leaves_out: Mask,
}

/// What the columns say of the inputs of one evaluation.
pub(super) struct Verdicts<'i> {
    /// By number; `None` where each cell must be tried.
    columns: Vec<Option<Verdict<'i>>>,
}

/// What a column says of one input.
#[derive(Clone, Copy)]
struct Verdict<'i> {
    column: &'i Column,
    passes: &'i [u64],
}

impl Verdicts<'_> {
    /// Whether a cell passes; `None` when it must be tried.
    pub(super) fn of(&self, rule: usize, column: usize) -> Option<bool> {
        let verdict = (*self.columns.get(column)?)?;
        let bit = |mask: &[u64]| mask.get(rule / 64).is_some_and(|it| it >> (rule % 64) & 1 == 1);
        bit(&verdict.column.decided).then(|| bit(verdict.passes))
    }

    /// Which of the 64 rules from `word * 64` on have a cell that fails while all before it pass,
    /// as bits; the numbers of those cells, from 1, are written to `inputs`.
    pub(super) fn failing(&self, word: usize, inputs: &mut [u32; 64]) -> u64 {
        let mut failing = 0;
        // The rules whose cells so far are known to pass.
        let mut open = u64::MAX;
        for (number, verdict) in (1..).zip(&self.columns) {
            let Some(Verdict { column, passes }) = verdict else { break };
            let at = |mask: &[u64]| mask.get(word).copied().unwrap_or_default();
            let (passes, decided) = (at(passes), at(&column.decided));
            let fails = open & decided & !passes;
            let mut rest = fails;
            while rest != 0 {
                inputs[rest.trailing_zeros() as usize] = number;
                rest &= rest - 1;
            }
            failing |= fails;
            open &= decided & passes;
            if open == 0 {
                break;
            }
        }
        failing
    }

    /// The rules that no column leaves out; `None` when no column knows.
    pub(super) fn candidates(&self) -> Option<Mask> {
        let mut left: Option<Mask> = None;
        for Verdict { column, passes } in self.columns.iter().flatten() {
            if column.points.is_empty() {
                continue;
            }
            let kept = passes.iter().zip(&column.leaves_out).map(|(passes, out)| passes | !out);
            match &mut left {
                None => left = Some(kept.collect()),
                Some(left) => left.iter_mut().zip(kept).for_each(|(left, it)| *left &= it),
            }
        }
        left
    }
}

impl Index {
    /// The indexes of a table with these rules: that of the first edition, if some cells are constants
    /// only for later ones, and that of the newest.
    pub(crate) fn by_edition(rules: &[Rule]) -> (Option<Self>, Self) {
        let [first, newest] = [Edition::First, Edition::default()];
        let mut cells = rules.iter().flat_map(|it| &it.cells);
        let differ = cells.any(|it| it.is_program(first) != it.is_program(newest));
        (differ.then(|| Self::new(rules, first)), Self::new(rules, newest))
    }

    fn new(rules: &[Rule], edition: Edition) -> Self {
        if rules.len() < RULES_MIN {
            return Self::default();
        }
        let columns = rules.first().map_or(0, |it| it.cells.len());
        // How many cells from the left cannot fail in each rule.
        let safe: Vec<usize> = rules
            .iter()
            .map(|rule| {
                let program = rule.cells.iter().position(|it| it.is_program(edition));
                program.unwrap_or(columns)
            })
            .collect();
        let column = |number| Column::new(number, rules, &safe, edition);
        Self { columns: (0..columns).filter_map(column).collect() }
    }

    /// What the columns say of these inputs.
    pub(super) fn verdicts(&self, inputs: &[Value]) -> Verdicts<'_> {
        let mut columns = vec![None; inputs.len()];
        for column in &self.columns {
            if let Some(input) = inputs.get(column.number)
                && let Some(passes) = column.mask(input)
            {
                columns[column.number] = Some(Verdict { column, passes });
            }
        }
        Verdicts { columns }
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
    fn new(number: usize, rules: &[Rule], safe: &[usize], edition: Edition) -> Option<Self> {
        let mut points: Vec<Value> = Vec::new();
        for rule in rules {
            let tests = tests(rule.cells.get(number)?, edition).unwrap_or_default();
            points.extend(tests.spans.into_iter().flatten().flatten().map(|it| it.0.clone()));
        }
        // The first type decides; cells of another one are left to their programs.
        if let Some(first) = points.first().cloned() {
            points.retain(|it| order(it, &first).is_some());
        } else if !rules.iter().any(|it| matches!(it.cells.get(number), Some(Cell::Any))) {
            return None;
        }
        points.sort_by(|left, right| order(left, right).unwrap_or(Ordering::Equal));
        points.dedup_by(|left, right| order(left, right).is_some_and(Ordering::is_eq));
        let (segments, words) = (points.len() * 2 + 1, rules.len().div_ceil(64));
        if segments.saturating_mul(words) > WORDS_MAX {
            return None;
        }
        let none: Mask = vec![0; words].into();
        let masks = vec![none.clone(); segments];
        let mut column = Self { number, points, masks, decided: none.clone(), leaves_out: none };
        for (ix, rule) in rules.iter().enumerate() {
            let cell = rule.cells.get(number)?;
            if column.add(ix, cell, edition) && safe[ix] > number {
                insert(&mut column.leaves_out, ix);
            }
        }
        Some(column)
    }

    /// Adds the cell of a rule, and answers whether the masks decide it.
    fn add(&mut self, rule: usize, cell: &Cell, edition: Edition) -> bool {
        let found = tests(cell, edition).and_then(|tests| {
            let spans = tests.spans.into_iter().map(|it| self.span(it));
            Some((spans.collect::<Option<Vec<_>>>()?, tests.is_negated))
        });
        let is_decided = found.is_some();
        let (spans, is_negated) = found.unwrap_or((vec![(0, self.masks.len() - 1)], false));
        // Where spans begin and end: many of them may overlap.
        let mut turns = vec![0_i32; self.masks.len() + 1];
        for (from, to) in spans.into_iter().filter(|it| it.0 <= it.1) {
            turns[from] += 1;
            turns[to + 1] -= 1;
        }
        let mut spans_around = 0;
        for (mask, turn) in self.masks.iter_mut().zip(turns) {
            spans_around += turn;
            if (spans_around > 0) != is_negated {
                insert(mask, rule);
            }
        }
        if is_decided {
            insert(&mut self.decided, rule);
        }
        is_decided
    }

    /// The first and last segment between two ends; `None` when an end is of another type.
    fn span(&self, [low, high]: Ends<'_>) -> Option<(usize, usize)> {
        let place = |end: &Value| {
            self.points.binary_search_by(|it| order(it, end).unwrap_or(Ordering::Less)).ok()
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
        if let Some(first) = self.points.first() {
            order(value, first)?;
        }
        let found = self.points.binary_search_by(|it| order(it, value).unwrap_or(Ordering::Less));
        let segment = match found {
            Ok(at) => at * 2 + 1,
            Err(at) => at * 2,
        };
        self.masks.get(segment)
    }
}

fn insert(mask: &mut Mask, rule: usize) {
    mask[rule / 64] |= 1 << (rule % 64);
}

/// The lower and the upper end, each with whether it belongs to the interval.
type Ends<'v> = [Option<(&'v Value, bool)>; 2];

/// A cell as intervals, one of which must hold the input, or none when it is negated.
#[derive(Default)]
struct Tests<'v> {
    spans: Vec<Ends<'v>>,
    is_negated: bool,
}

/// The intervals of a cell; `None` when it has no such shape, or not for this edition.
fn tests(cell: &Cell, edition: Edition) -> Option<Tests<'_>> {
    match cell {
        Cell::Any => Some(Tests { spans: vec![[None, None]], is_negated: false }),
        Cell::Constants { .. } if cell.is_program(edition) => None,
        Cell::Constants { tests, .. } => {
            if let [test] = &tests.tests[..]
                && let Some(value) = test.excluded()
            {
                let spans = vec![[Some((value, true)), Some((value, true))]];
                return ordered(Tests { spans, is_negated: !tests.is_negated });
            }
            let spans =
                tests.tests.iter().map(feel::ConstantTest::bounds).collect::<Option<_>>()?;
            ordered(Tests { spans, is_negated: tests.is_negated })
        }
        Cell::Program(_) => None,
    }
}

/// The tests, if all their ends have an order, and truth values are only tested for equality.
fn ordered(tests: Tests<'_>) -> Option<Tests<'_>> {
    let fits = |[low, high]: &Ends<'_>| {
        let ends = [low, high].into_iter().flatten();
        let is_equality = matches!((low, high), (Some((low, true)), Some((high, true)))
            if order(low, high).is_some_and(Ordering::is_eq));
        ends.into_iter().all(|(end, _)| {
            order(end, end).is_some() && (is_equality || !matches!(end, Value::Bool(_)))
        })
    };
    tests.spans.iter().all(fits).then_some(tests)
}

/// The order of the points. Truth values have one here, although FEEL gives them none.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => left.order(right),
    }
}
