//! A syntax tree back to text, to show that parsing loses and invents nothing.

use std::fmt::Write;

use super::expression;
use crate::ast::{Arguments, Arith, Ast, Expr, Id, Iteration, Relation, Source};

/// The text of a tree, with parentheses around every operand.
fn text(ast: &Ast, id: Id) -> String {
    let sub = |id: &Id| format!("({})", text(ast, *id));
    let all = |ids: &[Id], separator: &str| ids.iter().map(sub).collect::<Vec<_>>().join(separator);
    match ast.get(id) {
        Expr::Null => "null".to_owned(),
        Expr::Bool(it) => it.to_string(),
        Expr::Number(it) => it.to_string(),
        Expr::Text(it) => format!("\"{it}\""),
        Expr::At(it) => format!("@\"{it}\""),
        Expr::Input => "?".to_owned(),
        Expr::Name(it) => format!("`{it}`"),
        Expr::Path { base, names } => {
            let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
            format!("{}.{}", sub(base), names.join("."))
        }
        Expr::Filter { base, filter } => format!("{}[{}]", sub(base), text(ast, *filter)),
        Expr::Negate(operand) => format!("-{}", sub(operand)),
        Expr::Chain { first, rest } => {
            let mut out = sub(first);
            for (operator, operand) in rest {
                write!(out, " {} {}", sign(*operator), sub(operand)).unwrap();
            }
            out
        }
        Expr::Compare { relation, left, right } => {
            format!("{} {} {}", sub(left), symbol(*relation), sub(right))
        }
        Expr::Between { value, low, high } => {
            format!("{} between {} and {}", sub(value), sub(low), sub(high))
        }
        Expr::InstanceOf { value, of } => format!("{} instance of {}", sub(value), of.name()),
        Expr::And(operands) => all(operands, " and "),
        Expr::Or(operands) => all(operands, " or "),
        Expr::If { condition, then, otherwise } => {
            format!("if {} then {} else {}", sub(condition), sub(then), sub(otherwise))
        }
        _ => form(ast, id),
    }
}

/// What introduces names or invokes something.
fn form(ast: &Ast, id: Id) -> String {
    let sub = |id: &Id| format!("({})", text(ast, *id));
    match ast.get(id) {
        Expr::For { iterations, body } => {
            format!("for {} return {}", iterators(ast, iterations), sub(body))
        }
        Expr::Quantified { every, iterations, body } => {
            let word = if *every { "every" } else { "some" };
            format!("{word} {} satisfies {}", iterators(ast, iterations), sub(body))
        }
        Expr::List(items) => {
            let items: Vec<String> = items.iter().map(sub).collect();
            format!("[{}]", items.join(", "))
        }
        Expr::Context(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("\"{key}\": {}", sub(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Expr::Range(ends) => format!(
            "{}{}..{}{}",
            if ends.low_closed { '[' } else { '(' },
            sub(&ends.low),
            sub(&ends.high),
            if ends.high_closed { ']' } else { ')' }
        ),
        Expr::Function { parameters, body } => {
            let parameters: Vec<String> =
                parameters.iter().map(|(name, _)| format!("`{name}`")).collect();
            format!("function({}) {}", parameters.join(", "), sub(body))
        }
        Expr::Call { name, arguments: given } => format!("{name}({})", arguments(ast, given)),
        Expr::CallEntry { base, name, arguments: given } => {
            format!("{}.`{name}`({})", sub(base), arguments(ast, given))
        }
        Expr::CallValue { base, arguments: given } => {
            format!("{}({})", sub(base), arguments(ast, given))
        }
        other => unreachable!("the generator makes no {other:?}"),
    }
}

fn sign(operator: Arith) -> &'static str {
    match operator {
        Arith::Add => "+",
        Arith::Sub => "-",
        Arith::Mul => "*",
        Arith::Div => "/",
        Arith::Pow => "**",
    }
}

fn symbol(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "=",
        Relation::NotEqual => "!=",
        Relation::Less => "<",
        Relation::LessEqual => "<=",
        Relation::Greater => ">",
        Relation::GreaterEqual => ">=",
    }
}

fn iterators(ast: &Ast, iterations: &[Iteration]) -> String {
    let one = |it: &Iteration| match it.source {
        Source::List(list) => format!("`{}` in ({})", it.name, text(ast, list)),
        Source::Steps(from, to) => {
            format!("`{}` in ({})..({})", it.name, text(ast, from), text(ast, to))
        }
    };
    iterations.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn arguments(ast: &Ast, given: &Arguments) -> String {
    let texts: Vec<String> = match given {
        Arguments::Positional(values) => values.iter().map(|it| text(ast, *it)).collect(),
        Arguments::Named(values) => {
            values.iter().map(|(name, it)| format!("`{name}`: {}", text(ast, *it))).collect()
        }
    };
    texts.join(", ")
}

mod tests {
    use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};

    use super::{expression, text};

    /// Texts of expressions with few parentheses, so that precedence decides.
    fn expressions() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            (0..1000_u32).prop_map(|it| it.to_string()),
            (0..1000_u32, 1..99_u32).prop_map(|(a, b)| format!("{a}.{b:02}")),
            "[a-z][a-z0-9_]{0,4}x".prop_map(|it| it),
            "[a-zäß ]{0,5}".prop_map(|it| format!("\"{it}\"")),
            any::<bool>().prop_map(|it| it.to_string()),
            proptest::strategy::Just("null".to_owned()),
            proptest::strategy::Just("@\"P1D\"".to_owned()),
        ];
        leaf.prop_recursive(5, 60, 4, |inner| {
            let pair = (inner.clone(), inner.clone());
            let operator = proptest::sample::select(vec![
                "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or",
            ]);
            prop_oneof![
                (pair.clone(), operator).prop_map(|((a, b), op)| format!("{a} {op} {b}")),
                (pair.clone(), inner.clone())
                    .prop_map(|((a, b), c)| format!("(if {a} then {b} else {c})")),
                inner.clone().prop_map(|it| format!("({it})")),
                inner.clone().prop_map(|it| format!("(-{it})")),
                prop::collection::vec(inner.clone(), 0..4)
                    .prop_map(|it| format!("[{}]", it.join(", "))),
                pair.clone().prop_map(|(a, b)| format!("{{k one: {a}, \"k2\": {b}}}")),
                pair.clone().prop_map(|(a, b)| format!("[{a}][{b}]")),
                pair.clone().prop_map(|(a, b)| format!("(for i in [{a}] return {b})")),
                pair.clone().prop_map(|(a, b)| format!("(some i in [{a}] satisfies {b})")),
                pair.clone().prop_map(|(a, b)| format!("string join({a}, {b})")),
                pair.clone().prop_map(|(a, b)| format!("f(first: {a}, second one: {b})")),
                pair.clone().prop_map(|(a, b)| format!("(function(p, q) [{a}, {b}])")),
                pair.prop_map(|(a, b)| format!("(({a})..({b})]")),
                inner.clone().prop_map(|it| format!("({it}).some.path")),
                inner.prop_map(|it| format!("(({it}) instance of number)")),
            ]
        })
    }

    proptest! {
        #[test]
        fn printing_and_parsing_again_gives_the_same_tree(expression_text in expressions()) {
            // Comparisons do not chain: such a text is refused, which is all that is asked of it.
            if let Ok((tree, root)) = expression(&expression_text, None) {
                let printed = text(&tree, root);
                let (again, root) = expression(&printed, None)
                    .unwrap_or_else(|it| panic!("{expression_text}\n{printed}\n{it}"));
                assert_eq!(text(&again, root), printed, "{expression_text}");
            }
        }
    }
}
