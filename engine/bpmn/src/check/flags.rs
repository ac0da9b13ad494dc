//! Attributes that are either true or false: another word would silently mean false.

use std::collections::BTreeSet;

use crate::context::Context;
use crate::outline::Part;
use xml::{Namespace, Node, Problem, Problems};

/// The attributes of the XML schema type boolean that change what an element does.
const FLAGS: [&str; 13] = [
    "cancelActivity",
    "cancelRemainingInstances",
    "instantiate",
    "isExecutable",
    "isForCompensation",
    "isInterrupting",
    "isSequential",
    "parallelMultiple",
    "propagateAllChildVariables",
    "propagateAllParentVariables",
    "testBefore",
    "triggeredByEvent",
    "waitForCompletion",
];

/// Refuses every other word than those of the XML schema at the elements of a process.
pub(crate) fn check(ctx: &mut Context<'_, '_>) {
    let outline = ctx.outline;
    let parts: BTreeSet<u32> = outline.parts().iter().map(|it| it.node.ordinal).collect();
    for part in outline.parts() {
        let mut pending = vec![part.node];
        while let Some(node) = pending.pop() {
            of_node(ctx, part, node);
            // What stands inside a part belongs to it, but for other parts.
            let inside = node.children.iter().rev();
            pending.extend(inside.filter(|it| is_read(it) && !parts.contains(&it.ordinal)));
        }
    }
}

fn is_read(node: &Node) -> bool {
    matches!(node.namespace, Namespace::Bpmn | Namespace::Zeebe)
}

fn of_node<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, node: &'t Node) {
    for name in FLAGS {
        if let Some(fault) = fault(node, name, &part.label()) {
            ctx.problem(part, node, fault);
        }
    }
}

/// Refuses processes of which nobody can say whether they shall run.
pub(crate) fn executable(root: &Node, problems: &mut Problems) {
    for process in root.named(Namespace::Bpmn, "process") {
        let id = process.id().unwrap_or("<process>");
        if let Some(fault) = fault(process, "isExecutable", id) {
            problems.push(Problem::new(id.to_owned(), id, process.place, fault));
        }
    }
}

fn fault(node: &Node, name: &str, of: &str) -> Option<String> {
    let text = node.attribute(name)?;
    let is_known = matches!(text.trim(), "true" | "false" | "1" | "0");
    (!is_known).then(|| {
        format!(
            "The attribute '{name}' of '{of}' is '{text}', which is neither true nor false. Write \
             \"true\" or \"false\", or leave it out."
        )
    })
}
