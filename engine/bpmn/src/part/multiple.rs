//! Events with several definitions (BPMN 2.0.2 §10.5.6): any of them is waited for, all of them with
//! `parallelMultiple`, and all of them are thrown.

use crate::context::Context;
use crate::graph::multiple::{self, Multiple};
use crate::graph::sending::Sending;
use crate::graph::{ElementIx, StartEvent, Throw, Trigger};
use crate::outline::Part;
use crate::part::event::{self, Definition, Place};
use crate::part::throw;
use xml::{Namespace, Node};

/// Whether all definitions of an event must happen; of one that has several.
pub(crate) fn is_parallel(event: &Node) -> bool {
    let definitions = event.of(Namespace::Bpmn).filter(|it| it.name.ends_with("EventDefinition"));
    event.flag("parallelMultiple", false) && definitions.count() > 1
}

/// What an event waits for that has several definitions.
pub(crate) fn caught<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    (place, definitions): (Place, &[Definition<'t>]),
) -> Option<Trigger> {
    let before = ctx.problems.count();
    let is_parallel = is_parallel(part.node);
    if is_parallel && place == (Place::Attached { interrupting: false }) {
        let message = format!(
            "The {noun} '{}' waits for all of its event definitions (parallelMultiple) and is not \
             interrupting. Nothing says what counts that happens twice before the rest has happened: \
             make it interrupting.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let mut read = Vec::new();
    for definition in definitions {
        if !may_join(ctx, part, noun, *definition) {
            continue;
        }
        let at_once = matches!(definition, Definition::Error(_) | Definition::Escalation(_));
        if is_parallel && at_once && place != Place::InFlow {
            let message = format!(
                "The {noun} '{}' waits for all of its event definitions (parallelMultiple), and has \
                 {} among them, which is caught in the moment it is thrown or not at all. Put it \
                 into an event of its own.",
                part.label(),
                definition.words()
            );
            ctx.problem(part, definition.node(), message);
            continue;
        }
        let trigger = event::single(ctx, part, noun, (place, *definition));
        let ix = ElementIx(definition.node().ordinal);
        read.extend(trigger.map(|trigger| multiple::Definition { ix, trigger }));
    }
    let is_read = ctx.problems.count() == before;
    is_read.then(|| Trigger::Multiple(Box::new(Multiple { is_parallel, definitions: read.into() })))
}

/// What starts a process with any of several definitions.
pub(crate) fn started<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    definitions: &[Definition<'t>],
    read: fn(&mut Context<'t, '_>, &Part<'t>, Definition<'t>) -> Option<StartEvent>,
) -> Option<StartEvent> {
    let before = ctx.problems.count();
    if is_parallel(part.node) {
        let message = format!(
            "The start event '{}' waits for all of its event definitions (parallelMultiple). Nothing \
             says which events begin an instance together: begin with one of them, and wait for the \
             others in the process.",
            part.label()
        );
        ctx.problem(part, part.node, message);
    }
    let all: Vec<_> = definitions.iter().filter_map(|it| read(ctx, part, *it)).collect();
    (ctx.problems.count() == before).then(|| StartEvent::Multiple(all.into()))
}

/// What an end event or intermediate throw event throws that has several definitions.
pub(crate) fn thrown<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    (is_end, definitions): (bool, &[Definition<'t>]),
) -> Option<Throw> {
    let before = ctx.problems.count();
    let mut all = Vec::new();
    for definition in definitions {
        if !may_join(ctx, part, noun, *definition) {
            continue;
        }
        let throw = throw::single(ctx, part, noun, (is_end, *definition));
        if let Some(Throw::Message(Sending::Job(_))) = throw {
            let message = format!(
                "The {noun} '{}' has several event definitions, and a job worker sends its message. \
                 Let the engine publish it (zeebe:publishMessage), or put the message into an event \
                 of its own.",
                part.label()
            );
            ctx.problem(part, definition.node(), message);
        }
        all.extend(throw);
    }
    one_end(ctx, part, noun, definitions);
    (ctx.problems.count() == before).then(|| Throw::Multiple(all.into()))
}

/// Refuses an event that ends what is around it in two ways, or before it has undone something.
fn one_end<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    definitions: &[Definition<'t>],
) {
    let is_error = |it: &Definition<'_>| matches!(it, Definition::Error(_));
    if let Some(undoes) = definitions.iter().find(|it| matches!(it, Definition::Compensation(_)))
        && definitions.iter().any(is_error)
    {
        let message = format!(
            "The {noun} '{}' has a compensation and an error. What catches the error ends the event \
             before anything is undone: put the compensation into an event before it.",
            part.label()
        );
        ctx.problem(part, undoes.node(), message);
    }
    let ends = |it: &&Definition<'_>| is_error(it) || matches!(it, Definition::Terminate(_));
    let mut ending = definitions.iter().filter(ends);
    if let (Some(first), Some(second)) = (ending.next(), ending.next()) {
        let message = format!(
            "The {noun} '{}' has {} and {}. Each ends what is around it: leave one of them out.",
            part.label(),
            first.words(),
            second.words()
        );
        ctx.problem(part, second.node(), message);
    }
}

/// Refuses a definition that only stands alone.
fn may_join<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    noun: &str,
    definition: Definition<'t>,
) -> bool {
    let is_thrown = matches!(&*part.node.name, "endEvent" | "intermediateThrowEvent");
    let why = match definition {
        Definition::Link(_) => "a link leads to one place, and nothing else goes with it",
        Definition::Cancel(_) => "what cancels a transaction does nothing else",
        Definition::Compensation(_) if !is_thrown => {
            "what undoes an activity begins after that has completed, when nothing else is waited for"
        }
        Definition::Compensation(_)
        | Definition::Message(_)
        | Definition::Timer(_)
        | Definition::Signal(_)
        | Definition::Error(_)
        | Definition::Escalation(_)
        | Definition::Condition(_)
        | Definition::Terminate(_) => return true,
    };
    let message = format!(
        "The {noun} '{}' has {} beside other event definitions. Put it into an event of its own: {why}.",
        part.label(),
        definition.words()
    );
    ctx.problem(part, definition.node(), message);
    false
}
