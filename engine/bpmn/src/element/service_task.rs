//! The service task: a job for a worker.

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use crate::part::job;

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: "serviceTask",
    noun: "a service task",
    activity: true,
    scope: false,
    decides: false,
    mappings: Mappings::Both,
    read,
};

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    job::read(ctx, part).map(Kind::ServiceTask)
}
