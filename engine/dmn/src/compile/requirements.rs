//! What an element requires, and the names by which it knows that.

use std::collections::BTreeMap;

use value::Str;

use super::context::Context;
use super::element::{self, Reference, Sort, variable_type};
use crate::graph::{Fill, Logic};
use crate::node::DmnNode as _;
use crate::table::FindingKind;
use xml::Node;

/// The elements of a file by their ids.
pub(super) type Ids<'n> = BTreeMap<&'n str, &'n Node>;

/// What an element requires.
pub(super) struct Requirements<'n> {
    ids: &'n Ids<'n>,
    pub(super) needs: Vec<Reference>,
    pub(super) fills: Vec<Fill>,
    /// Which element of the file a name was given to so far.
    names: BTreeMap<Str, (Str, Option<Sort>)>,
}

impl<'n> Requirements<'n> {
    pub(super) fn new(ids: &'n Ids<'n>) -> Self {
        Self { ids, needs: Vec::new(), fills: Vec::new(), names: BTreeMap::new() }
    }

    /// The element of the file with this id.
    fn element(&self, id: &str) -> Option<&'n Node> {
        self.ids.get(id).copied()
    }

    /// Reads the requirements and declares their names.
    pub(super) fn read(&mut self, ctx: &mut Context<'_, '_>, node: &Node) {
        let information = node.all("informationRequirement").flat_map(Node::elements);
        let knowledge = node.all("knowledgeRequirement").flat_map(Node::elements);
        for required in information.chain(knowledge) {
            let sort = match &*required.name {
                "requiredInput" => Sort::Input,
                "requiredDecision" => Sort::Decision,
                "requiredKnowledge" => Sort::Knowledge,
                _ => continue,
            };
            self.refer(ctx, required, sort);
            let Some(reference) = self.needs.last().cloned() else { continue };
            if self.needs.len() > self.fills.len() {
                let fill = self.declare(ctx, required, &reference);
                self.fills.push(fill);
            }
        }
    }

    /// Adds what a reference names; a wrong one is a problem.
    pub(super) fn refer(&mut self, ctx: &mut Context<'_, '_>, node: &Node, sort: Sort) {
        let href = node.attribute("href").unwrap_or_default().trim();
        let (namespace, id) = href.rsplit_once('#').unwrap_or(("", href));
        let namespace: Str =
            if namespace.is_empty() { ctx.namespace.clone() } else { namespace.into() };
        let found = if namespace == ctx.namespace {
            self.element(id).and_then(element::sort)
        } else {
            imported(ctx, &namespace, id).map(|it| it.1)
        };
        let fits = match (sort, found) {
            (_, None) => false,
            (Sort::Knowledge, Some(found)) => {
                matches!(found, Sort::Knowledge | Sort::Service)
            }
            (wanted, Some(found)) => wanted == found,
        };
        if fits {
            self.needs.push(Reference { namespace, id: id.into() });
        } else if !ctx.imports.lacks(&namespace) {
            let message =
                format!("'{}' refers to '{href}', which the model does not have.", node.name);
            ctx.problem(node, message);
        }
    }

    /// Declares what a node requires.
    fn declare(&mut self, ctx: &mut Context<'_, '_>, node: &Node, reference: &Reference) -> Fill {
        if reference.namespace == ctx.namespace {
            return self.declare_own(ctx, &reference.id);
        }
        let Some(import) =
            ctx.imports.all.iter().find(|it| it.model.namespace == reference.namespace)
        else {
            return Fill::Nothing;
        };
        let import_name = import.name.clone();
        let name = imported(ctx, &reference.namespace, &reference.id).map(|it| it.0);
        let name = name.unwrap_or_else(|| reference.id.clone());
        if import_name.is_empty() {
            let slot = ctx.scope.declare(&name);
            ctx.check_readable(node, &name);
            return Fill::Slot(slot);
        }
        let slot = match ctx.scope.slot(&import_name) {
            Some(slot) => slot,
            None => ctx.scope.declare(&import_name),
        };
        Fill::Entry { slot, name }
    }

    /// Declares a required element of the same file. A decision is known by the name of its
    /// variable, its own name and its id; input without a type is read as the variable it is.
    fn declare_own(&mut self, ctx: &mut Context<'_, '_>, id: &str) -> Fill {
        let Some(node) = self.element(id) else {
            return Fill::Nothing;
        };
        let variable = node.first("variable").and_then(Node::name);
        let name = variable.or_else(|| node.name()).unwrap_or_else(|| id.into());
        self.tell_twice(ctx, node, &name, id);
        ctx.note_type_ref(&name, node.first("variable").and_then(|it| it.attribute("typeRef")));
        if element::sort(node) == Some(Sort::Input) && variable_type(ctx, node).is_any() {
            // A name with a point reads like a path, and is found as one.
            if !name.contains('.') {
                ctx.check_readable(node, &name);
            }
            return Fill::Nothing;
        }
        if element::sort(node) == Some(Sort::Decision) && ctx.is_for_camunda() {
            return declare_for_camunda(ctx, id.into(), node);
        }
        let slot = ctx.scope.declare(&name);
        if element::sort(node) == Some(Sort::Decision) {
            for other in [Some(Str::from(id)), node.name()].into_iter().flatten() {
                if ctx.scope.slot(&other).is_none() {
                    ctx.scope.alias(&other, slot);
                }
            }
        }
        ctx.check_readable(node, &name);
        Fill::Slot(slot)
    }

    /// Tells of two required elements of one name. Inputs of one name are one variable.
    fn tell_twice(&mut self, ctx: &mut Context<'_, '_>, node: &Node, name: &Str, id: &str) {
        let (id, sort): (Str, _) = (id.into(), element::sort(node));
        let Some((other, of)) = self.names.insert(name.clone(), (id.clone(), sort)) else { return };
        if other == id || (sort == Some(Sort::Input) && of == sort) {
            return;
        }
        let message = format!(
            "Two requirements, '{other}' and '{id}', are named '{name}', and by this name only the \
             last one is read. Give one of them another name."
        );
        ctx.doubt(node, FindingKind::NamedTwice, message);
    }
}

/// Declares a required decision in a model made for Camunda, which knows it by its variable, or else
/// its id, and by nothing else: another name stands for it only where no variable has it.
fn declare_for_camunda(ctx: &mut Context<'_, '_>, id: Str, node: &Node) -> Fill {
    let variable = node.first("variable").and_then(Node::name);
    let known = variable.clone().unwrap_or_else(|| id.clone());
    let hidden_by = |it: &Str| (*it != known).then(|| it.clone());
    let first = variable.or_else(|| node.name()).unwrap_or_else(|| id.clone());
    let mut slots = vec![(ctx.scope.declare(&first), hidden_by(&first))];
    for other in [Some(id), node.name()].into_iter().flatten() {
        if ctx.scope.slot(&other).is_none() {
            slots.push((ctx.scope.declare(&other), hidden_by(&other)));
        }
    }
    Fill::Named(slots)
}

/// The name and sort of an element of an imported model.
fn imported(ctx: &Context<'_, '_>, namespace: &str, id: &str) -> Option<(Str, Sort)> {
    let import = ctx.imports.all.iter().find(|it| *it.model.namespace == *namespace)?;
    let units = import.model.graph.units.iter();
    let unit = units.take(import.model.own).find(|it| *it.element.id == *id)?;
    let sort = match unit.element.logic {
        Logic::Input { .. } => Sort::Input,
        Logic::Decision { .. } => Sort::Decision,
        Logic::Knowledge(_) => Sort::Knowledge,
        Logic::Service { .. } => Sort::Service,
    };
    Some((unit.element.name.clone(), sort))
}
