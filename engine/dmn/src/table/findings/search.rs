//! The search for inputs that no rule matches.

/// How many combinations of segments are looked at; beyond it nothing more is claimed.
pub(super) const STEPS_MAX: usize = 200_000;

/// A rule as the segments in which it holds, by column.
pub(super) type Area = Vec<Vec<bool>>;

/// What a search found.
pub(super) struct Uncovered {
    /// Segments in which no rule holds, one for each column.
    pub(super) places: Vec<Vec<usize>>,
    /// Whether nothing was left out because it would have taken too many steps.
    pub(super) is_complete: bool,
}

/// A search through the combinations of an area.
pub(super) struct Search<'a> {
    area: &'a Area,
    rules: &'a [&'a Area],
    /// The columns whose segments are neighbours of each other: there two that lie side by side
    /// are one place.
    is_ordered: Vec<bool>,
    /// How many places are wanted.
    places_max: usize,
    /// How many combinations may still be looked at.
    pub(super) steps: usize,
    /// The segments chosen so far.
    segments: Vec<usize>,
    places: Vec<Vec<usize>>,
}

/// The search took more steps than it may.
struct GivenUp;

impl<'a> Search<'a> {
    pub(super) fn new(
        area: &'a Area,
        rules: &'a [&'a Area],
        is_ordered: Vec<bool>,
        places_max: usize,
    ) -> Self {
        let (segments, places) = (Vec::new(), Vec::new());
        Self { area, rules, is_ordered, places_max, steps: STEPS_MAX, segments, places }
    }

    pub(super) fn run(self) -> Uncovered {
        let mut steps = self.steps;
        self.run_on(&mut steps)
    }

    /// Runs the search and tells how many steps are left.
    pub(super) fn run_on(mut self, steps: &mut usize) -> Uncovered {
        let all: Vec<usize> = (0..self.rules.len()).collect();
        let is_complete = self.column(&all).is_ok();
        *steps = self.steps;
        Uncovered { places: self.places, is_complete }
    }

    /// Goes on in the next column with the rules that hold so far; whether a place was found.
    /// Recurses as deep as there are columns.
    fn column(&mut self, left: &[usize]) -> Result<bool, GivenUp> {
        self.steps = self.steps.checked_sub(1).ok_or(GivenUp)?;
        let number = self.segments.len();
        if left.is_empty() {
            // No rule holds whatever the rest is; an area without segments has no input at all.
            let first = |column: &Vec<bool>| column.iter().position(|it| *it);
            let rest: Option<Vec<usize>> = self.area[number..].iter().map(first).collect();
            let Some(rest) = rest else { return Ok(false) };
            self.places.push([self.segments.as_slice(), &rest].concat());
            return Ok(true);
        }
        let (area, rules) = (self.area, self.rules);
        let Some(column) = area.get(number) else { return Ok(false) };
        let mut seen: Vec<(Vec<usize>, bool)> = Vec::new();
        let mut before = None;
        let mut any = false;
        for (segment, _) in column.iter().enumerate().filter(|(_, it)| **it) {
            let holds = |rule: &&usize| rules[**rule][number][segment];
            let still: Vec<usize> = left.iter().filter(holds).copied().collect();
            // Segments in which the same rules hold lead to the same.
            let known = seen.iter().position(|it| it.0 == still);
            let is_neighbour = self.is_ordered.get(number) == Some(&true) && known == before;
            before = known;
            if known.is_some_and(|at| !seen[at].1 || is_neighbour) {
                continue;
            }
            self.segments.push(segment);
            let found = self.column(&still)?;
            self.segments.pop();
            any |= found;
            if known.is_none() {
                before = Some(seen.len());
                seen.push((still, found));
            }
            if self.places.len() >= self.places_max {
                break;
            }
        }
        Ok(any)
    }
}

/// Segments in which both hold, one for each column.
pub(super) fn common(one: &Area, other: &Area) -> Option<Vec<usize>> {
    let both = |(a, b): (&Vec<bool>, &Vec<bool>)| a.iter().zip(b).position(|(a, b)| *a && *b);
    one.iter().zip(other).map(both).collect()
}
