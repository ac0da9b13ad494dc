//! The segments of one input column.

use std::cmp::Ordering;

use feel::{Condition, ConstantTest, Program, Value};
use value::{Dec, Rounding, Str};

use super::super::{Cell, Table};
use super::Shape;
use super::set::Set;

/// An input column as segments: the gap before each of its points, the point, and the gap behind
/// the last, counted from 0; behind them null, if some cell asks for it.
#[derive(Debug)]
pub(super) struct Column {
    name: Str,
    /// All constants of the column, ascending and distinct, of one type.
    points: Vec<Value>,
    /// Whether some tests are intervals, not only single values.
    has_intervals: bool,
    /// Whether the model says that there are only whole numbers.
    is_whole: bool,
    /// Of what a cell that never holds finds none.
    values: &'static str,
    /// Whether some cell asks for null, which then is a segment of its own.
    has_null: bool,
    /// The segments that inputs can lie in.
    pub(super) domain: Set,
}

impl Column {
    /// The segments of a column, or why there are none.
    pub(super) fn new(table: &Table, ix: usize) -> Result<Self, String> {
        let Some(input) = table.inputs.get(ix) else { return Err("an input is missing".into()) };
        let allowed = input
            .declared
            .as_ref()
            .or_else(|| input.of.allowed_values())
            .or_else(|| input.named.allowed_values());
        let allowed = allowed.and_then(|it| Some((it, it.condition()?)));
        let cells = table.rules.iter().filter_map(|it| match Shape::of(it.cells.get(ix)?) {
            Shape::Tests(_, condition) => Some(condition),
            Shape::Any | Shape::Other => None,
        });
        let mut points: Vec<Value> = Vec::new();
        let (mut has_intervals, mut has_null) = (false, false);
        for condition in cells.chain(allowed.iter().map(|it| it.1.clone())) {
            for test in condition.tests() {
                let Some((ends, is_interval)) = ends(test) else {
                    return Err(format!("'{}' has unknown tests", input.name));
                };
                has_intervals |= is_interval;
                let (nulls, ends): (Vec<_>, Vec<_>) = ends.into_iter().partition(Value::is_null);
                has_null |= !nulls.is_empty();
                points.extend(ends);
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
        let is_whole = input.is_whole && points.iter().all(|it| it.as_dec().is_some());
        let values = match &allowed {
            _ if is_whole => "no whole number of",
            Some(_) => "none of the values declared for",
            None => "no value of",
        };
        let (name, domain) = (input.name.clone(), Set::new(0));
        let mut column = Self { name, points, has_intervals, is_whole, values, has_null, domain };
        column.domain = column.inputs(allowed.as_ref())?;
        Ok(column)
    }

    /// How many segments there are.
    pub(super) fn count(&self) -> usize {
        self.values_count() + usize::from(self.has_null)
    }

    /// How many of them have values.
    fn values_count(&self) -> usize {
        2 * self.points.len() + 1
    }

    /// Why a cell that holds in no segment never does, from the verb on.
    pub(super) fn why_never(&self) -> String {
        format!("holds for {} the input '{}'", self.values, self.name)
    }

    /// Whether a segment is that of null.
    pub(super) fn is_null(&self, segment: usize) -> bool {
        self.has_null && segment + 1 == self.count()
    }

    /// The segments that inputs can lie in.
    fn inputs(&self, allowed: Option<&(&Program, Condition)>) -> Result<Set, String> {
        let mut domain = match allowed {
            Some((program, condition)) => self
                .passes(program, condition)
                .ok_or_else(|| format!("the values of input '{}' are unknown", self.name))?,
            None => {
                let mut usual = Set::new(self.count());
                usual.extend((0..self.count()).filter(|it| self.is_usual(*it)));
                usual
            }
        };
        if self.has_null {
            domain.insert(self.count() - 1);
        }
        if self.is_whole {
            let has_none = |it: &usize| !self.is_null(*it) && !self.has_whole(*it);
            let without: Vec<usize> = domain.members().filter(has_none).collect();
            for it in without {
                domain.remove(it);
            }
        }
        Ok(domain)
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
    pub(super) fn holds(&self, cell: &Cell) -> Option<Set> {
        let mut holds = match Shape::of(cell) {
            Shape::Any => return Some(self.domain.clone()),
            Shape::Tests(program, condition) => self.passes(program, &condition)?,
            Shape::Other => return None,
        };
        holds.keep(&self.domain);
        Some(holds)
    }

    fn passes(&self, program: &Program, condition: &Condition) -> Option<Set> {
        let mut passes = self.values_of(condition)?;
        // Three-valued logic is left to the program.
        if self.has_null && program.holds_alone(&Value::Null) {
            passes.insert(self.count() - 1);
        }
        Some(passes)
    }

    /// The segments of values, not that of null, in which a condition holds. Recurses as deep as the
    /// cell is nested, which is limited.
    fn values_of(&self, condition: &Condition) -> Option<Set> {
        let mut values = Set::new(self.count());
        match condition {
            Condition::Test(test) => self.add(test, &mut values)?,
            Condition::Any(parts) => {
                for part in parts {
                    values.add(&self.values_of(part)?);
                }
            }
            Condition::All(parts) => {
                values.flip(self.values_count());
                for part in parts {
                    values.keep(&self.values_of(part)?);
                }
            }
            Condition::Not(inner) => {
                values = self.values_of(inner)?;
                values.flip(self.values_count());
            }
        }
        Some(values)
    }

    /// Adds the segments in which a test holds.
    fn add(&self, test: &ConstantTest, passes: &mut Set) -> Option<()> {
        let last = 2 * self.points.len();
        if let Some(excluded) = test.excluded() {
            let without = if excluded.is_null() { None } else { Some(self.point(excluded)?) };
            passes.extend((0..=last).filter(|it| Some(*it) != without));
            return Some(());
        }
        let [low, high] = test.bounds()?;
        if [low, high].into_iter().flatten().any(|it| it.0.is_null()) {
            return Some(());
        }
        let first = match low {
            Some((end, closed)) => self.point(end)? + usize::from(!closed),
            None => 0,
        };
        let last = match high {
            Some((end, closed)) => self.point(end)? - usize::from(!closed),
            None => last,
        };
        passes.extend(first..=last);
        Some(())
    }

    /// The segment of a constant of the column.
    fn point(&self, value: &Value) -> Option<usize> {
        let found = self.points.binary_search_by(|it| order(it, value));
        found.ok().map(|it| 2 * it + 1)
    }

    /// The points around a gap.
    fn around(&self, segment: usize) -> [Option<&Value>; 2] {
        let place = segment / 2;
        [place.checked_sub(1).and_then(|it| self.points.get(it)), self.points.get(place)]
    }

    /// Whether there is a whole number in a segment.
    fn has_whole(&self, segment: usize) -> bool {
        if segment % 2 == 1 {
            return self.points[segment / 2].as_dec().is_none_or(Dec::is_integer);
        }
        match self.around(segment) {
            [Some(low), Some(high)] => whole_between(low, high).is_some(),
            _ => true,
        }
    }

    /// An input of a segment, in words.
    pub(super) fn shown(&self, segment: usize) -> String {
        let name = &self.name;
        if self.is_null(segment) {
            return format!("{name} = null");
        }
        if segment % 2 == 1 {
            return format!("{name} = {}", self.points[segment / 2].feel_text());
        }
        let [before, behind] = self.around(segment);
        if let Some(number) = self.example(before, behind) {
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

    /// A number in a gap, as round as possible.
    fn example(&self, before: Option<&Value>, behind: Option<&Value>) -> Option<String> {
        let number = |it: &Value| it.as_dec().map(Dec::to_f64).filter(|it| it.is_finite());
        let (low, high) = match (before, behind) {
            (None, None) => return None,
            (Some(low), None) => (number(low)?, number(low)? + 2.0),
            (None, Some(high)) => (number(high)? - 2.0, number(high)?),
            (Some(low), Some(high)) => (number(low)?, number(high)?),
        };
        let middle = f64::midpoint(low, high);
        let whole = middle.floor();
        if whole > low && whole < high {
            return Some(whole.to_string());
        }
        if let (true, Some(low), Some(high)) = (self.is_whole, before, behind) {
            return whole_between(low, high).map(|it| it.to_string());
        }
        (middle > low && middle < high).then(|| middle.to_string())
    }
}

/// The least whole number between two others.
fn whole_between(low: &Value, high: &Value) -> Option<Dec> {
    let (low, high) = (low.as_dec()?, high.as_dec()?);
    let next = low.round(0, Rounding::Floor)?.checked_add(Dec::from_i64(1))?;
    (next < high).then_some(next)
}

/// The constants of a test, and whether it is an interval between them.
fn ends(test: &ConstantTest) -> Option<(Vec<Value>, bool)> {
    if let Some(excluded) = test.excluded() {
        return Some((vec![excluded.clone()], false));
    }
    let ends = test.bounds()?.map(|it| it.map(|it| it.0));
    let is_single = matches!(ends, [Some(low), Some(high)]
        if low.is_null() || low.equals(high) == Some(true));
    Some((ends.into_iter().flatten().cloned().collect(), !is_single))
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
