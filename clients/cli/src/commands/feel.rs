//! `baton feel`.

use ::feel::{Budget, Env, Program, Value as FeelValue, Variables as FeelVariables};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use value::Doc;

use crate::failure::{Exit, Failure};
use crate::output::{Output, pairs};
use crate::variables::Variables;

/// Evaluate a FEEL expression without a server
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  baton feel 'amount > 100' --var amount=120\n  baton feel '=for i in items return i.price' --vars @order.json"
)]
pub(crate) struct Feel {
    /// The expression; a leading = as in models is fine
    #[arg(value_name = "EXPR")]
    expression: String,
    #[command(flatten)]
    variables: Variables,
    /// The zone of what has none
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
}

/// Variables of the command line.
struct Scope(Doc);

impl FeelVariables for Scope {
    fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name)
    }
}

/// What an evaluation gave.
struct Answer {
    value: FeelValue,
    warnings: Vec<(&'static str, String)>,
}

impl Feel {
    pub(crate) fn run(&self, output: &mut Output) -> Result<(), Failure> {
        let answer = self.evaluate(jiff::Timestamp::now().as_millisecond())?;
        output.answer(|| to_json(&answer), || to_text(&answer))?;
        Ok(())
    }

    fn evaluate(&self, now_ms: i64) -> Result<Answer, Failure> {
        let text = self.expression.strip_prefix('=').unwrap_or(&self.expression);
        let program = Program::compile(text)
            .map_err(|error| Failure::new(Exit::Refused, error.to_string()))?;
        let zone = TimeZone::get(&self.zone).map_err(|_| {
            Failure::usage(format!("There is no time zone '{}'.", self.zone))
                .hint("Write a name such as Europe/Berlin.")
        })?;
        let variables = match self.variables.read()? {
            Value::Null => Doc::empty(),
            document => Doc::from_json(&document.to_string()).map_err(|error| {
                Failure::usage(format!("The variables cannot be used: {error}."))
            })?,
        };
        let mut budget = Budget::default();
        let seed = u64::try_from(now_ms).unwrap_or_default();
        let mut env = Env::new(now_ms, &zone, seed, &mut budget);
        let value = program
            .evaluate(&Scope(variables), &mut env)
            .map_err(|failure| Failure::new(Exit::Refused, format!("{failure}.")))?;
        let warnings = env.warnings.iter().map(|it| (it.kind().name(), it.text())).collect();
        Ok(Answer { value, warnings })
    }
}

/// The value as workers would get it.
fn as_json(value: &FeelValue) -> String {
    let mut bytes = Vec::new();
    value.to_msgpack(&mut bytes);
    value::json::value_to_json(&bytes)
}

fn to_json(answer: &Answer) -> Value {
    let warning = |(kind, text): &(&str, String)| json!({"kind": kind, "message": text});
    json!({
        "value": serde_json::from_str::<Value>(&as_json(&answer.value)).unwrap_or(Value::Null),
        "feel": answer.value.feel_text(),
        "type": answer.value.feel_type(),
        "warnings": answer.warnings.iter().map(warning).collect::<Vec<_>>(),
    })
}

fn to_text(answer: &Answer) -> String {
    let mut lines = vec![pairs(&[
        ("value", answer.value.feel_text()),
        ("type", answer.value.feel_type().to_owned()),
    ])];
    lines.extend(answer.warnings.iter().map(|(kind, text)| format!("warning  {kind}: {text}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests;
