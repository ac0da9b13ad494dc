//! Compensation: who undoes an activity, and what asks for it.

use crate::context::Context;
use crate::graph::{ElementIx, Throw, Trigger};
use crate::outline::{Outline, Part, PartIx};
use xml::{Namespace, Node};

/// The compensation definition of a part, if that is its only definition.
pub(crate) fn definition<'t>(part: &Part<'t>) -> Option<&'t Node> {
    let is_one = |it: &&Node| it.name.ends_with("EventDefinition");
    let mut all = part.node.of(Namespace::Bpmn).filter(is_one);
    let (first, second) = (all.next(), all.next());
    first.filter(|it| &*it.name == "compensateEventDefinition" && second.is_none())
}

/// Whether an activity undoes another one.
pub(crate) fn is_handler(part: &Part<'_>) -> bool {
    part.node.flag("isForCompensation", false)
}

/// What a compensation boundary event begins: the activity that an association leads to.
pub(crate) fn caught<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Trigger> {
    let outline = ctx.outline;
    let handlers: Vec<_> = associated(outline, part).filter(|it| is_handler(it)).collect();
    let fault = match handlers.as_slice() {
        _ if !part.outgoing.is_empty() => {
            "has an outgoing sequence flow. Connect it by an association instead"
        }
        [handler] => return Some(Trigger::Compensation { handler: handler.element_ix() }),
        [] => {
            "has no association to an activity for compensation (isForCompensation) in its scope. \
             Add one"
        }
        _ => "has more than one association to an activity for compensation. Remove all but one",
    };
    let message = format!("The compensation boundary event '{}' {fault}.", part.label());
    ctx.problem(part, part.node, message);
    None
}

/// Whether an activity is for compensation and nothing leads to it.
pub(crate) fn is_left_over(outline: &Outline<'_>, part: &Part<'_>) -> bool {
    is_handler(part)
        && !is_event_sub_process(part)
        && !associated(outline, part)
            .any(|it| &*it.node.name == "boundaryEvent" && definition(it).is_some())
}

/// What a compensation start event begins: the event subprocess around it, which undoes the scope
/// that it is in.
pub(crate) fn started<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    interrupting: bool,
) -> Option<Trigger> {
    let outline = ctx.outline;
    let handler = outline.part(part.scope);
    let undone = outline.part(handler.scope);
    let mut events = undone.boundary_events.iter().map(|ix| outline.part(*ix));
    let boundary = events.find(|it| definition(it).is_some());
    let name = undone.label();
    let fault = match &*undone.node.name {
        "process" => format!(
            "which shall undo the process '{name}'. Nothing can undo a process that has completed. \
             Move it into the subprocess that it shall undo"
        ),
        "adHocSubProcess" => format!(
            "which shall undo the ad-hoc subprocess '{name}'. Undo that with a compensation boundary \
             event"
        ),
        _ if is_event_sub_process(undone) => format!(
            "which shall undo the event subprocess '{name}'. Event subprocesses are not undone as a \
             whole. Move it into the subprocess that it shall undo"
        ),
        _ if is_handler(undone) => format!(
            "which shall undo '{name}'. That is for compensation, and what undoes is not undone. \
             Remove it"
        ),
        _ if !interrupting => "and is not interrupting. It begins when its subprocess has \
                               completed, so that nothing can go on beside it. Remove isInterrupting"
            .to_owned(),
        _ => match boundary {
            None => return Some(Trigger::Compensation { handler: handler.element_ix() }),
            Some(boundary) => format!(
                "which shall undo '{name}', as the compensation boundary event '{}' does. Remove one \
                 of them",
                boundary.label()
            ),
        },
    };
    let message = format!(
        "The compensation start event '{}' begins '{}', {fault}.",
        part.label(),
        handler.label()
    );
    ctx.problem(part, part.node, message);
    None
}

fn is_event_sub_process(part: &Part<'_>) -> bool {
    &*part.node.name == "subProcess" && part.node.flag("triggeredByEvent", false)
}

/// Whether a part is the event subprocess that undoes the scope around it.
pub(crate) fn undoes_scope(outline: &Outline<'_>, part: &Part<'_>) -> bool {
    let mut starts = outline.inside(part.ix).filter(|it| &*it.node.name == "startEvent");
    is_event_sub_process(part) && starts.any(|it| definition(it).is_some())
}

/// The parts of the same scope that associations connect with a part.
fn associated<'a, 't>(
    outline: &'a Outline<'t>,
    part: &'a Part<'t>,
) -> impl Iterator<Item = &'a Part<'t>> {
    let scopes = scopes(outline, part.scope);
    let associations = scopes.flat_map(|it| it.node.named(Namespace::Bpmn, "association"));
    let ids = associations.filter_map(|it| {
        let (source, target) = (it.reference("sourceRef")?, it.reference("targetRef")?);
        if source == part.id { Some(target) } else { (target == part.id).then_some(source) }
    });
    ids.filter_map(|id| outline.inside(part.scope).find(|it| it.id == id))
}

/// A scope and those around it, from the inside out.
fn scopes<'a, 't>(outline: &'a Outline<'t>, scope: PartIx) -> impl Iterator<Item = &'a Part<'t>> {
    std::iter::successors(Some(outline.part(scope)), |it| {
        (it.scope != it.ix).then(|| outline.part(it.scope))
    })
}

/// What a compensation throw or end event undoes.
pub(crate) fn thrown<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definition: &'t Node,
) -> Option<Throw> {
    if !definition.flag("waitForCompletion", true) {
        let message = format!(
            "The compensation event '{}' does not wait for what it undoes (waitForCompletion). \
             Baton knows only events that wait.",
            part.label()
        );
        ctx.problem(part, definition, message);
        return None;
    }
    let Some(id) = definition.reference("activityRef") else {
        return Some(Throw::Compensation { activity: None });
    };
    match undone(ctx.outline, part, id) {
        Ok(activity) => Some(Throw::Compensation { activity: Some(activity) }),
        Err(fault) => {
            let message =
                format!("The compensation event '{}' undoes '{id}', {fault}", part.label());
            ctx.problem(part, definition, message);
            None
        }
    }
}

/// The activity with an id that an event can undo, or what is wrong with it.
fn undone(outline: &Outline<'_>, part: &Part<'_>, id: &str) -> Result<ElementIx, String> {
    let scope = outline.part(part.scope);
    // An event subprocess undoes what is around it, too.
    let around = scope.node.flag("triggeredByEvent", false).then_some(scope.scope);
    let mut places = std::iter::once(scope.ix).chain(around);
    let found = places.find_map(|place| outline.inside(place).find(|it| it.id == id));
    let Some(activity) = found else {
        return Err("which is no activity of its scope. Choose one.".to_owned());
    };
    let mut events = activity.boundary_events.iter().map(|ix| outline.part(*ix));
    let is_undone = events.any(|it| definition(it).is_some());
    if is_undone || matches!(&*activity.node.name, "subProcess" | "transaction" | "adHocSubProcess")
    {
        return Ok(activity.element_ix());
    }
    Err("which has no compensation boundary event and is no subprocess. Attach one.".to_owned())
}

/// Checks an activity that undoes another one: nothing else leads to it, and nothing follows it.
pub(crate) fn check_handler<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, is_activity: bool) {
    let fault = if !is_activity {
        "is no activity, so it cannot be for compensation"
    } else if part.incoming > 0 || !part.outgoing.is_empty() {
        "is for compensation and has sequence flows. Only an association leads to it"
    } else if !part.boundary_events.is_empty() {
        "is for compensation and has boundary events, which it cannot have"
    } else {
        return;
    };
    ctx.problem(part, part.node, format!("The element '{}' {fault}.", part.label()));
}
