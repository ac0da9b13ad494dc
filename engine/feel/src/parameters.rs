//! What the calls of `fromAi` in an expression say of the values they ask for.
//!
//! Such a call gives back its first argument; the others describe it for whoever provides it. They
//! are read from the text, because they must be known before anything is evaluated.

use ::value::Str;
use ::value::msgpack::Writer;

use crate::ast::{Arguments, Ast, Expr, Id};
use crate::parse;

/// The function that marks a value somebody else provides.
const FUNCTION: &str = "fromAi";
/// Its parameters, in order.
const PARAMETERS: [&str; 5] = ["value", "description", "type", "schema", "options"];
const NULL: &[u8] = &[0xc0];

/// A value that an expression asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The last name of the path to the value.
    pub name: Str,
    /// What it is, in MessagePack; null if it is not said, or not by a constant.
    pub description: Vec<u8>,
    /// Its type, likewise.
    pub type_name: Vec<u8>,
    /// A JSON schema, likewise.
    pub schema: Vec<u8>,
    /// What else is said, likewise.
    pub options: Vec<u8>,
}

/// The values that an expression asks for, in the order of the text. Calls whose first argument is
/// no name or path ask for nothing that could be named, and are left out.
pub fn parameters(text: &str) -> Vec<Parameter> {
    let Ok((tree, _)) = parse::expression(text, None) else { return Vec::new() };
    let mut calls: Vec<Id> = (0..u32::try_from(tree.len()).unwrap_or(u32::MAX))
        .filter(|id| matches!(tree.get(*id), Expr::Call { name, .. } if **name == *FUNCTION))
        .collect();
    calls.sort_by_key(|id| tree.start(*id));
    calls.into_iter().filter_map(|id| parameter(&tree, id)).collect()
}

fn parameter(tree: &Ast, call: Id) -> Option<Parameter> {
    let Expr::Call { arguments, .. } = tree.get(call) else { return None };
    let argument = |name: &str| match arguments {
        Arguments::Positional(values) => {
            PARAMETERS.iter().position(|it| *it == name).and_then(|at| values.get(at)).copied()
        }
        Arguments::Named(values) => values.iter().find(|(it, _)| **it == *name).map(|(_, id)| *id),
    };
    let name = match tree.get(argument("value")?) {
        Expr::Name(name) => name.clone(),
        Expr::Path { names, .. } => names.last()?.clone(),
        _ => return None,
    };
    let constant = |name: &str| {
        let mut value = Writer::new();
        let is_constant = argument(name).is_some_and(|id| write(tree, id, &mut value));
        if is_constant { value.into_bytes() } else { NULL.to_vec() }
    };
    Some(Parameter {
        name,
        description: constant("description"),
        type_name: constant("type"),
        schema: constant("schema"),
        options: constant("options"),
    })
}

/// Writes a constant; false if it is none. Trees are at most as high as the parser lets them be.
fn write(tree: &Ast, id: Id, out: &mut Writer) -> bool {
    match tree.get(id) {
        Expr::Null => {
            out.null();
        }
        Expr::Bool(it) => {
            out.bool(*it);
        }
        Expr::Number(it) => match it.to_i64() {
            Some(whole) => {
                out.int(whole);
            }
            None => {
                out.float(it.to_f64());
            }
        },
        Expr::Text(it) => {
            out.str(it);
        }
        Expr::List(items) => {
            out.array(items.len());
            return items.iter().all(|it| write(tree, *it, out));
        }
        Expr::Context(entries) => {
            out.map(entries.len());
            return entries.iter().all(|(name, it)| write(tree, *it, out.str(name)));
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::parameters;
    use ::value::json::value_to_json;

    fn shown(text: &str) -> Vec<String> {
        let one = |it: &super::Parameter| {
            let parts = [&it.description, &it.type_name, &it.schema, &it.options];
            let parts: Vec<_> = parts.iter().map(|it| value_to_json(it)).collect();
            format!("{}: {}", it.name, parts.join(" "))
        };
        parameters(text).iter().map(one).collect()
    }

    #[test]
    fn the_calls_are_found_wherever_they_stand_in_the_order_of_the_text() {
        let text =
            r#"{a: fromAi(toolCall.city, "the city"), b: 1 + fromAi(days, "how many", "number")}"#;
        assert_eq!(
            shown(text),
            [r#"city: "the city" null null null"#, r#"days: "how many" "number" null null"#]
        );
    }

    #[test]
    fn arguments_may_be_named_and_nested_and_what_is_not_constant_is_null() {
        let text = r#"fromAi(value: x, type: "string", schema: {enum: ["a", 1.5, true, null]}, description: y)"#;
        assert_eq!(shown(text), [r#"x: null "string" {"enum":["a",1.5,true,null]} null"#]);
    }

    #[test]
    fn what_has_no_name_or_is_no_expression_asks_for_nothing() {
        assert!(parameters("fromAi(1 + 1)").is_empty());
        assert!(parameters("fromAi()").is_empty());
        assert!(parameters("from Ai(").is_empty());
    }
}
