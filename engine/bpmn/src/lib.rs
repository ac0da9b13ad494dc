//! BPMN 2.0 XML to validated, executable process graphs.

mod expression;
mod graph;
mod problem;

pub use expression::{Expression, Feel, Literal};
pub use graph::{
    BoundaryEvent, Element, ElementIx, ElementType, EventType, Flow, JobDefinition, Kind, Mapping,
    Message, Process, Resource, StartEvent, Timer, Trigger,
};
pub use problem::Problem;
