//! A syntax tree back to text, to show that parsing loses and invents nothing.

use std::fmt::Write;

use crate::ast::{Arguments, Arith, Ast, Expr, Id, Iteration, Relation, Source};
use crate::types::Type;

/// The text of a tree, with parentheses around every operand.
fn text(ast: &Ast, id: Id) -> String {
    let sub = |id: &Id| format!("({})", text(ast, *id));
    let all = |ids: &[Id], separator: &str| ids.iter().map(sub).collect::<Vec<_>>().join(separator);
    match ast.get(id) {
        Expr::Null => "null".to_owned(),
        Expr::Bool(it) => it.to_string(),
        Expr::Number(it) => it.to_string(),
        Expr::Text(it) => quoted(it),
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
        Expr::InstanceOf { value, of } => {
            format!("{} instance of {}", sub(value), type_text(of))
        }
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
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", quoted(key), sub(value)))
                .collect();
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
            let parameter = |(name, of): &(_, Option<Type>)| match of {
                Some(of) => format!("`{name}`: {}", type_text(of)),
                None => format!("`{name}`"),
            };
            let parameters: Vec<String> = parameters.iter().map(parameter).collect();
            format!("function({}) {}", parameters.join(", "), sub(body))
        }
        Expr::Call { name, arguments: given } => format!("{name}({})", arguments(ast, given)),
        Expr::CallEntry { base, name, arguments: given } => {
            format!("{}.`{name}`({})", sub(base), arguments(ast, given))
        }
        Expr::CallValue { base, arguments: given } => {
            format!("{}({})", sub(base), arguments(ast, given))
        }
        _ => test(ast, id),
    }
}

/// What tests an input.
fn test(ast: &Ast, id: Id) -> String {
    let all = |ids: &[Id]| ids.iter().map(|it| text(ast, *it)).collect::<Vec<_>>().join(", ");
    match ast.get(id) {
        Expr::In { value, tests } => format!("({}) in ({})", text(ast, *value), all(tests)),
        Expr::InputCompare { relation, operand, parenthesized } => {
            let compare = format!("{} ({})", symbol(*relation), text(ast, *operand));
            if *parenthesized { format!("({compare})") } else { compare }
        }
        Expr::Test(operand) => format!("({})", text(ast, *operand)),
        Expr::Tests(tests) => all(tests),
        Expr::NotTests(tests) | Expr::NotTestsRefined { tests, .. } => {
            format!("not({})", text(ast, *tests))
        }
        Expr::AnyInput => "-".to_owned(),
        other => unreachable!("{other:?} is printed elsewhere"),
    }
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}

fn type_text(of: &Type) -> String {
    match of {
        Type::List(item) => format!("list<{}>", type_text(item)),
        Type::Range(point) => format!("range<{}>", type_text(point)),
        Type::Context(entries) if !entries.is_empty() => {
            let entries: Vec<String> =
                entries.iter().map(|(key, of)| format!("{key}: {}", type_text(of))).collect();
            format!("context<{}>", entries.join(", "))
        }
        Type::Function(Some(signature)) => {
            let parameters: Vec<String> = signature.parameters.iter().map(type_text).collect();
            format!("function<{}> -> {}", parameters.join(", "), type_text(&signature.result))
        }
        Type::Unknown(name) => name.to_string(),
        simple => simple.name().to_owned(),
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
    use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

    use super::super::{expression, unary_tests};
    use super::text;
    use crate::ast::{Ast, Id};
    use crate::error::SyntaxError;

    /// Types as they are written.
    fn types() -> impl Strategy<Value = String> {
        let names =
            vec!["number", "string", "date and time", "Any", "days and time duration", "tX"];
        let leaf = proptest::sample::select(names).prop_map(str::to_owned);
        leaf.prop_recursive(2, 6, 2, |inner| {
            let pair = (inner.clone(), inner.clone());
            prop_oneof![
                inner.clone().prop_map(|it| format!("list<{it}>")),
                inner.prop_map(|it| format!("range<{it}>")),
                pair.clone().prop_map(|(a, b)| format!("context<a: {a}, b: {b}>")),
                pair.prop_map(|(a, b)| format!("function<{a}> -> {b}")),
            ]
        })
    }

    /// Operands that need no parentheses.
    fn leaves() -> impl Strategy<Value = String> {
        prop_oneof![
            (0..1000_u32).prop_map(|it| it.to_string()),
            (0..1000_u32, 1..99_u32).prop_map(|(a, b)| format!("{a}.{b:02}")),
            "[a-z][a-z0-9_]{0,4}x".prop_map(|it| it),
            "[a-zäß ]{0,5}".prop_map(|it| format!("\"{it}\"")),
            "[a-z+ ]{0,5}z".prop_map(|it| format!("`{it}`")),
            any::<bool>().prop_map(|it| it.to_string()),
            Just("null".to_owned()),
            Just("@\"P1D\"".to_owned()),
            Just(r#""a \"quoted\" \\ \n word""#.to_owned()),
        ]
    }

    /// Texts of expressions with few parentheses, so that precedence decides.
    fn expressions() -> impl Strategy<Value = String> {
        leaves().prop_recursive(5, 60, 4, |inner| {
            let pair = (inner.clone(), inner.clone());
            let operator = proptest::sample::select(vec![
                "+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in",
            ]);
            prop_oneof![
                (pair.clone(), operator).prop_map(|((a, b), op)| format!("{a} {op} {b}")),
                forms(inner.clone()),
                calls(inner.clone()),
                inner.clone().prop_map(|it| format!("({it})")),
                inner.clone().prop_map(|it| format!("-{it}")),
                prop::collection::vec(inner.clone(), 0..4)
                    .prop_map(|it| format!("[{}]", it.join(", "))),
                pair.clone().prop_map(|(a, b)| format!("{{k one: {a}, \"k2\": {b}}}")),
                pair.clone().prop_map(|(a, b)| format!("[{a}][{b}]")),
                pair.prop_map(|(a, b)| format!("(({a})..({b})]")),
                inner.prop_map(|it| format!("({it}).some.path")),
            ]
        })
    }

    /// Forms with keywords.
    fn forms(inner: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
        let pair = (inner.clone(), inner.clone());
        let triple = (inner.clone(), inner.clone(), inner.clone());
        prop_oneof![
            triple.clone().prop_map(|(a, b, c)| format!("if {a} then {b} else {c}")),
            triple.clone().prop_map(|(a, b, c)| format!("({a}) between ({b}) and ({c})")),
            triple.clone().prop_map(|(a, b, c)| format!("({a}) in (< ({b}), [({c})..9], ?)")),
            triple.prop_map(|(a, b, c)| format!("for i in ({a})..({b}), j in [i] return {c}")),
            pair.clone().prop_map(|(a, b)| format!("for i in [{a}] return {b}")),
            pair.clone().prop_map(|(a, b)| format!("some i in [{a}] satisfies {b}")),
            pair.prop_map(|(a, b)| format!("every i in [{a}], k l in [i] satisfies {b}")),
            (inner.clone(), types()).prop_map(|(it, of)| format!("({it}) instance of {of}")),
            (inner, types()).prop_map(|(it, of)| format!("(function(p: {of}, q) {it})")),
        ]
    }

    /// Invocations.
    fn calls(inner: impl Strategy<Value = String> + Clone) -> impl Strategy<Value = String> {
        let pair = (inner.clone(), inner);
        prop_oneof![
            pair.clone().prop_map(|(a, b)| format!("string join({a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("f(first: {a}, second one: {b})")),
            pair.clone().prop_map(|(a, b)| format!("x.y.f({a}, {b})")),
            pair.prop_map(|(a, b)| format!("({a})({b})")),
        ]
    }

    /// Texts of cells.
    fn cells() -> impl Strategy<Value = String> {
        let test = expressions().prop_flat_map(|it| {
            prop_oneof![
                Just(format!("< ({it})")),
                Just(format!("(>= ({it}))")),
                Just(format!("[({it})..5)")),
                Just(format!("? = ({it})")),
                Just(it),
            ]
        });
        let list = prop::collection::vec(test, 1..4).prop_map(|it| it.join(", ")).boxed();
        prop_oneof![
            8 => list.clone(),
            2 => list.prop_map(|it| format!("not({it})")),
            1 => Just("-".to_owned()),
        ]
    }

    type Parse = fn(&str) -> Result<(Ast, Id), Box<SyntaxError>>;

    /// Whether the text is one of the language.
    fn check(written: &str, parse: Parse) -> bool {
        // Comparisons do not chain: such a text is refused, which is all that is asked of it.
        let Ok((tree, root)) = parse(written) else { return false };
        let printed = text(&tree, root);
        let (again, root) =
            parse(&printed).unwrap_or_else(|it| panic!("{written}\n{printed}\n{it}"));
        // The nodes are numbered in the order in which they were read, so equal trees are the
        // same list.
        assert_eq!(format!("{:?}", again.nodes()), format!("{:?}", tree.nodes()), "{written}");
        assert_eq!(text(&again, root), printed, "{written}");
        true
    }

    proptest! {
        #[test]
        fn printing_and_parsing_again_gives_the_same_tree(written in expressions()) {
            check(&written, |it| expression(it, None));
        }

        #[test]
        fn printing_and_parsing_tests_again_gives_the_same_tree(written in cells()) {
            check(&written, |it| unary_tests(it, None));
        }
    }

    #[test]
    fn most_generated_texts_are_expressions() {
        use proptest::strategy::ValueTree;
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let strategy = expressions();
        let texts = (0..400).map(|_| strategy.new_tree(&mut runner).unwrap().current());
        let sound = texts.filter(|it| check(it, |it| expression(it, None))).count();
        assert!(sound > 200, "only {sound} of 400 parse");
    }
}
