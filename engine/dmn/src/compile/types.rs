//! Item definitions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use feel::{Program, Type};
use value::Str;

use super::context::Context;
use crate::node::DmnNode as _;
use crate::table::FindingKind;
use crate::types::{self, ItemType, Kind};
use xml::Node;

/// How many definitions may refer to each other in a row, or be nested.
const DEPTH_MAX: u16 = 64;

struct Definitions<'n> {
    nodes: BTreeMap<Str, &'n Node>,
    /// The definitions being read: one that needs itself has no end.
    open: BTreeSet<Str>,
    depth: u16,
}

/// Reads all item definitions; the context then knows them and those of imported models.
pub(super) fn read(ctx: &mut Context<'_, '_>, root: &Node) -> Vec<(Str, Arc<ItemType>)> {
    let mut imported = Vec::new();
    for import in &ctx.imports.all {
        for (name, of) in &import.model.types {
            let name = Str::from(format!("{}.{name}", import.name));
            let of = Arc::new(ItemType::clone(of).called(&name));
            imported.push((name, of));
        }
    }
    for (name, of) in imported {
        ctx.scope.define_type(&name, of.structure().clone());
        ctx.types.insert(name, of);
    }
    let mut nodes: BTreeMap<Str, &Node> = BTreeMap::new();
    for node in root.all("itemDefinition") {
        let Some(name) = node.name() else { continue };
        if nodes.insert(name.clone(), node).is_some() {
            tell_twice(ctx, node, "types", &name, "only the last one is read");
        }
    }
    let names: Vec<Str> = nodes.keys().cloned().collect();
    let mut definitions = Definitions { nodes, open: BTreeSet::new(), depth: 0 };
    let mut own = Vec::new();
    for name in names {
        if let Some(of) = definitions.get(ctx, &name) {
            ctx.scope.define_type(&name, of.structure().clone());
            own.push((name, of));
        }
    }
    own
}

impl Definitions<'_> {
    /// The definition with this name. Recurses as deep as definitions refer to each other, which
    /// is limited.
    fn get(&mut self, ctx: &mut Context<'_, '_>, name: &str) -> Option<Arc<ItemType>> {
        if let Some(found) = ctx.types.get(name) {
            return Some(Arc::clone(found));
        }
        let node = *self.nodes.get(name)?;
        if !self.open.insert(name.into()) || self.depth >= DEPTH_MAX {
            let message = format!(
                "The type '{name}' needs itself, or more than {DEPTH_MAX} others in a row."
            );
            if ctx.is_for_camunda() {
                ctx.ignore(node, format!("{message} No value is compared with it."));
            } else {
                ctx.problem(node, message);
            }
            let any = Arc::new(ItemType::any());
            ctx.types.insert(name.into(), Arc::clone(&any));
            return Some(any);
        }
        self.depth += 1;
        let of = Arc::new(self.definition(ctx, node).called(&name.into()));
        self.depth -= 1;
        self.open.remove(name);
        ctx.types.insert(name.into(), Arc::clone(&of));
        Some(of)
    }

    fn named(&mut self, ctx: &mut Context<'_, '_>, name: &str) -> ItemType {
        let local = name.rsplit_once(':').map_or(name, |it| it.1);
        match self.get(ctx, name).or_else(|| self.get(ctx, local)) {
            Some(of) => ItemType::named(&of),
            None => ItemType::simple(Type::named(local).unwrap_or(Type::Any)),
        }
    }

    /// An item definition or a component of one. Recurses as deep as they are nested.
    fn definition(&mut self, ctx: &mut Context<'_, '_>, node: &Node) -> ItemType {
        let collection = node.attribute("isCollection").is_some_and(|it| it.trim() == "true");
        let type_ref = node.first("typeRef").map(|it| it.text().to_owned());
        let kind = if let Some(function) = node.first("functionItem") {
            Kind::Simple(self.function(ctx, function))
        } else if let Some(name) = type_ref {
            Kind::Named(Arc::new(self.named(ctx, &name)))
        } else {
            self.components(ctx, node)
        };
        let allowed = tests(ctx, node, "allowedValues");
        let constraint = tests(ctx, node, "typeConstraint");
        ItemType::new(kind, collection, allowed, constraint)
    }

    fn components(&mut self, ctx: &mut Context<'_, '_>, node: &Node) -> Kind {
        let mut components = Vec::new();
        if self.depth >= DEPTH_MAX {
            ctx.problem(node, format!("Types are nested more than {DEPTH_MAX} levels deep."));
            return Kind::Simple(Type::Any);
        }
        self.depth += 1;
        for component in node.all("itemComponent") {
            if let Some(name) = component.name() {
                if components.iter().any(|it: &(Str, _)| it.0 == name) {
                    tell_twice(ctx, node, "components", &name, "a value has to be of both types");
                }
                components.push((name, Arc::new(self.definition(ctx, component))));
            }
        }
        self.depth -= 1;
        if components.is_empty() { Kind::Simple(Type::Any) } else { Kind::Components(components) }
    }

    fn function(&mut self, ctx: &mut Context<'_, '_>, node: &Node) -> Type {
        let mut of = |name: Option<&str>| match name {
            Some(name) => self.named(ctx, name).structure().clone(),
            None => Type::Any,
        };
        let parameters = node.all("parameters").map(|it| of(it.attribute("typeRef"))).collect();
        types::function(parameters, of(node.attribute("outputTypeRef")))
    }
}

/// Tells of two types, or components of one, with the same name.
fn tell_twice(ctx: &mut Context<'_, '_>, node: &Node, things: &str, name: &str, effect: &str) {
    let message =
        format!("Two {things} are named '{name}', and {effect}. Give one of them another name.");
    ctx.doubt(node, FindingKind::NamedTwice, message);
}

/// The unary tests inside a child.
fn tests(ctx: &mut Context<'_, '_>, node: &Node, child: &str) -> Option<Program> {
    let text = node.text_of(child).filter(|it| !it.is_empty())?;
    ctx.declared_values(node, text)
}
