//! Modification: an operator moves a running instance.

use crate::{Key, Origin};
use value::{Doc, Str, wire_enum, wire_struct};

wire_struct! {
    /// Moves a running instance: all of it is done, or nothing.
    pub struct ModifyInstance {
        /// The instance.
        1 => pub instance: Key,
        /// Elements to be activated.
        2 => pub activate: Vec<ActivateElement>,
        /// Element instances to be terminated.
        3 => pub terminate: Vec<TerminateElement>,
        /// Element instances to be terminated, each with an element to be activated for it.
        4 => pub moves: Vec<MoveElement>,
    }
}

wire_struct! {
    /// Activates an element, and the scopes around it that do not exist yet.
    pub struct ActivateElement {
        /// The element.
        1 => pub element_id: Str,
        /// The element instance below which new scopes are created; none to use those that exist.
        2 => pub ancestor: Key,
        /// Variables that are set before it is activated.
        3 => pub variables: Vec<ScopeVariables>,
    }
}

wire_struct! {
    /// Variables for one scope.
    pub struct ScopeVariables {
        /// The element activated or a scope created for it; empty for the process instance.
        1 => pub scope_id: Str,
        /// The variables.
        2 => pub variables: Doc,
    }
}

wire_struct! {
    /// Terminates element instances: the one with a key, or all of an element.
    pub struct TerminateElement {
        /// The element instance.
        1 => pub element_instance: Key,
        /// The element, if no element instance is named.
        2 => pub element_id: Str,
    }
}

wire_enum! {
    /// Which scope a move activates its target in.
    pub enum MoveScope {
        /// The ancestor that is named, or the one that exists.
        0 => Named,
        /// The nearest scope around the source that is also around the target.
        1 => Inferred,
        /// The scope that the source is directly in.
        2 => SourceParent,
    }
}

wire_struct! {
    /// Terminates element instances and activates a target once for each of them.
    pub struct MoveElement {
        /// The element instance.
        1 => pub source: Key,
        /// The element, if no element instance is named.
        2 => pub source_id: Str,
        /// The element to be activated.
        3 => pub target_id: Str,
        /// Variables that are set before it is activated.
        4 => pub variables: Vec<ScopeVariables>,
        /// Which scope it is activated in.
        5 => pub scope: MoveScope,
        /// The ancestor, if one is named.
        6 => pub ancestor: Key,
    }
}

wire_struct! {
    /// An instance was modified. The record's key is the modification's.
    pub struct ModificationEvent {
        /// The instance.
        1 => pub origin: Origin,
        /// What is activated.
        2 => pub activated: Vec<ActivatedElement>,
        /// The element instances that are terminated, those emptied by it included.
        3 => pub terminated: Vec<TerminateElement>,
    }
}

wire_struct! {
    /// An element that a modification activates.
    pub struct ActivatedElement {
        /// The element.
        1 => pub element_id: Str,
        /// The ancestor that was named.
        2 => pub ancestor: Key,
        /// The variables that were given.
        3 => pub variables: Vec<ScopeVariables>,
        /// The scopes around it, the innermost first.
        4 => pub scopes: Vec<EnclosingScope>,
    }
}

wire_struct! {
    /// A scope around an element.
    pub struct EnclosingScope {
        /// The element instance.
        1 => pub key: Key,
    }
}
