//! The multi-instance marker of activities.

use value::Str;

use crate::context::Context;
use crate::expression::{Expression, Literals};
use crate::graph::multi_instance::{CollectedOutput, Items, MultiInstance};
use crate::outline::Part;
use crate::part::marker;
use xml::{Namespace, Node};

/// What may stand in the marker and is not needed.
const IGNORED: [&str; 6] = [
    "documentation",
    "extensionElements",
    "loopDataInputRef",
    "loopDataOutputRef",
    "inputDataItem",
    "outputDataItem",
];

/// The marker of a part, if it has one.
pub(crate) fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> Option<Box<MultiInstance>> {
    let name = "multiInstanceLoopCharacteristics";
    let marker = marker::find(ctx, part, name, "multi-instance marker")?;
    let problem = |ctx: &mut Context<'t, '_>, node: &'t Node, fault: &str| {
        marker::problem(ctx, part, node, fault);
    };
    for child in marker.of(Namespace::Bpmn).filter(|it| !is_known(it)) {
        let fault = format!(
            "has '{}' in its multi-instance marker, which Baton does not know.",
            child.name
        );
        problem(ctx, child, &fault);
    }
    let lists: Vec<_> =
        marker.extensions().filter(|it| &*it.name == "loopCharacteristics").collect();
    let completion_condition = completion_condition(ctx, part, marker);
    let cardinality = marker.named(Namespace::Bpmn, "loopCardinality").next();
    let (items, list) = match (lists.as_slice(), cardinality) {
        ([list], _) => (collection(ctx, part, list), Some(*list)),
        ([], Some(number)) => (self::cardinality(ctx, part, number), None),
        (several, _) => {
            let fault = format!(
                "is multi-instance and has {} zeebe:loopCharacteristics. It needs exactly one, with \
                 an input collection.",
                if several.is_empty() { "no" } else { "more than one" }
            );
            problem(ctx, marker, &fault);
            return None;
        }
    };
    let attribute =
        |name: &str| list.and_then(|it| it.attribute(name)).filter(|it| !it.trim().is_empty());
    let output = list.and_then(|list| output(ctx, part, list));
    Some(Box::new(MultiInstance {
        is_sequential: marker.flag("isSequential", false),
        items: items?,
        input_element: attribute("inputElement").map(Into::into),
        output,
        completion_condition,
    }))
}

fn is_known(node: &Node) -> bool {
    IGNORED.contains(&&*node.name)
        || matches!(&*node.name, "completionCondition" | "loopCardinality")
}

fn collection<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, list: &'t Node) -> Option<Items> {
    let text = ctx.required(part, list, "inputCollection")?;
    let what = "input collection";
    ctx.expression(part, list, what, (text, Literals::Refused)).map(Items::Collection)
}

/// How often it runs, which Zeebe does not know.
fn cardinality<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>, number: &'t Node) -> Option<Items> {
    let expression =
        ctx.expression(part, number, "loop cardinality", (number.text(), Literals::Typed))?;
    if matches!(&expression, Expression::Static(literal) if !literal.is_number()) {
        let message = format!(
            "The loop cardinality '{}' of '{}' is neither a number nor a FEEL expression.",
            number.text(),
            part.label()
        );
        ctx.problem(part, number, message);
        return None;
    }
    Some(Items::Cardinality(expression))
}

fn completion_condition<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    marker: &'t Node,
) -> Option<Expression> {
    // Modelers leave the element behind empty.
    let mut conditions = marker.named(Namespace::Bpmn, "completionCondition");
    let node = conditions.find(|it| !it.text().is_empty())?;
    ctx.expression(part, node, "completion condition", (node.text(), Literals::Refused))
}

/// What is collected: a variable and what goes into it, or neither.
pub(crate) fn output<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    list: &'t Node,
) -> Option<CollectedOutput> {
    let attribute = |name: &str| list.attribute(name).filter(|it| !it.trim().is_empty());
    let (collection, element) = match (attribute("outputCollection"), attribute("outputElement")) {
        (Some(collection), Some(element)) => (collection, element),
        (None, None) => return None,
        (collection, _) => {
            let (there, missing) = if collection.is_some() {
                ("outputCollection", "outputElement")
            } else {
                ("outputElement", "outputCollection")
            };
            let message = format!(
                "The element '{}' has an {there} and no {missing}. Both are needed to collect \
                 something.",
                part.label()
            );
            ctx.problem(part, list, message);
            return None;
        }
    };
    let element = ctx.expression(part, list, "output element", (element, Literals::Refused))?;
    let collection: Str = collection.trim().into();
    Some(CollectedOutput { collection, element })
}
