//! Decision tables, compiled.

mod aggregation;
mod cell;
mod evaluate;
mod findings;
mod index;
mod policy;

use feel::{Edition, Program};
use value::Str;

pub(crate) use self::cell::Cell;
pub(crate) use self::evaluate::Audit;
pub use self::findings::{Finding, FindingKind};
pub(crate) use self::index::Index;
pub(crate) use self::policy::{Aggregator, Policy};

use crate::types::ItemType;

/// A decision table (DMN 1.5 §8).
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) policy: Policy,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
    /// A name that two outputs have.
    pub(crate) twice: Option<Str>,
    pub(crate) rules: Vec<Rule>,
    /// For the first edition if it decides fewer cells than the newest, and for the newest.
    pub(crate) indexes: (Option<Index>, Index),
    /// Whether it stands in a model made for Camunda.
    pub(crate) for_camunda: bool,
}

/// An input column.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) id: Str,
    /// The label, or else the text of the expression.
    pub(crate) name: Str,
    pub(crate) expression: Program,
    pub(crate) of: ItemType,
    /// The type of what the expression names, if it is no more than the name of an input or a
    /// decision of the same file. It is enforced there.
    pub(crate) named: ItemType,
    /// What values are allowed.
    pub(crate) allowed: Option<Program>,
    /// What values the model says there are, also where it does not enforce them.
    pub(crate) declared: Option<Program>,
    /// Whether the model says that they are whole numbers, by a type that only tools know.
    pub(crate) is_whole: bool,
}

/// An output column.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) id: Str,
    /// The key in the result when there are several outputs.
    pub(crate) key: Str,
    /// The name that people see.
    pub(crate) name: Str,
    pub(crate) of: ItemType,
    pub(crate) allowed: Option<Program>,
    /// What values the model says there are, also where it does not enforce them.
    pub(crate) declared: Option<Program>,
    /// The order of the answers, where the hit policy goes by it.
    pub(crate) order: Option<Order>,
    pub(crate) default: Option<Program>,
}

/// The output values as a list, best first.
#[derive(Debug)]
pub(crate) struct Order {
    /// As FEEL reads them; `None` where they are no FEEL.
    pub(crate) feel: Option<Program>,
    /// As words between commas, which Camunda reads; where they are more than constants of FEEL.
    pub(crate) words: Option<Program>,
}

impl Order {
    /// The list by which an edition goes: the first one read words as names.
    pub(crate) fn list(&self, edition: Edition) -> Option<&Program> {
        match edition {
            Edition::First => self.feel.as_ref().or(self.words.as_ref()),
            Edition::Refined => self.words.as_ref().or(self.feel.as_ref()),
        }
    }
}

/// One rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: Str,
    pub(crate) cells: Vec<Cell>,
    /// `None` where nothing is written: null.
    pub(crate) outputs: Vec<Option<Program>>,
}
