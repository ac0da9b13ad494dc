//! Which version of something deployed an element refers to.

use xml::Node;

use crate::context::Context;
use crate::graph::called::Binding;
use crate::outline::Part;

/// The binding of a reference that stands at `node`.
pub(crate) fn read<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    node: &'t Node,
) -> Option<Binding> {
    match node.attribute("bindingType").map(str::trim).unwrap_or_default() {
        "" | "latest" => Some(Binding::Latest),
        "deployment" => Some(Binding::Deployment),
        "versionTag" => {
            ctx.required(part, node, "versionTag").map(|tag| Binding::VersionTag(tag.into()))
        }
        other => {
            let message = format!(
                "The bindingType '{other}' of '{}' is not known. Use 'latest', 'deployment' or \
                 'versionTag'.",
                part.label()
            );
            ctx.problem(part, node, message);
            None
        }
    }
}
