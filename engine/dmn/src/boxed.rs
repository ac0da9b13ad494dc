//! Boxed expressions, compiled.

use std::collections::BTreeSet;
use std::sync::Arc;

use feel::Program;
use value::Str;

use crate::table::Table;
use crate::types::ItemType;

/// How deep boxed expressions may be nested in each other.
pub(crate) const DEPTH_MAX: u16 = 32;

/// A compiled boxed expression (DMN 1.5 §7.3, §10.2).
#[derive(Debug)]
pub(crate) enum Boxed {
    /// Nothing is written: null.
    Empty,
    Literal(Program),
    /// An expression whose type is declared.
    Typed {
        of: ItemType,
        value: Box<Boxed>,
    },
    Table(Box<Table>),
    Context {
        entries: Vec<Entry>,
        /// A name that two entries have.
        twice: Option<Str>,
    },
    List(Vec<Boxed>),
    Relation {
        columns: Vec<Str>,
        rows: Vec<Vec<Boxed>>,
        /// A name that two columns have.
        twice: Option<Str>,
    },
    Invocation {
        function: Box<Boxed>,
        name: Str,
        bindings: Vec<(Str, Boxed)>,
    },
    Function(Arc<Definition>),
    Conditional {
        condition: Box<Boxed>,
        then: Box<Boxed>,
        otherwise: Box<Boxed>,
    },
    Filter {
        list: Box<Boxed>,
        slot: usize,
        condition: Condition,
    },
    For {
        slot: usize,
        partial: usize,
        list: Box<Boxed>,
        body: Box<Boxed>,
    },
    Quantified {
        every: bool,
        slot: usize,
        list: Box<Boxed>,
        body: Box<Boxed>,
    },
}

/// What a filter asks of each item.
#[derive(Debug)]
pub(crate) enum Condition {
    /// An expression in which the item's entries are names.
    Literal(Program),
    Other(Box<Boxed>),
}

/// An entry of a boxed context.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name and slot; the last entry without one is the result.
    pub(crate) name: Option<(Str, usize)>,
    pub(crate) of: ItemType,
    pub(crate) value: Boxed,
}

/// A boxed function: its frame is that of the place where it stands, with its parameters behind.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) parameters: Vec<(Str, ItemType)>,
    /// A name that two parameters have.
    pub(crate) twice: Option<Str>,
    /// The slot of the first parameter.
    pub(crate) first: usize,
    pub(crate) body: Boxed,
    pub(crate) of: ItemType,
}

/// The first name that occurs a second time.
pub(crate) fn twice<'n>(names: impl IntoIterator<Item = &'n Str>) -> Option<Str> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|it| !seen.insert(*it)).cloned()
}
