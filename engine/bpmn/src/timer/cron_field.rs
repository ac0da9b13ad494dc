//! One field of a cron expression as a set of numbers.

/// What a field may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub(super) first: u8,
    /// Below 64.
    pub(super) last: u8,
    /// The words for the numbers from `first` on.
    pub(super) names: &'static [&'static str],
}

/// Reads a list of numbers, ranges and steps as a set: bit n stands for n. The error is the rest of
/// a sentence that begins with the field.
pub(super) fn field(text: &str, bounds: &Bounds) -> Result<u64, String> {
    let mut set = 0;
    for item in text.split(',') {
        set |= item_of(item, bounds)?;
    }
    Ok(set)
}

/// Reads `*`, `3`, `3-5`, and each of them with a step behind `/`.
fn item_of(item: &str, bounds: &Bounds) -> Result<u64, String> {
    let (range, step) = match item.split_once('/') {
        None => (item, None),
        Some((range, step)) => {
            let step = step.parse::<u8>().ok().filter(|it| *it > 0);
            (range, Some(step.ok_or_else(|| format!("has the step '{item}'"))?))
        }
    };
    let (from, to) = match range.split_once('-') {
        _ if range == "*" => (bounds.first, bounds.last),
        Some((from, to)) => (number(from, bounds)?, number(to, bounds)?),
        // With a step, a single number is where the steps begin.
        None if step.is_some() => (number(range, bounds)?, bounds.last),
        None => {
            let only = number(range, bounds)?;
            (only, only)
        }
    };
    if from > to {
        return Err(format!("has the range '{range}', which is empty"));
    }
    let steps = (from..=to).step_by(usize::from(step.unwrap_or(1)));
    Ok(steps.fold(0, |set, it| set | 1 << it))
}

/// Reads a number of a field, or the word for it.
pub(super) fn number(text: &str, bounds: &Bounds) -> Result<u8, String> {
    let named = bounds.names.iter().position(|it| it.eq_ignore_ascii_case(text));
    let named = named.and_then(|at| u8::try_from(at).ok()).map(|at| bounds.first + at);
    let spelled = text.bytes().all(|it| it.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    named.or(spelled).filter(|it| (bounds.first..=bounds.last).contains(it)).ok_or_else(|| {
        format!("has '{text}', which is not from {} to {}", bounds.first, bounds.last)
    })
}
