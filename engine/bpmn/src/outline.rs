//! The outline of one process: its parts and flows with everything that refers to something else
//! resolved, before any part is read in detail.
//!
//! It contains the parts that Baton cannot run too, so that a flow into one of them is not reported
//! as a flow into nowhere.

mod collect;
mod link;

use std::collections::{BTreeMap, BTreeSet};

use crate::element::{self, ElementSyntax, Unsupported};
use crate::graph::ElementIx;
use xml::{Namespace, Node};
use xml::{Problem, Problems};

/// The position of a part in [`Outline::parts`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct PartIx(pub(crate) usize);

/// The position of a flow in [`Outline::flows`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct FlowIx(pub(crate) usize);

/// The parts and flows of one process.
#[derive(Debug)]
pub(crate) struct Outline<'t> {
    /// In document order; the process itself is the first.
    parts: Vec<Part<'t>>,
    /// In document order.
    flows: Vec<FlowPart<'t>>,
}

/// One element of the process.
#[derive(Clone, Debug)]
pub(crate) struct Part<'t> {
    pub(crate) ix: PartIx,
    pub(crate) node: &'t Node,
    /// Empty when the model gives none, which is reported.
    pub(crate) id: &'t str,
    pub(crate) syntax: Syntax,
    /// The process or subprocess around it; the process is around itself.
    pub(crate) scope: PartIx,
    pub(crate) incoming: u32,
    /// The flows that enter it, as many as `incoming` says.
    pub(crate) entering: Vec<FlowIx>,
    pub(crate) outgoing: Vec<FlowIx>,
    pub(crate) boundary_events: Vec<PartIx>,
    /// The parts directly inside it, in document order.
    pub(crate) inside: Vec<PartIx>,
    /// Of a boundary event.
    pub(crate) attached_to: Option<PartIx>,
}

/// What kind of element a part is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Syntax {
    Supported(&'static ElementSyntax),
    Unsupported(&'static Unsupported),
}

/// One sequence flow.
#[derive(Clone, Debug)]
pub(crate) struct FlowPart<'t> {
    pub(crate) node: &'t Node,
    pub(crate) id: &'t str,
    pub(crate) scope: PartIx,
    /// Source and target, once both are known to be elements of the same scope.
    pub(crate) ends: Option<(PartIx, PartIx)>,
}

impl<'t> Outline<'t> {
    /// Collects and links everything inside a process; every problem found is reported.
    pub(crate) fn of(process: &'t Node, problems: &mut Problems) -> Self {
        let mut outline = Outline { parts: Vec::new(), flows: Vec::new() };
        outline.collect(process, problems);
        outline.link(problems);
        outline
    }

    pub(crate) fn parts(&self) -> &[Part<'t>] {
        &self.parts
    }

    pub(crate) fn flows(&self) -> &[FlowPart<'t>] {
        &self.flows
    }

    pub(crate) fn part(&self, ix: PartIx) -> &Part<'t> {
        &self.parts[ix.0]
    }

    pub(crate) fn flow(&self, ix: FlowIx) -> &FlowPart<'t> {
        &self.flows[ix.0]
    }

    /// The parts directly inside a scope, in document order.
    pub(crate) fn inside(&self, scope: PartIx) -> impl Iterator<Item = &Part<'t>> {
        self.part(scope).inside.iter().map(|ix| self.part(*ix))
    }

    /// The BPMN nodes inside each part that are neither parts nor flows nor inside such, with the
    /// part: event definitions, markers, lanes and the like.
    pub(crate) fn details(&self) -> Vec<(&Part<'t>, &'t Node)> {
        let parts = self.parts.iter().map(|it| it.node.ordinal);
        let apart: BTreeSet<u32> =
            parts.chain(self.flows.iter().map(|it| it.node.ordinal)).collect();
        let mut found = Vec::new();
        for part in &self.parts {
            let inside = |node: &'t Node| {
                let children = node.children.iter().rev();
                children
                    .filter(|it| it.namespace == Namespace::Bpmn && !apart.contains(&it.ordinal))
            };
            let mut pending: Vec<&'t Node> = inside(part.node).collect();
            while let Some(node) = pending.pop() {
                found.push((part, node));
                pending.extend(inside(node));
            }
        }
        found
    }

    /// Where a part is, as ids from the process down.
    pub(crate) fn path(&self, ix: PartIx) -> String {
        let mut labels = Vec::new();
        let mut part = self.part(ix);
        loop {
            labels.push(part.label());
            if part.scope == part.ix {
                break;
            }
            part = self.part(part.scope);
        }
        labels.reverse();
        labels.join(" > ")
    }

    /// A problem of a part, placed at the part or at something inside it.
    pub(crate) fn problem(&self, ix: PartIx, at: &Node, message: String) -> Problem {
        let part = self.part(ix);
        Problem::new(self.path(ix), part.id, at.place, message)
    }

    /// A problem of a flow.
    pub(crate) fn flow_problem(&self, flow: &FlowPart<'t>, message: String) -> Problem {
        let label = if flow.id.is_empty() { "<sequenceFlow>" } else { flow.id };
        let path = format!("{} > {label}", self.path(flow.scope));
        Problem::new(path, flow.id, flow.node.place, message)
    }
}

impl Part<'_> {
    /// Its number in the graph.
    pub(crate) fn element_ix(&self) -> ElementIx {
        ElementIx(self.node.ordinal)
    }

    /// Its id, or its XML name when it has none.
    pub(crate) fn label(&self) -> String {
        if self.id.is_empty() { format!("<{}>", self.node.name) } else { self.id.to_owned() }
    }

    /// What people call it, with article.
    pub(crate) fn noun(&self) -> &'static str {
        match self.syntax {
            Syntax::Supported(syntax) => syntax.noun,
            Syntax::Unsupported(unsupported) => unsupported.noun,
        }
    }

    /// Whether boundary events can be attached to it. Parts that Baton cannot run are not judged.
    fn may_have_boundary_events(&self) -> bool {
        match self.syntax {
            Syntax::Supported(syntax) => syntax.activity,
            Syntax::Unsupported(_) => true,
        }
    }
}

/// Parts by id. Of parts with the same id, which is reported elsewhere, the first counts.
fn index<'t>(parts: &[Part<'t>]) -> BTreeMap<&'t str, PartIx> {
    let mut by_id = BTreeMap::new();
    for part in parts {
        by_id.entry(part.id).or_insert(part.ix);
    }
    by_id
}
