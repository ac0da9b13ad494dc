//! Lanes: they change nothing about execution, but what they name must be there.

use std::collections::BTreeSet;

use crate::context::Context;
use xml::{Namespace, Node};

/// Refuses references of lanes to what is no element of the process.
pub(crate) fn check(ctx: &mut Context<'_, '_>) {
    let outline = ctx.outline;
    let Some(process) = outline.parts().first() else { return };
    let nodes = inside(process.node);
    let ids: BTreeSet<&str> = nodes.iter().filter_map(|it| it.id()).collect();
    for lane in nodes.iter().filter(|it| it.is(Namespace::Bpmn, "lane")) {
        for reference in lane.named(Namespace::Bpmn, "flowNodeRef") {
            let text = reference.text();
            let id = text.rsplit_once(':').map_or(text, |(_, id)| id);
            if !ids.contains(id) {
                let message = format!(
                    "The lane '{}' contains '{text}', which is no element of this process. Remove \
                     the flowNodeRef.",
                    lane.id().unwrap_or("<lane>")
                );
                ctx.problem(process, reference, message);
            }
        }
    }
}

/// A node and all BPMN nodes inside it, in document order.
fn inside(node: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        found.push(node);
        let children = node.children.iter().rev();
        pending.extend(children.filter(|it| it.namespace == Namespace::Bpmn));
    }
    found
}
