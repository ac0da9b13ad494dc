//! The parts of boxed expressions, with their places.

use crate::boxed::{Boxed, Condition, Entry};

/// A boxed expression and all inside of it but mere texts, each with where it stands, outermost first
/// as people name the parts; empty for the expression itself.
pub(crate) fn within(boxed: &Boxed) -> Vec<(String, &Boxed)> {
    let mut parts = Parts { places: Vec::new(), all: Vec::new() };
    parts.boxed(boxed);
    parts.all
}

struct Parts<'m> {
    places: Vec<String>,
    all: Vec<(String, &'m Boxed)>,
}

impl<'m> Parts<'m> {
    fn at(&mut self, place: String, boxed: &'m Boxed) {
        self.places.push(place);
        self.boxed(boxed);
        self.places.pop();
    }

    /// Recurses as deep as boxed expressions are nested, which is limited when they are compiled.
    fn boxed(&mut self, boxed: &'m Boxed) {
        if !matches!(boxed, Boxed::Literal(_)) {
            self.all.push((self.places.join(", "), boxed));
        }
        match boxed {
            Boxed::Empty | Boxed::Literal(_) | Boxed::Table(_) => {}
            Boxed::Typed { value, .. } => self.boxed(value),
            Boxed::Context { entries, .. } => {
                for Entry { name, value, .. } in entries {
                    let entry = |it: &(value::Str, usize)| format!("entry '{}'", it.0);
                    self.at(name.as_ref().map_or_else(|| "result".to_owned(), entry), value);
                }
            }
            Boxed::List(items) => {
                for (number, item) in (1..).zip(items) {
                    self.at(format!("item {number}"), item);
                }
            }
            Boxed::Relation { columns, rows, .. } => {
                for (number, row) in (1..).zip(rows) {
                    for (column, cell) in columns.iter().zip(row) {
                        self.at(format!("row {number}, column '{column}'"), cell);
                    }
                }
            }
            Boxed::Invocation { function, bindings, .. } => {
                self.at("function".to_owned(), function);
                for (parameter, value) in bindings {
                    self.at(format!("parameter '{parameter}'"), value);
                }
            }
            Boxed::Function(definition) => self.at("function".to_owned(), &definition.body),
            Boxed::Conditional { condition, then, otherwise } => {
                for (name, part) in [("if", condition), ("then", then), ("else", otherwise)] {
                    self.at(format!("'{name}'"), part);
                }
            }
            Boxed::Filter { list, condition, .. } => {
                self.at("'in'".to_owned(), list);
                match condition {
                    Condition::Literal(_) => {}
                    Condition::Other(boxed) => self.at("'match'".to_owned(), boxed),
                }
            }
            Boxed::For { list, body, .. } => {
                self.at("'in'".to_owned(), list);
                self.at("'return'".to_owned(), body);
            }
            Boxed::Quantified { list, body, .. } => {
                self.at("'in'".to_owned(), list);
                self.at("'satisfies'".to_owned(), body);
            }
        }
    }
}
