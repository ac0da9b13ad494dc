//! What is wrong with a deployed file, in words for the person who drew it.

use std::fmt;

use value::Str;

use crate::node::Place;

/// How many problems of one file are listed; the last one then says that there are more.
const PROBLEMS_MAX: usize = 1_000;

/// One reason why a file cannot be deployed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Where it is: `process > subprocess > element` or
    /// `decision > rule > cell`, as ids; empty when the file as a whole is
    /// meant.
    pub path: String,
    /// The id of the element at fault, when it has one.
    pub element_id: Option<Str>,
    /// One sentence or two: what is wrong, and the way out.
    pub message: String,
    /// Line in the file, from 1; 0 when no place can be told.
    pub line: u32,
    /// Column in the line in characters, from 1; 0 when no place can be told.
    pub column: u32,
}

impl Problem {
    /// A problem of an element; an empty id means that it has none.
    pub fn new(path: String, id: &str, place: Place, message: String) -> Self {
        let element_id = (!id.is_empty()).then(|| id.into());
        Problem { path, element_id, message, line: place.line, column: place.column }
    }

    /// A problem of the file as a whole.
    pub fn of_file(place: Option<Place>, message: String) -> Self {
        let place = place.unwrap_or(Place { line: 0, column: 0 });
        Problem::new(String::new(), "", place, message)
    }
}

impl fmt::Display for Problem {
    /// One line, whatever stands in the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", OneLine(&self.path))?;
        }
        write!(f, "{}", OneLine(&self.message))
    }
}

/// Text with everything escaped that a terminal would obey instead of show.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| {
            if character.is_control() || changes_direction(character) {
                write!(f, "{}", character.escape_default())
            } else {
                write!(f, "{character}")
            }
        })
    }
}

/// Marks of the direction of writing, and separators of lines and paragraphs.
fn changes_direction(character: char) -> bool {
    matches!(
        character,
        '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

/// The problems found so far in one file.
#[derive(Default, Debug)]
pub struct Problems {
    found: Vec<Problem>,
    /// How many were found beyond [`PROBLEMS_MAX`].
    unlisted: usize,
}

impl Problems {
    /// Takes one more.
    pub fn push(&mut self, problem: Problem) {
        if self.found.len() < PROBLEMS_MAX {
            self.found.push(problem);
        } else {
            self.unlisted += 1;
        }
    }

    /// True as long as nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many were found until now; a later, larger number means that something went wrong since.
    pub fn count(&self) -> usize {
        self.found.len() + self.unlisted
    }

    /// All of them by their place in the file.
    pub fn into_sorted(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|problem| (problem.line, problem.column));
        if self.unlisted > 0 {
            let message = format!("There are {} more problems that are not listed.", self.unlisted);
            self.found.push(Problem::of_file(None, message));
        }
        self.found
    }
}
