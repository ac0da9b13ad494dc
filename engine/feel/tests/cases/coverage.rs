//! What the cases must have of each built-in: calls by name, and arguments that are null, of a
//! wrong type, empty and extreme; or a reason why there is no such call.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, case, tables};

/// Parameters that take a value of any type: none is wrong.
const TAKES_ANY: &[(&str, &str)] = &[
    ("append", "items"),
    ("concatenate", "lists"),
    ("context put", "value"),
    ("fromAi", "description"),
    ("fromAi", "options"),
    ("fromAi", "schema"),
    ("fromAi", "type"),
    ("fromAi", "value"),
    ("get or else", "default"),
    ("get or else", "value"),
    ("index of", "match"),
    ("insert before", "newItem"),
    ("is", "value1"),
    ("is", "value2"),
    ("is defined", "value"),
    ("list contains", "element"),
    ("list replace", "newItem"),
    ("put", "value"),
    ("string", "from"),
    ("to json", "value"),
    ("union", "lists"),
];

/// Functions of points and ranges of any type: what is wrong is that two types do not compare, so
/// no parameter is wrong alone.
const COMPARES: &[&str] = &["after", "before", "coincides"];

/// How many arguments of one kind tell an extreme one from others.
const LARGE: [&str; 6] = ["9999-12", "-9999-", "..10000", "..100000", "\\U", "999999999"];

/// A call of a built-in in a case.
struct Call<'t> {
    /// Each argument with the names of the parameters it may be for.
    arguments: Vec<(BTreeSet<&'static str>, &'t str)>,
    by_name: bool,
    case: &'t Case<'t>,
}

/// The texts between commas up to the closing parenthesis.
fn arguments(text: &str) -> Option<Vec<&str>> {
    let (mut depth, mut start, mut quote) = (0_u32, 0, None);
    let mut found = Vec::new();
    let mut characters = text.char_indices();
    while let Some((at, it)) = characters.next() {
        match (quote, it) {
            (Some('"'), '\\') => drop(characters.next()),
            (Some(open), _) if open == it => quote = None,
            (None, '"' | '`') => quote = Some(it),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ',') if depth == 0 => {
                found.push(text[start..at].trim());
                start = at + 1;
            }
            (None, ')' | ']' | '}') if depth == 0 => {
                found.push(text[start..at].trim());
                found.retain(|it| !it.is_empty());
                return Some(found);
            }
            (None, ')' | ']' | '}') => depth -= 1,
            (Some(_) | None, _) => {}
        }
    }
    None
}

/// `name: value`, if the name is one of the parameters.
fn named<'t>(
    argument: &'t str,
    parameters: &BTreeSet<&'static str>,
) -> Option<(&'static str, &'t str)> {
    let (name, value) = argument.split_once(':')?;
    parameters.get(name.trim()).map(|it| (*it, value.trim()))
}

/// Where a name is called; not as the end of a longer name or of a path.
fn call_sites<'t>(text: &'t str, name: &str, names: &BTreeSet<&str>) -> Vec<&'t str> {
    let open = format!("{name}(");
    let sites = text.match_indices(&open).filter(|(at, _)| {
        let before = &text[..*at];
        let is_longer = names.iter().any(|it| {
            it.strip_suffix(name)
                .is_some_and(|first| first.ends_with(' ') && before.ends_with(first))
        });
        !is_longer && !before.ends_with(|it: char| it.is_alphanumeric() || "_.`\"".contains(it))
    });
    sites.map(|(at, _)| &text[at + open.len()..]).collect()
}

fn calls<'t>(name: &str, names: &BTreeSet<&str>, cases: &'t [Case<'t>]) -> Vec<Call<'t>> {
    let forms: Vec<_> = feel::function_forms().filter(|it| it.name == name).collect();
    let parameters: BTreeSet<&str> = forms.iter().flat_map(|it| it.parameters).copied().collect();
    let mut calls = Vec::new();
    for case in cases {
        for site in call_sites(case.expression, name, names) {
            let Some(texts) = arguments(site) else { continue };
            let by_name: Option<Vec<_>> = texts.iter().map(|it| named(it, &parameters)).collect();
            let by_name = by_name.filter(|it| !it.is_empty());
            let arguments = match &by_name {
                Some(given) => {
                    given.iter().map(|(name, it)| (BTreeSet::from([*name]), *it)).collect()
                }
                None => texts
                    .iter()
                    .enumerate()
                    .map(|(at, it)| {
                        let may_be = forms.iter().filter_map(|form| {
                            let last = form.parameters.len().checked_sub(1)?;
                            let fits = form.parameters.len() == texts.len()
                                || (form.is_variadic && texts.len() >= last);
                            fits.then(|| form.parameters[at.min(last)])
                        });
                        (may_be.collect(), *it)
                    })
                    .collect(),
            };
            calls.push(Call { arguments, by_name: by_name.is_some(), case });
        }
    }
    calls
}

/// The type of a literal, as far as its first characters show it.
fn kind(argument: &str) -> &'static str {
    let is_range = argument.contains("..") && argument.starts_with(['[', ']', '(']);
    match argument.chars().next() {
        _ if argument == "null" => "null",
        _ if argument == "true" || argument == "false" => "boolean",
        _ if is_range => "range",
        Some('"') => "string",
        Some('0'..='9' | '-' | '.') => "number",
        Some('[') => "list",
        Some('{') => "context",
        Some('@') => "temporal",
        _ => "other",
    }
}

fn is_empty(argument: &str) -> bool {
    matches!(argument, "0" | "@\"PT0S\"" | "@\"P0M\"")
        || ["\"\"", "[]", "{}", "0..0"].iter().any(|it| argument.contains(it))
}

fn is_extreme(argument: &str) -> bool {
    let has_exponent = argument.split(|it: char| !it.is_alphanumeric() && it != '-').any(|it| {
        it.split_once('e').is_some_and(|(a, b)| {
            a.parse::<f64>().is_ok() && b.len() > 1 && b.parse::<i32>().is_ok()
        })
    });
    let digits = argument.split(|it: char| !it.is_ascii_digit()).map(str::len).max();
    digits > Some(8)
        || has_exponent
        || LARGE.iter().any(|it| argument.contains(it))
        || argument.chars().any(|it| it > '\u{ffff}')
}

/// What is missing for one built-in.
fn missing(name: &'static str, names: &BTreeSet<&str>, cases: &[Case<'_>]) -> Vec<String> {
    let calls = calls(name, names, cases);
    let forms = feel::function_forms().filter(|it| it.name == name);
    let parameters: BTreeSet<&str> = forms.flat_map(|it| it.parameters).copied().collect();
    let mut missing = Vec::new();
    if calls.is_empty() {
        missing.push("a call".to_owned());
    }
    if parameters.is_empty() {
        return missing;
    }
    if !calls.iter().any(|it| it.by_name) {
        missing.push("a call by name".to_owned());
    }
    let has_any =
        |is: fn(&str) -> bool| calls.iter().any(|it| it.arguments.iter().any(|it| is(it.1)));
    if !has_any(is_empty) {
        missing.push("an empty argument".to_owned());
    }
    if !has_any(is_extreme) {
        missing.push("an extreme argument".to_owned());
    }
    let refuses = |it: &Case<'_>| it.expected == "null" || it.expected.starts_with("failure");
    for parameter in parameters {
        let given = calls.iter().flat_map(|call| {
            let own = call.arguments.iter().filter(|it| it.0.contains(parameter));
            own.map(|it| (kind(it.1), call.case))
        });
        let given: Vec<(&str, &Case<'_>)> = given.collect();
        if !given.iter().any(|it| it.0 == "null") {
            missing.push(format!("null for '{parameter}'"));
        }
        let taken: BTreeSet<&str> =
            given.iter().filter(|it| !refuses(it.1)).map(|it| it.0).collect();
        let is_wrong =
            |it: &(&str, &Case<'_>)| it.0 != "null" && !taken.contains(it.0) && refuses(it.1);
        let needs_wrong = !TAKES_ANY.contains(&(name, parameter)) && !COMPARES.contains(&name);
        if needs_wrong && !given.iter().any(is_wrong) {
            missing.push(format!("a wrong type for '{parameter}'"));
        }
    }
    let compares_wrong = |call: &Call<'_>| {
        refuses(call.case) && call.arguments.iter().all(|it| kind(it.1) != "null")
    };
    if COMPARES.contains(&name) && !calls.iter().any(compares_wrong) {
        missing.push("two types that do not compare".to_owned());
    }
    missing
}

#[test]
fn every_built_in_has_its_borders_in_the_cases() {
    let tables = tables();
    let lines = tables.iter().flat_map(|(_, text)| text.lines());
    let cases: Vec<Case<'_>> =
        lines.filter(|it| !it.is_empty() && !it.starts_with(['#', '?'])).filter_map(case).collect();
    let names: BTreeSet<&'static str> = feel::function_forms().map(|it| it.name).collect();
    let missing: BTreeMap<&str, Vec<String>> = names
        .iter()
        .map(|name| (*name, missing(name, &names, &cases)))
        .filter(|it| !it.1.is_empty())
        .collect();
    assert!(missing.is_empty(), "the cases lack {missing:#?}");
}

#[test]
fn no_reason_is_left_over() {
    let forms: Vec<_> = feel::function_forms().collect();
    for (name, parameter) in TAKES_ANY {
        let is_there =
            |it: &feel::FunctionForm| it.name == *name && it.parameters.contains(parameter);
        assert!(forms.iter().any(is_there), "{name} has no '{parameter}'");
    }
}
