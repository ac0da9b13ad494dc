//! The ad-hoc subprocess: what begins in it is decided while it runs.

use xml::{Namespace, Node};

use super::{ElementSyntax, Mappings};
use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::Kind;
use crate::graph::ad_hoc::{AdHocSubProcess, Decider};
use crate::outline::{Outline, Part, Syntax};
use crate::part::{activity_list, compensation, job, link, multi_instance};

const XML_NAME: &str = "adHocSubProcess";
const CONDITION: &str = "completionCondition";
/// Where the elements that begin with the subprocess are named.
const ACTIVE: &str = "activeElementsCollection";

pub(crate) const TYPE: ElementSyntax = ElementSyntax {
    xml_name: XML_NAME,
    noun: "an ad-hoc subprocess",
    activity: true,
    scope: true,
    decides: false,
    mappings: Mappings::Both,
    read,
};

/// Whether a child of a scope is one that only this type has.
pub(crate) fn is_own_child(scope: &Node, child: &Node) -> bool {
    &*scope.name == XML_NAME && child.is(Namespace::Bpmn, CONDITION)
}

fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Kind> {
    check_ordering(ctx, part);
    let before = ctx.problems.count();
    check_content(ctx, part);
    let extension = part.node.extension("adHoc");
    let output = extension.and_then(|it| multi_instance::output(ctx, part, it));
    let completion_condition = completion_condition(ctx, part);
    let active_elements = active_elements(ctx, part);
    let is_for_worker = part.node.extensions().any(|it| &*it.name == "taskDefinition");
    let decided_by = if is_for_worker {
        check_worker(ctx, part);
        job::read(ctx, part).map(Decider::Worker)
    } else {
        Some(Decider::Model { active_elements, completion_condition })
    };
    let decided_by = decided_by.filter(|_| ctx.problems.count() == before)?;
    let activities: Vec<_> = activities(ctx.outline, part).collect();
    Some(Kind::AdHocSubProcess(Box::new(AdHocSubProcess {
        description: activity_list::of(&activities).into(),
        activities: activities.iter().map(|it| it.element_ix()).collect(),
        output,
        cancels_remaining: part.node.flag("cancelRemainingInstances", true),
        decided_by,
    })))
}

/// Refuses an order of what begins: Baton, like Zeebe, lets it run at the same time.
fn check_ordering<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    let Some(ordering) = part.node.attribute("ordering").filter(|it| it.trim() != "Parallel")
    else {
        return;
    };
    let message = format!(
        "The ad-hoc subprocess '{}' has the ordering '{ordering}'. Its activities can run at the \
         same time, which BPMN calls 'Parallel'; Baton does not run them one after the other. \
         Remove the attribute, or begin the next activity when one has ended.",
        part.label()
    );
    ctx.problem(part, part.node, message);
}

/// The elements that can begin: those that no flow leads to and nothing else begins.
fn activities<'a, 't>(
    outline: &'a Outline<'t>,
    part: &'a Part<'t>,
) -> impl Iterator<Item = &'a Part<'t>> {
    outline.inside(part.ix).filter(|it| {
        let is_event_subprocess = it.node.flag("triggeredByEvent", false);
        let name = &*it.node.name;
        let is_begun_otherwise = matches!(name, "boundaryEvent" | "startEvent")
            || is_event_subprocess
            || compensation::is_handler(it)
            || (name == "intermediateCatchEvent" && link::definition(it).is_some());
        it.incoming == 0 && !is_begun_otherwise
    })
}

fn check_content<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    let outline = ctx.outline;
    let is_activity = |it: &Part<'_>| match it.syntax {
        Syntax::Supported(syntax) => syntax.activity && !compensation::is_handler(it),
        Syntax::Unsupported(_) => true,
    };
    if !outline.inside(part.ix).any(is_activity) {
        let message = format!(
            "The ad-hoc subprocess '{}' has no activity, so that nothing could be done in it. Add \
             one.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    for event in outline.inside(part.ix) {
        let (what, why) = match &*event.node.name {
            "startEvent" => ("start event", "what begins there is decided while it runs"),
            "endEvent" => ("end event", "a path ends with its last element"),
            _ => continue,
        };
        let message = format!(
            "The {what} '{}' is in the ad-hoc subprocess '{}', which must not have one: {why}. \
             Remove it.",
            event.label(),
            part.label()
        );
        ctx.problem(event, event.node, message);
    }
}

fn active_elements<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Expression> {
    let extension = part.node.extension("adHoc")?;
    let text = extension.attribute(ACTIVE).filter(|text| !text.trim().is_empty())?;
    ctx.expression(part, extension, "active elements collection", (text, Literals::Refused))
}

/// Those that are not left behind empty.
fn conditions<'t>(part: &Part<'t>) -> impl Iterator<Item = &'t Node> {
    part.node.named(Namespace::Bpmn, CONDITION).filter(|it| !it.text().is_empty())
}

fn completion_condition<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Expression> {
    let mut nodes = conditions(part);
    let (first, second) = (nodes.next()?, nodes.next());
    if let Some(second) = second {
        let message = format!(
            "The ad-hoc subprocess '{}' has more than one completion condition. At most one is \
             allowed.",
            part.label()
        );
        ctx.problem(part, second, message);
    }
    ctx.expression(part, first, "completion condition", (first.text(), Literals::Refused))
}

/// Refuses what the model would decide beside a worker.
fn check_worker<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    let extension = part.node.extension("adHoc");
    let active =
        extension.filter(|it| it.attribute(ACTIVE).is_some_and(|it| !it.trim().is_empty()));
    let keeps = !part.node.flag("cancelRemainingInstances", true);
    let faults = [
        (active, "names the elements that begin with it (activeElementsCollection)"),
        (conditions(part).next(), "has a completion condition"),
        (keeps.then_some(part.node), "sets cancelRemainingInstances to false"),
    ];
    for (node, what) in faults {
        if let Some(node) = node {
            let message = format!(
                "The ad-hoc subprocess '{}' has a zeebe:taskDefinition and {what}. Remove one of \
                 the two: its worker decides that.",
                part.label()
            );
            ctx.problem(part, node, message);
        }
    }
}
