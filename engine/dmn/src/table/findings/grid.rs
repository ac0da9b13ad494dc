//! The rules of a table in its segments: which hold where, which meet and which cover each other.
//!
//! No two rules are compared: for each segment the rules that hold there are one set, and what meets
//! or covers the cell of a rule is all or what is common of the sets in its segments. Rules often
//! have the same cell in a column, which is looked at once.

use std::collections::BTreeMap;

use super::super::{Cell, Table};
use super::column::Column;
use super::set::{Run, Set};

/// How many words of 64 bits the sets of one table may take: half a GiB.
const WORDS_MAX: usize = 64 * 1024 * 1024;

/// The rules of a table whose cells are all tests of constants.
pub(super) struct Grid {
    /// By column.
    pub(super) columns: Vec<Lines>,
    /// By rule: the number of its set in each column; `None` for a rule that is not judged.
    pub(super) rules: Vec<Option<Vec<usize>>>,
    /// The rules that are judged.
    pub(super) judged: Set,
}

/// The rules in the segments of one column.
pub(super) struct Lines {
    /// The distinct sets of segments in which cells hold; the first one is that of all inputs.
    pub(super) sets: Vec<Set>,
    /// By segment: the rules that hold there.
    pub(super) holds: Vec<Set>,
    /// By set: the rules that hold in some segment of it.
    pub(super) meets: Vec<Set>,
    /// By set: the rules that hold in all segments of it.
    pub(super) covers: Vec<Set>,
}

impl Grid {
    /// The rules of a table; `None` when they would take too much memory.
    pub(super) fn new(table: &Table, columns: &[Column]) -> Option<Self> {
        let count = table.rules.len();
        let mut rules: Vec<Option<Vec<usize>>> = vec![Some(Vec::new()); count];
        let mut sets = Vec::with_capacity(columns.len());
        let mut words = 0;
        for (ix, column) in columns.iter().enumerate() {
            let distinct = distinct(table, ix, column, &mut rules);
            let of_rules = count.div_ceil(64);
            words += distinct.len() * (column.count().div_ceil(64) + 2 * of_rules)
                + column.count() * of_rules;
            if words > WORDS_MAX {
                return None;
            }
            sets.push(distinct);
        }
        let mut judged = Set::new(count);
        for (rule, _) in rules.iter().enumerate().filter(|it| it.1.is_some()) {
            judged.insert(rule);
        }
        let columns = sets.into_iter().zip(columns).enumerate();
        let lines = |(ix, (sets, column)): (usize, (_, &Column))| {
            Lines::new(sets, column, ix, &rules, &judged)
        };
        let columns = columns.map(lines);
        let columns = columns.collect();
        Some(Self { columns, rules, judged })
    }

    /// The sets of a rule, by column.
    pub(super) fn area(&self, rule: &[usize]) -> Vec<&Set> {
        self.columns.iter().zip(rule).map(|(lines, it)| &lines.sets[*it]).collect()
    }

    /// The sets of all inputs, by column.
    pub(super) fn all_inputs(&self) -> Vec<usize> {
        vec![0; self.columns.len()]
    }
}

/// The distinct sets of a column, and their numbers for the rules.
fn distinct(
    table: &Table,
    ix: usize,
    column: &Column,
    rules: &mut [Option<Vec<usize>>],
) -> Vec<Set> {
    let mut sets = vec![column.domain.clone()];
    let mut by_set = BTreeMap::from([(column.domain.clone(), 0)]);
    let mut by_text: BTreeMap<&str, Option<usize>> = BTreeMap::new();
    for (rule, numbers) in table.rules.iter().zip(rules) {
        let Some(of_rule) = numbers else { continue };
        let cell = rule.cells.get(ix).unwrap_or(&Cell::Any);
        let found = *by_text.entry(cell.text()).or_insert_with(|| {
            let set = column.holds(cell)?;
            Some(*by_set.entry(set).or_insert_with_key(|set| {
                sets.push(set.clone());
                sets.len() - 1
            }))
        });
        match found {
            Some(set) => of_rule.push(set),
            None => *numbers = None,
        }
    }
    sets
}

impl Lines {
    fn new(
        sets: Vec<Set>,
        column: &Column,
        ix: usize,
        rules: &[Option<Vec<usize>>],
        judged: &Set,
    ) -> Self {
        // The rules of each set.
        let mut of_set: Vec<Vec<usize>> = vec![Vec::new(); sets.len()];
        for (rule, numbers) in rules.iter().enumerate() {
            if let Some(set) = numbers.as_ref().and_then(|it| it.get(ix)) {
                of_set[*set].push(rule);
            }
        }
        let mut holds = vec![Set::new(rules.len()); column.count()];
        for (set, rules) in sets.iter().zip(&of_set) {
            for segment in set.members() {
                holds[segment].extend(rules.iter().copied());
            }
        }
        // Those of 64 segments at once: most sets are a few runs of neighbours.
        let none = Set::new(rules.len());
        let any_of = holds.chunks(64).map(|it| folded(it, none.clone(), Set::add));
        let all_of = holds.chunks(64).map(|it| folded(it, judged.clone(), Set::keep));
        let (any_of, all_of): (Vec<Set>, Vec<Set>) = (any_of.collect(), all_of.collect());
        let meets = sets.iter().map(|it| over(it, &holds, &any_of, none.clone(), Set::add));
        let covers = sets.iter().map(|it| over(it, &holds, &all_of, judged.clone(), Set::keep));
        let (meets, covers) = (meets.collect(), covers.collect());
        Self { sets, holds, meets, covers }
    }
}

/// What becomes of a set when others are added to it, or kept of it.
fn folded(sets: &[Set], first: Set, fold: impl Fn(&mut Set, &Set)) -> Set {
    sets.iter().fold(first, |mut all, it| {
        fold(&mut all, it);
        all
    })
}

/// The same for the segments of a set; `blocks` has it for each 64 of them.
fn over(
    segments: &Set,
    holds: &[Set],
    blocks: &[Set],
    mut all: Set,
    fold: impl Fn(&mut Set, &Set),
) -> Set {
    for (block, run) in segments.runs().enumerate() {
        match run {
            Run::All => fold(&mut all, &blocks[block]),
            Run::Some(bits) => {
                for bit in bits {
                    fold(&mut all, &holds[block * 64 + bit]);
                }
            }
        }
    }
    all
}
