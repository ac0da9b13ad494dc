//! What the readers of elements share: the outline, what is referred to by id, and the way to report
//! a problem.

use std::collections::BTreeMap;

use crate::expression::{Expression, Literals};
use crate::outline::{FlowPart, Outline, Part};
use xml::{Namespace, Node, Problem, Problems};

/// The surroundings of the element that is being read.
#[derive(Debug)]
pub(crate) struct Context<'t, 'a> {
    pub(crate) outline: &'a Outline<'t>,
    pub(crate) roots: &'a Roots<'t>,
    pub(crate) problems: &'a mut Problems,
    /// What refuses a file and leaves its parts a meaning, which they keep where it is deployed.
    pub(crate) refusals: Vec<Problem>,
}

/// What stands beside the processes of a file and is referred to by id: messages, signals, errors,
/// escalations.
#[derive(Debug)]
pub(crate) struct Roots<'t> {
    by_id: BTreeMap<(&'static str, &'t str), &'t Node>,
}

impl<'t> Roots<'t> {
    /// Those that stand directly in the root element.
    pub(crate) fn of(definitions: &'t Node) -> Self {
        let mut by_id = BTreeMap::new();
        for kind in ["message", "signal", "error", "escalation"] {
            let nodes = definitions.named(Namespace::Bpmn, kind);
            by_id.extend(nodes.filter_map(|it| Some(((kind, it.id()?), it))));
        }
        Roots { by_id }
    }

    pub(crate) fn get(&self, kind: &'static str, id: &str) -> Option<&'t Node> {
        self.by_id.get(&(kind, id)).copied()
    }
}

impl<'t> Context<'t, '_> {
    /// Reports a problem of a part, placed at `at` in the file.
    pub(crate) fn problem(&mut self, part: &Part<'t>, at: &Node, message: String) {
        self.problems.push(self.outline.problem(part.ix, at, message));
    }

    /// Reports a problem of a sequence flow.
    pub(crate) fn flow_problem(&mut self, flow: &FlowPart<'t>, message: String) {
        self.problems.push(self.outline.flow_problem(flow, message));
    }

    /// An attribute that must be there and not be blank.
    pub(crate) fn required(
        &mut self,
        part: &Part<'t>,
        node: &'t Node,
        attribute: &str,
    ) -> Option<&'t str> {
        let text = node.attribute(attribute).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            let message = format!(
                "The element '{}' needs the attribute '{attribute}' of '{}', which is missing or \
                 empty.",
                part.label(),
                node.name
            );
            self.problem(part, node, message);
        }
        text
    }

    /// Reads the text of an expression that stands at `node`; `what` names it for people. One that
    /// has a meaning is answered also where it is refused: it may have been deployed before.
    pub(crate) fn expression(
        &mut self,
        part: &Part<'t>,
        node: &Node,
        what: &str,
        (text, literals): (&str, Literals),
    ) -> Option<Expression> {
        let message = |fault: &str| format!("The {what} of '{}' {fault}", part.label());
        match Expression::read(text, literals) {
            Ok((expression, refused)) => {
                let refusal = refused.map(|it| self.outline.problem(part.ix, node, message(&it)));
                self.refusals.extend(refusal);
                Some(expression)
            }
            Err(fault) => {
                self.problem(part, node, message(&fault));
                None
            }
        }
    }
}
