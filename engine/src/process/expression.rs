//! Expressions of the model, evaluated with the variables of a scope and checked for their type.
//!
//! What an attribute accepts follows `spec` table "Result type check per use": a wrong type is an
//! incident whose text names the expression, what was expected, what it was, and the warnings.

use crate::ctx::Ctx;
use crate::state::State;
use crate::state::instance::Instance;
use bpmn::Expression;
use feel::{Resource, Value};
use record::{ConditionEvaluation, IncidentType, Key, LOGIC_REFINED, Settings};
use std::fmt::Write as _;
use value::msgpack::Reader;
use value::{Doc, Str};

/// Why an element cannot go on: it becomes an incident.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) kind: IncidentType,
    pub(crate) message: String,
    /// What a gateway had evaluated by then.
    pub(crate) conditions: Vec<ConditionEvaluation>,
}

impl Failure {
    pub(crate) fn new(kind: IncidentType, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), conditions: Vec::new() }
    }
}

/// What the expressions of one work item may use.
pub(crate) fn budget(settings: &Settings) -> feel::Budget {
    feel::Budget::new(feel::Limits {
        steps: settings.expression_steps_max,
        bytes: settings.expression_bytes_max,
        depth: u32::try_from(settings.expression_depth_max).unwrap_or(u32::MAX),
    })
}

/// The variables that are visible from a scope.
pub(crate) struct Visible<'a> {
    /// Nearest of all: results of earlier mappings.
    pub(crate) overlay: Option<&'a Doc>,
    pub(crate) instance: Option<&'a Instance>,
    pub(crate) scope: Key,
}

impl feel::Variables for Visible<'_> {
    fn get(&self, name: &str) -> Option<&[u8]> {
        if let Some(found) = self.overlay.and_then(|it| it.get(name)) {
            return Some(found);
        }
        let instance = self.instance?;
        let mut scope = self.scope;
        while let Some(element) = instance.element(scope) {
            if let Some(found) = element.variable(name) {
                return Some(found);
            }
            scope = element.scope;
        }
        None
    }
}

/// A value with the warnings of its evaluation.
pub(crate) struct Evaluated {
    pub(crate) value: Value,
    pub(crate) warnings: Vec<feel::Warning>,
}

/// Where expressions look for variables.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) instance: Key,
    pub(crate) scope: Key,
}

/// What to do when an evaluation has spent its budget: the setting that governs what ran out, if
/// one does.
pub(crate) fn budget_advice(state: &State, resource: Resource) -> &'static str {
    if state.meta.logic() < LOGIC_REFINED {
        return " Simplify it, or raise the setting 'expression_steps_max' or \
                'expression_bytes_max'.";
    }
    match resource {
        Resource::Steps => " Simplify it, or raise the setting 'expression_steps_max'.",
        Resource::Bytes => " Simplify it, or raise the setting 'expression_bytes_max'.",
        Resource::Depth | Resource::Calls => {
            " Simplify it, or raise the setting 'expression_depth_max'."
        }
        Resource::Operations => {
            " Simplify it, or raise the setting 'expression_depth_max': each level allows five."
        }
        Resource::Values => " Nest lists and contexts less deep; no setting raises this limit.",
        Resource::Backtracks => " Simplify the regular expression.",
    }
}

/// What to do when a deployed model has a regular expression that is refused today.
const DEPLOY_ANOTHER: &str =
    " Deploy a version with another pattern and migrate the instance to it.";

/// By which edition of FEEL the logic version evaluates.
pub(crate) fn edition(state: &State) -> feel::Edition {
    if state.meta.logic() < LOGIC_REFINED { feel::Edition::First } else { feel::Edition::Refined }
}

/// Evaluates an expression at a place, earlier results first.
pub(crate) fn evaluate(
    ctx: &mut Ctx<'_>,
    place: Place,
    overlay: Option<&Doc>,
    expression: &Expression,
    kind: IncidentType,
) -> Result<Evaluated, Failure> {
    let program = match expression {
        Expression::Static(literal) => {
            return Ok(Evaluated {
                value: Value::from_msgpack(literal.value()),
                warnings: Vec::new(),
            });
        }
        Expression::Feel(feel) => feel.program(),
    };
    let instance = ctx.state.instance(place.instance);
    let variables = Visible { overlay, instance, scope: place.scope };
    let mut env = feel::Env::new(ctx.now, ctx.zone, ctx.seed, &mut ctx.budget);
    env.edition = edition(ctx.state);
    let result = program.evaluate(&variables, &mut env);
    ctx.seed = env.seed;
    let warnings = std::mem::take(&mut env.warnings);
    match result {
        Ok(value) => Ok(Evaluated { value, warnings }),
        Err(failure) => {
            let mut message = format!(
                "The expression '{}' could not be evaluated: {failure}.",
                expression.text()
            );
            if let feel::Failure::Budget { resource, .. } = failure {
                ctx.budget_is_spent = true;
                message.push_str(budget_advice(ctx.state, resource));
            }
            if matches!(failure, feel::Failure::Pattern { .. }) {
                message.push_str(DEPLOY_ANOTHER);
            }
            append_warnings(&mut message, &warnings);
            Err(Failure::new(kind, message))
        }
    }
}

/// Evaluates an attribute that must be text.
pub(crate) fn text(
    ctx: &mut Ctx<'_>,
    place: Place,
    expression: &Expression,
) -> Result<Str, Failure> {
    let result = evaluate(ctx, place, None, expression, IncidentType::ExtractValueError)?;
    match result.value.as_str() {
        Some(text) => Ok(text.into()),
        None => Err(wrong_type(expression, "'STRING'", &result)),
    }
}

/// Evaluates an attribute that must be a whole number in the range of `i32`; decimals are cut.
pub(crate) fn number(
    ctx: &mut Ctx<'_>,
    place: Place,
    expression: &Expression,
) -> Result<i32, Failure> {
    let result = evaluate(ctx, place, None, expression, IncidentType::ExtractValueError)?;
    let number = result.value.as_dec().map(|it| it.to_f64().trunc());
    match number {
        // The range is checked first, so the conversion keeps the value.
        #[expect(clippy::cast_possible_truncation, reason = "the value is in range")]
        Some(number) if number >= f64::from(i32::MIN) && number <= f64::from(i32::MAX) => {
            Ok(number as i32)
        }
        Some(_) if ctx.state.meta.logic() >= LOGIC_REFINED => {
            Err(out_of_range(expression, &result))
        }
        Some(_) | None => Err(wrong_type(expression, "'NUMBER'", &result)),
    }
}

/// The failure of a number that is too large or too small.
fn out_of_range(expression: &Expression, found: &Evaluated) -> Failure {
    let way_out = match expression {
        Expression::Static(_) => "Deploy a version with another number and migrate the instance",
        Expression::Feel(_) => "Set the variables it reads, then resolve the incident",
    };
    let mut message = format!(
        "The expression '{}' gives {}, which is not a number from {} to {}. {way_out}.",
        expression.text().trim_start_matches('='),
        found.value.feel_text(),
        i32::MIN,
        i32::MAX
    );
    append_warnings(&mut message, &found.warnings);
    Failure::new(IncidentType::ExtractValueError, message)
}

/// Evaluates a correlation key: text, or a number that becomes text.
pub(crate) fn correlation_key(
    ctx: &mut Ctx<'_>,
    place: Place,
    expression: &Expression,
) -> Result<Str, Failure> {
    text_or_number(ctx, place, "correlation key", expression)
}

/// Evaluates text, or a number that becomes text; `what` names it for people.
pub(crate) fn text_or_number(
    ctx: &mut Ctx<'_>,
    place: Place,
    what: &str,
    expression: &Expression,
) -> Result<Str, Failure> {
    let result = evaluate(ctx, place, None, expression, IncidentType::ExtractValueError)?;
    if let Some(text) = result.value.as_str() {
        return Ok(text.into());
    }
    if let Some(number) = result.value.as_dec() {
        return Ok(number.to_string().into());
    }
    let mut message = format!(
        "The {what} '{}' must be a string or a number, but it is '{}'. Set the variables \
         it reads, then resolve the incident.",
        expression.text(),
        result.value.type_name()
    );
    append_warnings(&mut message, &result.warnings);
    Err(Failure::new(IncidentType::ExtractValueError, message))
}

/// The failure of a value that has the wrong type.
pub(crate) fn wrong_type(expression: &Expression, expected: &str, found: &Evaluated) -> Failure {
    let mut message = format!(
        "Expected result of the expression '{}' to be {expected}, but was '{}'.",
        expression.text().trim_start_matches('='),
        found.value.type_name()
    );
    append_warnings(&mut message, &found.warnings);
    Failure::new(IncidentType::ExtractValueError, message)
}

/// Appends the warnings of an evaluation: what people need to find the cause.
pub(crate) fn append_warnings(message: &mut String, warnings: &[feel::Warning]) {
    if warnings.is_empty() {
        return;
    }
    message.push_str(" The evaluation reported the following warnings:");
    for warning in warnings {
        let _ = write!(message, "\n[{}] {}", warning.kind().name(), warning.text());
    }
}

/// Like [`append_warnings`], and says where in a model they arose.
pub(crate) fn append_placed_warnings(message: &mut String, warnings: &[feel::Warning]) {
    if warnings.is_empty() {
        return;
    }
    message.push_str(" The evaluation reported the following warnings:");
    for warning in warnings {
        let _ = write!(message, "\n{warning}");
    }
}

/// A value as it is stored in a variable.
pub(crate) fn stored(value: &Value) -> Vec<u8> {
    stored_with_loss(value).0
}

/// A value as it is stored in a variable, and what became null in it.
pub(crate) fn stored_with_loss(value: &Value) -> (Vec<u8>, feel::Lost) {
    let mut out = Vec::new();
    let lost = value.to_msgpack(&mut out);
    debug_assert!(Reader::new(&out).kind().is_some(), "a value leaves FEEL as one value");
    (out, lost)
}
