//! The segments of one input column.

use std::cmp::Ordering;

use feel::{ConstantTest, ConstantTests, Program, Value};
use value::Str;

use super::super::{Cell, Table};
use super::Shape;

/// An input column as segments: the gap before each of its points, the point, and the gap behind
/// the last, counted from 0.
#[derive(Debug)]
pub(super) struct Column {
    name: Str,
    /// All constants of the column, ascending and distinct, of one type.
    points: Vec<Value>,
    /// Whether some tests are intervals, not only single values.
    has_intervals: bool,
    /// The segments that inputs can lie in.
    pub(super) domain: Vec<bool>,
}

impl Column {
    /// The segments of a column, or why there are none.
    pub(super) fn new(table: &Table, ix: usize) -> Result<Self, String> {
        let Some(input) = table.inputs.get(ix) else { return Err("an input is missing".into()) };
        let allowed = input.declared.as_ref().or_else(|| input.of.allowed_values());
        let allowed = allowed.and_then(Program::constant_tests);
        let cells = table.rules.iter().filter_map(|it| match Shape::of(it.cells.get(ix)?) {
            Shape::Tests(tests) => Some(tests),
            Shape::Any | Shape::Other => None,
        });
        let mut points: Vec<Value> = Vec::new();
        let mut has_intervals = false;
        for test in cells.chain(allowed.iter()).flat_map(|it| &it.tests) {
            match (test.bounds(), test.excluded()) {
                (Some(ends), _) => {
                    let ends = ends.map(|it| it.map(|it| it.0));
                    has_intervals |= !matches!(ends, [Some(low), Some(high)]
                        if low.equals(high) == Some(true));
                    points.extend(ends.into_iter().flatten().cloned());
                }
                (None, Some(value)) => points.push(value.clone()),
                (None, None) => return Err(format!("'{}' has unknown tests", input.name)),
            }
        }
        if points.iter().any(|it| it.as_bool().is_some()) {
            points.extend([Value::from(false), Value::from(true)]);
        }
        let Some(points) = sorted(points) else {
            return Err(format!(
                "the constants of input '{}' are of types that do not compare",
                input.name
            ));
        };
        let name = input.name.clone();
        let mut column = Self { name, points, has_intervals, domain: Vec::new() };
        let count = 2 * column.points.len() + 1;
        column.domain = match &allowed {
            Some(tests) => (0..count).map(|it| column.passes(tests, it)).collect(),
            None => (0..count).map(|it| column.is_usual(it)).collect(),
        };
        Ok(column)
    }

    /// Whether segments that lie side by side belong together: not so where each text or boolean
    /// stands for itself.
    pub(super) fn is_ordered(&self) -> bool {
        let first = self.points.first();
        first.is_none_or(|it| {
            it.as_bool().is_none() && (it.as_str().is_none() || self.has_intervals)
        })
    }

    /// Whether inputs lie in a segment when the model does not say. Of texts between two constants
    /// one is as good as another, so only those before the first are looked at.
    fn is_usual(&self, segment: usize) -> bool {
        let is_gap = segment.is_multiple_of(2);
        match self.points.first() {
            Some(first) if first.as_bool().is_some() => !is_gap,
            Some(first) if first.as_str().is_some() && !self.has_intervals => {
                !is_gap || segment == 0
            }
            Some(_) | None => true,
        }
    }

    /// The segments in which a cell holds; `None` if that cannot be told.
    pub(super) fn holds(&self, cell: &Cell) -> Option<Vec<bool>> {
        let tests = match Shape::of(cell) {
            Shape::Any => return Some(self.domain.clone()),
            Shape::Tests(tests) => tests,
            Shape::Other => return None,
        };
        let holds = |(segment, is_in): (usize, &bool)| *is_in && self.passes(tests, segment);
        Some(self.domain.iter().enumerate().map(holds).collect())
    }

    fn passes(&self, tests: &ConstantTests, segment: usize) -> bool {
        tests.tests.iter().any(|it| self.test_holds(it, segment)) != tests.is_negated
    }

    fn test_holds(&self, test: &ConstantTest, segment: usize) -> bool {
        if let Some(excluded) = test.excluded() {
            return segment.is_multiple_of(2) || order(excluded, &self.points[segment / 2]).is_ne();
        }
        let Some([low, high]) = test.bounds() else { return false };
        let place = segment / 2;
        if segment % 2 == 1 {
            let point = &self.points[place];
            let above = |(end, closed): (&Value, bool)| within(order(end, point), closed);
            let below = |(end, closed): (&Value, bool)| within(order(point, end), closed);
            return low.is_none_or(above) && high.is_none_or(below);
        }
        // All of a gap lies on one side of every constant.
        let is_above =
            |(end, _): (&Value, bool)| place > 0 && order(end, &self.points[place - 1]).is_le();
        let is_below = |(end, _): (&Value, bool)| {
            self.points.get(place).is_some_and(|it| order(it, end).is_le())
        };
        low.is_none_or(is_above) && high.is_none_or(is_below)
    }

    /// An input of a segment, in words.
    pub(super) fn shown(&self, segment: usize) -> String {
        let (name, place) = (&self.name, segment / 2);
        if segment % 2 == 1 {
            return format!("{name} = {}", self.points[place].feel_text());
        }
        let before = place.checked_sub(1).and_then(|it| self.points.get(it));
        let behind = self.points.get(place);
        if let Some(number) = example(before, behind) {
            return format!("{name} = {number}");
        }
        if let Some(text) = self.example_text(before, behind) {
            return format!("{name} = {}", Value::from(text).feel_text());
        }
        match (before, behind) {
            (None, None) => format!("any {name}"),
            (None, Some(high)) => format!("{name} < {}", high.feel_text()),
            (Some(low), None) => format!("{name} > {}", low.feel_text()),
            (Some(low), Some(high)) => {
                format!("{} < {name} < {}", low.feel_text(), high.feel_text())
            }
        }
    }
}

/// Texts that nobody mixes up with a value of the model; the last one is before all others.
const TEXTS: [&str; 7] = ["other", "another", "something else", "zzz", "AAA", "000", ""];

impl Column {
    /// A text in a gap. Where only single texts are tested, every other one is as good.
    fn example_text(&self, before: Option<&Value>, behind: Option<&Value>) -> Option<&'static str> {
        self.points.first()?.as_str()?;
        TEXTS.into_iter().find(|it| {
            let text = Value::from(*it);
            if !self.has_intervals {
                return self.points.iter().all(|point| order(point, &text).is_ne());
            }
            before.is_none_or(|low| order(low, &text).is_lt())
                && behind.is_none_or(|high| order(&text, high).is_lt())
        })
    }
}

/// A number in a gap, as round as possible.
fn example(before: Option<&Value>, behind: Option<&Value>) -> Option<String> {
    let number = |it: &Value| it.as_dec().map(value::Dec::to_f64).filter(|it| it.is_finite());
    let (low, high) = match (before, behind) {
        (None, None) => return None,
        (Some(low), None) => (number(low)?, number(low)? + 2.0),
        (None, Some(high)) => (number(high)? - 2.0, number(high)?),
        (Some(low), Some(high)) => (number(low)?, number(high)?),
    };
    let middle = f64::midpoint(low, high);
    let whole = middle.floor();
    let chosen = if whole > low && whole < high { whole } else { middle };
    (chosen > low && chosen < high).then(|| chosen.to_string())
}

fn within(order: Ordering, closed: bool) -> bool {
    order.is_lt() || (closed && order.is_eq())
}

/// The order of two constants of one type.
fn order(a: &Value, b: &Value) -> Ordering {
    a.order(b).unwrap_or_else(|| {
        // Booleans have no order in FEEL, but one is needed to line them up.
        a.as_bool().cmp(&b.as_bool())
    })
}

/// The values ascending and without doubles; `None` if some cannot be compared.
fn sorted(mut values: Vec<Value>) -> Option<Vec<Value>> {
    let first = values.first().cloned();
    let comparable = |it: &Value| {
        let first = first.as_ref().unwrap_or(it);
        first.order(it).is_some() || (first.as_bool().is_some() && it.as_bool().is_some())
    };
    if !values.iter().all(comparable) {
        return None;
    }
    values.sort_by(order);
    values.dedup_by(|a, b| order(a, b).is_eq());
    Some(values)
}
