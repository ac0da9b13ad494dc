//! The FEEL expression language in Camunda's dialect: texts become programs once, programs are
//! evaluated under a budget, and the same program on the same input gives the same bytes anywhere.
//!
//! ```text
//!   text ──lex──▶ tokens ──parse──▶ tree ──lower──▶ Program ──eval──▶ Value ──▶ MessagePack
//!                                                      ▲
//!                   Variables (MessagePack), Env (clock, zone, seed, budget)
//! ```
//!
//! Nothing here reads a clock, a file or an environment variable; there is no reflection, and the
//! table of functions is closed.
//!
//! ```
//! use feel::{Budget, Env, NoVariables, Program, Value};
//!
//! let program = Program::compile("for i in 1..3 return i * 2").unwrap();
//! let zone = jiff::tz::TimeZone::UTC;
//! let mut budget = Budget::default();
//! let mut env = Env::new(0, &zone, 0, &mut budget);
//! let value = program.evaluate(&NoVariables, &mut env).unwrap();
//! assert_eq!(value.feel_text(), "[2, 4, 6]");
//! ```

#![warn(missing_docs)]
#![expect(
    clippy::single_match_else,
    reason = "where both arms matter a match shows them side by side"
)]
#![expect(
    clippy::unnecessary_box_returns,
    reason = "errors are boxed where they are made: results must stay small in recursive functions"
)]

mod ast;
mod builtins;
mod code;
mod constant;
mod edition;
mod env;
mod error;
mod eval;
mod explain;
mod failure;
mod function;
mod iteration;
mod lex;
mod limits;
mod lower;
mod parameters;
mod parse;
mod program;
mod scope;
pub mod temporal;
mod types;
mod values;
mod variables;
mod warning;

pub use self::builtins::{FunctionForm, function_forms, function_names};
pub use self::constant::{Comparison, Condition, ConstantTest, ConstantTests};
pub use self::edition::Edition;
pub use self::env::{Budget, Env, WARNINGS_MAX};
pub use self::error::SyntaxError;
pub use self::explain::{Explanation, PARTS_MAX, Part};
pub use self::failure::{Failure, Resource};
pub use self::function::{Callable, Function, invoke};
pub use self::iteration::Iteration;
pub use self::limits::{Limits, STACK_BYTES};
pub use self::parameters::{Parameter, parameters};
pub use self::program::Program;
pub use self::scope::Scope;
pub use self::types::{Signature, Type};
pub use self::values::{Context, List, Lost, Range, Raw, Shape, Value};
pub use self::variables::{NoVariables, Variables};
pub use self::warning::{Warning, WarningKind};
