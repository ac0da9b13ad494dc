//! What is written in boxed expressions and has no effect: names given twice, and nothing at all.

use value::Str;

use crate::boxed::{Boxed, Definition};
use crate::graph::{Element, Logic};
use crate::parts;
use crate::table::{Finding, FindingKind};

/// What has no effect in the logic of an element.
pub(crate) fn of(element: &Element) -> Vec<Finding> {
    let mut doubts = Doubts { id: &element.id, all: Vec::new() };
    match &element.logic {
        Logic::Decision { body, .. } => doubts.within(body, "decision"),
        Logic::Knowledge(definition) => {
            doubts.parameters("", definition);
            doubts.within(&definition.body, "knowledge model");
        }
        Logic::Input { .. } | Logic::Service { .. } => {}
    }
    doubts.all
}

struct Doubts<'m> {
    id: &'m Str,
    all: Vec<Finding>,
}

impl Doubts<'_> {
    fn within(&mut self, body: &Boxed, what: &str) {
        for (place, part) in parts::within(body) {
            match part {
                Boxed::Empty if place.is_empty() => {
                    let message = format!(
                        "The {what} has no expression, so its answer is always null. Write one."
                    );
                    self.add(FindingKind::Empty, &place, message);
                }
                Boxed::Empty => {
                    let message = "No expression is written here, so the value is always null. Write \
                                   one, or write null.";
                    self.add(FindingKind::Empty, &place, message.to_owned());
                }
                Boxed::Table(table) => self.twice(&place, "outputs", table.twice.as_ref()),
                Boxed::Context { twice, .. } => self.twice(&place, "entries", twice.as_ref()),
                Boxed::Relation { twice, .. } => self.twice(&place, "columns", twice.as_ref()),
                Boxed::Function(definition) => self.parameters(&place, definition),
                Boxed::Literal(_)
                | Boxed::Typed { .. }
                | Boxed::List(_)
                | Boxed::Invocation { .. }
                | Boxed::Conditional { .. }
                | Boxed::Filter { .. }
                | Boxed::For { .. }
                | Boxed::Quantified { .. } => {}
            }
        }
    }

    fn parameters(&mut self, place: &str, definition: &Definition) {
        self.twice(place, "parameters", definition.twice.as_ref());
    }

    fn twice(&mut self, place: &str, things: &str, name: Option<&Str>) {
        let Some(name) = name else { return };
        let message = format!(
            "Two {things} are named '{name}', and the value of the first is lost. Give one of them \
             another name."
        );
        self.add(FindingKind::NamedTwice, place, message);
    }

    fn add(&mut self, kind: FindingKind, place: &str, message: String) {
        let (decision_id, place) = (self.id.clone(), place.to_owned());
        self.all.push(Finding { decision_id, place, kind, rules: Vec::new(), message });
    }
}
