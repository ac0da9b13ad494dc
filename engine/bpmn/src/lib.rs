//! BPMN 2.0 XML to validated, executable process graphs.

mod assemble;
mod check;
mod compile;
mod context;
mod element;
mod expression;
mod graph;
mod outline;
mod part;
mod problem;
pub mod timer;
mod xml;

pub use compile::compile;
pub use expression::{Expression, Feel, Literal};
pub use graph::{
    BoundaryEvent, Element, ElementIx, ElementType, EventType, Flow, JobDefinition, Kind, Mapping,
    Message, Process, Resource, StartEvent, Timer, Trigger,
};
pub use problem::Problem;
