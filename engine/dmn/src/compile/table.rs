//! Decision tables.

use feel::{Program, Value};
use value::{Dec, Str};

use super::context::Context;
use crate::boxed::twice;
use crate::evaluate::shown;
use crate::node::DmnNode as _;
use crate::table::{Aggregator, Cell, Index, Input, Order, Output, Policy, Rule, Table};
use xml::Node;

/// Compiles a decision table.
pub(super) fn read(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Table> {
    let policy = policy(ctx, node);
    let names = Columns {
        inputs: node.all("input").map(input_name).collect(),
        outputs: node.all("output").map(output_name).collect(),
    };
    let inputs: Vec<_> = (0..)
        .zip(node.all("input"))
        .map(|(ix, it)| ctx.at(place("input", &names.inputs, ix), |ctx| input(ctx, it)))
        .collect();
    let columns: Vec<&Node> = node.all("output").collect();
    let needs_order = matches!(policy, Some(Policy::Priority | Policy::OutputOrder));
    let outputs: Vec<_> = (0..)
        .zip(&columns)
        .map(|(ix, it)| {
            ctx.at(place("output", &names.outputs, ix), |ctx| {
                output(ctx, it, columns.len(), needs_order)
            })
        })
        .collect();
    if outputs.is_empty() {
        ctx.problem(node, "The decision table has no output.");
    }
    if let Some(Policy::Collect(Some(_))) = policy
        && outputs.len() > 1
    {
        let message = "The decision table has several outputs; an aggregation needs exactly one.";
        ctx.problem(node, message);
        return None;
    }
    let is_without_order = |it: &Option<Output>| it.as_ref().is_some_and(|it| it.order.is_none());
    // Camunda takes all outputs as equal then, and lint tells it.
    if needs_order && !ctx.is_for_camunda() && outputs.iter().all(is_without_order) {
        let name = policy.map_or("", Policy::name);
        let message = format!("The hit policy {name} needs the allowed output values, best first.");
        ctx.problem(node, message);
        return None;
    }
    let rules: Vec<_> = (1..)
        .zip(node.all("rule"))
        .map(|(number, it)| ctx.at(format!("rule {number}"), |ctx| rule(ctx, it, &names)))
        .collect();
    let rules = rules.into_iter().collect::<Option<Vec<_>>>()?;
    let outputs = outputs.into_iter().collect::<Option<Vec<Output>>>()?;
    Some(Table {
        policy: policy?,
        inputs: inputs.into_iter().collect::<Option<_>>()?,
        twice: twice(outputs.iter().map(|it| &it.key)),
        outputs,
        indexes: Index::by_edition(&rules),
        rules,
        for_camunda: ctx.is_for_camunda(),
    })
}

fn policy(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Policy> {
    let name = node.attribute("hitPolicy").unwrap_or("UNIQUE").trim();
    let aggregation = node.attribute("aggregation").map(str::trim).filter(|it| !it.is_empty());
    let policy = match name {
        "UNIQUE" | "" => Policy::Unique,
        "FIRST" => Policy::First,
        "PRIORITY" => Policy::Priority,
        "ANY" => Policy::Any,
        "RULE ORDER" => Policy::RuleOrder,
        "OUTPUT ORDER" => Policy::OutputOrder,
        "COLLECT" => Policy::Collect(match aggregation {
            None => None,
            Some("SUM") => Some(Aggregator::Sum),
            Some("COUNT") => Some(Aggregator::Count),
            Some("MIN") => Some(Aggregator::Min),
            Some("MAX") => Some(Aggregator::Max),
            Some(other) => {
                ctx.problem(node, format!("The aggregation '{other}' is not known."));
                return None;
            }
        }),
        other => {
            ctx.problem(node, format!("The hit policy '{other}' is not known."));
            return None;
        }
    };
    Some(policy)
}

fn id(node: &Node) -> Str {
    node.id().unwrap_or_default().into()
}

fn label(node: &Node) -> Option<Str> {
    node.attribute("label").map(xml::single_blanks).filter(|it| !it.is_empty())
}

/// What people call an input: its label, or else its expression.
fn input_name(node: &Node) -> Str {
    let text =
        || node.first("inputExpression").and_then(|it| it.first("text")).map_or("", Node::text);
    label(node).unwrap_or_else(|| shown(text()).into())
}

fn output_name(node: &Node) -> Str {
    node.name().or_else(|| label(node)).unwrap_or_else(|| "".into())
}

fn input(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Input> {
    let Some(inner) = node.first("inputExpression") else {
        ctx.problem(node, "The input has no expression.");
        return None;
    };
    if !ctx.check_language(inner) {
        return None;
    }
    let text = inner.first("text").map_or("", Node::text);
    if text.is_empty() {
        ctx.problem(inner, "The input's expression is empty. Write what the rules test.");
        return None;
    }
    let expression = ctx.program(inner, text);
    let declared = values(ctx, node, "inputValues");
    let type_ref = inner.attribute("typeRef");
    let named = ctx.type_ref_of(text).map(str::to_owned);
    Some(Input {
        id: id(node),
        name: input_name(node),
        expression: expression?,
        of: ctx.type_named(type_ref),
        is_whole: ctx.names_whole(type_ref) || ctx.names_whole(named.as_deref()),
        named: ctx.type_of_path(text).unwrap_or_else(|| ctx.type_named(named.as_deref())),
        allowed: declared.clone().filter(|_| ctx.enforces_types),
        declared,
    })
}

/// The unary tests of allowed values.
fn values(ctx: &mut Context<'_, '_>, node: &Node, child: &str) -> Option<Program> {
    let text = node.text_of(child).filter(|it| !it.is_empty())?;
    ctx.at("allowed values".to_owned(), |ctx| ctx.declared_values(node, text))
}

/// The allowed values as a list, best first, where the hit policy needs them.
fn order(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Order> {
    let text = node.text_of("outputValues").filter(|it| !it.is_empty())?;
    let compiled = Program::compile_in(&format!("[{text}]"), &ctx.scope);
    if !ctx.is_for_camunda() {
        let feel = ctx.at("allowed values".to_owned(), |ctx| ctx.compiled(node, text, compiled))?;
        return Some(Order { feel: Some(feel), words: None });
    }
    let feel = compiled.ok();
    let is_constant = feel.as_ref().is_some_and(|it| it.constant().is_some());
    let words = if is_constant { None } else { Some(words(ctx, text)?) };
    Some(Order { feel, words })
}

/// The words between commas, without their quotes, as Camunda reads output values: a list of texts
/// and numbers.
fn words(ctx: &Context<'_, '_>, text: &str) -> Option<Program> {
    let words = text.split(',').map(|it| it.trim().replace(['"', '\''], ""));
    let literals = words.map(|word| match Dec::parse(&word) {
        Some(number) => Value::from_dec(number).feel_text(),
        None => Value::from(word.as_str()).feel_text(),
    });
    let list = format!("[{}]", literals.collect::<Vec<_>>().join(", "));
    Program::compile_in(&list, &ctx.scope).ok()
}

fn output(
    ctx: &mut Context<'_, '_>,
    node: &Node,
    count: usize,
    needs_order: bool,
) -> Option<Output> {
    let name = node.name();
    if name.is_none() && count > 1 {
        let message = "The output has no name. With several outputs each needs one.";
        ctx.problem(node, message);
        return None;
    }
    let is_written = node.text_of("outputValues").is_some_and(|it| !it.is_empty());
    let declared = values(ctx, node, "outputValues");
    // What is no test is no list either, and is told once.
    let is_asked = declared.is_some() || ctx.is_for_camunda();
    let order = if needs_order && is_asked { order(ctx, node) } else { None };
    if needs_order && is_written && order.is_none() {
        return None;
    }
    let allowed = declared.clone().filter(|_| ctx.enforces_types);
    let default = match node.text_of("defaultOutputEntry").filter(|it| !it.is_empty()) {
        Some(text) => Some(ctx.at("default value".to_owned(), |ctx| ctx.program(node, text))?),
        None => None,
    };
    let key = name.unwrap_or_else(|| "".into());
    let name = output_name(node);
    let of = ctx.type_named(node.attribute("typeRef"));
    Some(Output { id: id(node), key, name, of, allowed, declared, order, default })
}

/// The names of a table's columns.
struct Columns {
    inputs: Vec<Str>,
    outputs: Vec<Str>,
}

/// How people name a column: by its name, or else its number.
fn place(side: &str, names: &[Str], column: usize) -> String {
    match names.get(column) {
        Some(name) if !name.is_empty() => format!("{side} '{name}'"),
        Some(_) | None => format!("{side} {}", column + 1),
    }
}

fn rule(ctx: &mut Context<'_, '_>, node: &Node, names: &Columns) -> Option<Rule> {
    let (inputs, outputs) = (names.inputs.len(), names.outputs.len());
    let mut cells = Vec::with_capacity(inputs);
    for (column, it) in node.all("inputEntry").enumerate() {
        let place = place("input", &names.inputs, column);
        cells.push(ctx.at(place, |ctx| cell(ctx, it)));
    }
    let mut results = Vec::with_capacity(outputs);
    for (column, it) in node.all("outputEntry").enumerate() {
        let place = place("output", &names.outputs, column);
        results.push(ctx.at(place, |ctx| result(ctx, it)));
    }
    if cells.len() != inputs || results.len() != outputs {
        let message = format!(
            "There are {} input and {} output entries, the table {inputs} inputs and {outputs} \
             outputs.",
            cells.len(),
            results.len()
        );
        ctx.problem(node, message);
        return None;
    }
    Some(Rule {
        id: id(node),
        cells: cells.into_iter().collect::<Option<_>>()?,
        outputs: results.into_iter().collect::<Option<_>>()?,
    })
}

fn cell(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Cell> {
    if !ctx.check_language(node) {
        return None;
    }
    let text = node.first("text").map_or("", Node::text);
    if text.is_empty() || text == "-" {
        return Some(Cell::Any);
    }
    ctx.unary_tests(node, text).map(Cell::new)
}

#[expect(clippy::option_option, reason = "the outer one is a problem, the inner one an empty cell")]
fn result(ctx: &mut Context<'_, '_>, node: &Node) -> Option<Option<Program>> {
    if !ctx.check_language(node) {
        return None;
    }
    let text = node.first("text").map_or("", Node::text);
    if text.is_empty() {
        return Some(None);
    }
    ctx.program(node, text).map(Some)
}
