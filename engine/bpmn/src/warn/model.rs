//! What a BPMN model says that changes nothing.

use crate::outline::{Outline, Part};
use crate::part::compensation;
use xml::{Namespace, Node};

/// The elements that hold an expression.
const EXPRESSIONS: [&str; 9] = [
    "activationCondition",
    "completionCondition",
    "condition",
    "conditionExpression",
    "loopCardinality",
    "loopCondition",
    "timeCycle",
    "timeDate",
    "timeDuration",
];

/// What has no effect at a part.
pub(super) fn of_part<'t>(outline: &Outline<'t>, part: &Part<'t>) -> Vec<(&'t Node, String)> {
    let node = part.node;
    let mut found = Vec::new();
    let name = &*node.name;
    let is_activity = name != "process" && !name.ends_with("Gateway") && !name.ends_with("Event");
    if is_activity && node.reference("default").is_some() {
        let message = format!(
            "The attribute 'default' of '{}' has no effect on {}: all flows that leave it are \
             taken. Remove it, or put an exclusive gateway behind it.",
            part.label(),
            part.noun()
        );
        found.push((node, message));
    }
    found.extend(event(outline, part).into_iter().map(|message| (node, message)));
    let cancels = node.flag("cancelRemainingInstances", true);
    if name == "adHocSubProcess"
        && !cancels
        && node.named(Namespace::Bpmn, "completionCondition").next().is_none()
    {
        let message = format!(
            "The attribute 'cancelRemainingInstances' of '{}' has no effect without a \
             completionCondition: it completes when nothing is active in it any more. Remove it, or \
             add a condition.",
            part.label()
        );
        found.push((node, message));
    }
    if compensation::is_left_over(outline, part) {
        let message = format!(
            "The activity '{}' is for compensation (isForCompensation), and no association leads to \
             it from a compensation boundary event, so that it never runs. Connect it with one, or \
             remove it.",
            part.label()
        );
        found.push((node, message));
    }
    found
}

/// What an event says that changes nothing.
fn event(outline: &Outline<'_>, part: &Part<'_>) -> Vec<String> {
    let (node, label) = (part.node, part.label());
    let mut found = Vec::new();
    let starts_process =
        &*node.name == "startEvent" && &*outline.part(part.scope).node.name == "process";
    if starts_process && !node.flag("isInterrupting", true) {
        found.push(format!(
            "The attribute 'isInterrupting' of '{label}' has no effect on a start event of a \
             process: nothing runs that it could interrupt. Remove it, or put the event into an \
             event subprocess."
        ));
    }
    let definitions = node.of(Namespace::Bpmn).filter(|it| it.name.ends_with("EventDefinition"));
    if node.name.ends_with("Event")
        && node.flag("parallelMultiple", false)
        && definitions.count() <= 1
    {
        found.push(format!(
            "The attribute 'parallelMultiple' of '{label}' has no effect on an event without several \
             event definitions. Remove it, or add what else it waits for."
        ));
    }
    let definition = compensation::definition(part).filter(|_| &*node.name == "boundaryEvent");
    if let Some(undone) = definition.and_then(|it| it.reference("activityRef")) {
        found.push(format!(
            "The attribute 'activityRef' ('{undone}') of the compensation boundary event '{label}' \
             has no effect: it is about the activity that it is attached to. Remove it."
        ));
    }
    found
}

/// What has no effect at a node that is no part; `owner` is what people call it.
pub(super) fn of_detail<'t>(node: &'t Node, owner: &str) -> Vec<(&'t Node, String)> {
    let mut found = Vec::new();
    found.extend(language(node, owner));
    if &*node.name != "multiInstanceLoopCharacteristics" {
        return found;
    }
    let number = node.named(Namespace::Bpmn, "loopCardinality").next();
    if let Some(number) = number.filter(|_| node.extension("loopCharacteristics").is_some()) {
        let message = format!(
            "The loopCardinality in {owner} has no effect beside an input collection: the activity \
             runs once for each item. Remove one of them."
        );
        found.push((number, message));
    }
    let behavior = node.attribute("behavior").map(str::trim);
    if let Some(behavior) = behavior.filter(|it| !matches!(*it, "" | "All")) {
        let message = format!(
            "The attribute 'behavior' of {owner} is '{behavior}', which has no effect: no event is \
             thrown when an instance completes, as with 'All'. Remove it."
        );
        found.push((node, message));
    }
    found
}

/// What has no effect at a sequence flow.
pub(super) fn of_flow<'t>(node: &'t Node, owner: &str) -> Vec<(&'t Node, String)> {
    let mut found = Vec::new();
    if !node.flag("isImmediate", true) {
        let message = format!(
            "The attribute 'isImmediate' of {owner} has no effect: nothing comes between the \
             elements that it connects. Remove it."
        );
        found.push((node, message));
    }
    let conditions = node.named(Namespace::Bpmn, "conditionExpression");
    found.extend(conditions.filter_map(|it| language(it, &format!("the condition of {owner}"))));
    found
}

/// An expression that says another language than FEEL.
fn language<'t>(node: &'t Node, owner: &str) -> Option<(&'t Node, String)> {
    let language = node.attribute("language").map(str::trim).filter(|it| !it.is_empty())?;
    let is_feel = language.to_ascii_lowercase().contains("feel");
    (EXPRESSIONS.contains(&&*node.name) && !is_feel).then(|| {
        let message = format!(
            "The language '{language}' of {owner} has no effect: every expression is read as FEEL. \
             Remove it."
        );
        (node, message)
    })
}
