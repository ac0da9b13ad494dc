//! BPMN 2.0 XML to validated, executable process graphs.

mod assemble;
mod check;
mod compile;
mod context;
mod element;
mod expression;
mod graph;
mod kind;
mod outline;
mod part;
mod paths;
mod reach;
pub mod timer;
mod warn;

pub use compile::{compile, compile_accepted};
pub use expression::{Expression, Feel, Literal};
pub use graph::ad_hoc::{AdHocSubProcess, Decider};
pub use graph::called::{Binding, BusinessRule, CalledDecision, CalledProcess, LinkedResource};
pub use graph::compensation::Undoing;
pub use graph::complex::ComplexGateway;
pub use graph::condition::Condition;
pub use graph::listener::{ExecutionListeners, Listener};
pub use graph::multi_instance::{CollectedOutput, Items, MultiInstance, StandardLoop};
pub use graph::multiple::{Definition, Multiple};
pub use graph::sending::{Publication, Sending};
pub use graph::user_task::{Form, TaskListener, TaskOccasion, UserTask};
pub use graph::{
    BoundaryEvent, Element, ElementIx, Flow, JobDefinition, JoinFlow, Kind, Mapping, Message,
    Process, Resource, Script, StartEvent, Throw, Timer, Trigger,
};
pub use kind::{ElementType, EventType};
pub use warn::warnings;
pub use xml::Problem;
