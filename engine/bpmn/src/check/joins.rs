//! How much the inclusive and complex gateways of a process need to know of what leads to them.

use crate::assemble::ReadPart;
use crate::context::Context;
use crate::outline::PartIx;
use crate::reach::{self, ENTRIES_MAX};

/// Refuses a process whose inclusive and complex gateways would need tables that are too large.
pub(crate) fn check(ctx: &mut Context<'_, '_>, parts: &[ReadPart]) {
    let outline = ctx.outline;
    let each = outline.parts().iter().zip(parts);
    let entries = each.map(|(part, read)| reach::entries(outline, part, read.kind.as_ref()));
    let total = entries.fold(0, usize::saturating_add);
    if total > ENTRIES_MAX {
        let process = outline.part(PartIx(0));
        let message = format!(
            "The inclusive and complex gateways of the process '{}' join so many flows among so \
             many elements that {total} pairs of them would have to be kept. At most {ENTRIES_MAX} \
             are allowed. Divide the process with subprocesses.",
            process.label()
        );
        ctx.problem(process, process.node, message);
    }
}
