//! How points and ranges lie to each other.

use std::cmp::Ordering;

use super::{Builtin, Invocation, Outcome, Reject, fixed};
use crate::program::Program;
use crate::values::{Range, Value, compare};

pub(super) const TABLE: &[Builtin] = &[
    fixed("before", &["point1", "point2"], before),
    fixed("before", &["range1", "range2"], before),
    fixed("before", &["point", "range"], before),
    fixed("before", &["range", "point"], before),
    fixed("after", &["point1", "point2"], after),
    fixed("after", &["range1", "range2"], after),
    fixed("after", &["point", "range"], after),
    fixed("after", &["range", "point"], after),
    fixed("meets", &["range1", "range2"], meets),
    fixed("met by", &["range1", "range2"], met_by),
    fixed("overlaps", &["range1", "range2"], overlaps),
    fixed("overlaps before", &["range1", "range2"], overlaps_before),
    fixed("overlaps after", &["range1", "range2"], overlaps_after),
    fixed("finishes", &["range1", "range2"], finishes),
    fixed("finishes", &["point", "range"], finishes),
    fixed("finished by", &["range1", "range2"], finished_by),
    fixed("finished by", &["range", "point"], finished_by),
    fixed("includes", &["range1", "range2"], includes),
    fixed("includes", &["range", "point"], includes),
    fixed("during", &["range1", "range2"], during),
    fixed("during", &["point", "range"], during),
    fixed("starts", &["range1", "range2"], starts),
    fixed("starts", &["point", "range"], starts),
    fixed("started by", &["range1", "range2"], started_by),
    fixed("started by", &["range", "point"], started_by),
    fixed("coincides", &["range1", "range2"], coincides),
    fixed("coincides", &["point1", "point2"], coincides),
    fixed("range", &["from"], range),
];

/// The range of a text such as `[1..5)`, whose ends are literals.
fn range(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let text = call.read(&arguments[0])?;
    // Compiling takes several steps for each byte.
    call.machine.env.budget.steps(text.len() as u64)?;
    call.machine.charge_values(2)?;
    let edition = call.machine.env.edition;
    let range = Program::compile(text).ok().and_then(|it| it.as_constant_range(edition));
    let ascending = |it: &Value| match it {
        Value::Range(range) => compare(&range.low, &range.high).is_some_and(Ordering::is_le),
        _ => false,
    };
    range
        .filter(ascending)
        .ok_or_else(|| Reject::Because("the text is no range of literals".to_owned()))
}

/// A point counts as the range from itself to itself.
struct Side<'a> {
    low: &'a Value,
    low_closed: bool,
    high: &'a Value,
    high_closed: bool,
    point: bool,
}

impl<'a> Side<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Range(range) => {
                let Range { low, low_closed, high, high_closed, .. } = &**range;
                let (low_closed, high_closed) = (*low_closed, *high_closed);
                Self { low, low_closed, high, high_closed, point: false }
            }
            it => Self { low: it, low_closed: true, high: it, high_closed: true, point: true },
        }
    }
}

fn order(left: &Value, right: &Value) -> Result<Ordering, Reject> {
    compare(left, right).ok_or(Reject::Arguments)
}

fn sides(arguments: &[Value]) -> (Side<'_>, Side<'_>) {
    (Side::of(&arguments[0]), Side::of(&arguments[1]))
}

/// Two sides that must both be ranges.
fn ranges(arguments: &[Value]) -> Result<(Side<'_>, Side<'_>), Reject> {
    let (left, right) = sides(arguments);
    if left.point || right.point { Err(Reject::Arguments) } else { Ok((left, right)) }
}

fn swapped(arguments: &[Value]) -> [Value; 2] {
    [arguments[1].clone(), arguments[0].clone()]
}

fn before(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = sides(arguments);
    let at = order(left.high, right.low)?;
    let apart = at.is_eq() && !(left.high_closed && right.low_closed);
    Ok(Value::Bool(at.is_lt() || apart))
}

fn after(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    before(call, &swapped(arguments))
}

fn meets(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = ranges(arguments)?;
    let touch = order(left.high, right.low)?.is_eq();
    Ok(Value::Bool(touch && left.high_closed && right.low_closed))
}

fn met_by(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    meets(call, &swapped(arguments))
}

fn overlaps(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = ranges(arguments)?;
    let reach = |high: &Side<'_>, low: &Side<'_>| {
        let at = order(high.high, low.low)?;
        Ok(at.is_gt() || (at.is_eq() && high.high_closed && low.low_closed))
    };
    let both: Result<bool, Reject> =
        reach(&left, &right).and_then(|it| Ok(it && reach(&right, &left)?));
    Ok(Value::Bool(both?))
}

fn overlaps_before(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = ranges(arguments)?;
    let starts = order(left.low, right.low)?;
    let starts_first = starts.is_lt() || (starts.is_eq() && left.low_closed && !right.low_closed);
    let reach = order(left.high, right.low)?;
    let reaches = reach.is_gt() || (reach.is_eq() && left.high_closed && right.low_closed);
    let ends = order(left.high, right.high)?;
    let ends_first = ends.is_lt() || (ends.is_eq() && (!left.high_closed || right.high_closed));
    Ok(Value::Bool(starts_first && reaches && ends_first))
}

fn overlaps_after(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = ranges(arguments)?;
    let reach = order(right.high, left.low)?;
    let reaches = reach.is_gt() || (reach.is_eq() && right.high_closed && left.low_closed);
    let starts = order(right.low, left.low)?;
    let starts_last = starts.is_lt() || (starts.is_eq() && right.low_closed && !left.low_closed);
    let ends = order(right.high, left.high)?;
    let ends_last = ends.is_lt() || (ends.is_eq() && (left.high_closed || !right.high_closed));
    Ok(Value::Bool(reaches && starts_last && ends_last))
}

fn finishes(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = sides(arguments);
    if right.point {
        return Err(Reject::Arguments);
    }
    let same_end = order(left.high, right.high)?.is_eq() && left.high_closed == right.high_closed;
    if left.point {
        return Ok(Value::Bool(same_end));
    }
    let low = order(left.low, right.low)?;
    let inside = low.is_gt() || (low.is_eq() && (!left.low_closed || right.low_closed));
    Ok(Value::Bool(same_end && inside))
}

fn finished_by(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    finishes(call, &swapped(arguments))
}

fn includes(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = sides(arguments);
    if left.point {
        return Err(Reject::Arguments);
    }
    let low = order(left.low, right.low)?;
    let high = order(left.high, right.high)?;
    let from = low.is_lt() || (low.is_eq() && (left.low_closed || !right.low_closed));
    let to = high.is_gt() || (high.is_eq() && (left.high_closed || !right.high_closed));
    Ok(Value::Bool(from && to))
}

fn during(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    includes(call, &swapped(arguments))
}

fn starts(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = sides(arguments);
    if right.point {
        return Err(Reject::Arguments);
    }
    let same_start = order(left.low, right.low)?.is_eq() && left.low_closed == right.low_closed;
    if left.point {
        return Ok(Value::Bool(same_start));
    }
    let high = order(left.high, right.high)?;
    let inside = high.is_lt() || (high.is_eq() && (!left.high_closed || right.high_closed));
    Ok(Value::Bool(same_start && inside))
}

fn started_by(call: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    starts(call, &swapped(arguments))
}

fn coincides(_: &mut Invocation<'_, '_, '_, '_>, arguments: &[Value]) -> Outcome {
    let (left, right) = sides(arguments);
    if left.point != right.point {
        return Err(Reject::Arguments);
    }
    Ok(Value::Bool(
        order(left.low, right.low)?.is_eq()
            && order(left.high, right.high)?.is_eq()
            && left.low_closed == right.low_closed
            && left.high_closed == right.high_closed,
    ))
}
