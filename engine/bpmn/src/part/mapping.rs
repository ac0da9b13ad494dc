//! Input and output mappings of variables.

use crate::context::Context;
use crate::expression::Literals;
use crate::graph::Mapping;
use crate::outline::Part;
use xml::{Namespace, Node};

/// Words of FEEL that cannot name a variable in a mapping.
const RESERVED_WORDS: [&str; 11] =
    ["null", "true", "false", "function", "if", "then", "else", "for", "between", "instance", "of"];

/// The mappings of an element.
#[derive(Default, Debug)]
pub(crate) struct IoMapping {
    pub(crate) inputs: Vec<Mapping>,
    pub(crate) outputs: Vec<Mapping>,
}

/// Reads the mappings of a part; whether its type has mappings is checked with the extensions.
pub(crate) fn read<'t>(ctx: &mut Context<'t, '_>, part: &Part<'t>) -> IoMapping {
    let mut mapping = IoMapping::default();
    let Some(list) = part.node.extension("ioMapping") else { return mapping };
    for child in list.of(Namespace::Zeebe) {
        match &*child.name {
            "input" => mapping.inputs.extend(one(ctx, part, child, Literals::Text)),
            "output" => mapping.outputs.extend(one(ctx, part, child, Literals::Refused)),
            other => {
                let message = format!(
                    "The ioMapping of '{}' contains '{other}'. Only 'input' and 'output' are \
                     known there.",
                    part.label()
                );
                ctx.problem(part, child, message);
            }
        }
    }
    mapping
}

fn one<'t>(
    ctx: &mut Context<'t, '_>,
    part: &Part<'t>,
    node: &'t Node,
    literals: Literals,
) -> Option<Mapping> {
    let what = if literals == Literals::Refused { "output source" } else { "input source" };
    let source = match literals {
        // Modelers write an input without source for "the empty text".
        Literals::Typed | Literals::Text | Literals::List => {
            Some(node.attribute("source").unwrap_or_default())
        }
        Literals::Refused => ctx.required(part, node, "source"),
    };
    let source = source.and_then(|text| ctx.expression(part, node, what, (text, literals)));
    let target = ctx.required(part, node, "target")?;
    if !is_path(target) {
        let message = format!(
            "The target '{target}' of a mapping of '{}' is not a variable name. Use letters, \
             digits and '_' only, with '.' between a variable and its parts, and no word of FEEL.",
            part.label()
        );
        ctx.problem(part, node, message);
        return None;
    }
    Some(Mapping { source: source?, target: target.split('.').map(Into::into).collect() })
}

/// Whether a text is a dotted path of identifiers.
fn is_path(text: &str) -> bool {
    text.split('.').all(|word| {
        let mut characters = word.bytes();
        characters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
            && characters.all(|it| it.is_ascii_alphanumeric() || it == b'_')
            && !RESERVED_WORDS.contains(&word)
    })
}
