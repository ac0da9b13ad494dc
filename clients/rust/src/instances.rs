//! Process instances: create, cancel, resolve, write variables.

use std::time::Duration;

use proto::gateway as wire;
use serde_json::Value;

use crate::connection::millis;
use crate::{Client, Error, Key, payload};

/// Which process to start, and with what.
#[derive(Debug, Clone, Default)]
pub struct CreateInstance {
    /// The definition; 0 to choose by process id.
    pub definition: Key,
    /// The process id.
    pub process_id: String,
    /// The version; -1 for the latest.
    pub version: i32,
    /// An object, or null for none.
    pub variables: Value,
    /// The elements to begin at, by id; none to begin at the none start event.
    pub start_at: Vec<String>,
    /// The caller's name for the case, up to 256 characters; empty for none.
    pub business_id: String,
    /// Words by which cases are found, at most 10.
    pub tags: Vec<String>,
    /// The elements, by id, after any of which the instance is terminated.
    pub end_after: Vec<String>,
}

impl CreateInstance {
    /// The latest version of a process, without variables.
    pub fn latest(process_id: impl Into<String>) -> Self {
        Self { process_id: process_id.into(), version: -1, ..Self::default() }
    }

    fn into_wire(self) -> Result<wire::CreateProcessInstanceRequest, Error> {
        Ok(wire::CreateProcessInstanceRequest {
            process_definition_key: self.definition,
            bpmn_process_id: self.process_id,
            version: self.version,
            variables: payload::to_text(&self.variables)?,
            start_instructions: self
                .start_at
                .into_iter()
                .map(|element_id| wire::ProcessInstanceCreationStartInstruction { element_id })
                .collect(),
            business_id: (!self.business_id.is_empty()).then_some(self.business_id),
            tags: self.tags,
            runtime_instructions: self.end_after.into_iter().map(terminate_after).collect(),
            ..wire::CreateProcessInstanceRequest::default()
        })
    }
}

fn terminate_after(element: String) -> wire::ProcessInstanceCreationRuntimeInstruction {
    use wire::process_instance_creation_runtime_instruction::Instruction;
    let terminate = wire::TerminateProcessInstanceInstruction { after_element_id: element };
    wire::ProcessInstanceCreationRuntimeInstruction {
        instruction: Some(Instruction::Terminate(terminate)),
    }
}

/// An instance that was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedInstance {
    /// Its key.
    pub instance: Key,
    /// The definition's key.
    pub definition: Key,
    /// The process id.
    pub process_id: String,
    /// The version.
    pub version: i32,
    /// The caller's name for the case; empty for none.
    pub business_id: String,
    /// Words by which cases are found.
    pub tags: Vec<String>,
}

/// An instance that has completed.
#[derive(Debug, Clone, PartialEq)]
pub struct InstanceResult {
    /// Which one.
    pub created: CreatedInstance,
    /// Its root variables.
    pub variables: Value,
}

/// Variables to write.
#[derive(Debug, Clone, Default)]
pub struct SetVariables {
    /// The instance or element instance whose scope is meant.
    pub scope: Key,
    /// An object.
    pub variables: Value,
    /// At this scope only, instead of where each variable lives.
    pub local: bool,
}

impl Client {
    /// Starts an instance.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such process, `FAILED_PRECONDITION` when it cannot be started
    /// without a message.
    pub async fn create_instance(&self, request: CreateInstance) -> Result<CreatedInstance, Error> {
        let request = request.into_wire()?;
        let answer = self.answer(self.gateway().create_process_instance(request)).await?;
        Ok(CreatedInstance {
            instance: answer.process_instance_key,
            definition: answer.process_definition_key,
            process_id: answer.bpmn_process_id,
            version: answer.version,
            business_id: answer.business_id.unwrap_or_default(),
            tags: answer.tags,
        })
    }

    /// Starts an instance and waits until it has ended; `fetch_variables` chooses root variables
    /// of the answer, none means all.
    ///
    /// # Errors
    /// As [`Client::create_instance`]; `DEADLINE_EXCEEDED` when it takes longer than `wait`, while
    /// the instance goes on; `FAILED_PRECONDITION` when it was cancelled or terminated.
    pub async fn create_instance_with_result(
        &self,
        request: CreateInstance,
        fetch_variables: Vec<String>,
        wait: Duration,
    ) -> Result<InstanceResult, Error> {
        let request = wire::CreateProcessInstanceWithResultRequest {
            request: Some(request.into_wire()?),
            request_timeout: millis(wait),
            fetch_variables,
        };
        let mut gateway = self.gateway();
        let call = gateway.create_process_instance_with_result(request);
        let answer = self.answer_after(wait, call).await?;
        Ok(InstanceResult {
            created: CreatedInstance {
                instance: answer.process_instance_key,
                definition: answer.process_definition_key,
                process_id: answer.bpmn_process_id,
                version: answer.version,
                business_id: answer.business_id.unwrap_or_default(),
                tags: answer.tags,
            },
            variables: payload::from_text(&answer.variables)?,
        })
    }

    /// Gives a running instance a business id, once.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such instance, or it has ended; `FAILED_PRECONDITION` when it
    /// has another business id or was called by another instance, or when business ids are unique.
    pub async fn assign_business_id(&self, instance: Key, business_id: &str) -> Result<(), Error> {
        let request = wire::AssignProcessInstanceBusinessIdRequest {
            process_instance_key: instance,
            business_id: business_id.to_owned(),
        };
        self.answer(self.gateway().assign_process_instance_business_id(request)).await.map(|_| ())
    }

    /// Cancels an instance.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none, or it has ended.
    pub async fn cancel_instance(&self, instance: Key) -> Result<(), Error> {
        let request = wire::CancelProcessInstanceRequest {
            process_instance_key: instance,
            operation_reference: None,
        };
        self.answer(self.gateway().cancel_process_instance(request)).await.map(|_| ())
    }

    /// Goes on where an incident stopped.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none; `FAILED_PRECONDITION` when its job still has no retries.
    pub async fn resolve_incident(&self, incident: Key) -> Result<(), Error> {
        let request =
            wire::ResolveIncidentRequest { incident_key: incident, operation_reference: None };
        self.answer(self.gateway().resolve_incident(request)).await.map(|_| ())
    }

    /// Writes variables and answers the key of this change.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is no such element instance.
    pub async fn set_variables(&self, request: SetVariables) -> Result<Key, Error> {
        let request = wire::SetVariablesRequest {
            element_instance_key: request.scope,
            variables: payload::to_text(&request.variables)?,
            local: request.local,
            operation_reference: None,
        };
        self.answer(self.gateway().set_variables(request)).await.map(|it| it.key)
    }
}
