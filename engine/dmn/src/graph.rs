//! The elements of a model and what they require.

use std::sync::Arc;

use feel::{Program, Type};
use value::Str;

use crate::boxed::{Boxed, Definition};
use crate::types::ItemType;

/// Number of an element in its graph.
pub(crate) type UnitIx = usize;

/// All elements of a model, with those of the models it imports.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) units: Vec<Unit>,
}

/// An element and its place in the graph.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    /// The namespace of the model that declares it.
    pub(crate) namespace: Str,
    pub(crate) element: Arc<Element>,
    /// What it requires, in the order of the element's slots.
    pub(crate) needs: Vec<UnitIx>,
}

/// An element of a requirement graph.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) id: Str,
    pub(crate) name: Str,
    /// Where the values of its requirements go, in their order.
    pub(crate) fills: Vec<Fill>,
    /// How many slots its frame has.
    pub(crate) frame_size: usize,
    pub(crate) logic: Logic,
}

/// Where the value of a requirement goes.
#[derive(Debug)]
pub(crate) enum Fill {
    /// Nowhere: it is read as a variable.
    Nothing,
    Slot(usize),
    /// Several slots; one for a name by which Camunda does not know a decision has the variable of
    /// that name instead, if there is one.
    Named(Vec<(usize, Option<Str>)>),
    /// An entry of the context that an import is.
    Entry {
        slot: usize,
        name: Str,
    },
}

/// What an element is.
#[derive(Debug)]
pub(crate) enum Logic {
    Input {
        read: Program,
        of: ItemType,
    },
    Decision {
        body: Boxed,
        of: ItemType,
        /// What Camunda requires of the result of a model made for it, which only warns here.
        declared: Option<Type>,
        version_tag: Option<Str>,
    },
    Knowledge(Arc<Definition>),
    /// The first `outputs` of its needs are its results, the rest its parameters.
    Service {
        outputs: usize,
        of: ItemType,
    },
}

impl Unit {
    /// What must be evaluated before; a service is a function and needs nothing before its call.
    pub(crate) fn before(&self) -> &[UnitIx] {
        match self.element.logic {
            Logic::Service { .. } | Logic::Input { .. } => &[],
            Logic::Decision { .. } | Logic::Knowledge(_) => &self.needs,
        }
    }
}
