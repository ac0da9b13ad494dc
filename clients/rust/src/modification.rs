//! Modifying an instance: activate, terminate and move elements by hand.

use proto::gateway as wire;
use proto::gateway::modify_process_instance_request as part;
use serde_json::Value;

use crate::{Client, Error, Key, payload};

/// What to change in a running instance: all of it, or nothing.
#[derive(Debug, Clone, Default)]
pub struct ModifyInstance {
    /// The instance.
    pub instance: Key,
    /// Elements to activate, each with the element instance below which its scopes are made.
    pub activate: Vec<(String, Option<Key>)>,
    /// Element instances to terminate.
    pub terminate: Vec<Element>,
    /// Element instances to terminate, each with the element that is activated for it.
    pub moves: Vec<(Element, String)>,
    /// An object to be written before anything begins, or null for none.
    pub variables: Value,
    /// The element or new scope that the variables are for; empty for the whole instance.
    pub variables_of: String,
}

/// What is terminated: one element instance, or all of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// An element instance.
    Instance(Key),
    /// All instances of an element, by its id.
    Id(String),
}

impl Element {
    fn into_wire(self) -> (Key, String) {
        match self {
            Self::Instance(key) => (key, String::new()),
            Self::Id(id) => (0, id),
        }
    }
}

impl ModifyInstance {
    fn into_wire(self) -> Result<wire::ModifyProcessInstanceRequest, Error> {
        // Variables travel with an activation; one of them is enough.
        let mut variables = Vec::new();
        if !self.variables.is_null() {
            variables.push(part::VariableInstruction {
                variables: payload::to_text(&self.variables)?,
                scope_id: self.variables_of,
            });
        }
        let activate =
            self.activate.into_iter().map(|(element_id, ancestor)| part::ActivateInstruction {
                element_id,
                ancestor_element_instance_key: ancestor.unwrap_or(-1),
                variable_instructions: std::mem::take(&mut variables),
            });
        let activate_instructions = activate.collect();
        let terminate = self.terminate.into_iter().map(|it| {
            let (element_instance_key, element_id) = it.into_wire();
            part::TerminateInstruction { element_instance_key, element_id }
        });
        let terminate_instructions = terminate.collect();
        let moves = self.moves.into_iter().map(|(source, target_element_id)| {
            let (source_element_instance_key, source_element_id) = source.into_wire();
            part::MoveInstruction {
                source_element_instance_key,
                source_element_id,
                target_element_id,
                variable_instructions: std::mem::take(&mut variables),
                infer_ancestor_scope_from_source_hierarchy: true,
                ..part::MoveInstruction::default()
            }
        });
        Ok(wire::ModifyProcessInstanceRequest {
            process_instance_key: self.instance,
            activate_instructions,
            terminate_instructions,
            move_instructions: moves.collect(),
            operation_reference: None,
        })
    }
}

impl Client {
    /// Moves a running instance.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none, or it has ended; `INVALID_ARGUMENT` when a part of it
    /// cannot be done, and then nothing is.
    pub async fn modify_instance(&self, modification: ModifyInstance) -> Result<(), Error> {
        let request = modification.into_wire()?;
        self.answer(self.gateway().modify_process_instance(request)).await.map(|_| ())
    }
}
