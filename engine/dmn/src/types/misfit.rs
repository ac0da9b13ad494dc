//! Why a value is not of its declared type, and which part of it is not.

use feel::temporal::{BEYOND_CALENDAR, is_beyond_calendar};
use feel::{Type, Value};
use value::Str;

use super::{ItemType, Kind};
use crate::evaluate::shown;

/// A value that is not of the type that it is declared as.
#[derive(Debug)]
pub(crate) struct Misfit {
    /// The value as the type takes it, as far as it does.
    whole: Value,
    /// The name of its type, if it has one.
    declared: Option<Str>,
    part: Part,
}

/// The first part of a value that is at fault: an item, an entry, or all of it.
#[derive(Debug)]
pub(super) struct Part {
    /// The steps to it, such as `[2]` and `.age`, from the inside out.
    path: Vec<String>,
    value: Value,
    /// The name of the type that it should be of, if it has one.
    declared: Option<Str>,
    why: Why,
}

/// What is wrong with a part.
#[derive(Debug)]
pub(super) enum Why {
    /// It is none of this type.
    Type(&'static str),
    /// It is a function of other parameters, or with another result.
    Signature,
    /// It has no entry with this name.
    NoEntry(Str),
    /// It is none of the allowed values.
    NotAllowed(String),
    /// It does not fulfil the constraint.
    Constraint(String),
}

impl Misfit {
    pub(super) fn new(of: &ItemType, whole: Value, part: Part) -> Self {
        Self { whole, declared: of.name().cloned(), part }
    }

    /// What is wrong, as a clause that begins with the value, and what becomes of it.
    pub(crate) fn message(&self) -> String {
        let part = self.part.clause();
        if self.part.path.is_empty() {
            return format!("{part}; it becomes null");
        }
        let path: String = self.part.path.iter().rev().map(String::as_str).collect();
        let whole = self.whole.shown(100);
        match &self.declared {
            Some(name) => {
                format!(
                    "the value {whole} is not of the type '{name}': at {path} {part}; all of it becomes \
                     null"
                )
            }
            None => format!(
                "the value {whole} is not as it is declared: at {path} {part}; all of it becomes null"
            ),
        }
    }
}

impl Part {
    pub(super) fn new(value: &Value, why: Why) -> Self {
        Self { path: Vec::new(), value: value.clone(), declared: None, why }
    }

    /// Names the type that the part should be of, unless a type inside of it has a name.
    pub(super) fn of_type(mut self, name: Option<&Str>) -> Self {
        if self.path.is_empty() && self.declared.is_none() {
            self.declared = name.cloned();
        }
        self
    }

    /// The same part as seen from a list in which it is, or is in, the item with this place from 0.
    pub(super) fn in_item(mut self, ix: usize) -> Self {
        self.path.push(format!("[{}]", ix + 1));
        self
    }

    /// The same part as seen from a context in which it is, or is in, the entry with this name.
    pub(super) fn in_entry(mut self, name: &str) -> Self {
        self.path.push(format!(".{name}"));
        self
    }

    fn clause(&self) -> String {
        let value = self.value.shown(100);
        let by = |verb: &str, without: &str| match &self.declared {
            Some(name) => format!(", which the type '{name}' {verb}"),
            None => without.to_owned(),
        };
        match &self.why {
            Why::Type("date" | "date and time")
                if self.value.as_str().is_some_and(is_beyond_calendar) =>
            {
                format!("the value {value} is {BEYOND_CALENDAR}")
            }
            Why::Type(wanted) => {
                format!("the value {value} is no {wanted}{}", by("requires", " as it is declared"))
            }
            Why::Signature => format!(
                "the value {value} is a function of other parameters or with another result{}",
                match &self.declared {
                    Some(name) => format!(" than the type '{name}' requires"),
                    None => " than it is declared".to_owned(),
                }
            ),
            Why::NoEntry(name) => {
                format!("the value {value} has no entry '{name}'{}", by("requires", ""))
            }
            Why::NotAllowed(tests) => {
                format!(
                    "the value {value} is none of {tests}{}",
                    by("allows", ", which are allowed")
                )
            }
            Why::Constraint(tests) => {
                format!("the value {value} does not fulfil {tests}{}", by("requires", ""))
            }
        }
    }
}

/// Tests of a model as one line, cut off when they are long.
pub(super) fn tests_shown(text: &str) -> String {
    let line = text.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let short = shown(&line);
    if short.len() < line.len() { format!("{short}…") } else { line }
}

impl ItemType {
    /// The name of the type, if a definition gives it one.
    fn name(&self) -> Option<&Str> {
        self.name.as_ref().or_else(|| match &self.kind {
            Kind::Named(of) if !self.collection => of.name(),
            Kind::Named(_) | Kind::Simple(_) | Kind::Components(_) => None,
        })
    }

    /// The first part of a value that has another structure than the type.
    ///
    /// Recurses as deep as types are nested, which is limited when they are read.
    pub(super) fn unlike(&self, value: &Value) -> Option<Part> {
        if value.is_null() {
            return None;
        }
        let part = if self.collection {
            match value.as_list() {
                Some(list) => in_items(list.items(), |it| self.unlike_item(it)),
                // A single value counts as a list of one: what is inside of it says more.
                None => match self.unlike_item(value) {
                    Some(part) if !part.path.is_empty() => Some(part),
                    Some(Part { why: Why::NoEntry(name), .. }) => {
                        Some(Part::new(value, Why::NoEntry(name)))
                    }
                    _ => Some(Part::new(value, Why::Type("list"))),
                },
            }
        } else {
            self.unlike_item(value)
        };
        part.map(|it| it.of_type(self.name.as_ref()))
    }

    fn unlike_item(&self, item: &Value) -> Option<Part> {
        if item.is_null() {
            return None;
        }
        match &self.kind {
            Kind::Simple(of) => unlike(of, item),
            Kind::Named(of) => of.unlike(item),
            Kind::Components(_) if !item.is_context() => {
                Some(Part::new(item, Why::Type("context")))
            }
            Kind::Components(components) => components.iter().find_map(|(name, of)| {
                let Some(entry) = item.entry(name) else {
                    return Some(Part::new(item, Why::NoEntry(name.clone())));
                };
                Some(of.unlike(&entry)?.in_entry(name))
            }),
        }
    }
}

/// The first part of a value that is not of a type without definition.
///
/// Recurses as deep as the type.
fn unlike(of: &Type, value: &Value) -> Option<Part> {
    if value.is_null() || of.has(value) {
        return None;
    }
    let inside = match (of, value.as_list()) {
        (Type::List(item), Some(list)) => in_items(list.items(), |it| unlike(item, it)),
        (Type::Context(entries), _) if value.is_context() => {
            entries.iter().find_map(|(name, of)| match value.entry(name) {
                Some(entry) => Some(unlike(of, &entry)?.in_entry(name)),
                None => Some(Part::new(value, Why::NoEntry(name.clone()))),
            })
        }
        (Type::Function(_), _) if matches!(value, Value::Function(_)) => {
            Some(Part::new(value, Why::Signature))
        }
        _ => None,
    };
    Some(inside.unwrap_or_else(|| Part::new(value, Why::Type(of.name()))))
}

fn in_items(items: &[Value], unlike: impl Fn(&Value) -> Option<Part>) -> Option<Part> {
    let mut items = items.iter().enumerate();
    items.find_map(|(ix, item)| Some(unlike(item)?.in_item(ix)))
}
