//! The element types: one file each, and the tables that name all of BPMN's.
//!
//! A new element type is a file here, a line in [`SUPPORTED`] instead of one in [`UNSUPPORTED`],
//! and a variant of [`Kind`].

mod ad_hoc_sub_process;
mod boundary_event;
mod business_rule_task;
mod call_activity;
mod catch_event;
mod complex_gateway;
mod end_event;
mod event_based_gateway;
mod event_sub_process;
mod exclusive_gateway;
mod inclusive_gateway;
mod manual_task;
mod parallel_gateway;
mod process;
mod receive_task;
mod script_task;
mod send_task;
mod service_task;
mod start_event;
mod sub_process;
mod task;
mod throw_event;
mod transaction;
mod user_task;

use crate::context::Context;
use crate::graph::Kind;
use crate::outline::Part;
use xml::Node;

pub(crate) use ad_hoc_sub_process::is_own_child;
pub(crate) use process::TYPE as PROCESS;
pub(crate) use receive_task::is_instantiating;

/// How a supported element type is read.
#[derive(Debug)]
pub(crate) struct ElementSyntax {
    /// Its name in XML.
    pub(crate) xml_name: &'static str,
    /// What people call one of it, with article.
    pub(crate) noun: &'static str,
    /// Whether boundary events can be attached, and loop markers could be.
    pub(crate) activity: bool,
    /// Whether it contains other elements.
    pub(crate) scope: bool,
    /// Whether conditions on the flows that leave it mean something.
    pub(crate) decides: bool,
    /// Whether the extensions `input` and `output` of `ioMapping` mean something on it.
    pub(crate) mappings: Mappings,
    /// Checks everything that is particular to the type, and makes what the engine needs. `None`
    /// after at least one problem was reported.
    pub(crate) read: for<'t> fn(&mut Context<'t, '_>, &Part<'t>) -> Option<Kind>,
}

/// Which variable mappings an element type has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mappings {
    None,
    Outputs,
    Both,
}

/// The element types that Baton runs.
const SUPPORTED: [&ElementSyntax; 22] = [
    &start_event::TYPE,
    &end_event::TYPE,
    &throw_event::TYPE,
    &task::TYPE,
    &manual_task::TYPE,
    &service_task::TYPE,
    &send_task::TYPE,
    &business_rule_task::TYPE,
    &script_task::TYPE,
    &user_task::TYPE,
    &receive_task::TYPE,
    &exclusive_gateway::TYPE,
    &parallel_gateway::TYPE,
    &inclusive_gateway::TYPE,
    &complex_gateway::TYPE,
    &event_based_gateway::TYPE,
    &catch_event::TYPE,
    &boundary_event::TYPE,
    &sub_process::TYPE,
    &transaction::TYPE,
    &ad_hoc_sub_process::TYPE,
    &call_activity::TYPE,
];

/// An element type of BPMN that Baton does not run yet.
#[derive(Debug)]
pub(crate) struct Unsupported {
    pub(crate) xml_name: &'static str,
    /// One of it, with article.
    pub(crate) noun: &'static str,
    /// Several of it.
    pub(crate) plural: &'static str,
}

const UNSUPPORTED: [Unsupported; 3] = [
    Unsupported {
        xml_name: "choreographyTask",
        noun: "a choreography task",
        plural: "choreography tasks",
    },
    Unsupported {
        xml_name: "subChoreography",
        noun: "a subchoreography",
        plural: "subchoreographies",
    },
    Unsupported {
        xml_name: "callChoreography",
        noun: "a call of a choreography",
        plural: "calls of choreographies",
    },
];

/// What stands between elements without any effect on execution.
const IGNORED_IN_SCOPES: [&str; 27] = [
    // The markers of the scope itself are read with the part.
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "documentation",
    "extensionElements",
    "incoming",
    "outgoing",
    "auditing",
    "monitoring",
    "laneSet",
    "association",
    "group",
    "textAnnotation",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "dataInputAssociation",
    "dataOutputAssociation",
    "ioSpecification",
    "ioBinding",
    "property",
    "supports",
    "supportedInterfaceRef",
    "correlationSubscription",
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
];

/// What stands inside tasks, gateways and events without any effect on execution.
const IGNORED_IN_ELEMENTS: [&str; 19] = [
    "documentation",
    "extensionElements",
    "incoming",
    "outgoing",
    "auditing",
    "monitoring",
    "categoryValueRef",
    "property",
    "ioSpecification",
    "dataInput",
    "dataOutput",
    "inputSet",
    "outputSet",
    "dataInputAssociation",
    "dataOutputAssociation",
    "resourceRole",
    "performer",
    "humanPerformer",
    "rendering",
];

/// What a child of a process or subprocess is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Child {
    Element(&'static ElementSyntax),
    Unsupported(&'static Unsupported),
    SequenceFlow,
    Ignored,
    /// Not an element that BPMN allows there.
    Unknown,
}

/// Finds out what a BPMN child of a process or subprocess is.
pub(crate) fn classify(node: &Node) -> Child {
    let xml_name = &*node.name;
    if xml_name == "sequenceFlow" {
        Child::SequenceFlow
    } else if xml_name == "subProcess" && node.flag("triggeredByEvent", false) {
        Child::Element(&event_sub_process::TYPE)
    } else if let Some(syntax) = SUPPORTED.iter().find(|it| it.xml_name == xml_name) {
        Child::Element(syntax)
    } else if let Some(unsupported) = UNSUPPORTED.iter().find(|it| it.xml_name == xml_name) {
        Child::Unsupported(unsupported)
    } else if IGNORED_IN_SCOPES.contains(&xml_name) {
        Child::Ignored
    } else {
        Child::Unknown
    }
}

/// Whether a BPMN child of a task, gateway or event has no effect on execution.
pub(crate) fn is_ignored_in_elements(xml_name: &str) -> bool {
    IGNORED_IN_ELEMENTS.contains(&xml_name) || xml_name == "potentialOwner"
}
