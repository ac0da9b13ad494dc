//! What an evaluation answered with null: told by the server, found here, or both.

use std::fmt;

use client::DecisionEvaluation;
use feel::Warning;
use serde_json::{Value, json};

use super::local::Evaluated;

/// A warning, wherever it was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Warned {
    kind: String,
    message: String,
    /// Where in the model; empty outside of one.
    place: String,
}

impl Warned {
    pub(super) fn of(it: &Warning) -> Self {
        Self { kind: it.kind().name().to_owned(), message: it.text(), place: it.place().to_owned() }
    }
}

/// As people see it: what and where.
impl fmt::Display for Warned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, message, place } = self;
        if place.is_empty() {
            return write!(f, "{kind}: {message}");
        }
        write!(f, "{kind}: {place}: {message}")
    }
}

/// What was found here.
pub(super) fn here(found: &Evaluated) -> Vec<Warned> {
    found.warnings.iter().map(Warned::of).collect()
}

/// What the server tells, and behind it what the same evaluation found only here: a server that
/// still decides by the first logic version tells nothing.
pub(super) fn deployed(found: &DecisionEvaluation, again: Option<&Evaluated>) -> Vec<Warned> {
    let told = found.warnings.iter().map(|it| Warned {
        kind: it.kind.clone(),
        message: it.message.clone(),
        place: it.place.clone(),
    });
    let mut warned: Vec<Warned> = told.collect();
    for it in again.map(here).unwrap_or_default() {
        if !warned.contains(&it) {
            warned.push(it);
        }
    }
    warned
}

/// For programs.
pub(super) fn listed(warned: &[Warned]) -> Vec<Value> {
    let listed = warned.iter().map(|it| {
        let place = Some(&it.place).filter(|it| !it.is_empty());
        json!({"kind": it.kind, "message": it.message, "place": place})
    });
    listed.collect()
}

/// For people; nothing if there are none.
pub(super) fn lines(warned: &[Warned], left_out: u32) -> Option<String> {
    let mut lines: Vec<String> = warned.iter().map(|it| format!("warning  {it}")).collect();
    if left_out > 0 {
        lines.push(format!("warning  {left_out} more were left out"));
    }
    Some(lines.join("\n")).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use client::{DecisionEvaluation, EvaluationWarning};
    use expect_test::expect;

    use super::super::local::{self, Evaluated};
    use super::{deployed, lines, listed};
    use crate::variables::Document;

    /// A decision that warns of two variables.
    fn here() -> Evaluated {
        let file = "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"d\" \
                    name=\"d\" namespace=\"d\"><decision id=\"a\" name=\"A\"><literalExpression>\
                    <text>[b, c]</text></literalExpression></decision></definitions>";
        let model = local::accepted(&[file.to_owned()]).unwrap();
        let zone = jiff::tz::TimeZone::UTC;
        local::evaluate(&model, "a", &Document::default(), &zone).unwrap()
    }

    fn told(warnings: &[(&str, &str)], left_out: u32) -> DecisionEvaluation {
        let warnings = warnings.iter().map(|(kind, message)| EvaluationWarning {
            kind: (*kind).to_owned(),
            message: (*message).to_owned(),
            place: "decision 'A', expression '[b, c]'".to_owned(),
        });
        DecisionEvaluation {
            key: 1,
            id: "a".to_owned(),
            version: 1,
            requirements: 2,
            output: serde_json::Value::Null,
            failure: None,
            decisions: Vec::new(),
            warnings: warnings.collect(),
            warnings_left_out: left_out,
        }
    }

    #[test]
    fn what_the_server_tells_comes_first_and_is_not_repeated() {
        let here = here();
        let server = told(
            &[
                ("INVALID_TYPE", "Something that only the server met"),
                ("NO_VARIABLE_FOUND", "No variable found with name 'c'"),
            ],
            3,
        );
        let warned = deployed(&server, Some(&here));
        expect![[r"
            warning  INVALID_TYPE: decision 'A', expression '[b, c]': Something that only the server met
            warning  NO_VARIABLE_FOUND: decision 'A', expression '[b, c]': No variable found with name 'c'
            warning  NO_VARIABLE_FOUND: decision 'A', expression '[b, c]': No variable found with name 'b'
            warning  3 more were left out"]]
        .assert_eq(&lines(&warned, server.warnings_left_out).unwrap());
        assert_eq!(listed(&warned)[0]["message"], "Something that only the server met");
        // Also when nothing could be evaluated here.
        assert_eq!(deployed(&server, None).len(), 2);
        assert_eq!(lines(&deployed(&told(&[], 0), None), 0), None);
    }
}
