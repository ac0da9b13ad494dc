//! An attribute of a model that may be static text or a FEEL expression.

use std::sync::Arc;

use feel::{Budget, Edition, Env, NoVariables, Program, SyntaxError, Value};
use jiff::tz::TimeZone;
use value::msgpack::Writer;
use value::{Dec, Str};

/// What stands in an attribute: text that begins with `=` is FEEL, everything else is static.
#[derive(Clone, Debug)]
pub enum Expression {
    Static(Literal),
    Feel(Feel),
}

/// Static text with the value it stands for.
#[derive(Clone, Debug)]
pub struct Literal {
    text: Str,
    /// The string or number, encoded like a variable.
    value: Arc<[u8]>,
    is_number: bool,
}

/// A FEEL expression of the model.
#[derive(Clone, Debug)]
pub struct Feel {
    /// As it stands in the model, `=` included.
    text: Str,
    program: Program,
}

/// What static text means in an attribute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Literals {
    /// A number when it spells one, else a string.
    Typed,
    /// Always a string.
    Text,
    /// A list of strings, with commas between them.
    List,
    /// Nothing: the attribute must be FEEL.
    Refused,
}

impl Expression {
    /// The text as it stands in the model, with the `=` of a FEEL expression.
    pub fn text(&self) -> &Str {
        match self {
            Expression::Static(literal) => &literal.text,
            Expression::Feel(feel) => &feel.text,
        }
    }

    /// Reads a timer's date, duration or cycle, of a model that is deployed.
    ///
    /// # Errors
    /// The rest of a sentence that begins with what it is.
    pub fn of_timer(text: &str) -> Result<Self, String> {
        Self::read(text, Literals::Text).map(|it| it.0)
    }

    /// Reads the text of an attribute, with what refuses it although it has a meaning; that and
    /// the error are the rest of a sentence that begins with the attribute.
    pub(crate) fn read(text: &str, literals: Literals) -> Result<(Self, Option<String>), String> {
        let literal = match text.strip_prefix('=') {
            Some(expression) if !expression.is_empty() => {
                let compiled = Program::compile_accepted(expression);
                let (program, refused) = compiled.map_err(|error| explain(&error))?;
                let feel = Feel { text: text.into(), program };
                return Ok((Expression::Feel(feel), refused.as_ref().map(explain)));
            }
            _ => match literals {
                Literals::Typed => Literal::typed(text),
                Literals::Text => Literal::string(text),
                Literals::List => Literal::list(text)?,
                Literals::Refused => {
                    return Err(format!(
                        "must be a FEEL expression, but it is '{text}'. Begin it with '='."
                    ));
                }
            },
        };
        Ok((Expression::Static(literal), None))
    }

    /// The text that it always gives; the error is the rest of a sentence.
    pub(crate) fn constant_text(&self) -> Result<Str, String> {
        match self {
            Expression::Static(literal) if literal.is_number => {
                Err("is a number. It must be text.".to_owned())
            }
            Expression::Static(literal) => Ok(Arc::clone(&literal.text)),
            Expression::Feel(feel) => feel.constant_text(),
        }
    }
}

/// A syntax error as the rest of a sentence, without the picture of the place.
fn explain(error: &SyntaxError) -> String {
    let text = error.to_string();
    let first_line = text.lines().next().unwrap_or_default();
    format!("is no FEEL expression: {first_line}.")
}

impl Feel {
    /// The compiled expression.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Evaluates it without variables, and at the beginning of 1970: a name that depended on the
    /// time would not be constant.
    fn constant_text(&self) -> Result<Str, String> {
        let (zone, mut budget) = (TimeZone::UTC, Budget::default());
        let mut env = Env::new(0, &zone, 0, &mut budget);
        // The name of a deployed process stays what it was.
        env.edition = Edition::First;
        match self.program.evaluate(&NoVariables, &mut env) {
            Ok(Value::Str(text)) if !text.is_empty() => Ok(text),
            Ok(value) => Err(format!(
                "gives {} without variables, of which there are none yet. It must give text.",
                value.feel_text()
            )),
            Err(failure) => Err(format!("cannot be evaluated without variables: {failure}.")),
        }
    }
}

impl Literal {
    /// The value, encoded like a variable: a number when the text spells one (and the attribute may
    /// hold one), else a string.
    pub fn value(&self) -> &Arc<[u8]> {
        &self.value
    }

    /// Whether the value is a number.
    pub fn is_number(&self) -> bool {
        self.is_number
    }

    /// Whether the value is a whole number from 0 to the largest of 32 bits, however it is written.
    pub(crate) fn is_count(&self) -> bool {
        let number = Dec::parse(&self.text).map(Dec::to_f64);
        let counts = |it: f64| it.fract() == 0.0 && it >= 0.0 && it <= f64::from(i32::MAX);
        self.is_number && number.is_some_and(counts)
    }

    fn string(text: &str) -> Self {
        let mut value = Writer::new();
        value.str(text);
        Literal { text: text.into(), value: value.into_bytes().into(), is_number: false }
    }

    /// The items are trimmed, and none may be blank.
    fn list(text: &str) -> Result<Self, String> {
        let items: Vec<&str> = text.split(',').map(str::trim).collect();
        if items.iter().any(|it| it.is_empty()) {
            return Err(format!(
                "must be a list with commas between its items, or a FEEL expression, but it is \
                 '{text}'."
            ));
        }
        let mut value = Writer::new();
        value.array(items.len());
        for item in items {
            value.str(item);
        }
        let value = value.into_bytes().into();
        Ok(Literal { text: text.into(), value, is_number: false })
    }

    /// Numbers become what FEEL would hand out for them: whole ones of 64 bits stay whole, all
    /// others are doubles.
    fn typed(text: &str) -> Self {
        let Some(number) = Dec::parse(text) else { return Self::string(text) };
        let mut value = Writer::new();
        match (number.to_i64(), number.to_f64()) {
            (Some(whole), _) => value.int(whole),
            (None, double) if double.is_finite() => value.float(double),
            (None, _) => return Self::string(text),
        };
        Literal { text: text.into(), value: value.into_bytes().into(), is_number: true }
    }
}
