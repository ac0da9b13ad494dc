//! DMN models: decisions with their tables and expressions, compiled once, evaluated under a
//! budget, with all that explains the result.
//!
//! ```text
//! bytes ─xml─▶ Node ─compile─▶ Model (graph of elements) ─run─▶ Evaluation
//!                                  ▲ feel: one Program for each cell and expression
//! ```
//!
//! Nothing here reads a clock or a file. A model is refused with all its problems at once, or it
//! can be evaluated.
//!
//! ```
//! use feel::{Budget, Env, NoVariables};
//!
//! let file = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"
//!     name="d" namespace="d"><decision id="answer" name="Answer"><literalExpression>
//!     <text>6 * 7</text></literalExpression></decision></definitions>"#;
//! let model = dmn::compile("answer.dmn", file.as_bytes()).unwrap();
//! let zone = jiff::tz::TimeZone::UTC;
//! let mut budget = Budget::default();
//! let mut env = Env::new(0, &zone, 0, &mut budget);
//! let decision = model.decision("answer").unwrap();
//! let evaluation = model.evaluate(decision, &NoVariables, &mut env).unwrap();
//! assert_eq!(evaluation.output.as_i64(), Some(42));
//! ```

#![warn(missing_docs)]
#![expect(
    clippy::single_match_else,
    reason = "where both arms matter a match shows them side by side"
)]

mod boxed;
mod compile;
mod doubts;
mod evaluate;
mod graph;
mod knowledge;
mod model;
mod node;
mod parts;
mod reads;
mod result;
mod run;
mod table;
mod trouble;
mod types;
mod written;

pub use compile::{
    File, Namespaces, compile, compile_all, compile_all_accepted, element_names, namespaces,
};
pub use model::{Decision, Model, TableText};
pub use result::{
    DecisionFailure, DecisionType, EvaluatedDecision, EvaluatedInput, EvaluatedOutput, Evaluation,
    MatchedRule, UnmatchedRule,
};
pub use table::{Finding, FindingKind};
pub use xml::Problem;
