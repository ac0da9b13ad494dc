//! What an evaluation found wrong and answered with null.

use std::fmt;

use ::value::Str;

use crate::env::WARNINGS_MAX;
use crate::temporal::BEYOND_CALENDAR;
use crate::values::Value;

/// Kinds of warnings, named as in Zeebe's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WarningKind {
    /// A name that no scope has.
    NoVariableFound,
    /// A key that a context does not have.
    NoContextEntryFound,
    /// A property that a value does not have.
    NoPropertyFound,
    /// An operator or form that does not accept a value of this type.
    InvalidType,
    /// Two values that have no order or equality.
    NotComparable,
    /// A name, with this number or these names of arguments, that is no function.
    NoFunctionFound,
    /// A function that refused its arguments.
    FunctionInvocationFailure,
    /// An `assert` that was not fulfilled; the evaluation fails as well. Only by the first edition.
    AssertFailure,
    /// Anything else.
    Unknown,
}

impl WarningKind {
    /// The name in messages, such as `NO_VARIABLE_FOUND`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoVariableFound => "NO_VARIABLE_FOUND",
            Self::NoContextEntryFound => "NO_CONTEXT_ENTRY_FOUND",
            Self::NoPropertyFound => "NO_PROPERTY_FOUND",
            Self::InvalidType => "INVALID_TYPE",
            Self::NotComparable => "NOT_COMPARABLE",
            Self::NoFunctionFound => "NO_FUNCTION_FOUND",
            Self::FunctionInvocationFailure => "FUNCTION_INVOCATION_FAILURE",
            Self::AssertFailure => "ASSERT_FAILURE",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// One warning. Its text is built when it is asked for.
#[derive(Debug, Clone)]
pub struct Warning {
    pub(crate) detail: WarningDetail,
    /// Where in a model, outermost first; empty outside of one.
    pub(crate) place: Box<str>,
}

/// What a warning's text is built from.
#[derive(Debug, Clone)]
pub(crate) enum WarningDetail {
    NoVariable(Str),
    NoEntry {
        key: Str,
        of: Value,
    },
    NoProperty {
        name: Str,
        of: Value,
    },
    Arithmetic {
        verb: &'static str,
        left: Value,
        right: Value,
        /// The result is a date or moment of another year than the calendar has.
        leaves_calendar: bool,
    },
    WrongType {
        expected: &'static str,
        found: Value,
    },
    NotComparable {
        left: Value,
        right: Value,
    },
    NotInRange {
        value: Value,
        low: Value,
        high: Value,
    },
    InvalidRange {
        low: Value,
        high: Value,
    },
    NoFunction {
        name: Str,
        arguments: usize,
    },
    NoFunctionNamed {
        name: Str,
        parameters: Vec<Str>,
    },
    Refused {
        function: Str,
        because: String,
    },
    RefusedArguments {
        function: Str,
        arguments: Vec<Value>,
    },
    Assert(String),
    /// The text of `@"..."`, which names no date, time or duration.
    Unreadable(Value),
    /// A key that a context has twice.
    KeyTwice(Value),
    /// The text of `@"..."`, which names a date of another year than the calendar has.
    BeyondCalendar(Value),
    NoItem {
        index: Value,
        count: usize,
    },
    /// A number that no variable can hold.
    TooLarge,
    /// A value of a type that no variable can hold.
    NoVariableHolds(&'static str),
    /// A value that is not of the type that a model declares.
    Model(String),
    /// There were more warnings than are kept.
    MoreDropped,
}

/// How many characters of a value a warning shows.
const SHOWN_MAX: usize = 200;

/// How many bytes of the place inside are told; a longer one gives way to those around it.
const PLACE_BYTES_MAX: usize = 1_000;

impl Warning {
    pub(crate) fn new(detail: WarningDetail) -> Self {
        Self { detail, place: "".into() }
    }

    /// Adds where it arose, around the places that are known already.
    pub(crate) fn add_place(&mut self, outer: &str) {
        // Functions that call each other would make it as long as they are deep.
        let inner = if self.place.len() > PLACE_BYTES_MAX { "…" } else { &*self.place };
        let place = if inner.is_empty() { outer.to_owned() } else { format!("{outer}, {inner}") };
        self.place = place.into();
    }

    /// Where in a model it arose, outermost first, such as `decision 'Risk', rule 2`; empty outside
    /// of one.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The kind.
    pub fn kind(&self) -> WarningKind {
        match self.detail {
            WarningDetail::NoVariable(_) => WarningKind::NoVariableFound,
            WarningDetail::NoEntry { .. } => WarningKind::NoContextEntryFound,
            WarningDetail::NoProperty { .. } => WarningKind::NoPropertyFound,
            WarningDetail::Arithmetic { .. }
            | WarningDetail::WrongType { .. }
            | WarningDetail::Model(_)
            | WarningDetail::NoVariableHolds(_)
            | WarningDetail::InvalidRange { .. } => WarningKind::InvalidType,
            WarningDetail::NotComparable { .. } | WarningDetail::NotInRange { .. } => {
                WarningKind::NotComparable
            }
            WarningDetail::NoFunction { .. } | WarningDetail::NoFunctionNamed { .. } => {
                WarningKind::NoFunctionFound
            }
            WarningDetail::Refused { .. } | WarningDetail::RefusedArguments { .. } => {
                WarningKind::FunctionInvocationFailure
            }
            WarningDetail::Assert(_) => WarningKind::AssertFailure,
            WarningDetail::Unreadable(_)
            | WarningDetail::KeyTwice(_)
            | WarningDetail::BeyondCalendar(_)
            | WarningDetail::NoItem { .. }
            | WarningDetail::MoreDropped
            | WarningDetail::TooLarge => WarningKind::Unknown,
        }
    }

    /// The text without the kind and the place.
    pub fn text(&self) -> String {
        match &self.detail {
            WarningDetail::NoVariable(name) => format!("No variable found with name '{name}'"),
            WarningDetail::NoEntry { key, of } => {
                format!("No context entry found with key '{key}'. {}", available_keys(of))
            }
            WarningDetail::NoProperty { name, of } => format!(
                "No property found with name '{name}' of value '{}'. Available properties: {}",
                shown(of),
                quoted(crate::temporal::property_names(of).iter())
            ),
            WarningDetail::Arithmetic { verb, left, right, leaves_calendar } => {
                let why = if *leaves_calendar { BEYOND_CALENDAR } else { "" };
                arithmetic(verb, &shown(left), &shown(right), why)
            }
            WarningDetail::WrongType { expected, found } => {
                format!("Expected {expected} but found '{}'", shown(found))
            }
            WarningDetail::NotComparable { left, right } => {
                format!("Can't compare '{}' with '{}'", shown(left), shown(right))
            }
            WarningDetail::NotInRange { value, low, high } => {
                let (value, low, high) = (shown(value), shown(low), shown(high));
                format!("Can't compare '{value}' with '{low}' and '{high}'")
            }
            WarningDetail::InvalidRange { low, high } => {
                format!("Invalid range definition '{}..{}'", shown(low), shown(high))
            }
            WarningDetail::NoFunction { name, arguments } => {
                format!("No function found with name '{name}' and {arguments} parameters")
            }
            WarningDetail::NoFunctionNamed { name, parameters } => format!(
                "No function found with name '{name}' and parameters: {}",
                parameters.join(",")
            ),
            WarningDetail::Refused { function, because } => {
                format!("Failed to invoke function '{function}': {because}")
            }
            WarningDetail::RefusedArguments { function, arguments } => format!(
                "Failed to invoke function '{function}': Illegal arguments: {}",
                quoted(arguments.iter().map(shown))
            ),
            WarningDetail::Unreadable(text) => {
                format!("The literal {} is no date, time or duration", literal(text))
            }
            WarningDetail::KeyTwice(key) => {
                format!("The key '{}' is in the context twice, which makes it null", beginning(key))
            }
            WarningDetail::BeyondCalendar(text) => {
                format!("The literal {} is {BEYOND_CALENDAR}", literal(text))
            }
            WarningDetail::NoItem { index, count } => {
                let index = shown(index);
                format!("No item found at index {index}. The list has {count} items")
            }
            WarningDetail::MoreDropped => {
                format!("More warnings were dropped: only the first {WARNINGS_MAX} are kept")
            }
            WarningDetail::TooLarge => {
                "A number is too large for a variable and becomes null".to_owned()
            }
            WarningDetail::NoVariableHolds(what) => {
                format!("A {what} cannot be kept in a variable and becomes null")
            }
            WarningDetail::Assert(message) | WarningDetail::Model(message) => message.clone(),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] ", self.kind().name())?;
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.text())
    }
}

/// What the result is (`why`) follows where that is known.
fn arithmetic(verb: &str, left: &str, right: &str, why: &str) -> String {
    let text = match verb {
        "add" => format!("Can't add '{right}' to '{left}'"),
        "subtract" => format!("Can't subtract '{right}' from '{left}'"),
        _ => format!("Can't {verb} '{left}' by '{right}'"),
    };
    if why.is_empty() { text } else { format!("{text}: the result is {why}") }
}

fn quoted(all: impl Iterator<Item = impl fmt::Display>) -> String {
    all.map(|it| format!("'{it}'")).collect::<Vec<_>>().join(", ")
}

fn literal(text: &Value) -> String {
    format!("'@\"{}\"'", beginning(text))
}

fn available_keys(of: &Value) -> String {
    match of.as_context() {
        None => "The context is null".to_owned(),
        Some(context) if context.entries().is_empty() => "The context is empty".to_owned(),
        Some(context) => {
            let shown = context.entries().iter().take(20);
            let keys: Vec<String> = shown.map(|it| format!("'{}'", it.0)).collect();
            format!("Available keys: {}", keys.join(", "))
        }
    }
}

/// The beginning of a text.
fn beginning(text: &Value) -> String {
    text.as_str().unwrap_or_default().chars().take(SHOWN_MAX).collect()
}

fn shown(value: &Value) -> String {
    value.excerpt(SHOWN_MAX)
}
