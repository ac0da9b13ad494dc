//! The segments of one input column.

use std::cmp::Ordering;

use feel::{ConstantTest, Program, Value};
use value::Str;

use super::super::{Cell, Table};
use super::tests;

/// An input column as segments: the gap before each of its points, the point, and the gap behind
/// the last, counted from 0.
#[derive(Debug)]
pub(super) struct Column {
    name: Str,
    /// All constants of the column, ascending and distinct, of one type.
    points: Vec<Value>,
    /// The segments that inputs can lie in.
    pub(super) domain: Vec<bool>,
}

impl Column {
    /// `None` if the constants of the column cannot be compared with each other.
    pub(super) fn new(table: &Table, ix: usize) -> Option<Self> {
        let input = table.inputs.get(ix)?;
        let allowed = input.allowed.as_ref().and_then(Program::constant_tests);
        let cells = table.rules.iter().filter_map(|it| tests(it.cells.get(ix)?));
        let mut points: Vec<Value> = Vec::new();
        for test in cells.flatten().chain(allowed.iter().flatten()) {
            let ends = test.bounds()?;
            points.extend(ends.into_iter().flatten().map(|(value, _)| value.clone()));
        }
        if points.iter().any(|it| it.as_bool().is_some()) {
            points.extend([Value::from(false), Value::from(true)]);
        }
        let points = sorted(points)?;
        let mut column = Self { name: input.name.clone(), points, domain: Vec::new() };
        let count = 2 * column.points.len() + 1;
        column.domain = match &allowed {
            Some(tests) => (0..count).map(|it| column.any(tests, it)).collect(),
            None => (0..count).map(|it| column.is_usual(it)).collect(),
        };
        Some(column)
    }

    /// Whether inputs lie in a segment when the model does not say. Of texts between two constants
    /// one is as good as another, so only those before the first are looked at.
    fn is_usual(&self, segment: usize) -> bool {
        let is_gap = segment.is_multiple_of(2);
        match self.points.first() {
            Some(first) if first.as_bool().is_some() => !is_gap,
            Some(first) if first.as_str().is_some() => !is_gap || segment == 0,
            Some(_) | None => true,
        }
    }

    /// The segments in which a cell holds; `None` if that cannot be told.
    pub(super) fn holds(&self, cell: &Cell) -> Option<Vec<bool>> {
        if matches!(cell, Cell::Any) {
            return Some(self.domain.clone());
        }
        let tests = tests(cell)?;
        let holds = |(segment, is_in): (usize, &bool)| *is_in && self.any(tests, segment);
        Some(self.domain.iter().enumerate().map(holds).collect())
    }

    fn any(&self, tests: &[ConstantTest], segment: usize) -> bool {
        tests.iter().any(|it| self.test_holds(it, segment))
    }

    fn test_holds(&self, test: &ConstantTest, segment: usize) -> bool {
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
        match (before, behind) {
            (None, None) => format!("any {name}"),
            (_, Some(it)) if it.as_str().is_some() => format!("any other {name}"),
            (None, Some(high)) => format!("{name} < {}", high.feel_text()),
            (Some(low), None) => format!("{name} > {}", low.feel_text()),
            (Some(low), Some(high)) => {
                format!("{} < {name} < {}", low.feel_text(), high.feel_text())
            }
        }
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
