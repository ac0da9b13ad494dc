//! Input data, decisions, business knowledge models and decision services.

use std::collections::BTreeSet;
use std::sync::Arc;

use feel::{Program, Type};
use value::Str;

use super::context::Context;
use super::expression::{self, boxed, only_expression};
use super::requirements::{Ids, Requirements};
use crate::boxed::{Boxed, Definition};
use crate::graph::{Element, Logic};
use crate::node::DmnNode as _;
use crate::types::ItemType;
use xml::{Node, Place};

/// An element that is not linked yet.
pub(super) struct Draft {
    pub(super) element: Element,
    /// What it requires, in the order of its slots.
    pub(super) needs: Vec<Reference>,
}

/// What an element requires, also of one that is wrong otherwise.
pub(super) struct Outline {
    pub(super) id: Str,
    pub(super) name: Str,
    pub(super) place: Place,
    /// The elements of the same file that it requires.
    pub(super) needs: Vec<Str>,
}

/// What a file has.
pub(super) struct Elements {
    pub(super) drafts: Vec<Draft>,
    pub(super) outlines: Vec<Outline>,
}

/// A reference to another element: by namespace, when it is imported, and id.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) namespace: Str,
    pub(super) id: Str,
}

/// What kind of thing an element is, before it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Input,
    Decision,
    Knowledge,
    Service,
}

/// The sort of an element by its tag.
pub(super) fn sort(node: &Node) -> Option<Sort> {
    match &*node.name {
        "inputData" => Some(Sort::Input),
        "decision" => Some(Sort::Decision),
        "businessKnowledgeModel" => Some(Sort::Knowledge),
        "decisionService" => Some(Sort::Service),
        _ => None,
    }
}

/// The id of an element, or else its name: the standard lets the id be absent.
fn id_of(node: &Node) -> Option<Str> {
    node.id().map(Into::into).or_else(|| node.name())
}

/// The id of a file's definitions. The standard lets it be absent, and knows models by namespace
/// and name; no XML id has a `#`, so that a graph known by them meets no other.
pub(super) fn definitions_id(ctx: &mut Context<'_, '_>, root: &Node) -> Str {
    if let Some(id) = root.id() {
        return id.into();
    }
    let name = root.name().unwrap_or_else(|| "".into());
    if ctx.namespace.is_empty() && name.is_empty() {
        let message = "The definitions have no id, no name and no namespace. Give them an id: it \
                       tells the versions of this graph from other graphs.";
        ctx.refuse(root, message);
    }
    format!("{}#{name}", ctx.namespace).into()
}

/// Reads all elements of a file.
pub(super) fn read_all(ctx: &mut Context<'_, '_>, root: &Node) -> Elements {
    let elements = root.elements().filter(|it| self::sort(it).is_some());
    let ids: Ids<'_> = elements.filter_map(|it| Some((it.id()?, it))).collect();
    let mut by_name = BTreeSet::new();
    let mut all = Elements { drafts: Vec::new(), outlines: Vec::new() };
    let mut decisions = 0;
    for node in root.elements() {
        let Some(sort) = sort(node) else { continue };
        decisions += usize::from(sort == Sort::Decision);
        let Some(id) = id_of(node) else {
            ctx.problem(node, format!("A '{}' has neither id nor name. Give it both.", node.name));
            continue;
        };
        if node.id().is_none() && (ids.contains_key(&*id) || !by_name.insert(id.clone())) {
            let message = format!(
                "The '{}' has no id, and another element is known as '{id}' already. Give it an id.",
                node.name
            );
            ctx.refuse(node, message);
        }
        (*id).clone_into(&mut ctx.path);
        ctx.scope.restart();
        ctx.type_refs.clear();
        element(ctx, &ids, node, sort, &mut all);
        ctx.path.clear();
    }
    let importable = ["businessKnowledgeModel", "itemDefinition", "inputData"];
    if decisions == 0 && importable.iter().all(|it| root.first(it).is_none()) {
        ctx.refuse(root, "The file has no decision.");
    }
    all
}

fn element(ctx: &mut Context<'_, '_>, ids: &Ids<'_>, node: &Node, sort: Sort, all: &mut Elements) {
    let Some(id) = id_of(node) else { return };
    let name = node.first("variable").and_then(Node::name).or_else(|| node.name());
    let name = name.unwrap_or_else(|| id.clone());
    let mut requirements = Requirements::new(ids);
    let logic = match sort {
        Sort::Input => input(ctx, node, &name),
        Sort::Decision => {
            requirements.read(ctx, node);
            decision(ctx, node)
        }
        Sort::Knowledge => {
            requirements.read(ctx, node);
            knowledge(ctx, node)
        }
        Sort::Service => Some(service(ctx, node, &mut requirements)),
    };
    let Requirements { needs, fills, .. } = requirements;
    let own = needs.iter().filter(|it| it.namespace == ctx.namespace).map(|it| it.id.clone());
    let outline =
        Outline { id: id.clone(), name: name.clone(), place: node.place, needs: own.collect() };
    all.outlines.push(outline);
    let Some(logic) = logic else { return };
    let frame_size = ctx.scope.frame_size();
    all.drafts.push(Draft { element: Element { id, name, fills, frame_size, logic }, needs });
}

/// The type of the element's variable.
pub(super) fn variable_type(ctx: &Context<'_, '_>, node: &Node) -> ItemType {
    ctx.type_named(node.first("variable").and_then(|it| it.attribute("typeRef")))
}

/// The type that Camunda requires of a decision's result in a model made for it: one of those that it
/// knows there.
fn camunda_type(ctx: &Context<'_, '_>, node: &Node) -> Option<Type> {
    const KNOWN: [&str; 8] = [
        "string",
        "number",
        "boolean",
        "time",
        "date",
        "dateTime",
        "dayTimeDuration",
        "yearMonthDuration",
    ];
    let name = node.first("variable")?.attribute("typeRef")?;
    Type::named(KNOWN.into_iter().find(|it| ctx.is_for_camunda() && *it == name)?)
}

fn input(ctx: &mut Context<'_, '_>, node: &Node, name: &Str) -> Option<Logic> {
    let text = format!("`{name}`");
    let compiled = Program::compile_in(&text, &ctx.scope);
    if name.contains('`') {
        let message = format!(
            "The name '{name}' has a backtick, which quotes names in expressions: no expression can \
             have it. Give the input another name."
        );
        match compiled {
            Ok(_) => ctx.refuse(node, message),
            Err(_) => {
                ctx.problem(node, message);
                return None;
            }
        }
    }
    let read = ctx.compiled(node, &text, compiled)?;
    Some(Logic::Input { read, of: variable_type(ctx, node) })
}

fn decision(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Logic> {
    let body = match only_expression(ctx, node)? {
        Some(expression) => boxed(ctx, expression)?,
        None => Boxed::Empty,
    };
    let version_tag = node.extension_value("versionTag").map(Into::into);
    let (of, declared) = (variable_type(ctx, node), camunda_type(ctx, node));
    Some(Logic::Decision { body, of, declared, version_tag })
}

fn knowledge(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Logic> {
    let of = variable_type(ctx, node);
    let Some(function) = node.first("encapsulatedLogic") else {
        let first = ctx.scope.frame_size();
        let body = Boxed::Empty;
        let parameters = Vec::new();
        let definition = Definition { parameters, twice: None, first, body, of };
        return Some(Logic::Knowledge(Arc::new(definition)));
    };
    let mut definition = expression::definition(ctx, function)?;
    // The variable of a knowledge model is typed as the function, or as its result.
    if !matches!(of.structure(), feel::Type::Function(_)) && definition.of.is_any() {
        definition.of = of;
    }
    Some(Logic::Knowledge(Arc::new(definition)))
}

fn service(ctx: &mut Context<'_, '_>, node: &Node, requirements: &mut Requirements<'_>) -> Logic {
    for output in node.all("outputDecision") {
        requirements.refer(ctx, output, Sort::Decision);
    }
    let outputs = requirements.needs.len();
    if outputs == 0 {
        ctx.problem(node, "The decision service has no output decision.");
    }
    for (tag, sort) in [("inputData", Sort::Input), ("inputDecision", Sort::Decision)] {
        for parameter in node.all(tag) {
            requirements.refer(ctx, parameter, sort);
        }
    }
    let of = variable_type(ctx, node);
    let of = match of.structure() {
        feel::Type::Function(Some(signature)) => ItemType::simple(signature.result.clone()),
        _ => of,
    };
    Logic::Service { outputs, of }
}
