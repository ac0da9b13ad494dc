//! What looks wrong with a table: outputs that its model does not know, regular
//! expressions that cannot be compiled, rules that can never match and, where it decides one
//! rule at a time, inputs that no rule matches, two rules that match the same input, and rules that
//! are never reached.
//!
//! ```text
//! constants of a column ─▶ segments: the values themselves and the gaps between them
//! cell ─▶ the segments in which it holds        rule ─▶ one set of segments for each column
//! ```
//!
//! Every input lies in one segment of each column, so a search through segments finds all that
//! there is to find. Only rules whose cells are all constants are judged; what is not is said.

mod column;
mod finder;
mod grid;
mod never;
mod outputs;
mod patterns;
mod search;
mod set;

use feel::{Condition, Program};
use value::Str;

use self::column::Column;
use self::finder::Finder;
use self::grid::Grid;
use super::{Cell, Policy, Table};

/// Tables with more inputs are not judged: the search is as deep as there are inputs.
const INPUTS_MAX: usize = 64;

/// How many findings of one kind are listed of one table; the others are counted.
const LISTED_MAX: usize = 20;

/// Something that looks wrong with a model, or that keeps a decision table from being judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the decision, or of another element such as a business knowledge model; its name
    /// where it has none.
    pub decision_id: Str,
    /// Where it is in it, outermost first, such as `entry 'fee'`; empty for a table that is
    /// all of it.
    pub place: String,
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
    /// A cell of the rule holds for no value, so that it matches nothing.
    NeverMatches,
    /// A rule, or the default, answers what is none of the values declared for the output.
    UndeclaredOutput,
    /// The hit policy goes by the order of the output values, and none are declared.
    Unordered,
    /// A regular expression that is a constant cannot be compiled, so that its function gives null.
    Pattern,
    /// A reference names a type that nothing defines, so that it checks nothing.
    UnknownType,
    /// What nothing reads in a model made for Camunda could not be read: values that are declared, or
    /// a type that contains itself.
    Ignored,
    /// Two outputs, entries, columns or parameters have one name, so that the first value is lost; or
    /// two types, or components of one.
    NamedTwice,
    /// Nothing is written where an expression belongs, so that the value is null.
    Empty,
    /// Rules, or the whole table if none is named, could not be judged.
    NotJudged,
}

impl Table {
    /// What looks wrong; of tables that collect what matches, only what they answer and their regular
    /// expressions.
    pub(crate) fn findings(&self, decision_id: &Str, place: &str) -> Vec<Finding> {
        let mut found = Found { decision_id, place, all: Vec::new() };
        outputs::undeclared(self, &mut found);
        patterns::refused(self, &mut found);
        let columns: Vec<_> = (0..self.inputs.len()).map(|ix| Column::new(self, ix)).collect();
        never::matching(self, &columns, &mut found);
        match self.policy {
            Policy::Unique | Policy::First => self.judge(columns, &mut found),
            Policy::Priority | Policy::OutputOrder => self.unordered(&mut found),
            Policy::Any | Policy::Collect(_) | Policy::RuleOrder => {}
        }
        found.all
    }

    /// Tells that all outputs are equal for a hit policy that goes by their order.
    fn unordered(&self, found: &mut Found<'_>) {
        for output in &self.outputs {
            let Some(order) = &output.order else { continue };
            let name = &output.name;
            let what = if order.words.is_some() {
                format!(
                    "The values of the output '{name}' are not all constants of FEEL, so they are \
                     read as words between commas, as in Camunda"
                )
            } else if order.feel.as_ref().is_some_and(|it| !it.variables().is_empty()) {
                format!("Among the values of the output '{name}' are names, which have no order")
            } else {
                continue;
            };
            let message = format!("{what}. Write texts in double quotes.");
            found.add(FindingKind::Unordered, Vec::new(), message);
        }
        if self.outputs.iter().any(|it| it.order.is_some()) {
            return;
        }
        let name = self.policy.name();
        let effect = if self.policy == Policy::Priority {
            "the first rule that matches is the answer"
        } else {
            "the answers stay in the order of the rules"
        };
        let message = format!(
            "The hit policy {name} goes by the order of the output values, and no output declares \
             them: {effect}. Declare them, best first."
        );
        found.add(FindingKind::Unordered, Vec::new(), message);
    }

    /// Looks for gaps, overlaps and rules that are never reached.
    fn judge(&self, columns: Vec<Result<Column, String>>, found: &mut Found<'_>) {
        if self.inputs.len() > INPUTS_MAX {
            return found.not_judged(&format!("it has more than {INPUTS_MAX} inputs"));
        }
        let columns = match columns.into_iter().collect::<Result<Vec<_>, _>>() {
            Ok(columns) => columns,
            Err(why) => return found.not_judged(&why),
        };
        let Some(grid) = Grid::new(self, &columns) else {
            return found.not_judged("its rules have too many different constants");
        };
        let mut finder = Finder::new(&columns, &grid);
        let has_default = self.outputs.iter().any(|it| it.default.is_some());
        let is_judged = grid.rules.iter().all(Option::is_some);
        let mut is_complete = true;
        if !has_default && is_judged {
            is_complete = finder.gaps(found);
        }
        if self.policy == Policy::Unique {
            finder.overlaps(found);
        } else {
            is_complete &= finder.shadows(found);
        }
        if !is_judged {
            self.rules_not_judged(&grid, !has_default, found);
        }
        if !is_complete {
            let message = "The table was not judged to the end, because its inputs have too many \
                           combinations."
                .to_owned();
            found.add(FindingKind::NotJudged, Vec::new(), message);
        }
    }

    /// Says which rules were left out, and why the first of them was.
    fn rules_not_judged(&self, grid: &Grid, has_gaps: bool, found: &mut Found<'_>) {
        let rules = grid.rules.iter().enumerate();
        let left_out: Vec<usize> = rules.filter(|it| it.1.is_none()).map(|it| it.0).collect();
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

/// What was found in one table.
struct Found<'a> {
    decision_id: &'a Str,
    place: &'a str,
    all: Vec<Finding>,
}

impl Found<'_> {
    fn add(&mut self, kind: FindingKind, rules: Vec<u32>, message: String) {
        let (decision_id, place) = (self.decision_id.clone(), self.place.to_owned());
        self.all.push(Finding { decision_id, place, kind, rules, message });
    }

    fn not_judged(&mut self, why: &str) {
        let message = format!("The table was not judged, because {why}.");
        self.add(FindingKind::NotJudged, Vec::new(), message);
    }
}

/// Numbers of rules as people list them, such as `1 to 7, 9`.
fn listed(rules: &[u32]) -> String {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for rule in rules {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *rule => *last = *rule,
            _ => parts.push((*rule, *rule)),
        }
    }
    let more = parts.len().saturating_sub(LISTED_MAX);
    let mut texts: Vec<String> = parts
        .iter()
        .take(LISTED_MAX)
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first} to {last}"),
        })
        .collect();
    if more > 0 {
        texts.push("…".to_owned());
    }
    texts.join(", ")
}

fn number(ix: usize) -> u32 {
    u32::try_from(ix + 1).unwrap_or(u32::MAX)
}

/// What a cell is made of.
enum Shape<'a> {
    /// `-`.
    Any,
    /// Tests against constants, with their program.
    Tests(&'a Program, Condition),
    /// Anything else, which is not judged.
    Other,
}

impl<'a> Shape<'a> {
    fn of(cell: &'a Cell) -> Self {
        match cell {
            Cell::Any => Self::Any,
            Cell::Constants { program, .. } | Cell::Program(program) => match program.condition() {
                Some(condition) => Self::Tests(program, condition),
                None => Self::Other,
            },
        }
    }
}
