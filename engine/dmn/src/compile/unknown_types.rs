//! References to types that neither the file nor the language has.
//!
//! They are labels (`docs/0001-standard-and-camunda.md`), so that a model of another tool runs; but
//! a name that is only misspelled turns off what it was meant to check.

use feel::Type;
use xml::Node;

use super::context::Context;
use super::type_refs::WHOLE;
use crate::evaluate::shown;
use crate::node::DmnNode as _;
use crate::table::{Finding, FindingKind};

/// Types of other languages that tools write, beside those of whole numbers; and what some write
/// where no type is meant.
const LABELS: [&str; 5] = ["double", "float", "decimal", "undefined", "<undefined>"];

/// How many are told; the others are counted.
const LISTED_MAX: usize = 20;

/// Finds them in all elements and item definitions of a file.
pub(super) fn all(ctx: &Context<'_, '_>, root: &Node) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut unlisted = 0;
    for element in root.elements() {
        let id = element.id().map(Into::into).or_else(|| element.name()).unwrap_or_default();
        let mut pending = vec![(element, String::new())];
        while let Some((node, place)) = pending.pop() {
            for name in references(node).filter(|it| !is_known(ctx, it)) {
                if found.len() == LISTED_MAX {
                    unlisted += 1;
                    continue;
                }
                let message = message(name);
                let (decision_id, place) = (id.clone(), place.clone());
                let kind = FindingKind::UnknownType;
                found.push(Finding { decision_id, place, kind, rules: Vec::new(), message });
            }
            // The cells of rules have the types of their columns.
            let inside = node.elements().filter(|it| *it.name != *"rule");
            let inside = inside.map(|it| (it, self::inside(&place, it)));
            pending.extend(inside.collect::<Vec<_>>().into_iter().rev());
        }
    }
    if let Some(last) = found.last_mut().filter(|_| unlisted > 0) {
        let more = format!(" {unlisted} more references to unknown types are not listed.");
        last.message.push_str(&more);
    }
    found
}

/// The types that an element refers to by itself.
fn references(node: &Node) -> impl Iterator<Item = &str> {
    let attributes = ["typeRef", "outputTypeRef"].into_iter();
    let attributes = attributes.filter_map(|it| node.attribute(it));
    let child = node.first("typeRef").map(Node::text);
    attributes.chain(child).map(str::trim).filter(|it| !it.is_empty())
}

fn is_known(ctx: &Context<'_, '_>, name: &str) -> bool {
    let local = name.rsplit_once(':').map_or(name, |it| it.1);
    ctx.types.contains_key(name)
        || ctx.types.contains_key(local)
        || Type::named(local).is_some()
        || WHOLE.contains(&local)
        || LABELS.contains(&local.to_lowercase().as_str())
}

fn message(name: &str) -> String {
    let lower = name.to_lowercase();
    let way_out = match Type::named(&lower) {
        Some(_) => format!("FEEL writes it '{lower}'."),
        None => "Define it in the model, or name a type of FEEL.".to_owned(),
    };
    format!("No type is named '{name}', so that no value is checked against it. {way_out}")
}

/// The place of an element inside of another one, as people name it.
fn inside(place: &str, node: &Node) -> String {
    let sort = match &*node.name {
        "input" => "input",
        "output" => "output",
        "inputExpression" | "literalExpression" => "expression",
        "variable" => "variable",
        "formalParameter" | "parameters" => "parameter",
        "contextEntry" => "entry",
        "column" => "column",
        "itemComponent" => "component",
        _ => return place.to_owned(),
    };
    let expression = || Some(node.first("inputExpression")?.first("text")?.text());
    let entry = || Some(node.first("variable")?.name()?.to_string());
    let label = node.attribute("label").map(str::to_owned);
    let name = label.or_else(|| node.name().map(|it| it.to_string())).or_else(entry);
    let name = name.or_else(|| expression().map(|it| shown(it).to_owned()));
    let step = match name.filter(|it| !it.is_empty()) {
        Some(name) => format!("{sort} '{name}'"),
        None => sort.to_owned(),
    };
    if place.is_empty() { step } else { format!("{place}, {step}") }
}
