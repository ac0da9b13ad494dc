//! Connects the parts of a process: flows with their ends, boundary events with their activities.

use std::collections::{BTreeMap, BTreeSet};

use super::{FlowIx, Outline, Part, PartIx, index};
use xml::Namespace;
use xml::Problems;

impl<'t> Outline<'t> {
    pub(super) fn link(&mut self, problems: &mut Problems) {
        let by_id = index(&self.parts);
        self.link_flows(&by_id, problems);
        self.check_mentions(problems);
        self.link_boundary_events(&by_id, problems);
    }

    fn link_flows(&mut self, by_id: &BTreeMap<&'t str, PartIx>, problems: &mut Problems) {
        for at in 0..self.flows.len() {
            let ix = FlowIx(at);
            let source = self.end_of(ix, "sourceRef", by_id);
            let target = self.end_of(ix, "targetRef", by_id);
            match (source, target) {
                (Ok(source), Ok(target)) => {
                    let scope = self.part(source).scope;
                    if scope != self.part(target).scope {
                        let message = self.crossing(ix, source, target);
                        problems.push(self.flow_problem(self.flow(ix), message));
                        continue;
                    }
                    let flow = &mut self.flows[at];
                    flow.scope = scope;
                    flow.ends = Some((source, target));
                    self.parts[source.0].outgoing.push(ix);
                    let target = &mut self.parts[target.0];
                    target.incoming = target.incoming.saturating_add(1);
                    target.entering.push(ix);
                }
                (source, target) => {
                    for message in [source.err(), target.err()].into_iter().flatten() {
                        problems.push(self.flow_problem(self.flow(ix), message));
                    }
                }
            }
        }
    }

    /// The part that an attribute of a flow refers to, or what is wrong with it.
    fn end_of(
        &self,
        ix: FlowIx,
        attribute: &str,
        by_id: &BTreeMap<&'t str, PartIx>,
    ) -> Result<PartIx, String> {
        let flow = self.flow(ix);
        let Some(id) = flow.node.reference(attribute) else {
            return Err(format!("The sequence flow '{}' has no {attribute}.", flow.id));
        };
        let end = by_id.get(id).map(|end| self.part(*end)).filter(|end| end.ix != PartIx(0));
        let Some(end) = end else {
            return Err(format!(
                "The {attribute} of the sequence flow '{}' is '{id}', which is no element of \
                 this process.",
                flow.id
            ));
        };
        Ok(end.ix)
    }

    /// Elements may list the flows that enter and leave them. Only the flows themselves count, but a
    /// list that names a flow which is not there shows that the file lost something.
    fn check_mentions(&self, problems: &mut Problems) {
        let flows: BTreeSet<_> = self.flows.iter().map(|flow| flow.id).collect();
        for part in &self.parts {
            let lists = part.node.of(Namespace::Bpmn);
            for list in lists.filter(|it| matches!(&*it.name, "incoming" | "outgoing")) {
                let id = list.text();
                let local = id.rsplit_once(':').map_or(id, |(_, local)| local);
                if !flows.contains(local) {
                    let message = format!(
                        "The element '{}' names '{id}' as {} sequence flow, which is not in this \
                         process.",
                        part.label(),
                        list.name
                    );
                    problems.push(self.problem(part.ix, list, message));
                }
            }
        }
    }

    fn crossing(&self, ix: FlowIx, source: PartIx, target: PartIx) -> String {
        format!(
            "The sequence flow '{}' leads from '{}' to '{}' across the border of a subprocess. \
             Sequence flows cannot do that.",
            self.flow(ix).id,
            self.part(source).label(),
            self.part(target).label()
        )
    }

    fn link_boundary_events(&mut self, by_id: &BTreeMap<&'t str, PartIx>, problems: &mut Problems) {
        for at in 0..self.parts.len() {
            let ix = PartIx(at);
            let part = self.part(ix);
            if &*part.node.name != "boundaryEvent" {
                continue;
            }
            match self.activity_of(part, by_id) {
                Ok(activity) => {
                    self.parts[at].attached_to = Some(activity);
                    self.parts[activity.0].boundary_events.push(ix);
                }
                Err(message) => problems.push(self.problem(ix, part.node, message)),
            }
        }
    }

    /// The activity that a boundary event is attached to, or what is wrong with it.
    fn activity_of(
        &self,
        event: &Part<'t>,
        by_id: &BTreeMap<&'t str, PartIx>,
    ) -> Result<PartIx, String> {
        let Some(id) = event.node.reference("attachedToRef") else {
            return Err(format!(
                "The boundary event '{}' is attached to nothing. Set its attachedToRef.",
                event.id
            ));
        };
        let found = by_id.get(id).map(|activity| self.part(*activity));
        let Some(activity) = found.filter(|activity| activity.scope == event.scope) else {
            return Err(format!(
                "The boundary event '{}' is attached to '{id}', which is no activity of the same \
                 scope.",
                event.id
            ));
        };
        if activity.ix == PartIx(0) || !activity.may_have_boundary_events() {
            return Err(format!(
                "The boundary event '{}' is attached to '{id}', which is {}. Boundary events can \
                 be attached to activities only.",
                event.id,
                activity.noun()
            ));
        }
        Ok(activity.ix)
    }
}
