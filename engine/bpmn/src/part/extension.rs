//! The zeebe extensions of elements: which have an effect, which have none, where they are refused.

use crate::context::Context;
use crate::element::Mappings;
use crate::outline::{Part, Syntax};
use xml::{Namespace, Node};

/// What is done about an extension.
#[derive(Clone, Copy, Debug)]
enum Treatment {
    /// It is read where it means something, and means nothing elsewhere.
    Known,
    /// Like [`Treatment::Known`], but at most one of it may stand on an element.
    Single,
    /// A list that only user tasks have which the engine keeps; modelers leave it behind empty.
    OfNativeUserTask,
}

/// All extensions that Zeebe knows. Those that belong to elements which Baton does not run yet are
/// refused together with the element, so here they are only known.
const EXTENSIONS: [(&str, Treatment); 23] = [
    ("adHoc", Treatment::Single),
    ("assignmentDefinition", Treatment::Single),
    ("calledDecision", Treatment::Known),
    ("calledElement", Treatment::Known),
    ("conditionalFilter", Treatment::Known),
    ("executionListeners", Treatment::Single),
    ("formDefinition", Treatment::Single),
    ("ioMapping", Treatment::Single),
    ("jobPriorityDefinition", Treatment::Single),
    ("linkedResources", Treatment::Single),
    ("loopCharacteristics", Treatment::Known),
    ("priorityDefinition", Treatment::Single),
    ("properties", Treatment::Known),
    ("publishMessage", Treatment::Known),
    ("script", Treatment::Known),
    ("subscription", Treatment::Known),
    // Its number is checked with the job, in words for jobs.
    ("taskDefinition", Treatment::Known),
    ("taskHeaders", Treatment::Single),
    ("taskListeners", Treatment::OfNativeUserTask),
    ("taskSchedule", Treatment::Single),
    ("userTask", Treatment::Single),
    ("userTaskForm", Treatment::Known),
    ("versionTag", Treatment::Single),
];

/// Checks the extensions of a part whose type Baton runs.
pub(crate) fn check<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    for extension in part.node.extensions() {
        let name = &*extension.name;
        let treatment = EXTENSIONS.iter().find(|(known, _)| *known == name);
        let Some((_, treatment)) = treatment else {
            let message = format!(
                "The element '{}' has the extension 'zeebe:{name}', which Baton does not know.",
                part.label()
            );
            ctx.problem(part, extension, message);
            continue;
        };
        match treatment {
            Treatment::Known => {}
            Treatment::Single => single(ctx, part, extension),
            Treatment::OfNativeUserTask if extension.children.is_empty() => {}
            Treatment::OfNativeUserTask => {
                single(ctx, part, extension);
                of_native_user_task(ctx, part, extension);
            }
        }
    }
    mappings(ctx, part);
    outputs_of_events(ctx, part);
}

/// Whether an extension is one that Zeebe knows.
pub(crate) fn is_known(name: &str) -> bool {
    EXTENSIONS.iter().any(|(known, _)| *known == name)
}

/// Whether an extension is read at a node that is no part, or says something about nothing that
/// runs.
pub(crate) fn is_read_at(node: &Node, extension: &str) -> bool {
    match &*node.name {
        "conditionalEventDefinition" if extension == "conditionalFilter" => true,
        "multiInstanceLoopCharacteristics" if extension == "loopCharacteristics" => true,
        "message" if extension == "subscription" => true,
        _ => extension == "properties",
    }
}

/// Whether a node that is no part is executed: what stands at it would be meant to do something.
fn is_executed(node: &Node) -> bool {
    let name = &*node.name;
    name == "sequenceFlow"
        || name.ends_with("EventDefinition")
        || name.ends_with("LoopCharacteristics")
}

/// Whether an extension refuses a node that is no part: it is not known, or it is meant to do
/// something and is not read there. The others are warnings, as at elements.
pub(crate) fn is_refused_at(node: &Node, extension: &Node) -> bool {
    let is_meant = match &*extension.name {
        "ioMapping" | "executionListeners" | "taskListeners" => !extension.children.is_empty(),
        "conditionalFilter" => true,
        other => !is_known(other),
    };
    is_executed(node) && is_meant && !is_read_at(node, &extension.name)
}

/// Refuses the second of extensions that may be there once.
fn single<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, extension: &'t Node) {
    let first = part.node.extension(&extension.name);
    if first.is_some_and(|first| first.ordinal != extension.ordinal) {
        let message = format!(
            "The element '{}' has more than one zeebe:{}. At most one is allowed.",
            part.label(),
            extension.name
        );
        ctx.problem(part, extension, message);
    }
}

/// Refuses what only a user task with the marker can have.
fn of_native_user_task<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, extension: &'t Node) {
    if &*part.node.name == "userTask" && part.node.extension("userTask").is_some() {
        return;
    }
    let message = format!(
        "The element '{}' has task listeners, which only a user task with zeebe:userTask can have. \
         Add the marker, or remove them.",
        part.label()
    );
    ctx.problem(part, extension, message);
}

/// Refuses mappings where they would have no effect.
fn mappings<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    let Syntax::Supported(syntax) = part.syntax else { return };
    let refused: &[&str] = match syntax.mappings {
        Mappings::Both => return,
        Mappings::Outputs => &["input"],
        Mappings::None => &["input", "output"],
    };
    refuse_mappings(ctx, part, refused, syntax.noun);
}

/// Refuses output mappings of events that have nothing to map when they end, or never end.
fn outputs_of_events<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) {
    let is_definition = |it: &&Node| it.name.ends_with("EventDefinition");
    let definitions: Vec<_> = part.node.of(Namespace::Bpmn).filter(is_definition).collect();
    let has = |name| definitions.iter().any(|it| &*it.name == name);
    let noun = match (&*part.node.name, definitions.len()) {
        // One with several definitions has another one that goes on.
        ("boundaryEvent", 1) if has("compensateEventDefinition") => "a compensation boundary event",
        ("endEvent", 1) if has("errorEventDefinition") => {
            "an error end event, which never completes"
        }
        ("endEvent", _) if has("errorEventDefinition") => {
            "an end event that throws an error among others, which never completes"
        }
        _ => return,
    };
    refuse_mappings(ctx, part, &["output"], noun);
}

fn refuse_mappings<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, refused: &[&str], noun: &str) {
    let Some(list) = part.node.extension("ioMapping") else { return };
    for mapping in list.of(Namespace::Zeebe).filter(|it| refused.contains(&&*it.name)) {
        let message = format!(
            "The element '{}' has an {} mapping, which has no effect on {}. Remove it.",
            part.label(),
            mapping.name,
            noun
        );
        ctx.problem(part, mapping, message);
    }
}
