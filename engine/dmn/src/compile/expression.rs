//! Boxed expressions.

use std::sync::Arc;

use feel::Program;
use value::Str;

use super::context::Context;
use super::table;
use crate::boxed::{Boxed, Condition, DEPTH_MAX, Definition, Entry, twice};
use crate::node::DmnNode as _;
use crate::types::ItemType;
use xml::Node;

/// The elements that are expressions.
const EXPRESSIONS: [&str; 12] = [
    "literalExpression",
    "decisionTable",
    "context",
    "list",
    "relation",
    "invocation",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
];

/// The expressions among the children of an element.
fn expressions(node: &Node) -> impl Iterator<Item = &Node> {
    node.elements().filter(|it| EXPRESSIONS.contains(&&*it.name))
}

/// The one expression inside an element, if there is any; several are a problem.
#[expect(clippy::option_option, reason = "the outer one is a problem, the inner one absence")]
pub(super) fn only_expression<'n>(
    ctx: &mut Context<'_, '_>,
    node: &'n Node,
) -> Option<Option<&'n Node>> {
    let mut found = expressions(node);
    let first = found.next();
    if found.next().is_some() {
        ctx.problem(node, format!("The '{}' has more than one expression.", node.name));
        return None;
    }
    Some(first)
}

/// The expression inside a child, which must be there.
fn inside(ctx: &mut Context<'_, '_>, node: &Node, child: &str) -> Option<Boxed> {
    let found = node.first(child);
    match found.and_then(|it| expressions(it).next()) {
        Some(expression) => ctx.at(format!("'{child}'"), |ctx| boxed(ctx, expression)),
        None => {
            ctx.problem(node, format!("The '{}' has no expression in '{child}'.", node.name));
            None
        }
    }
}

/// Compiles a boxed expression. Recurses as deep as they are nested, which is limited.
pub(super) fn boxed(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    if ctx.depth >= DEPTH_MAX {
        let message = format!("Expressions are nested more than {DEPTH_MAX} levels deep.");
        ctx.problem(node, message);
        return None;
    }
    ctx.depth += 1;
    let mark = ctx.scope.mark();
    let compiled = match &*node.name {
        "literalExpression" => literal(ctx, node),
        "decisionTable" => table::read(ctx, node).map(|it| Boxed::Table(Box::new(it))),
        "context" => context(ctx, node),
        "list" => list(ctx, node),
        "relation" => relation(ctx, node),
        "invocation" => invocation(ctx, node),
        "functionDefinition" => definition(ctx, node).map(|it| Boxed::Function(Arc::new(it))),
        "conditional" => conditional(ctx, node),
        "filter" => filter(ctx, node),
        "for" => iteration(ctx, node),
        "some" => quantified(ctx, node, false),
        "every" => quantified(ctx, node, true),
        other => {
            ctx.problem(node, format!("Expressions of the kind '{other}' are not known."));
            None
        }
    };
    ctx.scope.reset(mark);
    ctx.depth -= 1;
    let compiled = compiled?;
    // A table checks its columns, a function its result.
    let of = match &compiled {
        Boxed::Table(_) | Boxed::Function(_) | Boxed::Empty => ItemType::any(),
        _ => ctx.type_named(node.attribute("typeRef")),
    };
    Some(if of.is_any() { compiled } else { Boxed::Typed { of, value: Box::new(compiled) } })
}

fn list(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    let items = (1..)
        .zip(expressions(node))
        .map(|(number, it)| ctx.at(format!("item {number}"), |ctx| boxed(ctx, it)));
    // All of them, so that every problem is found.
    let items: Option<Vec<Boxed>> = items.collect::<Vec<_>>().into_iter().collect();
    items.map(Boxed::List)
}

/// The text of a literal expression; none is null.
fn text_of<'n>(ctx: &mut Context<'_, '_>, node: &'n Node) -> Option<&'n str> {
    if node.first("importedValues").is_some() {
        ctx.problem(node, "Imported values are not supported. Write the values in the model.");
        return None;
    }
    ctx.check_language(node).then(|| node.first("text").map_or("", Node::text))
}

fn literal(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    let text = text_of(ctx, node)?;
    if text.is_empty() {
        return Some(Boxed::Empty);
    }
    ctx.program(node, text).map(Boxed::Literal)
}

fn context(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    let mut entries = Vec::new();
    let mut complete = true;
    for child in node.all("contextEntry") {
        let variable = child.first("variable");
        let name = variable.and_then(Node::name);
        let place = name.as_ref().map_or("result".to_owned(), |it| format!("entry '{it}'"));
        let value = ctx.at(place, |ctx| match only_expression(ctx, child) {
            Some(Some(expression)) => boxed(ctx, expression),
            Some(None) => Some(Boxed::Empty),
            None => None,
        });
        let of = ctx.type_named(variable.and_then(|it| it.attribute("typeRef")));
        let name = name.map(|name| {
            ctx.note_type_ref(&name, variable.and_then(|it| it.attribute("typeRef")));
            let slot = ctx.scope.declare(&name);
            (name, slot)
        });
        match value {
            Some(value) => entries.push(Entry { name, of, value }),
            None => complete = false,
        }
    }
    let twice = twice(entries.iter().filter_map(|it| Some(&it.name.as_ref()?.0)));
    complete.then_some(Boxed::Context { entries, twice })
}

fn relation(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    let columns: Vec<Str> = node.all("column").filter_map(Node::name).collect();
    let mut rows = Vec::new();
    let mut complete = true;
    for (number, row) in (1..).zip(node.all("row")) {
        match ctx.at(format!("row {number}"), |ctx| cells(ctx, row, &columns)) {
            Some(values) if values.len() == columns.len() => rows.push(values),
            Some(values) => {
                let message = format!(
                    "The row has {} cells, the relation {} columns.",
                    values.len(),
                    columns.len()
                );
                ctx.problem(row, message);
                complete = false;
            }
            None => complete = false,
        }
    }
    let twice = twice(&columns);
    complete.then_some(Boxed::Relation { columns, rows, twice })
}

/// Compiles the cells of a row.
fn cells(ctx: &mut Context<'_, '_>, row: &Node, columns: &[Str]) -> Option<Vec<Boxed>> {
    let cells = expressions(row).enumerate().map(|(ix, it)| match columns.get(ix) {
        Some(column) => ctx.at(format!("column '{column}'"), |ctx| boxed(ctx, it)),
        None => boxed(ctx, it),
    });
    // All of them, so that every problem is found.
    cells.collect::<Vec<_>>().into_iter().collect()
}

fn invocation(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    let Some(called) = expressions(node).next() else {
        ctx.problem(node, "The invocation calls no function.");
        return None;
    };
    let name: Str = called.first("text").map_or("", Node::text).into();
    let function = boxed(ctx, called);
    let mut bindings = Vec::new();
    let mut complete = true;
    for binding in node.all("binding") {
        let Some(parameter) = binding.first("parameter").and_then(Node::name) else {
            ctx.problem(binding, "The binding names no parameter.");
            complete = false;
            continue;
        };
        let value = match expressions(binding).next() {
            Some(expression) => {
                ctx.at(format!("parameter '{parameter}'"), |ctx| boxed(ctx, expression))
            }
            None => Some(Boxed::Empty),
        };
        match value {
            Some(value) => bindings.push((parameter, value)),
            None => complete = false,
        }
    }
    let function = Box::new(function?);
    complete.then_some(Boxed::Invocation { function, name, bindings })
}

/// A function definition, boxed or the logic of a knowledge model.
pub(super) fn definition(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Definition> {
    let kind = node.attribute("kind").unwrap_or("FEEL").trim();
    if !kind.eq_ignore_ascii_case("feel") {
        let message = format!(
            "The function is of the kind '{kind}'. Only FEEL functions are run: there is no Java \
             and no PMML here."
        );
        ctx.problem(node, message);
        return None;
    }
    let mark = ctx.scope.mark();
    let outer = ctx.type_refs.clone();
    let mut parameters = Vec::new();
    let mut first = None;
    for parameter in node.all("formalParameter") {
        let Some(name) = parameter.name() else {
            ctx.problem(parameter, "The parameter has no name.");
            continue;
        };
        let of = ctx.type_named(parameter.attribute("typeRef"));
        ctx.note_type_ref(&name, parameter.attribute("typeRef"));
        let slot = ctx.scope.declare(&name);
        ctx.check_readable(parameter, &name);
        first.get_or_insert(slot);
        parameters.push((name, of));
    }
    let body = match only_expression(ctx, node)? {
        Some(expression) => boxed(ctx, expression),
        None => Some(Boxed::Empty),
    };
    ctx.scope.reset(mark);
    ctx.type_refs = outer;
    let of = ctx.type_named(node.attribute("typeRef"));
    let of = if matches!(of.structure(), feel::Type::Function(_)) { ItemType::any() } else { of };
    let twice = twice(parameters.iter().map(|it| &it.0));
    Some(Definition { parameters, twice, first: first.unwrap_or(0), body: body?, of })
}

fn conditional(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    let condition = inside(ctx, node, "if");
    let then = inside(ctx, node, "then");
    let otherwise = inside(ctx, node, "else");
    Some(Boxed::Conditional {
        condition: Box::new(condition?),
        then: Box::new(then?),
        otherwise: Box::new(otherwise?),
    })
}

fn filter(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    let list = inside(ctx, node, "in");
    let slot = ctx.scope.declare(&"item".into());
    let literal = node.first("match").and_then(|it| expressions(it).next());
    let condition = match literal.filter(|it| &*it.name == "literalExpression") {
        Some(expression) => {
            let text = text_of(ctx, expression)?;
            let compiled = Program::compile_condition_in(text, &ctx.scope);
            let compiled =
                ctx.at("'match'".to_owned(), |ctx| ctx.compiled(expression, text, compiled));
            compiled.map(Condition::Literal)
        }
        None => inside(ctx, node, "match").map(|it| Condition::Other(Box::new(it))),
    };
    Some(Boxed::Filter { list: Box::new(list?), slot, condition: condition? })
}

/// The slot of the variable that an iterator names.
fn iterator(ctx: &mut Context<'_, '_>, node: &Node) -> Option<usize> {
    match node.attribute("iteratorVariable").map(xml::single_blanks) {
        Some(name) if !name.is_empty() => {
            ctx.note_type_ref(&name, None);
            let slot = ctx.scope.declare(&name);
            ctx.check_readable(node, &name);
            Some(slot)
        }
        _ => {
            ctx.problem(node, format!("The '{}' names no iterator variable.", node.name));
            None
        }
    }
}

fn iteration(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Boxed> {
    let list = inside(ctx, node, "in");
    let slot = iterator(ctx, node);
    let partial = ctx.scope.declare(&"partial".into());
    let body = inside(ctx, node, "return");
    Some(Boxed::For { slot: slot?, partial, list: Box::new(list?), body: Box::new(body?) })
}

fn quantified(ctx: &mut Context<'_, '_>, node: &Node, every: bool) -> Option<Boxed> {
    let list = inside(ctx, node, "in");
    let slot = iterator(ctx, node);
    let body = inside(ctx, node, "satisfies");
    Some(Boxed::Quantified { every, slot: slot?, list: Box::new(list?), body: Box::new(body?) })
}
